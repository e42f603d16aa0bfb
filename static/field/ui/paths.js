/* What a path of the record and its value are called, for people who have to choose between two of them. */
import { unitName } from "./frame.js";
import { ANSWERS, KINDS, SEVERITIES, day, moment, word } from "./words.js";
import { positionText } from "./position.js";

const LEAVES = /** @type {Record<string, string>} */ ({
  answer: "结论", reason: "原因", note: "备注", item: "项目", part: "部位", design: "设计值", values: "实测值", unit: "单位", tool: "仪器", tolerance: "允许偏差",
  conclusion: "结论", own: "自检值", supervised: "平行检测值", allowed_percent: "允许相差", name: "名称", unit_id: "单位", organization_id: "责任单位", post: "职务", phone: "电话",
  text: "内容", term: "期限", entered_at: "到场时间", left_at: "离场时间", weather: "天气", progress: "形象进度", position: "位置", strokes: "签字", signed_at: "签字时间", side: "签字方",
  witness: "见证人", catalogue_code: "目录编码", kind: "问题类型", severity: "严重程度", severity_reason: "定级说明", basis: "依据", same_fact: "同一事实", checklist_code: "清单编号",
  annotation: "标注", finding: "所属问题", title: "名称", removed: "删除", at: "结束时间", by: "结束人",
});
const GROUPS = /** @type {Record<string, string>} */ ({
  answers: "清单", measurements: "实测", parallel: "平行比对", people: "在场人员", documents: "资料", orders: "现场要求", signatures: "签字", findings: "问题", photos: "照片",
  header: "到场", opinion: "被检查单位意见", refusal: "拒签", conclude: "现场结束",
});

/** @param {any} open @param {string} path */
export function nameOf(open, path) {
  const parts = path.split("/");
  const [group, key] = parts;
  const leaf = LEAVES[parts[parts.length - 1]] || parts[parts.length - 1];
  if (parts.length === 2) return `${GROUPS[group] || group} · ${leaf}`;
  if (group === "answers") {
    const item = open.checklist?.items.find((/** @type {any} */ one) => one.code === key);
    return `清单 ${key}${item ? ` ${item.text}` : ""} · ${leaf}`;
  }
  const about = ["text", "item", "name", "title"].map((one) => open.record.get(`${group}/${key}/${one}`)).find(Boolean);
  return `${GROUPS[group] || group}${about ? `“${String(about).slice(0, 24)}”` : ""} · ${leaf}`;
}

/** @param {any} open @param {string} path @param {any} value */
export function valueOf(open, path, value) {
  const leaf = path.split("/").pop();
  if (value === null || value === undefined || value === "") return "（空）";
  if (leaf === "answer") return word(ANSWERS, value);
  if (leaf === "severity") return word(SEVERITIES, value);
  if (leaf === "kind") return word(KINDS, value);
  if (leaf === "conclusion") return value === "OK" ? "合格" : "不合格";
  if (leaf === "unit_id") return unitName(open, value) || value;
  if (leaf === "position") return positionText(value);
  if (leaf === "removed") return value ? "删除" : "保留";
  if (leaf === "term") return day(value);
  if (leaf === "strokes") return `签字（${value.length} 笔）`;
  if (leaf === "annotation") return `${value.length} 个标注`;
  if (["entered_at", "left_at", "signed_at", "at"].includes(leaf || "")) return moment(value);
  return Array.isArray(value) ? value.join("、") : String(value);
}

/** The screen on which a path is written. @param {string} path */
export function whereIs(path) {
  const [group, key] = path.split("/");
  if (group === "findings") return `finding/${key}`;
  if (["measurements", "parallel", "people", "documents", "orders"].includes(group)) return `${group}/${key}`;
  if (group === "photos") return `photo/${key}`;
  return /** @type {Record<string, string>} */ ({ answers: "list", header: "start", conclude: "end", signatures: "opinion", opinion: "opinion", refusal: "opinion" })[group] || "findings";
}

/** Whether a third wording can be typed instead of either. @param {string} path @param {...any} values */
export const isTyped = (path, ...values) => {
  const leaf = path.split("/").pop() || "";
  const fixed = ["answer", "severity", "kind", "conclusion", "unit_id", "organization_id", "same_fact", "finding", "checklist_code", "catalogue_code", "side", "term", "signed_at", "entered_at", "left_at", "at"];
  return !fixed.includes(leaf) && values.some((value) => typeof value === "string");
};
