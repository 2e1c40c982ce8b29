// The changes that a review was made under, in words.

import { both, h } from "./dom.js";
import L from "./labels.js";
import { word } from "./words.js";

let names = new Map();

/** Remember the Chinese names of the circumstances, as the server lists them. */
export function learn(known) {
  names = new Map(known.circumstances.map(({ key, zh }) => [key, zh]));
}

/** The name of a circumstance or a value; in English with its key, which says it in English. */
export function changeName(key) {
  const value = word("values", key);
  if (value.zh !== key) return value;
  const zh = names.get(key);
  return zh ? { zh, en: `${zh} ${key.replaceAll("_", " ")}` } : both(key);
}

/** One change in words: 许某：谅解 → 是. */
export function changeWords(full, value) {
  const at = full.lastIndexOf(":");
  const who = at < 0 ? "" : full.slice(0, at);
  const name = changeName(full.slice(at + 1));
  const said = value === "yes" ? L.yes : value === "no" ? L.no : word("injuries", value);
  return {
    zh: `${who && `${who}：`}${name.zh} → ${said.zh}`,
    en: `${who && `${who}: `}${name.en} → ${said.en}`,
  };
}

/** The assumptions as tags; null for none. */
export function assumptions(overrides) {
  const found = Object.entries(overrides ?? {});
  if (!found.length) return null;
  return h("p.assumed", {}, h("span.small", {}, L.changesNow), found.map(([key, value]) => h("span.tag", {}, changeWords(key, String(value)))));
}
