// Talking to the server: one function for requests, one for the events of a review.

import { plain } from "./dom.js";
import L from "./labels.js";

const KEPT = "nolle-key";
const ENDED = new Set(["done", "failed", "cancelled"]);
let key = keptKey();
let askForKey = async () => false;

/** What a request came to nothing for: `pair` in one line, `label` and `message` apart. */
export class Failure extends Error {
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
    const label = L[`error_${code}`] ?? L.error_internal_error;
    this.label = label;
    const said = plain(message);
    this.pair = said
      ? { zh: `${label.zh}：${said}`, en: `${label.en}: ${said}` }
      : { zh: label.zh, en: label.en };
  }
}

export const hasKey = () => key !== "";
export const onUnauthorized = (ask) => (askForKey = ask);

function keptKey() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** Use this key from now on; "" for none. It is kept for this tab only. */
export function useKey(text) {
  key = text;
  try {
    if (text) sessionStorage.setItem(KEPT, text);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Without storage the key lasts as long as the page.
  }
}

async function send(method, path, { json, form, signal } = {}) {
  const headers = {};
  if (key) headers.authorization = `Bearer ${key}`;
  if (json !== undefined) headers["content-type"] = "application/json";
  const body = json === undefined ? form : JSON.stringify(json);
  for (;;) {
    let answer;
    try {
      answer = await fetch(path, { method, headers, body, signal, cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Failure("network", "");
    }
    if (answer.ok) return answer;
    const failure = await failureOf(answer);
    if (answer.status !== 401 || !(await askForKey(headers.authorization !== undefined))) throw failure;
    headers.authorization = `Bearer ${key}`;
  }
}

async function failureOf(answer) {
  try {
    const { code, message } = (await answer.json()).error;
    return new Failure(code, message, answer.status);
  } catch {
    return new Failure("internal_error", `HTTP ${answer.status}`, answer.status);
  }
}

/** The JSON that the server answers; throws Failure. */
export async function call(method, path, options) {
  return (await send(method, path, options)).json();
}

/** What the server answers, as a Blob to download. */
export async function blob(path, options) {
  return (await send("GET", path, options)).blob();
}

export const reviewPath = (id, rest = "") => `/v1/reviews/${encodeURIComponent(id)}${rest}`;

/** The events of a review as they come, until it ends or the connection does. */
async function* events(id, signal) {
  const answer = await send("GET", reviewPath(id, "/events"), { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r", "");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = parsed(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parsed(block) {
  const lines = block.split("\n");
  const of = (name) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  const data = of("data").join("\n");
  return data ? { event: of("event")[0] ?? "message", data: JSON.parse(data) } : null;
}

/** Follow a review to its end and give its last state; `onStep` hears of each step. */
export async function follow(id, onStep, signal) {
  for (let round = 0; ; round += 1) {
    try {
      for await (const { event, data } of events(id, signal)) {
        if (event === "step") onStep(data);
        else if (ENDED.has(event)) return await call("GET", reviewPath(id), { signal });
      }
    } catch (error) {
      // A connection may break off in the middle of a long review; what the server says counts.
      if (error.name === "AbortError" || (error instanceof Failure && error.code !== "network")) throw error;
      if (round >= 5) throw new Failure("network", "");
    }
    await rest(Math.min(500 * 2 ** round, 5000), signal);
    const state = await call("GET", reviewPath(id), { signal });
    if (ENDED.has(state.status)) return state;
  }
}

function rest(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("", "AbortError"));
    });
  });
}
