// Where two reviews differ, one line for each thing.

import { h } from "./dom.js";
import L from "./labels.js";
import { differenceWords, word } from "./words.js";

/** The list of the server's differences; what repeats the case for its only defendant is left out. */
export function differencesList(found) {
  const names = new Set(found.map((one) => one.defendant).filter((name) => name !== null));
  const alone = names.size <= 1;
  const seen = new Set();
  const shown = found.filter((one) => {
    const key = JSON.stringify([one.what, one.before, one.after]);
    if (alone && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return h("ul.differences", {}, shown.map((one) => item(one, alone)));
}

function item({ defendant, what, before, after }, alone) {
  const [old, fresh] = differenceWords(what, before, after);
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
