// The frame of the page: masthead, language, and which view stands in it.

import { hasKey, onUnauthorized, useKey } from "./api.js";
import { compareView } from "./compare.js";
import { composeView } from "./compose.js";
import { button, fill, focusOn, h } from "./dom.js";
import { failureCard } from "./failure.js";
import { historyView } from "./history.js";
import { askForKey } from "./key.js";
import L from "./labels.js";
import { apply, language, setLanguage } from "./lang.js";
import { reviewView } from "./review.js";
import { load } from "./words.js";

const VIEWS = { "": composeView, review: reviewView, history: historyView, compare: compareView };
const place = document.getElementById("view");
let leaving = new AbortController();
let first = true;

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return [Object.hasOwn(VIEWS, name) ? name : "", rest.map(decodeURIComponent)];
}

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  let name = "";
  let rest = [];
  try {
    [name, rest] = route();
  } catch {
    // An address that cannot be read leads to the start.
  }
  for (const link of document.querySelectorAll("#masthead nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const root = h("div.view");
  fill(place, root);
  scrollTo(0, 0);
  const quiet = first;
  first = false;
  try {
    await VIEWS[name](root, rest, signal);
  } catch (error) {
    if (signal.aborted) return;
    fill(root, failureCard(error));
  }
  const heading = root.querySelector("h1");
  const busy = place.contains(document.activeElement) && document.activeElement !== place;
  if (!quiet && heading && !busy && !signal.aborted) focusOn(heading);
}

function masthead() {
  const link = (view, label) => h("a", { href: `#/${view}`, "data-view": view }, label);
  const skip = button(L.skip, () => focusOn(place.querySelector("h1") ?? place), "skip");
  const swap = button(L.switch, () => setLanguage(language() === "zh" ? "en" : "zh"), "plain", {
    id: "language",
    title: L.switchTo,
  });
  const forget = button(
    L.forgetKey,
    () => {
      useKey("");
      location.reload();
    },
    "plain",
    { hidden: !hasKey(), id: "forget" },
  );
  fill(
    document.getElementById("masthead"),
    skip,
    h("a.brand", { href: "#/" }, h("span.logo", { "aria-hidden": "true" }, "N"), h("strong", { lang: "en" }, "nolle"), h("span.tagline", {}, L.tagline)),
    h("nav", { "aria-label": L.menu }, link("", L.fresh), link("history", L.history), link("compare", L.compare)),
    h("div.tools", {}, forget, swap),
  );
  fill(document.getElementById("colophon"), h("p", {}, L.colophon));
}

onUnauthorized(async (wrong) => {
  const given = await askForKey(wrong);
  document.getElementById("forget").hidden = !hasKey();
  return given;
});
masthead();
apply();
try {
  await load();
  addEventListener("hashchange", show);
  await show();
} catch (error) {
  fill(place, failureCard(error));
}
