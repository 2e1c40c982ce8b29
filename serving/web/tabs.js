// Panels of which one is shown: the case file and what-if, beside the review.

import { h } from "./dom.js";

/** `items`: `{id, label, panel}`; gives `{node, choose}`. */
export function tabs(name, items) {
  const buttons = items.map(({ id, label }, at) =>
    h(
      "button",
      { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, on: { click: () => pick(at), keydown: (event) => moved(event, at) } },
      label,
    ),
  );
  const panels = items.map(({ id, panel }) =>
    h("div.panel", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0" }, panel),
  );

  function pick(at) {
    buttons.forEach((button, other) => {
      button.setAttribute("aria-selected", String(other === at));
      button.tabIndex = other === at ? 0 : -1;
      panels[other].classList.toggle("away", other !== at);
    });
  }

  function moved(event, at) {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: items.length - 1 - at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = (at + step + items.length) % items.length;
    pick(to);
    buttons[to].focus();
  }

  pick(0);
  const node = h("aside.side", { "aria-label": name }, h("div.tabs", { role: "tablist", "aria-label": name }, buttons), panels);
  return { node, choose: (id) => pick(items.findIndex((item) => item.id === id)) };
}
