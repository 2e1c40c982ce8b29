// The three checks of each defendant: verdict, grounds with their quotes, elements, articles.

import { articleRow } from "./articles.js";
import { h } from "./dom.js";
import { reasonOf } from "./facts.js";
import L from "./labels.js";
import { pill, unresolvedLine } from "./verdict.js";
import { checks, notMet, percent, sides, verdict, word } from "./words.js";

export function checksSection(parts) {
  const { review, who, many } = parts;
  const others = review.outcomes.filter((outcome) => outcome !== who);
  return h(
    "section",
    { id: "checks", "aria-labelledby": "checks-h" },
    h("h2.head", { id: "checks-h" }, L.threeChecks, many && who ? ` · ${who.name}` : null),
    who ? cards(who, 0, parts) : null,
    who && Object.keys(who.checks).length ? null : h("p", {}, L.noFinding),
    others.map((outcome, at) =>
      h(
        "details.person",
        { open: !who && others.length === 1 },
        h("summary", {}, h("strong", {}, outcome.name), " ", pill(outcome.decision)),
        unresolvedLine(outcome.unresolved),
        outcome.reasons.map((reason) => h("p", {}, reason)),
        cards(outcome, at + 1, parts),
      ),
    ),
  );
}

const cards = (outcome, at, parts) =>
  checks()
    .filter((name) => outcome.checks[name])
    .map((name, order) => card(name, outcome.checks[name], order + 1, `check-${at}-${name}`, parts));

function card(name, finding, order, id, parts) {
  const { tone, ...found } = verdict(finding.verdict);
  const held = finding.grounds.filter((ground) => ground.holds);
  const [plus, minus] = sides(name);
  const unmet = finding.grounds.filter((ground) => !ground.holds);
  return h(
    "section.card",
    { tone, id, "aria-labelledby": `${id}-t` },
    h(
      "div.row",
      {},
      h("h3.title", { id: `${id}-t` }, `${order}. `, word("checks", name)),
      h("span.result", {}, found, h("span.small", {}, ` · ${percent(finding.confidence)}`)),
    ),
    h("p", {}, finding.summary),
    finding.charge ? h("p.small", {}, L.reviewedCharge, finding.charge) : null,
    side(plus, "plus", held.filter((ground) => ground.weight >= 0), parts),
    side(minus, "minus", held.filter((ground) => ground.weight < 0), parts),
    elements(finding),
    finding.quotes.length
      ? h(
          "details",
          {},
          h("summary", {}, { zh: `案卷依据 ${finding.quotes.length} 处`, en: `${finding.quotes.length} passages of the file` }),
          finding.quotes.map((quote) => parts.quotes.quote(quote)),
        )
      : null,
    unmet.length
      ? h(
          "details",
          {},
          h("summary", {}, { zh: `${notMet().zh} ${unmet.length} 项`, en: `${notMet().en}: ${unmet.length}` }),
          grounds("none", unmet, parts),
        )
      : null,
    articleRow(finding.citations, parts.articles),
    finding.notes.map((note) => h("p.small", {}, note)),
    finding.judge === "rules" ? null : h("p.small", {}, L.judge, finding.judge),
  );
}

function side(name, sign, found, parts) {
  if (!found.length) return null;
  return [h("h4.sub", {}, { zh: name.zh, en: name.en }), grounds(sign, found, parts)];
}

const grounds = (sign, found, parts) =>
  h(
    `ul.grounds.${sign}`,
    {},
    found.map((ground) =>
      h(
        "li",
        {},
        h("strong", {}, ground.zh),
        " ",
        ground.weight ? h("span.weight", { title: L.weight }, signed(ground.weight)) : null,
        ground.proof_free ? h("span.tag", {}, L.proofFree) : null,
        ground.on_doubtful_fact ? h("span.tag", {}, L.doubtful) : null,
        reasonOf(ground) ? h("p", {}, reasonOf(ground)) : null,
        ground.quotes.map((quote) => parts.quotes.quote(quote)),
        articleRow(ground.citations, parts.articles),
      ),
    ),
  );

const signed = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;

function elements(finding) {
  if (!finding.elements.length) return null;
  const names = new Map(finding.grounds.map((ground) => [ground.id, ground.zh]));
  return [
    h("h4.sub", {}, L.elements),
    h(
      "div.scroll",
      {},
      h(
        "table.stack",
        {},
        h("thead", {}, h("tr", {}, [L.element, L.provenBy, L.doubts].map((label) => h("th", { scope: "col" }, label)))),
        h(
          "tbody",
          {},
          finding.elements.map((element) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, element.zh),
              h("td", { "data-label": L.provenBy }, element.proven_by.length ? element.proven_by.join("、") : h("span.gap", {}, L.notFound)),
              h("td", { "data-label": L.doubts }, element.doubts.map((id) => names.get(id) ?? id).join("、")),
            ),
          ),
        ),
      ),
    ),
  ];
}
