// A review under way: the three checks fill in as their steps finish.

import { call, follow, reviewPath } from "./api.js";
import { button, fill, h, say } from "./dom.js";
import L from "./labels.js";
import { modelName } from "./models.js";
import { checks, joined, verdict, word } from "./words.js";

/** Show the review until it ends; its last state. */
export async function watch(root, state, signal, heading = "h1") {
  const cards = new Map(checks().map((name, at) => [name, checkCard(name, at)]));
  const list = h("ol.run-steps", { "aria-label": L.steps });
  const clock = h("span.small", { "aria-hidden": "true" }, "0 s");
  const began = performance.now();
  const ticking = setInterval(() => fill(clock, `${Math.round((performance.now() - began) / 1000)} s`), 1000);
  const stop = button(L.cancel, cancel, "", { id: "cancel" });
  fill(
    root,
    h(
      "section.running.card.narrow",
      { "aria-labelledby": "running", "aria-busy": "true" },
      h("div.row", {}, h(`${heading}.title`, { id: "running" }, h("span.spinner", { "aria-hidden": "true" }), L.running), h("span", {}, clock, " ", stop)),
      h("p.small", {}, `${state.case_id} · `, modelName(state.model)),
      h("ul.strip", { "aria-label": L.threeChecks }, [...cards.values()].map((card) => card.node)),
      list,
    ),
  );
  say(L.running);

  async function cancel() {
    stop.disabled = true;
    fill(stop, L.cancelling);
    await call("DELETE", reviewPath(state.review_id)).catch(() => {
      stop.disabled = false;
      fill(stop, L.cancel);
    });
  }

  function heard(step) {
    if (list.querySelector(`[data-seq="${Number(step.seq)}"]`)) return;
    list.append(
      h(
        "li",
        { "data-seq": Number(step.seq) },
        h("strong", {}, word("nodes", step.node)),
        step.defendant && h("span", { lang: "zh-Hans" }, ` ${step.defendant}`),
        h("span.ms", {}, time(step.ms)),
      ),
    );
    const card = cards.get(step.node);
    if (!card || !step.finding.verdict) return;
    card.add(step);
    say(joined([word("nodes", step.node), verdict(step.finding.verdict)], { zh: "：", en: ": " }));
  }

  try {
    return await follow(state.review_id, heard, signal);
  } finally {
    clearInterval(ticking);
  }
}

export const time = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`);

function checkCard(name, at) {
  const found = h("span.found", {}, L.pending);
  const node = h("li.waiting", {}, h("span.what", {}, `${at + 1}. `, word("checks", name)), found);
  const lines = [];
  const add = ({ defendant, finding }) => {
    const { tone, ...pair } = verdict(finding.verdict);
    node.className = `tone-${tone}`;
    lines.push(h("span.line", {}, pair, lines.length || defendant ? h("span.small", { lang: "zh-Hans" }, ` ${defendant ?? ""}`) : null));
    fill(found, lines);
  };
  return { node, add };
}
