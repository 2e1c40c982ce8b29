// What if: circumstances as switches, values as fields; the rules decide anew at each change.

import { call, reviewPath } from "./api.js";
import { changeName, changeWords, learn } from "./assumptions.js";
import { button, fill, h, say } from "./dom.js";
import { differencesList } from "./differences.js";
import { inLine } from "./failure.js";
import { heldIn } from "./facts.js";
import L from "./labels.js";
import { reviewAgain } from "./toolbar.js";
import { valueFields } from "./values.js";
import { pill } from "./verdict.js";
import { decision } from "./words.js";

const COMMON =
  "surrender confession plea forgiveness compensation restitution_full reconciliation first_offence prior_record recidivist accomplice attempt minor victim_fault denial confession_only".split(" ");
const SOON = 250;

export function whatIfPanel({ state, text, known, signal }) {
  learn(known);
  const { review } = state;
  const changes = new Map();
  const held = heldIn(review);
  const result = h("div.whatif-result", { "aria-live": "polite" });
  const problem = h("p.problem", { role: "alert" });
  let who = "";
  let timer = 0;
  let running = null;

  const keyOf = (key) => (who ? `${who}:${key}` : key);
  const assumedOf = (key) => changes.get(keyOf(key)) ?? (who ? changes.get(key) : undefined);

  function change(full, value) {
    if (value === null) changes.delete(full);
    else changes.set(full, value);
    clearTimeout(timer);
    timer = setTimeout(recompute, SOON);
  }

  async function recompute() {
    running?.abort();
    fill(problem);
    result.removeAttribute("aria-busy");
    if (!changes.size) return showNothing();
    running = new AbortController();
    const mine = running;
    result.setAttribute("aria-busy", "true");
    try {
      const made = await call("POST", reviewPath(state.review_id, "/whatif"), {
        json: { changes: Object.fromEntries(changes), model: "rules" },
        signal: AbortSignal.any([mine.signal, signal]),
      });
      if (mine === running) showResult(made);
    } catch (error) {
      if (error.name !== "AbortError" && mine === running) fill(problem, inLine(error));
    } finally {
      if (mine === running) result.removeAttribute("aria-busy");
    }
    return undefined;
  }

  function showNothing() {
    fill(result, h("p.small", {}, review.model === "rules" ? L.whatifLead : L.whatifRules));
  }

  function showResult(made) {
    const found = made.differences.find((one) => one.what === "decision" && one.defendant === null);
    const before = found ? found.before : made.review.decision;
    fill(
      result,
      h("p.turn", {}, pill(before), h("span.arrow", { "aria-hidden": "true" }, " → "), pill(made.review.decision)),
      h("p.actions", {}, button(L.reset, reset, "", { id: "reset" }), button(L.saveCompare, keep, "", { id: "keep" })),
      made.differences.length ? differencesList(made.differences, advice(made.review)) : h("p", {}, L.same),
      h("p.assumed", {}, h("span.small", {}, L.changesNow), Object.entries(made.changes).map(([key, value]) => h("span.tag", {}, changeWords(key, value)))),
    );
    const [from, to] = [decision(before), decision(made.review.decision)];
    if (found) say({ zh: `${from.zh}，${L.after.zh}${to.zh}`, en: `${from.en} → ${to.en}` });
    else say(made.differences.length ? to : L.same);
  }

  const advice = (after) =>
    new Map([...review.advisories, ...after.advisories].map((item) => [item.code, item.zh]));

  function reset() {
    changes.clear();
    draw();
    values.reset();
    recompute();
  }

  async function keep() {
    try {
      const made = await reviewAgain(text.case, state, { model: "rules", overrides: Object.fromEntries(changes) }, signal);
      location.hash = `#/compare/${encodeURIComponent(state.review_id)}/${encodeURIComponent(made)}`;
    } catch (error) {
      if (!signal.aborted) fill(problem, inLine(error));
    }
  }

  function toggle(key) {
    const assumed = assumedOf(key);
    const unsure = who !== "" && held.has(key) && assumed === undefined;
    const box = h("input", {
      type: "checkbox",
      checked: assumed === undefined ? held.has(key) : assumed === "yes",
      indeterminate: unsure,
      on: {
        change: () => {
          const same = box.checked === held.has(key) && !who;
          change(keyOf(key), same ? null : box.checked ? "yes" : "no");
          row.classList.toggle("changed", changes.has(keyOf(key)));
        },
      },
    });
    const row = h("label.toggle", { "data-key": key }, box, h("span", {}, changeName(key)));
    row.classList.toggle("changed", changes.has(keyOf(key)));
    return h("li", {}, row);
  }

  const every = known.circumstances.map(({ key }) => key);
  const groups = [
    [L.held, every.filter((key) => held.has(key))],
    [L.common, COMMON.filter((key) => every.includes(key) && !held.has(key))],
    [L.others, every.filter((key) => !held.has(key) && !COMMON.includes(key))],
  ];
  const lists = h("div.toggles");
  const search = h("input", { type: "search", id: "find", placeholder: L.findHint, autocomplete: "off", on: { input: draw } });

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const fits = (key) => !wanted || `${changeName(key).zh} ${key.replaceAll("_", " ")}`.toLowerCase().includes(wanted);
    const shown = groups.map(([label, keys]) => [label, keys.filter(fits)]).filter(([, keys]) => keys.length);
    fill(
      lists,
      shown.map(([label, keys]) => {
        const list = h("ul", {}, keys.map(toggle));
        if (label !== L.others || wanted) return [h("h3.sub", {}, label), list];
        return h("details", {}, h("summary", {}, label, ` ${keys.length}`), list);
      }),
      shown.length ? null : h("p.small", {}, L.noMatch),
    );
  }

  const values = valueFields(known.values, (key, value) => change(key, value));
  showNothing();
  draw();
  return h(
    "div.whatif",
    {},
    result,
    problem,
    review.outcomes.length > 1 ? scope(review.outcomes, (name) => ((who = name), draw())) : null,
    h("p.pick.wide", {}, h("label", { for: "find" }, L.find), search),
    lists,
    h("details", {}, h("summary", {}, L.values), values.node),
  );
}

function scope(outcomes, choose) {
  const select = h(
    "select",
    { id: "scope", on: { change: () => choose(select.value) } },
    h("option", { value: "" }, L.everyone),
    outcomes.map((outcome) => h("option", { value: outcome.name }, outcome.name)),
  );
  return h("p.pick.wide", {}, h("label", { for: "scope" }, L.scope), select);
}
