/* What every screen of one inspection shares: its record, its tabs, the line about saving, who may write what. */
import { fill, h } from "./dom.js";
import { note } from "./parts.js";
import { clock } from "./words.js";

/** @typedef {import("./app.js").App} App */

const SECTIONS = /** @type {const} */ ([
  ["list", "清单"], ["findings", "问题"], ["measure", "实测"], ["people", "人员"],
  ["documents", "资料"], ["orders", "要求"], ["opinion", "签字"], ["end", "结束"],
]);
const TITLES = {
  start: "检查", list: "检查清单", findings: "问题", measure: "实测", people: "人员",
  documents: "资料", orders: "现场要求", opinion: "意见与签字", end: "结束检查",
};
const BY_OFFICERS = ["list", "findings", "orders", "opinion", "end"];
const WRITABLE = ["PLANNED", "NOTIFIED", "UNDER_WAY"];

/** The inspection, its record and what belongs to it. @param {App} app @param {string} id */
export async function opened(app, id) {
  const { engine } = app;
  const inspection = engine.package.inspection(id);
  if (!inspection) throw new Error("这台平板没有这次检查的资料。请联网后在“今日任务”里下载。");
  const record = await engine.record(id);
  return { id, inspection, record, checklist: engine.package.checklist(inspection.checklist_id), base: `#/i/${id}` };
}

/** @typedef {Awaited<ReturnType<typeof opened>>} Open */

/** @param {Open} open @param {string} current */
function tabList(open, current) {
  const answered = progress(open);
  const counts = { list: answered.total ? `${answered.done}/${answered.total}` : "", findings: byFact(open.record.rows("findings")).length || "" };
  return h("ul", null, ...SECTIONS.map(([key, text]) =>
    h("li", null, h("a", { href: `${open.base}/${key}`, "aria-current": key === current ? "page" : undefined }, text,
      /** @type {any} */ (counts)[key] && h("b", null, /** @type {any} */ (counts)[key])))));
}

/** One line for findings that share a fact. @param {any[]} rows @returns {any[][]} */
export function byFact(rows) {
  /** @type {Map<string, any[]>} */ const groups = new Map();
  for (const row of rows) {
    const key = row.same_fact || row.id;
    groups.set(key, [...(groups.get(key) || []), row]);
  }
  return [...groups.values()];
}

/** How many items have an answer. @param {Open} open */
export function progress(open) {
  const items = open.checklist ? open.checklist.items : [];
  return { total: items.length, done: items.filter((/** @type {any} */ item) => open.record.get(`answers/${item.code}/answer`)).length };
}

/** Where the writing is now, in plain words. @param {Open} open */
function savedLine(open) {
  const { saving, error, savedAt, drafts, waiting } = open.record.state;
  if (error) return note("bad", error);
  const kept = saving ? "正在保存…" : savedAt ? `✓ 已保存在本机 ${clock(savedAt)}` : "✓ 已保存在本机";
  const more = [drafts ? `${drafts} 处还没放进待传箱` : "", waiting ? `${waiting} 条待传` : ""].filter(Boolean).join("，");
  return h("p", { class: "small soft saved" }, more ? `${kept} · ${more}` : kept);
}

/** Why this screen cannot be written, or nothing. @param {App} app @param {Open} open @param {string} section */
export function closedBecause(app, open, section) {
  const { record } = open;
  if (record.readOnly) return record.readOnly;
  if (BY_OFFICERS.includes(section) && app.engine.state.user?.role === "ASSISTANT") {
    return "辅助人员可以拍照、记实测、人员和资料；答题、定问题和签字由检查人员完成。";
  }
  return "";
}

/**
 * A screen of an inspection around `body`; `free` is what may be used even when the body rests. A screen that may not be written shows why, and its controls rest.
 * @param {App} app @param {Open} open
 * @param {{section: string, title?: string, body: any, dock?: HTMLElement | null, back?: string, tabs?: boolean, leave?: () => any, close?: () => void, free?: any,
 *   refresh?: (paths: string[] | null) => void, focus?: HTMLElement | null, on?: Record<string, () => void>}} o
 */
export function framed(app, open, o) {
  const closed = closedBecause(app, open, o.section);
  const bar = o.tabs === false ? null : h("nav", { class: "tabs", "aria-label": "检查内容" }, tabList(open, o.section));
  const line = h("div", { class: "saved-line" }, savedLine(open));
  const conflicts = open.record.conflicts.length + open.record.overtaken.length;
  return {
    title: o.title || /** @type {any} */ (TITLES)[o.section],
    back: o.back || "#/",
    tabs: bar,
    dock: closed ? null : o.dock,
    focus: o.focus,
    on: o.on,
    leave: async () => {
      o.close?.();
      if (app.engine.state.phase !== "open") return; // locked: the engine has written everything down itself
      if (o.leave) await o.leave();
      await open.record.flush();
    },
    refresh: (/** @type {string[] | null} */ paths) => {
      line.replaceChildren(savedLine(open));
      if (bar && !bar.contains(document.activeElement)) fill(bar, tabList(open, o.section));
      // A field never shows what somebody else has replaced: the next keystroke would count as an answer to the new value.
      if (paths === null) for (const one of app.main.querySelectorAll(".field")) /** @type {any} */ (one).refresh?.();
      o.refresh?.(paths);
    },
    body: [
      closed && note("info", closed),
      !isWritable(open) && note("warn", "这次检查已经结束。之后的修改会照样送达，由审核人决定是否采用。"),
      conflicts > 0 && o.section !== "conflicts" && h("p", { class: "note warn" }, `有 ${conflicts} 处和别人写的不一样。`, h("a", { href: `${open.base}/conflicts` }, "去处理")),
      closed ? h("fieldset", { disabled: true, class: "stack" }, h("legend", { class: "unseen" }, "只能看，不能改"), o.body) : o.body,
      o.free,
      line,
    ],
  };
}

/** Whether the record may still be written; afterwards what arrives is for the reviewer. @param {Open} open */
export function isWritable(open) {
  const { state } = open.record.state;
  return !state || WRITABLE.includes(state);
}

/** Names of those of the team who may sign for it. @param {Open} open @returns {string[]} */
export const officersOf = (open) => (open.inspection.team || [])
  .filter((/** @type {any} */ one) => (one.role || "OFFICER") === "OFFICER").map((/** @type {any} */ one) => one.name);

/** Put what is complete into the outbox: everything but findings that are still being written. @param {Open} open */
export async function saveSection(open) {
  const { record } = open;
  if (record.readOnly) return null;
  const unfinished = new Set(record.rows("findings").filter((/** @type {any} */ row) => !isComplete(row)).map((/** @type {any} */ row) => row.id));
  return record.save({
    filter: (/** @type {string} */ path) => {
      const [group, key] = path.split("/");
      if (group === "findings") return !unfinished.has(key);
      if (group === "photos") return !unfinished.has(record.get(`photos/${key}/finding`));
      return true;
    },
  });
}

/** Whether a finding says enough to be sent. @param {any} row */
export const isComplete = (row) => Boolean((row.text || "").trim() && (row.unit_id || row.organization_id) && row.severity);

/** Units of the project as choices. @param {Open} open @returns {[string, string][]} */
export const unitOptions = (open) => open.inspection.units.map((/** @type {any} */ unit) => [unit.id, unit.role ? `${unit.name}（${unit.role}）` : unit.name]);

/** @param {Open} open @param {string} id */
export const unitName = (open, id) => open.inspection.units.find((/** @type {any} */ unit) => unit.id === id)?.name || "";
