// One review: under way, ended without a result, or with everything it found.

import { call, reviewPath } from "./api.js";
import { articleTips } from "./articles.js";
import { casePanel } from "./casetext.js";
import { checksSection } from "./checks.js";
import { fill, focusOn, h, say } from "./dom.js";
import { failureCard, failureOf } from "./failure.js";
import { deciding, lawDate } from "./facts.js";
import L from "./labels.js";
import { pick } from "./lang.js";
import { people, sentences } from "./people.js";
import { Quotes } from "./quotes.js";
import { watch } from "./run.js";
import { adviceSection, opinionSection, similarSection, traceSection } from "./sections.js";
import { tabs } from "./tabs.js";
import { toolbar } from "./toolbar.js";
import { checkStrip, verdictCard } from "./verdict.js";
import { whatIfPanel } from "./whatif.js";
import { decision } from "./words.js";

export async function reviewView(root, [id], signal) {
  const path = reviewPath(id ?? "");
  fill(root, h("p.small", { role: "status" }, L.loading));
  let state = await call("GET", path, { signal });
  if (state.status === "queued" || state.status === "running") {
    state = await watch(root, state, signal);
    if (signal.aborted) return;
    const made = decision(state.decision);
    if (state.status === "done") say({ zh: L.finished.zh + made.zh, en: L.finished.en + made.en });
  }
  if (state.status !== "done") {
    fill(root, ended(state));
    focusOn(root.querySelector("h1"));
    return;
  }
  const text = await call("GET", `${path}/text`, { signal });
  if (signal.aborted) return;
  fill(root, await finished(state, text, signal));
}

/** A review without a result: why, and what can be done. */
function ended(state) {
  if (state.status === "failed") return failureCard(failureOf(state.error));
  return h(
    "section.card.tone-open.narrow",
    {},
    h("h1", {}, L.cancelled),
    h("p.small", {}, state.case_id),
    h("p.actions", {}, h("a.button.primary", { href: "#/" }, L.backToStart)),
  );
}

async function finished(state, text, signal) {
  const { review } = state;
  document.title = `${pick(decision(review.decision))} · ${review.id} · nolle`;
  signal.addEventListener("abort", () => (document.title = "nolle"));
  const quotes = new Quotes(text.quotes);
  const articles = articleTips(lawDate(review), signal);
  const known = await call("GET", "/v1/circumstances", { signal });
  const side = tabs(L.side, [
    { id: "text", label: L.text, panel: casePanel(text, quotes) },
    { id: "whatif", label: L.whatif, panel: whatIfPanel({ state, text, known, articles, signal }) },
  ]);
  quotes.onLook(() => side.choose("text"));
  const parts = { review, quotes, articles, many: review.outcomes.length > 1, who: deciding(review) };
  return h(
    "div.sheet-view",
    {},
    h(
      "article.result",
      { lang: "zh-Hans", "aria-labelledby": "decision" },
      verdictCard(state, text.case),
      checkStrip(parts),
      toolbar(state, text.case, signal, side),
      people(parts),
      sentences(parts),
      checksSection(parts),
      adviceSection(parts),
      similarSection(parts),
      opinionSection(parts),
      traceSection(parts),
    ),
    side.node,
  );
}
