// Asking for the API key, where the server wants one.

import { useKey } from "./api.js";
import { button, h } from "./dom.js";
import L from "./labels.js";

let asking = null;

/** Ask for a key until one is given (true) or the reader gives up (false). */
export function askForKey(wrong) {
  asking ??= asked(wrong).finally(() => (asking = null));
  return asking;
}

function asked(wrong) {
  return new Promise((resolve) => {
    const field = h("input", { type: "password", id: "key", autocomplete: "off", required: true, spellcheck: "false" });
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "key-title" }, L.keyTitle),
      h("p", {}, L.keyLead),
      wrong && h("p.gap", { role: "alert" }, L.keyWrong),
      h("label", { for: "key" }, L.keyField),
      field,
      h(
        "p.actions",
        {},
        h("button.primary", { type: "submit" }, L.enter),
        button(L.close, () => dialog.close()),
      ),
    );
    const dialog = h("dialog", { "aria-labelledby": "key-title" }, form);
    let given = false;
    form.addEventListener("submit", () => {
      given = true;
      useKey(field.value.trim());
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(given);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
}
