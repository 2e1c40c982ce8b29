// A review in words: names, articles, months, sentences, in both languages.

import { both } from "./dom.js";

let table = null;
const DIGITS = "零一二三四五六七八九";
const PLACES = { 十: 10, 百: 100, 千: 1000 };

/** Load the tables; once, before anything else. */
export async function load() {
  table = await (await fetch(new URL("words.json", import.meta.url))).json();
}

/** The pair for a value of one of the tables; the value itself if it has none. */
export const word = (name, value) =>
  Object.hasOwn(table[name] ?? {}, value) ? table[name][value] : both(value);
export const sides = (check) => table.sides[check] ?? [both(""), both("")];
export const notMet = () => table.not_met;
export const checks = () => Object.keys(table.checks);
export const decisions = () => Object.keys(table.decisions);
export const valueKeys = () => Object.keys(table.values);
export const injuries = () => Object.entries(table.injuries);

/** A decision with its code and tone; for none the word for unresolved. */
export function decision(code) {
  if (code === null || code === undefined) return { ...table.unresolved, code: "—", tone: "open" };
  return { tone: "open", ...word("decisions", code), code };
}

export const verdict = (value) => ({ tone: "open", ...word("verdicts", value) });

/** Join pairs; `mark` stands between them. */
export const joined = (pairs, mark = { zh: "、", en: ", " }) => ({
  zh: pairs.map((pair) => pair.zh).join(mark.zh),
  en: pairs.map((pair) => pair.en).join(mark.en),
});

function number(text) {
  let sum = 0;
  let digit = 0;
  for (const sign of text) {
    if (sign in PLACES) {
      sum += (digit || 1) * PLACES[sign];
      digit = 0;
    } else digit = DIGITS.indexOf(sign);
  }
  return sum + digit;
}

/** An article key as it is cited: 刑法第一百三十三条之一第一款, Criminal Law art. 133-1(1). */
export function article(key) {
  const [, law, place] = /^([a-z]+):(.+)$/s.exec(key) ?? [];
  if (!law || !Object.hasOwn(table.laws, law)) return both(key);
  const names = table.laws[law];
  const zh = names.zh + place;
  const n = "[零一二三四五六七八九十百千]+";
  const parts = new RegExp(`^第(${n})条(?:之(${n}))?(?:第(${n})款)?(?:第(${n})项)?$`).exec(place);
  if (!parts) return { zh, en: `${names.en} ${place}` };
  const [main, sub, paragraph, item] = parts.slice(1).map((text) => (text ? number(text) : null));
  const en = `${names.en} art. ${main}${sub ? `-${sub}` : ""}${paragraph ? `(${paragraph})` : ""}${item ? `(${item})` : ""}`;
  return { zh, en };
}

const count = (n, unit) => `${n} ${unit}${n === 1 ? "" : "s"}`;

/** Months as years and months. */
export function months(total) {
  const years = Math.floor(total / 12);
  const rest = Math.round((total - years * 12) * 10) / 10;
  const zh = (years ? `${years}年` : "") + (rest || !years ? `${rest}个月` : "");
  const en = [years ? count(years, "year") : "", rest || !years ? count(rest, "month") : ""];
  return { zh, en: en.filter(Boolean).join(" ") };
}

/** A band of months, open at the top for life and death. */
export function band([low, high]) {
  const to = high === null ? { zh: "无期徒刑或者死刑", en: "life or death" } : months(high);
  if (!low) return { zh: `${to.zh}以下`, en: `up to ${to.en}` };
  const from = months(low);
  return { zh: `${from.zh}至${to.zh}`, en: `${from.en} to ${to.en}` };
}

/** A sentence in a line: 有期徒刑10个月，缓刑1年，并处罚金2000元. */
export function sentence(made) {
  const kind = word("sentences", made.kind);
  const timed = made.months !== null && made.kind !== "fine" && made.kind !== "exempt";
  const length = timed ? months(made.months) : null;
  const zh = [kind.zh + (length?.zh ?? "")];
  const en = [kind.en + (length ? ` ${length.en}` : "")];
  if (made.probation_months) {
    const probation = months(made.probation_months);
    zh.push(`缓刑${probation.zh}`);
    en.push(`probation ${probation.en}`);
  }
  if (made.fine_yuan) {
    zh.push(`并处罚金${made.fine_yuan.toLocaleString("en")}元`);
    en.push(`fine ${made.fine_yuan.toLocaleString("en")} yuan`);
  }
  return { zh: zh.join("，"), en: en.join(", ") };
}

/** The share as a whole percentage. */
export const percent = (share) => `${Math.round(share * 100)}%`;

/** One side of a difference in words. */
export function valueWords(what, value) {
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return both("—");
  if (what === "decision") return decision(value);
  if (what === "role") return word("roles", value);
  if (what === "sentence") return sentence(value);
  if (checks().includes(what)) return verdict(value);
  if (Array.isArray(value)) return joined(value.map((item) => article(String(item))));
  return both(value);
}

/** Both sides of a difference; of lists only what the other one does not have. */
export function differenceWords(what, before, after) {
  if (Array.isArray(before) && Array.isArray(after)) {
    const gone = before.filter((item) => !after.includes(item));
    const fresh = after.filter((item) => !before.includes(item));
    if (gone.length || fresh.length) return [valueWords(what, gone), valueWords(what, fresh)];
  }
  return [valueWords(what, before), valueWords(what, after)];
}

/** The time of an ISO date, in the reader's own zone. */
export function moment(text) {
  const time = new Date(text);
  const two = (n) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
