// Articles of the law: their names, and what they say on pointing or focus.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { inLine } from "./failure.js";
import L from "./labels.js";
import { article, band, both, joinedWords, word } from "./statute-words.js";

const SOON = 180;

/** Gives `(key, status) -> button`; the tip says the law of `day`, and goes when the view does. */
export function articleTips(day, signal) {
  const tip = h("div.tip", { role: "tooltip", id: "tip", hidden: true, lang: "zh-Hans" });
  const answers = new Map();
  let owner = null;
  let timer = 0;
  document.body.append(tip);
  signal.addEventListener("abort", () => tip.remove());

  const later = (act) => {
    clearTimeout(timer);
    timer = setTimeout(act, SOON);
  };
  const close = () => {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };

  async function show(node, key) {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    owner = node;
    node.setAttribute("aria-describedby", "tip");
    fill(tip, h("p.small", {}, L.loading));
    place(tip, node);
    if (!answers.has(key)) {
      const query = day ? `?date=${day}` : "";
      answers.set(key, call("GET", `/v1/statutes/${encodeURIComponent(key)}${query}`, { signal }));
    }
    let inside;
    try {
      inside = described(await answers.get(key));
    } catch (error) {
      if (signal.aborted) return;
      answers.delete(key);
      inside = [h("strong", {}, article(key)), h("p", {}, inLine(error))];
    }
    if (owner !== node) return;
    fill(tip, inside);
    place(tip, node);
  }

  tip.addEventListener("pointerenter", () => clearTimeout(timer));
  tip.addEventListener("pointerleave", () => later(close));
  addEventListener("keydown", (event) => event.key === "Escape" && close(), { signal });
  addEventListener("scroll", (event) => owner && event.target !== tip && place(tip, owner), { signal, capture: true, passive: true });
  addEventListener("pointerdown", (event) => owner && !tip.contains(event.target) && event.target !== owner && close(), { signal });

  return (key, status = "") => {
    const node = h(
      "button.article",
      {
        type: "button",
        on: {
          pointerenter: (event) => event.pointerType !== "touch" && later(() => show(node, key)),
          pointerleave: () => later(close),
          focus: () => show(node, key),
          blur: () => later(close),
          click: () => show(node, key),
        },
      },
      article(key),
    );
    if (!status || status === "in_force") return node;
    return h("span", {}, node, " ", h("span.tag", {}, word("status", status)));
  };
}

/** A row of articles; null for none. `tipped` is what articleTips gave. */
export function articleRow(citations, tipped) {
  const once = new Map(citations.map((citation) => [citation.key, citation.status]));
  if (!once.size) return null;
  return h("p.articles", {}, [...once].map(([key, status]) => tipped(key, status)));
}

function described(found) {
  return [
    h("p.tip-head", {}, h("strong", {}, article(found.key)), h("span.tag", {}, word("status", found.status), ` ${found.date}`)),
    found.text ? h("p.wording", {}, found.text) : null,
    found.charges.map((charge) => [
      h("p", {}, h("strong", {}, charge.name)),
      h(
        "ul",
        {},
        charge.bands.map((one) =>
          h("li", {}, h("strong", {}, band(one.months)), " ", h("span.small", {}, joinedWords("penalties", one.penalties)), one.condition ? h("span.condition", {}, one.condition) : null),
        ),
      ),
    ]),
    found.grounds.length ? h("p", {}, h("span.small", {}, L.basedOn, " "), both(found.grounds.slice(0, 8).map((ground) => ground.zh).join("；") + (found.grounds.length > 8 ? " …" : ""))) : null,
    found.text ? null : h("p.small", {}, L.noWording),
  ];
}

/** Beside `node`, inside of the window. */
function place(tip, node) {
  tip.hidden = false;
  const at = node.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const below = at.bottom + 6 + box.height <= innerHeight || at.top < box.height + 12;
  tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
  tip.style.top = `${below ? at.bottom + 6 : at.top - box.height - 6}px`;
}
