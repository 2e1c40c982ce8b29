// The models that this server offers.

import { call } from "./api.js";
import { both } from "./dom.js";
import L from "./labels.js";

let known = null;

/** Their names, the default first. */
export async function models(signal) {
  known ??= (await call("GET", "/readyz", { signal }).catch(() => ({ models: ["rules"] }))).models;
  return known;
}

export const modelName = (name) => (name === "rules" ? L.rulesModel : both(name));
