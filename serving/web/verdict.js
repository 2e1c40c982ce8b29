// The top of a review: what is recommended, why, and the three checks in a row.

import { gently, h } from "./dom.js";
import { chargesOf, confidence, deciding, lawDate } from "./facts.js";
import L from "./labels.js";
import { assumptions } from "./assumptions.js";
import { checks, decision, percent, verdict, word } from "./words.js";

export const pill = (code) => {
  const { tone, code: short, ...pair } = decision(code);
  return h("span.pill", { tone }, pair, ` ${short}`);
};

export const unresolvedLine = (unresolved) =>
  unresolved && h("p.why", {}, unresolved.reason, " ", h("span.tag", {}, `${unresolved.code} · ${unresolved.node}`));

export function verdictCard(state, record) {
  const { review } = state;
  const who = deciding(review);
  const made = decision(review.decision);
  const sure = confidence(who);
  const many = review.outcomes.length > 1;
  const fact = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  return h(
    "header.verdict",
    { tone: made.tone },
    h("p.case-id", {}, [record.id, record.meta?.province].filter(Boolean).join(" · ")),
    h("h1.label", { id: "decision" }, { zh: made.zh, en: made.en }, h("span.code", { lang: "en" }, made.code)),
    unresolvedLine(review.unresolved),
    who?.reasons.map((reason) => h("p.why", {}, many && h("strong", {}, `${who.name}：`), reason)),
    h(
      "dl.meta",
      {},
      fact(L.charges, chargesOf(review).join("、") || L.unknownCharge),
      fact(L.confidence, sure === null ? "—" : percent(sure)),
      fact(L.lawOf, lawDate(review) || record.meta?.date || "—"),
      fact(L.model, review.model),
    ),
    assumptions(state.overrides),
  );
}

/** The three checks of the deciding defendant, each a way to its card. */
export function checkStrip({ who }) {
  if (!who) return null;
  const shown = checks().filter((name) => who.checks[name]);
  return h(
    "ol.strip",
    { "aria-label": L.threeChecks },
    shown.map((name, at) => {
      const found = verdict(who.checks[name].verdict);
      const go = () => document.getElementById(`check-0-${name}`)?.scrollIntoView({ behavior: gently(), block: "start" });
      return h(
        "li",
        { tone: found.tone },
        h(
          "button",
          { type: "button", on: { click: go } },
          h("span.what", {}, `${at + 1}. `, word("checks", name)),
          h("span.found", {}, { zh: found.zh, en: found.en }),
        ),
      );
    }),
  );
}
