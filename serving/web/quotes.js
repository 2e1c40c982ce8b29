// Quotes and the places where they stand: from one to the other and back.

import { focusOn, gently, h, reveal } from "./dom.js";
import L from "./labels.js";
import { word } from "./words.js";

export class Quotes {
  #numbers;
  #marks = new Map();
  #shown = new Map();
  #from = new Map();
  #look = () => {};

  /** `found`: the quotes that stand in the text, as the server numbered them. */
  constructor(found) {
    this.#numbers = new Map(found.map((quote) => [placeOf(quote), quote.number]));
  }

  /** `open` is called before a place in the text is shown. */
  onLook(open) {
    this.#look = open;
  }

  /** A quote under a ground: a button that shows its place, or plain words if it has none. */
  quote(quote) {
    const number = this.#numbers.get(placeOf(quote));
    const field = word("fields", quote.field);
    const where = { zh: `${field.zh} ${quote.start}–${quote.end}`, en: `${field.en} ${quote.start}–${quote.end}` };
    const verified = quote.verified && number !== undefined;
    const inside = [
      `“${quote.text}” `,
      h("span.where", {}, number === undefined ? null : `[${number}] `, where, verified ? null : h("span.tag", {}, L.unverified)),
    ];
    if (number === undefined) return h("span.quote", {}, inside);
    const node = h("button.quote", { type: "button", title: L.toText, on: { click: () => this.#show(number, node) } }, inside);
    if (!this.#shown.has(number)) this.#shown.set(number, node);
    return node;
  }

  /** A piece of the text that quotes cover, with the numbers of those that end with it. */
  mark(piece) {
    const kind = piece.checks.length === 1 ? piece.checks[0] : "several";
    const node = h("mark", { tabindex: "-1", class: /^[a-z]+$/.test(kind) ? kind : "several" }, piece.text);
    for (const number of piece.begins) this.#marks.set(number, node);
    const back = piece.ends.map((number) =>
      h("sup", {}, h("button.ref", { type: "button", title: L.toQuote, on: { click: () => this.#back(number) } }, `[${number}]`)),
    );
    return [node, ...back];
  }

  #show(number, source) {
    this.#from.set(number, source);
    this.#look();
    const mark = this.#marks.get(number);
    if (!mark) return;
    const panel = mark.closest(".panel");
    if (panel && panel.scrollHeight > panel.clientHeight + 1 && getComputedStyle(panel).overflowY === "auto") {
      const top = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop;
      panel.scrollTo({ top: top - panel.clientHeight / 3, behavior: gently() });
    } else mark.scrollIntoView({ block: "center", behavior: gently() });
    focusOn(mark);
    mark.classList.remove("flash");
    void mark.offsetWidth;
    mark.classList.add("flash");
  }

  #back(number) {
    const source = this.#from.get(number) ?? this.#shown.get(number);
    if (!source) return;
    reveal(source);
    source.focus({ preventScroll: true });
  }
}

const placeOf = ({ field, start, end }) => `${field}:${start}:${end}`;
