// The table of a comparison: one row for each thing, marked where the sides differ.

import { call, reviewPath } from "./api.js";
import { assumptions } from "./assumptions.js";
import { both, h } from "./dom.js";
import { chargesOf, confidence, deciding, lawDate } from "./facts.js";
import L from "./labels.js";
import { article, checks, decision, joined, percent, sentence, verdict, word } from "./words.js";

export async function comparison(states, signal) {
  const reviews = states.map((state) => state.review);
  const texts = await Promise.all(states.map((state) => call("GET", reviewPath(state.review_id, "/text"), { signal })));
  const same = texts[0].case.fact === texts[1].case.fact;
  const rows = [...caseRows(reviews), ...personRows(reviews)];
  const differing = rows.filter((row) => row.cells && differs(row)).length;
  return [
    same ? null : h("p.card.tone-prosecute", {}, L.otherCase),
    h("div.duel", {}, states.map(head)),
    h("p.small", { role: "status" }, differing ? { zh: `${differing} ${L.diffCount.zh}`, en: `${differing} ${L.diffCount.en}` } : L.sameAll),
    h(
      "div.scroll",
      {},
      h(
        "table.versus",
        {},
        h("caption.aside-only", {}, L.compare),
        h("thead", {}, h("tr", {}, h("td"), [L.left, L.right].map((label) => h("th", { scope: "col" }, label)))),
        h("tbody", {}, rows.map(tableRow)),
      ),
    ),
  ];
}

function head(state) {
  const made = decision(state.review.decision);
  const who = deciding(state.review);
  return h(
    "section.verdict",
    { tone: made.tone },
    h("p.case-id", {}, `${state.case_id} · ${state.model}`),
    h("h2.label", {}, { zh: made.zh, en: made.en }, h("span.code", { lang: "en" }, made.code)),
    who?.reasons.map((reason) => h("p.why", { lang: "zh-Hans" }, reason)),
    assumptions(state.overrides),
    h("p.actions", {}, h("a", { href: `#/review/${encodeURIComponent(state.review_id)}` }, L.open)),
  );
}

function caseRows(reviews) {
  const row = (label, of) => ({ label, cells: reviews.map(of) });
  return [
    row(L.charges, (review) => both(chargesOf(review).join("、") || "—")),
    row(L.articles, (review) => orDash(joined(review.articles.map(article)))),
    row(L.lawOf, (review) => both(lawDate(review) || "—")),
    row(L.advisories, (review) => both(review.advisories.map((item) => item.zh).join("；") || "—")),
  ];
}

function personRows(reviews) {
  const names = [...new Set(reviews.flatMap((review) => review.outcomes.map((outcome) => outcome.name)))];
  return names.flatMap((name) => {
    const found = reviews.map((review) => review.outcomes.find((outcome) => outcome.name === name));
    const row = (label, of) => ({ label, cells: found.map((outcome) => (outcome ? of(outcome) : both("—"))) });
    const rows = [
      row(L.decisionOf, (outcome) => pairOf(decision(outcome.decision))),
      row(L.confidence, (outcome) => both(confidence(outcome) === null ? "—" : percent(confidence(outcome)))),
      row(L.role, (outcome) => (outcome.role ? word("roles", outcome.role) : both("—"))),
      ...checks().map((check) => row(word("checks", check), (outcome) => (outcome.checks[check] ? pairOf(verdict(outcome.checks[check].verdict)) : both("—")))),
      row(L.sentence, (outcome) => (outcome.sentence ? sentence(outcome.sentence) : both("—"))),
      row(L.reasons, (outcome) => both(outcome.reasons.join("；") || outcome.unresolved?.reason || "—")),
    ];
    return [{ label: both(name) }, ...rows];
  });
}

const pairOf = ({ zh, en }) => ({ zh, en });
const orDash = (pair) => (pair.zh ? pair : both("—"));
const differs = ({ cells }) => cells[0].zh !== cells[1].zh;

function tableRow(row) {
  if (!row.cells) return h("tr.group-row", {}, h("th", { scope: "rowgroup", colspan: "3" }, row.label));
  const different = differs(row);
  return h(
    different ? "tr.differs" : "tr",
    {},
    h("th", { scope: "row" }, row.label, different ? h("span.tag", {}, L.differs) : null),
    row.cells.map((cell) => h("td", {}, cell)),
  );
}
