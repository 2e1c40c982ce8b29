// The rest of a review: advice and notes, similar cases, the opinion, the trace.

import { articleRow } from "./articles.js";
import { both, h } from "./dom.js";
import { chargesOf } from "./facts.js";
import L from "./labels.js";
import { time } from "./run.js";
import { pill } from "./verdict.js";
import { decisions, percent, sentence, word } from "./words.js";

export function adviceSection({ review, many, articles }) {
  if (!review.advisories.length && !review.notes.length) return null;
  return h(
    "section",
    { id: "advice", "aria-labelledby": "advice-h" },
    h("h2.head", { id: "advice-h" }, review.advisories.length ? L.advisories : L.notes),
    review.advisories.length
      ? h(
          "ul.advice",
          {},
          review.advisories.map((item) =>
            h("li", {}, many && item.defendant ? `${item.defendant}：` : null, item.zh, articleRow(item.citations, articles)),
          ),
        )
      : null,
    review.notes.map((note) => h("p.small", {}, note)),
  );
}

/** This case beside the decided ones that resemble it. */
export function similarSection({ review, who }) {
  if (!review.similar.length) return null;
  const own = h(
    "li.card.own",
    {},
    h("p.small", {}, L.thisCase),
    h("p", {}, pill(review.decision)),
    h("p", {}, h("strong", {}, chargesOf(review).join("、") || L.unknownCharge)),
    who?.sentence ? h("p", {}, sentence(who.sentence)) : null,
  );
  return h(
    "section",
    { id: "similar", "aria-labelledby": "similar-h" },
    h("h2.head", { id: "similar-h" }, L.similar),
    h("ul.similar", {}, own, review.similar.map(similarCard)),
  );
}

function similarCard(found) {
  const meta = [found.province, found.date].filter(Boolean).join(" · ");
  return h(
    "li.card",
    {},
    h("p.small", {}, found.id, meta ? ` · ${meta}` : null),
    h("p", {}, outcomeOf(found.outcome)),
    h("p", {}, h("strong", {}, found.charge), found.role ? ` ${found.role}` : null),
    h("p.small", {}, L.score, ` ${percent(found.likeness || found.score)}`),
    found.shared?.length ? h("p.small", {}, L.shared, "：", found.shared.join("、")) : null,
    h("p.snippet", {}, found.snippet),
  );
}

/** An outcome may be a decision, by code or by name, or the words of a judgment. */
function outcomeOf(text) {
  const code = decisions().find((name) => name === text || word("decisions", name).zh === text);
  return code ? pill(code) : h("span.pill.tone-open", {}, text || "—");
}

export const opinionSection = ({ review }) =>
  h(
    "section",
    { id: "opinion" },
    h("details", {}, h("summary.head", {}, h("h2.head", {}, L.opinion)), h("p.opinion", {}, review.opinion)),
  );

export function traceSection({ review }) {
  const total = review.trace.reduce((sum, step) => sum + step.ms, 0);
  const count = { zh: `${review.trace.length} 步 · ${time(total)}`, en: `${review.trace.length} steps · ${time(total)}` };
  return h(
    "section",
    { id: "trace" },
    h(
      "details",
      {},
      h("summary.head", {}, h("h2.head", {}, L.trace), " ", h("span.small", {}, count)),
      review.trace.map(traceStep),
    ),
  );
}

function traceStep(step) {
  const node = h(
    "details.step",
    {},
    h(
      "summary",
      {},
      h("span.small", {}, String(step.seq)),
      " ",
      h("strong", {}, word("nodes", step.node)),
      step.defendant ? h("span", {}, step.defendant) : null,
      h("span.ms", {}, time(step.ms)),
    ),
  );
  // Written out when it is looked at: a trace may hold much more than the rest of the page.
  node.addEventListener("toggle", () => {
    if (!node.open || node.childElementCount > 1) return;
    const json = (data) => h("pre", { tabindex: "0", role: "region", "aria-label": both(step.node) }, JSON.stringify(data, null, 2));
    node.append(h("p.small", {}, `model: ${step.model}${step.parent ? ` · parent: ${step.parent}` : ""}`), json(step.finding));
    if (Object.keys(step.usage ?? {}).length) node.append(json(step.usage));
  });
  return node;
}
