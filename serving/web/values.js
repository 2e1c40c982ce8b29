// The values that can be assumed: sums, quantities, dates, degrees.

import { h } from "./dom.js";
import { injuries, word } from "./words.js";

const TYPES = { conduct_date: "date", decision_date: "date", injury: "select", age: "whole", returns: "whole" };

/** Fields for `known` values; `change(key, value)` with null where a field is emptied. */
export function valueFields(known, change) {
  const fields = known.map(({ key }) => [key, field(key, change)]);
  const node = h(
    "div.values",
    {},
    fields.map(([key, input]) => h("p.pick.wide", {}, h("label", { for: input.id }, word("values", key)), input)),
  );
  return { node, reset: () => fields.forEach(([, input]) => (input.value = "")) };
}

function field(key, change) {
  const type = TYPES[key] ?? "number";
  const id = `value-${key}`;
  const heard = (event) => event.target.validity.valid && change(key, event.target.value.trim() || null);
  if (type === "select") {
    return h(
      "select",
      { id, on: { change: heard } },
      h("option", { value: "" }, "—"),
      injuries().map(([value, pair]) => h("option", { value }, pair)),
    );
  }
  if (type === "date") return h("input", { id, type: "date", min: "1980-01-01", max: "2100-12-31", on: { change: heard } });
  const step = type === "whole" ? "1" : "any";
  return h("input", { id, type: "number", min: "0", max: type === "whole" ? "120" : null, step, inputmode: "decimal", on: { input: heard } });
}
