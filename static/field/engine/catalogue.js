/** Finding an entry of the catalogue with wet hands: words, 拼音 initials or the code; and what severity it suggests. */

import { today } from "./util.js";

/** In rising order (水监督〔2019〕139号); the same rule as the server's inspections/rules/severity.py. */
const LEVELS = ["GENERAL", "SERIOUS", "GRAVE"];
const NAMES = { GENERAL: "一般", SERIOUS: "较重", GRAVE: "严重" };
const REPEAT_MONTHS = 12;
let prepared = new WeakMap();

/** Drop what was prepared for an older package. */
export function forget() {
  prepared = new WeakMap();
}

function prepare(items) {
  if (!prepared.has(items)) {
    const ready = items.map((item) => ({
      item, code: item.code.toLowerCase(), initials: (item.initials || "").toLowerCase(),
      text: [item.category, item.kind, item.text, item.basis].join(" ").toLowerCase(),
    }));
    prepared.set(items, ready);
  }
  return prepared.get(items);
}

/** How well one word fits: the code from its beginning, then initials, then the text; 0 is not at all. */
function fit(entry, word) {
  if (entry.code.startsWith(word)) return 8;
  if (/^[a-z]+$/.test(word) && entry.initials.includes(word)) return entry.initials.startsWith(word) ? 6 : 4;
  if (entry.item.text.toLowerCase().includes(word)) return 5;
  if (entry.text.includes(word)) return 3;
  return 0;
}

/** Pairs of neighbouring characters that an entry shares with a word that stands nowhere as a whole. */
function overlap(entry, word) {
  const pairs = Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2));
  const hits = pairs.filter((pair) => entry.text.includes(pair)).length;
  return pairs.length && hits / pairs.length >= 0.5 ? hits / pairs.length : 0;
}

/** @param {object[]} items @param {string} words @param {{role?: string, limit?: number}} [how] best first */
export function search(items, words, { role, limit = 30 } = {}) {
  const wanted = words.toLowerCase().split(/[\s,，、;；]+/).filter(Boolean);
  const open = prepare(items).filter((entry) => !role || entry.item.role === role);
  if (!wanted.length) return open.slice(0, limit).map((entry) => entry.item);
  const score = (entry, judge) => {
    const parts = wanted.map((word) => judge(entry, word));
    return parts.every((part) => part > 0) ? parts.reduce((sum, part) => sum + part, 0) : 0;
  };
  const rank = (judge) =>
    open.map((entry, at) => ({ entry, at, points: score(entry, judge) })).filter(({ points }) => points > 0)
      .sort((one, other) => other.points - one.points || one.at - other.at);
  const exact = rank(fit);
  return (exact.length ? exact : rank(overlap)).slice(0, limit).map(({ entry }) => entry.item);
}

/** The same day a year earlier; 29 February becomes the 28th. @param {string} day YYYY-MM-DD */
function yearBefore(day) {
  const [year, month, date] = day.split("-").map(Number);
  const earlier = new Date(Date.UTC(year, month - 1 - REPEAT_MONTHS, 1));
  const last = new Date(Date.UTC(earlier.getUTCFullYear(), earlier.getUTCMonth() + 1, 0)).getUTCDate();
  return `${earlier.toISOString().slice(0, 8)}${String(Math.min(date, last)).padStart(2, "0")}`;
}

/** The catalogue's severity; one step higher when the organization repeats the problem within twelve months.
    @returns {{severity: string, reason: string, repeats: object[]}} repeats: newest first */
export function propose(items, visit, { catalogue_code: code, unit_id: unit, organization_id: organization }) {
  const entry = items.find((item) => item.code === code);
  if (!entry || !LEVELS.includes(entry.severity)) return { severity: "", reason: "", repeats: [] };
  const firm = organization || visit?.units.find((one) => one.id === unit)?.organization_id;
  const day = visit?.date || today();
  const since = yearBefore(day);
  const repeats = (visit?.previous_findings ?? [])
    .filter((one) => one.catalogue_code === code && firm && one.organization_id === firm)
    .filter((one) => since <= one.found_on && one.found_on < day)
    .sort((one, other) => (one.found_on + one.number < other.found_on + other.number ? 1 : -1));
  const listed = `按问题清单 ${code} 定为${NAMES[entry.severity]}`;
  if (!repeats.length) return { severity: entry.severity, reason: `${listed}。`, repeats };
  const severity = LEVELS[Math.min(LEVELS.indexOf(entry.severity) + 1, LEVELS.length - 1)];
  const again = `${listed}；同一单位 12 个月内重复发生（${repeats[0].number}，${repeats[0].found_on}）`;
  const raised = severity === entry.severity ? "" : `，建议升一档为${NAMES[severity]}`;
  return { severity, reason: `${again}${raised}。`, repeats };
}
