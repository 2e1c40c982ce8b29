// What went wrong, in one line, and the way on.

import { Failure } from "./api.js";
import { h, plain } from "./dom.js";
import L from "./labels.js";

/** One line for an error; what is not ours is named by its kind only. */
export function inLine(error) {
  if (error instanceof Failure) return error.pair;
  console.error(error);
  return L.error_internal_error;
}

/** An error on a page of its own. */
export function failureCard(error, ...actions) {
  const ours = error instanceof Failure;
  return h(
    "section.card.tone-prosecute.narrow",
    { role: "alert" },
    h("h1", {}, ours ? error.label : inLine(error)),
    ours && h("p", {}, error.message),
    h("p.actions", {}, h("a.button", { href: "#/" }, L.backToStart), actions),
  );
}

/** The error that a review ended with. */
export const failureOf = (error) => new Failure(plain(error?.code), plain(error?.message));
