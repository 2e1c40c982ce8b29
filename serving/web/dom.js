// Elements from plain data. Text is only ever set as text: nothing here parses markup.

import { bind, isPair, pick, tagOf, language, unbind } from "./lang.js";

// Controls and direction marks would let a text pass for another.
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "open", "indeterminate"]);

/** The text without control and direction characters. */
export const plain = (value) => String(value ?? "").replace(UNSAFE, "").toWellFormed();

/**
 * An element: `h("div.card", {id: "x", on: {click}}, "text", node, {zh, en})`.
 * A property that is false or null is left out; a pair is shown in the language of the page.
 */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) set(node, key, value);
  const rest = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
  if (rest.length === 1 && isPair(rest[0])) bind(node, rest[0]);
  else node.append(...rest.map(made));
  return node;
}

function made(child) {
  if (child instanceof Node) return child;
  if (!isPair(child)) return document.createTextNode(plain(child));
  const span = document.createElement("span");
  bind(span, child);
  return span;
}

function set(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (key === "tone") {
    if (/^[a-z]+$/.test(value)) node.classList.add(`tone-${value}`);
  } else if (PROPERTIES.has(key)) {
    node[key] = key === "value" ? plain(value) : value;
  } else if (isPair(value)) {
    bind(node, value, key);
  } else {
    node.setAttribute(key, value === true ? "" : plain(value));
  }
}

/** Put `children` in place of what `node` holds. */
export function fill(node, ...children) {
  unbind(node);
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false).map(made));
  return node;
}

/** A button that runs `action`; `name` in two languages. */
export const button = (name, action, kind = "", props = {}) =>
  h(`button${kind && `.${kind}`}`, { type: "button", on: { click: action }, ...props }, name);

/** Tell people who listen instead of looking. */
export function say(pair) {
  const place = document.getElementById("spoken");
  place.lang = tagOf(language());
  place.textContent = plain(isPair(pair) ? pick(pair) : pair);
}

/** Move the focus to a heading or a mark, without a ring for those who use a mouse. */
export function focusOn(node) {
  if (!node.hasAttribute("tabindex")) node.setAttribute("tabindex", "-1");
  node.focus({ preventScroll: true });
}

export const gently = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

/** Show `node` in its window, opening what is folded around it. */
export function reveal(node) {
  for (let at = node.parentElement; at; at = at.parentElement) {
    if (at.tagName === "DETAILS") at.open = true;
  }
  node.scrollIntoView({ block: "center", behavior: gently() });
}

/** The same text in both languages. */
export const both = (text) => ({ zh: plain(text), en: plain(text) });
