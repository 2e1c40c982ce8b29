// Two reviews side by side.

import { call, reviewPath } from "./api.js";
import { assumptions, changeWords, learn } from "./assumptions.js";
import { both, button, fill, h } from "./dom.js";
import { comparison } from "./comparison.js";
import { inLine } from "./failure.js";
import { page, titleOf } from "./history.js";
import L from "./labels.js";
import { modelName, models } from "./models.js";
import { watch } from "./run.js";
import { reviewAgain } from "./toolbar.js";
import { decision, moment } from "./words.js";

const SIDES = [L.left, L.right];

export async function compareView(root, ids, signal) {
  const problem = h("p.problem", { role: "alert" });
  const bar = h("div.row.bar.pickers");
  const place = h("div");
  fill(root, h("h1", {}, L.compare), h("p", {}, L.compareLead), bar, problem, place);
  const asked = [0, 1].map((at) => (ids[at] && ids[at] !== "-" ? ids[at] : null));
  const states = [];
  for (const id of asked) states.push(id && (await ended(place, id, signal)));
  if (signal.aborted) return;
  fill(place);
  const [known, { reviews }, offered] = await Promise.all([
    call("GET", "/v1/circumstances", { signal }),
    page(100, null, signal),
    models(signal),
  ]);
  const done = reviews.filter((state) => state.status === "done");
  const go = (left, right) => (location.hash = `#/compare/${[left || "-", right].filter(Boolean).map(encodeURIComponent).join("/")}`);
  const selects = SIDES.map((label, at) => picker(label, at, done, ids[at], () => go(selects[0].value, selects[1].value)));
  fill(
    bar,
    selects.map((select, at) => h("span.pick", {}, h("label", { for: select.id }, SIDES[at]), select)),
    ids.length === 2 ? button(L.swap, () => go(ids[1], ids[0]), "") : null,
  );
  const failed = states.find((state) => state && state.status !== "done");
  if (failed) fill(problem, both(`${failed.case_id} · ${failed.model}: `), failed.error?.message ?? L[`status_${failed.status}`] ?? failed.status);
  else if (states[0] && states[1]) fill(place, await comparison(states, signal));
  else if (states[0] && offered.length > 1) fill(place, await otherModel(states[0], offered, problem, go, signal));
  else if (offered.length === 1) fill(place, h("p.card", {}, L.onlyRules));
}

async function ended(place, id, signal) {
  const state = await call("GET", reviewPath(id), { signal });
  return ["queued", "running"].includes(state.status) ? watch(place, state, signal, "h2") : state;
}

function picker(label, at, states, chosen, change) {
  const option = (state) => {
    const made = decision(state.decision);
    const changes = Object.entries(state.overrides).map(([key, value]) => changeWords(key, value));
    const line = (lang) => [titleOf(state)[lang], made[lang], state.model, ...changes.map((pair) => pair[lang]), moment(state.created)].join(" · ");
    return h("option", { value: state.review_id, selected: state.review_id === chosen }, { zh: line("zh"), en: line("en") });
  };
  return h("select", { id: `pick-${at}`, on: { change } }, h("option", { value: "" }, L.pickOne), states.map(option));
}

async function otherModel(state, offered, problem, go, signal) {
  const others = offered.filter((name) => name !== state.model);
  const select = h("select", { id: "run-model" }, others.map((name) => h("option", { value: name }, modelName(name))));
  async function run() {
    try {
      const { case: record } = await call("GET", reviewPath(state.review_id, "/text"), { signal });
      go(state.review_id, await reviewAgain(record, state, { model: select.value }, signal));
    } catch (error) {
      if (!signal.aborted) fill(problem, inLine(error));
    }
  }
  return h(
    "section.card",
    {},
    h("p", {}, state.case_id, " ", assumptions(state.overrides)),
    h("p.pick", {}, h("label", { for: "run-model" }, L.model), select, button(L.runOther, run, "primary")),
  );
}
