// What the server says of an article, in words.

import { both } from "./dom.js";
import { article, band as bandWords, joined, word } from "./words.js";

export { article, both, word };

/** The server writes bands as "36–120 months" and "120 months – life or death". */
export function band(text) {
  const closed = /^(\d+)–(\d+) months$/.exec(text);
  if (closed) return bandWords([Number(closed[1]), Number(closed[2])]);
  const open = /^(?:(\d+) months – |up to )life or death$/.exec(text);
  return open ? bandWords([Number(open[1] ?? 0), null]) : both(text);
}

export const joinedWords = (table, values) => joined(values.map((value) => word(table, value)));
