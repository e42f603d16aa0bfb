/** Finding an entry of the catalogue with wet hands: words, 拼音 initials or the code; and what severity it suggests. */

import { today } from "./util.js";

/** In rising order (水监督〔2019〕139号); the same rule as the server's inspections/rules/severity.py. */
const LEVELS = ["GENERAL", "SERIOUS", "GRAVE"];
const NAMES = { GENERAL: "一般", SERIOUS: "较重", GRAVE: "严重" };
const REPEAT_MONTHS = 12;
const MIN_INITIALS = 2;
let prepared = new WeakMap();

/** Drop what was prepared for an older package. */
export function forget() {
  prepared = new WeakMap();
}

function prepare(items) {
  if (!prepared.has(items)) {
    const ready = items.map((item) => ({
      item, code: item.code.toLowerCase(), initials: (item.initials || "").toLowerCase(), text: item.text.toLowerCase(),
      more: [item.category, item.role_label ?? item.role, item.basis, item.official_code ?? ""].join(" ").toLowerCase(),
    }));
    ready.sort((one, other) => (one.item.code < other.item.code ? -1 : 1));
    prepared.set(items, ready);
  }
  return prepared.get(items);
}

/** The points of one part: the table of the server's inspections/rules/searching.py, which says it for both sides. */
function points(entry, part) {
  const { code, text, initials, more } = entry;
  if (code === part) return 40;
  if (code.startsWith(part)) return 30;
  if (text.startsWith(part)) return 20;
  if (text.includes(part)) return 15;
  if (initials.startsWith(part)) return 10;
  if (part.length >= MIN_INITIALS && initials.includes(part)) return 6;
  return more.includes(part) ? 4 : 0;
}

/** The pairs of neighbouring characters of a part that an entry contains, when they are half of them or more. */
function overlap(entry, part) {
  const pairs = Array.from({ length: part.length - 1 }, (_, at) => part.slice(at, at + 2));
  const hits = pairs.filter((pair) => entry.text.includes(pair)).length;
  return hits * 2 >= pairs.length ? hits : 0;
}

/** @param {object[]} items @param {string} words @param {{role?: string, limit?: number}} [how] best first */
export function search(items, words, { role, limit = 30 } = {}) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const open = prepare(items).filter((entry) => !role || entry.item.role === role);
  if (!parts.length) return open.slice(0, limit).map((entry) => entry.item);
  const rank = (judge) => {
    const judged = open.map((entry) => ({ entry, each: parts.map((part) => judge(entry, part)) }));
    const found = judged.filter(({ each }) => each.every((one) => one > 0));
    const sum = ({ each }) => each.reduce((total, one) => total + one, 0);
    return found.sort((one, other) => sum(other) - sum(one)); // stable: equal ranks stay in the order of codes
  };
  const exact = rank(points);
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
