// The defendants: role, charges, decision, sentence; and how each sentence comes about.

import { h } from "./dom.js";
import { confidence } from "./facts.js";
import L from "./labels.js";
import { pill } from "./verdict.js";
import { band, months, percent, sentence, word } from "./words.js";

export function people({ review, articles }) {
  if (!review.outcomes.length) return null;
  const columns = [L.name, L.role, L.charges, L.decisionOf, L.sentence];
  return h(
    "section",
    { id: "people", "aria-labelledby": "people-h" },
    h("h2.head", { id: "people-h" }, L.defendants),
    h(
      "div.scroll",
      {},
      h(
        "table.stack",
        {},
        h("thead", {}, h("tr", {}, columns.map((label) => h("th", { scope: "col" }, label)))),
        h("tbody", {}, review.outcomes.map((outcome) => row(outcome))),
      ),
    ),
    review.articles.length
      ? h("p.articles", {}, h("span.aside-only", {}, L.articles), review.articles.map((key) => articles(key)))
      : null,
  );
}

function row(outcome) {
  const sure = confidence(outcome);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, outcome.name),
    h("td", { "data-label": L.role }, outcome.role ? word("roles", outcome.role) : ""),
    h("td", { "data-label": L.charges }, outcome.charges.join("、")),
    h(
      "td",
      { "data-label": L.decisionOf },
      h("span.together", {}, pill(outcome.decision), sure === null ? null : h("span.small", {}, ` ${percent(sure)}`)),
      outcome.unresolved ? h("span.small", {}, ` ${outcome.unresolved.reason}`) : null,
    ),
    h("td", { "data-label": L.sentence }, outcome.sentence ? sentence(outcome.sentence) : ""),
  );
}

export function sentences({ review, many, articles }) {
  const found = review.outcomes.filter((outcome) => outcome.sentence);
  if (!found.length) return null;
  return h(
    "section",
    { id: "sentence", "aria-labelledby": "sentence-h" },
    h("h2.head", { id: "sentence-h" }, L.sentence),
    found.map((outcome) => card(outcome, many, articles)),
  );
}

function card({ name, sentence: made }, many, articles) {
  return h(
    "details.card.sentence",
    {},
    h(
      "summary",
      {},
      h("span.row", {}, h("strong", {}, many ? `${name}：` : null, sentence(made)), h("span.small", {}, L.band, " ", band(made.band))),
    ),
    made.steps.length
      ? h(
          "div.scroll",
          {},
          h(
            "table",
            {},
            h("caption", {}, L.sentenceSteps),
            h("thead", {}, h("tr", {}, h("th", { scope: "col" }, L.step), h("th.number", { scope: "col" }, L.months), h("th", { scope: "col" }, L.note))),
            h(
              "tbody",
              {},
              made.steps.map((step) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, step.label),
                  h("td.number", { title: months(step.months) }, String(Math.round(step.months * 100) / 100)),
                  h("td", {}, step.note, " ", step.citation ? articles(step.citation) : null),
                ),
              ),
            ),
          ),
        )
      : null,
  );
}
