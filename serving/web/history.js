// The reviews made so far.

import { call, reviewPath } from "./api.js";
import { assumptions, learn } from "./assumptions.js";
import { both, button, fill, h, plain, say } from "./dom.js";
import { inLine } from "./failure.js";
import L from "./labels.js";
import { pill } from "./verdict.js";
import { moment } from "./words.js";

const PAGE = 30;
const titles = new Map();

/** The reviews of a page of the history; what they are about is known from then on. */
export async function page(limit, before, signal) {
  const query = `?limit=${limit}${before === null ? "" : `&before=${before}`}`;
  const [found, about] = await Promise.all([
    call("GET", `/v1/reviews${query}`, { signal }),
    call("GET", `/v1/titles${query}`, { signal }).catch(() => ({})),
  ]);
  for (const [id, title] of Object.entries(about)) titles.set(id, title);
  return found;
}

/** What a review is called: who and of what, or the id of its case. */
export function titleOf(state) {
  const { names = [], charges = [] } = titles.get(state.review_id) ?? {};
  if (!names.length || !/^case-[0-9a-f]{8}$/.test(state.case_id)) return both(state.case_id);
  const [first] = names;
  const others = names.length - 1;
  const of = charges.length ? ` · ${charges.join("、")}` : "";
  return {
    zh: plain(`${first}${others ? `等${names.length}人` : ""}${of}`),
    en: plain(`${first}${others ? ` and ${others} other${others > 1 ? "s" : ""}` : ""}${of}`),
  };
}

export async function historyView(root, _, signal) {
  const problem = h("p.problem", { role: "alert" });
  const place = h("div");
  const chosen = new Set();
  const compare = button(L.compareChosen, () => (location.hash = `#/compare/${[...chosen].map(encodeURIComponent).join("/")}`), "primary", { disabled: true, id: "compare-chosen" });
  const hint = h("span.small", {}, L.pickTwo);
  fill(root, h("h1", {}, L.history), problem, h("div.row.bar", {}, hint, compare), place);
  learn(await call("GET", "/v1/circumstances", { signal }));
  const shown = [];
  let next = null;

  async function more() {
    const found = await page(PAGE, next, signal);
    shown.push(...found.reviews);
    next = found.next;
    draw();
  }

  function draw() {
    if (!shown.length) {
      fill(place, h("p.card", {}, L.noHistory, " ", h("a", { href: "#/" }, L.fresh)));
      return;
    }
    const columns = [L.chosen, L.caseName, L.decisionOf, L.model, L.when, L.delete];
    fill(
      place,
      h(
        "div.scroll",
        {},
        h(
          "table.stack.history",
          {},
          h("thead", {}, h("tr", {}, columns.map((label, at) => h("th", { scope: "col" }, at === 0 || at === 5 ? h("span.aside-only", {}, label) : label)))),
          h("tbody", {}, shown.map(row)),
        ),
      ),
      next === null ? null : h("p.actions", {}, button(L.more, () => more().catch(complain))),
    );
  }

  function row(state) {
    const box = h("input", {
      type: "checkbox",
      "aria-label": { zh: `${L.chosen.zh} ${titleOf(state).zh}`, en: `${L.chosen.en} ${titleOf(state).en}` },
      disabled: state.status !== "done",
      checked: chosen.has(state.review_id),
      on: {
        change: () => {
          if (box.checked) chosen.add(state.review_id);
          else chosen.delete(state.review_id);
          compare.disabled = chosen.size !== 2;
        },
      },
    });
    return h(
      "tr",
      {},
      h("td", {}, box),
      h("th", { scope: "row" }, h("a", { href: `#/review/${encodeURIComponent(state.review_id)}` }, titleOf(state)), assumptions(state.overrides)),
      h("td", { "data-label": L.decisionOf }, outcome(state)),
      h("td", { "data-label": L.model }, state.model),
      h("td", { "data-label": L.when }, moment(state.created)),
      h("td", {}, remove(state)),
    );
  }

  /** Asks once more in its own place. */
  function remove(state) {
    let sure = false;
    const node = button(L.delete, pressed, "quiet");
    node.addEventListener("blur", () => {
      sure = false;
      fill(node, L.delete);
    });
    async function pressed() {
      if (!sure) {
        sure = true;
        fill(node, L.deleteSure);
        return;
      }
      try {
        await call("DELETE", reviewPath(state.review_id), { signal });
        shown.splice(shown.indexOf(state), 1);
        chosen.delete(state.review_id);
        compare.disabled = chosen.size !== 2;
        draw();
        say(L.deleted);
      } catch (error) {
        complain(error);
      }
    }
    return node;
  }

  const complain = (error) => !signal.aborted && fill(problem, inLine(error));
  await more();
}

/** The decision of a review, or how it stands. */
export const outcome = (state) =>
  state.status === "done" ? pill(state.decision) : h("span.tag", {}, L[`status_${state.status}`] ?? state.status);

/** A short list, each review a link. */
export function reviewList(reviews) {
  return h(
    "ul.recent-list",
    {},
    reviews.map((state) =>
      h(
        "li",
        {},
        h("a", { href: `#/review/${encodeURIComponent(state.review_id)}` }, titleOf(state)),
        outcome(state),
        Object.keys(state.overrides).length ? h("span.tag", {}, L.assumed) : null,
        h("span.small", {}, `${state.model} · ${moment(state.created)}`),
      ),
    ),
  );
}
