// The start: a case is pasted, dropped or taken from the examples, and sent in.

import { call } from "./api.js";
import { button, fill, h, plain } from "./dom.js";
import { inLine } from "./failure.js";
import { page, reviewList } from "./history.js";
import L from "./labels.js";
import { modelName, models } from "./models.js";
import { checks, word } from "./words.js";

const MOST_BYTES = 2 * 2 ** 20 - 4096;
const KINDS = /\.(txt|md|docx|json)$/i;
// Kept while the page is open, so that nothing typed is lost by looking at something else.
const draft = { text: "", file: null, model: "", second: "" };

export async function composeView(root, _, signal) {
  const problem = h("p.problem", { role: "alert", id: "problem" });
  const counter = h("span.small", { id: "count" });
  const field = h("textarea", {
    id: "case",
    rows: "9",
    lang: "zh-Hans",
    spellcheck: "false",
    placeholder: L.placeholder,
    "aria-describedby": "drop-hint problem",
    value: draft.text,
    on: { input: () => typed() },
  });
  const picker = h("input", {
    type: "file",
    id: "file",
    accept: ".txt,.md,.docx,.json",
    hidden: true,
    on: { change: () => take(picker.files) },
  });
  const chip = h("div.chip", { hidden: true });
  const choice = h("div.choice");
  const go = h("button.primary", { type: "submit", title: L.shortcut }, L.review);
  const drop = h("div.drop", {}, field, chip, h("p.over", { "aria-hidden": "true" }, L.dropNow));
  const form = h(
    "form.composer.card",
    { "aria-labelledby": "title", novalidate: true },
    h("div.row", {}, h("label.strong", { for: "case" }, L.caseText), counter),
    drop,
    h(
      "div.row",
      {},
      h("span.small", { id: "drop-hint" }, L.dropHint),
      h("span", {}, button(L.chooseFile, () => picker.click(), ""), picker),
    ),
    problem,
    h("div.row.end", {}, choice, go),
  );

  function typed() {
    draft.text = field.value;
    const n = [...draft.text.trim()].length;
    fill(counter, n ? { zh: `${n} 字`, en: `${n} characters` } : "");
    fill(problem);
  }

  function take(files) {
    fill(problem);
    if (!files.length) return;
    const [file] = files;
    const wrong =
      files.length > 1 ? L.oneFile : !KINDS.test(file.name) ? L.badKind : file.size > MOST_BYTES ? L.tooLarge : null;
    if (wrong) fill(problem, wrong);
    else showFile(file);
  }

  function showFile(file) {
    draft.file = file;
    picker.value = "";
    const kb = file ? Math.max(1, Math.round(file.size / 1024)) : 0;
    field.hidden = chip.hidden = false;
    field.hidden = Boolean(file);
    chip.hidden = !file;
    counter.hidden = Boolean(file);
    if (!file) return field.focus();
    const remove = button(L.removeFile, () => showFile(null), "");
    return fill(chip, h("span.sheet", { "aria-hidden": "true" }), h("strong.name", {}, plain(file.name)), h("span.small", {}, `${kb} KB`), remove);
  }

  async function submit(event) {
    event.preventDefault();
    fill(problem);
    if (!draft.file && !draft.text.trim()) {
      fill(problem, L.needCase);
      field.focus();
      return;
    }
    go.disabled = true;
    try {
      const first = await sendIn(draft.model, signal);
      const other = draft.second ? await sendIn(draft.second, signal) : null;
      location.hash = other ? `#/compare/${first}/${other}` : `#/review/${first}`;
    } catch (error) {
      if (signal.aborted) return;
      fill(problem, inLine(error));
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      go.disabled = false;
    }
  }

  form.addEventListener("submit", submit);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  dropping(drop, take, signal);
  const examples = h("ul.examples");
  const recent = h("section.recent", { hidden: true, "aria-labelledby": "recent" });
  fill(
    root,
    h("div.lead", {}, h("h1", { id: "title" }, L.composeTitle), h("p", {}, L.composeLead)),
    h("ol.strip.stages", { "aria-label": L.threeChecks }, checks().map((name, at) => h("li", {}, h("span.what", {}, String(at + 1)), h("span.found", {}, word("checks", name))))),
    form,
    h("section.tries", { "aria-labelledby": "tries" }, h("h2.head", { id: "tries" }, L.examples), examples),
    recent,
  );
  typed();
  showFileIfAny();
  await Promise.all([showModels(choice, signal), showExamples(examples, pickExample), showRecent(recent, signal)]);

  function showFileIfAny() {
    if (draft.file) showFile(draft.file);
  }

  function pickExample(text) {
    if (draft.file) showFile(null);
    field.value = text;
    typed();
    field.focus();
    field.setSelectionRange(0, 0);
    field.scrollTop = 0;
  }
}

async function sendIn(model, signal) {
  if (!draft.file) {
    const json = { text: draft.text, wait: false, ...(model && { model }) };
    return (await call("POST", "/v1/reviews", { json, signal })).review_id;
  }
  const form = new FormData();
  form.append("file", draft.file, draft.file.name);
  form.append("wait", "false");
  if (model) form.append("model", model);
  return (await call("POST", "/v1/reviews", { form, signal })).review_id;
}

/** Files dropped anywhere on the page go to the case; the browser would open them instead. */
function dropping(target, take, signal) {
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const listen = (name, heard) =>
    addEventListener(name, (event) => holdsFiles(event) && heard(event), { signal });
  const mark = (by) => {
    depth = by ? depth + by : 0;
    target.classList.toggle("dropping", depth > 0);
  };
  listen("dragenter", () => mark(1));
  listen("dragleave", () => mark(-1));
  listen("dragover", (event) => event.preventDefault());
  listen("drop", (event) => {
    event.preventDefault();
    mark(0);
    take(event.dataTransfer.files);
  });
}

async function showModels(choice, signal) {
  const offered = await models(signal);
  if (!offered.includes(draft.model)) draft.model = offered[0] ?? "";
  const options = (chosen) =>
    offered.map((name) => h("option", { value: name, selected: name === chosen }, modelName(name)));
  const select = (id, label, chosen, extra, change) =>
    h("span.pick", {}, h("label", { for: id }, label), h("select", { id, on: { change } }, extra, options(chosen)));
  fill(
    choice,
    select("model", L.model, draft.model, null, (event) => (draft.model = event.target.value)),
    offered.length > 1 &&
      select("second", L.secondModel, draft.second, h("option", { value: "" }, L.none), (event) => (draft.second = event.target.value)),
  );
}

async function showExamples(list, pick) {
  const examples = await (await fetch(new URL("examples.json", import.meta.url))).json();
  fill(
    list,
    examples.map(({ title, about, text }) =>
      h("li", {}, h("button.example", { type: "button", on: { click: () => pick(text) } }, h("strong", {}, title), h("span.small", {}, about))),
    ),
  );
}

async function showRecent(section, signal) {
  const { reviews } = await page(5, null, signal);
  if (!reviews.length) return;
  section.hidden = false;
  fill(
    section,
    h("div.row", {}, h("h2.head", { id: "recent" }, L.recent), h("a", { href: "#/history" }, L.all)),
    reviewList(reviews),
  );
}
