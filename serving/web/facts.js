// What is read off a review rather than in it.

const ALL = ["evidence", "subsumption", "waiver"];
const RESTS_ON = { IENP: ["evidence"], SNP: ["subsumption"] };

/** The outcome that the decision of the case follows: the first with that decision. */
export const deciding = (review) =>
  review.outcomes.find((outcome) => outcome.decision === review.decision) ?? null;

/** The least confidence among the checks that a decision rests on; null without a decision. */
export function confidence(outcome) {
  if (!outcome?.decision) return null;
  const needed = RESTS_ON[outcome.decision] ?? ALL;
  const found = needed.filter((name) => outcome.checks[name]).map((name) => outcome.checks[name].confidence);
  return found.length ? Math.min(...found) : null;
}

/** The day whose law the review applied, as its trace says; "" if it does not. */
export function lawDate(review) {
  const day = review.trace.map((step) => step.finding?.decision_date).find((text) => typeof text === "string");
  return /^\d{4}-\d\d-\d\d$/.test(day ?? "") ? day : "";
}

/** The circumstances that the file was read to hold. */
export const heldIn = (review) => new Set(review.trace[0]?.finding?.circumstances ?? []);

/** All charges of a review, each once. */
export const chargesOf = (review) => [...new Set(review.outcomes.flatMap((outcome) => outcome.charges))];

/** The reason of a ground; "" where it only repeats the quotes. */
export function reasonOf(ground) {
  const quoted = [...new Set(ground.quotes.map((quote) => quote.text))].sort((a, b) => b.length - a.length);
  const rest = quoted.filter(Boolean).reduce((text, quote) => text.replaceAll(quote, ""), ground.reason);
  return /^[；;，,。、\s]*$/.test(rest) ? "" : ground.reason;
}
