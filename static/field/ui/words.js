/* The words of the screens, in one place: what a state is called is what people talk about on the dam. */

export const ANSWERS = /** @type {const} */ ([["OK", "符合", "✓"], ["PROBLEM", "不符合", "✕"], ["NA", "不适用", "—"]]);
export const SEVERITIES = /** @type {const} */ ([["GENERAL", "一般", "●"], ["SERIOUS", "较重", "▲"], ["GRAVE", "严重", "■"]]);
export const KINDS = /** @type {const} */ ([
  ["MANAGEMENT_VIOLATION", "质量管理违规行为"],
  ["PHYSICAL_DEFECT", "工程实体质量问题"],
  ["SAFETY_VIOLATION", "安全生产管理违规行为"],
]);
/** Kinds of inspections, as the office names them (inspections/enums.py). */
export const INSPECTION_KINDS = /** @type {const} */ ([
  ["ROUTINE", "日常监督检查"],
  ["JOINT_PATROL", "市县联合监督巡查"],
  ["DEMONSTRATION", "指导性示范性监督检查"],
  ["LAW_ENFORCEMENT", "季度执法检查"],
  ["CROSS_COUNTY", "交叉检查"],
  ["SPECIAL", "专项检查"],
  ["FOLLOW_UP", "“回头看”"],
]);
export const ASPECTS = /** @type {const} */ ([
  ["LIFELONG_LIABILITY", "质量终身责任制落实"],
  ["SYSTEM_SETUP", "质量管理体系建立"],
  ["SYSTEM_EXECUTION", "质量管理体系执行"],
  ["MATERIALS", "设备和材料进场"],
  ["PROCEDURES", "施工工序"],
  ["DRAWINGS", "按图施工"],
  ["MANDATORY_STANDARDS", "强制性标准执行"],
  ["TESTING", "质量检测"],
  ["ACCEPTANCE", "项目验收"],
  ["CONTRACT", "合同履约"],
  ["FILING", "质量核备"],
]);

/** @param {readonly (readonly string[])[]} table @param {string} key */
export function word(table, key) {
  const row = table.find((one) => one[0] === key);
  return row ? row[1] : key || "—";
}

const APPROVALS = /** @type {Record<string, string>} */ ({
  PENDING: "检查还没有批准，批准后才能实施。",
  URGENT: "按紧急情况先行检查，审批手续要补办。",
  NONE: "检查还没有报批，批准后才能实施。",
});

/** Which papers an inspection still lacks. @param {any} inspection of the package @returns {string[]} */
export const papers = (inspection) => [APPROVALS[inspection.approval], inspection.notified === false ? "检查通知书还没有签发。" : ""].filter(Boolean);

/** @param {string} key */
export function signOf(key) {
  const row = SEVERITIES.find((one) => one[0] === key);
  return row ? row[2] : "";
}

const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short" });
const MOMENT = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const ISO_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });

/** @param {string | number | Date} when @param {Intl.DateTimeFormat} format */
function written(when, format) {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? "—" : format.format(date).replace(/日(?=\S)/, "日 ");
}

/** 9月22日周五 @param {string | number | Date} when */
export const day = (when) => written(typeof when === "string" && when.length === 10 ? `${when}T12:00:00+08:00` : when, DAY);
/** 9月22日 14:05 @param {string | number | Date} when */
export const moment = (when) => written(when, MOMENT);
/** 14:05 @param {string | number | Date} when */
export const clock = (when) => written(when, CLOCK);
/** 2023-09-22, in Shanghai. @param {string | number | Date} when */
export const isoDay = (when) => written(when, ISO_DAY);

/** @param {number | null | undefined} bytes */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return "—";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What an error says; one that was not made for people gets a sentence of ours in front. @param {unknown} error */
export function sentence(error) {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof DOMException && error.name === "QuotaExceededError") return "平板存储空间不足，这一次没有保存。请先联网上传，填写的内容还在。";
  return /[\u4e00-\u9fff]/.test(text) ? text : `没有成功，请再试一次。（${text}）`;
}
