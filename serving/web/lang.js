// The language of the labels. What is shown in two languages is a pair {zh, en}; a node that shows
// one is bound to it and follows when the language changes, so nothing is built anew.

const KEPT = "nolle-language";
const bound = new WeakMap();
let now = remembered() ?? (navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en");

function remembered() {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === "zh" || kept === "en" ? kept : null;
  } catch {
    return null;
  }
}

export const language = () => now;
export const tagOf = (name) => (name === "zh" ? "zh-Hans" : "en");
export const pick = (pair) => pair[now] ?? pair.zh ?? "";
export const isPair = (value) =>
  typeof value === "object" && value !== null && !(value instanceof Node) && "zh" in value;

/** Let `node` show `pair` in its text, or in the attribute `name`. */
export function bind(node, pair, name = "") {
  const pairs = bound.get(node) ?? new Map();
  pairs.set(name, pair);
  bound.set(node, pairs);
  node.setAttribute("data-t", "");
  show(node, name, pair);
}

/** No longer follow the language in the text of `node`. */
export function unbind(node) {
  bound.get(node)?.delete("");
}

function show(node, name, pair) {
  if (name) {
    node.setAttribute(name, pick(pair));
    return;
  }
  node.textContent = pick(pair);
  node.lang = tagOf(now);
}

export function setLanguage(name) {
  now = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  apply();
}

/** Show the language everywhere. */
export function apply() {
  document.documentElement.lang = tagOf(now);
  for (const node of document.querySelectorAll("[data-t]")) {
    for (const [name, pair] of bound.get(node) ?? []) show(node, name, pair);
  }
}
