// Where two reviews differ, one line for each thing.

import { h } from "./dom.js";
import L from "./labels.js";
import { differenceWords, word } from "./words.js";

/** The list of the server's differences. The decision of the case, which is shown above it, and what
 * repeats the case for its only defendant are left out; `names` tells advice by its code. */
export function differencesList(found, names) {
  const people = new Set(found.map((one) => one.defendant).filter((name) => name !== null));
  const alone = people.size <= 1;
  const seen = new Set();
  const shown = found.filter((one) => {
    const key = JSON.stringify([one.what, one.before, one.after]);
    if (alone && seen.has(key)) return false;
    seen.add(key);
    return one.what !== "decision" || (one.defendant !== null && !alone);
  });
  return h("ul.differences", {}, shown.map((one) => item(one, alone, names)));
}

function item({ defendant, what, before, after }, alone, names) {
  const told = (side) => (what === "advisories" && Array.isArray(side) ? side.map((code) => names.get(code) ?? code) : side);
  const [old, fresh] = differenceWords(what, told(before), told(after));
  const whose = alone ? null : h("span.small", {}, defendant ?? L.wholeCase, " ");
  return h(
    "li",
    { "data-what": what },
    whose,
    h("strong", {}, word("what", what)),
    h("span.from", {}, h("span.aside-only", {}, L.before, " "), text(old)),
    h("span.arrow", { "aria-hidden": "true" }, " → "),
    h("span.to", {}, h("span.aside-only", {}, L.after, " "), text(fresh)),
  );
}

const text = ({ zh, en }) => ({ zh, en });
