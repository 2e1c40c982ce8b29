// The text of the case with its quotes marked.

import { h } from "./dom.js";
import L from "./labels.js";
import { word } from "./words.js";

export function casePanel(text, quotes) {
  const fields = Object.entries(text.fields).filter(([, pieces]) => pieces.some((piece) => piece.text.trim()));
  return h(
    "div",
    {},
    h("p.small.legend", {}, L.legend),
    fields.map(([name, pieces]) => [
      h("h3.sub", {}, word("fields", name)),
      h("p.text", { lang: "zh-Hans" }, pieces.map((piece) => (piece.quotes.length ? quotes.mark(piece) : piece.text))),
    ]),
  );
}
