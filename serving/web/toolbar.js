// What can be done with a review: download, print, compare, review again with another model.

import { blob, call, reviewPath } from "./api.js";
import { button, fill, gently, h } from "./dom.js";
import { inLine } from "./failure.js";
import L from "./labels.js";
import { modelName, models } from "./models.js";

const KINDS = [
  ["docx", L.asDocx, "/opinion.docx"],
  ["html", L.asHtml, "/page"],
  ["json", L.asJson, "/json"],
];

export function toolbar(state, record, signal, side) {
  const problem = h("p.problem", { role: "alert" });
  const id = state.review_id;

  async function download(ending, path) {
    fill(problem);
    try {
      save(await blob(reviewPath(id, path), { signal }), `${fileName(record.id || id)}.${ending}`);
    } catch (error) {
      if (!signal.aborted) fill(problem, inLine(error));
    }
  }

  const other = h("span.pick");
  offerModels(other, state, record, signal, problem);
  const look = (name) => () => {
    side.choose(name);
    side.node.scrollIntoView({ behavior: gently(), block: "start" });
    document.getElementById(`tab-${name}`).focus({ preventScroll: true });
  };
  return h(
    "div.toolbar",
    {},
    h("span.near", {}, button(L.text, look("text")), button(L.whatif, look("whatif"))),
    h("span.group", { role: "group", "aria-label": L.download }, h("span.small", { "aria-hidden": "true" }, L.download), KINDS.map(([ending, label, path]) => button(label, () => download(ending, path), "", { "data-ending": ending }))),
    button(L.print, () => print(), ""),
    h("a.button", { href: `#/compare/${encodeURIComponent(id)}` }, L.compareThis),
    other,
    problem,
  );
}

/** A select that reviews the same case with another model and sets both side by side. */
async function offerModels(place, state, record, signal, problem) {
  const offered = (await models(signal)).filter((name) => name !== state.model);
  if (!offered.length) return;
  const select = h(
    "select",
    { id: "other-model", on: { change: () => select.value && again() } },
    h("option", { value: "" }, L.otherModel),
    offered.map((name) => h("option", { value: name }, modelName(name))),
  );
  async function again() {
    try {
      const made = await reviewAgain(record, state, { model: select.value }, signal);
      location.hash = `#/compare/${encodeURIComponent(state.review_id)}/${encodeURIComponent(made)}`;
    } catch (error) {
      if (!signal.aborted) fill(problem, inLine(error));
    }
  }
  fill(place, h("label.aside-only", { for: "other-model" }, L.otherModel), select);
}

/** Review the case of a review once more, with another model or other assumptions; the new id. */
export async function reviewAgain(record, state, { model = state.model, overrides = {} }, signal) {
  const json = {
    case: record,
    model,
    overrides: { ...state.overrides, ...overrides },
    today: state.today,
    wait: false,
  };
  return (await call("POST", "/v1/reviews", { json, signal })).review_id;
}

const fileName = (text) => text.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "review";

function save(data, name) {
  const url = URL.createObjectURL(data);
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
