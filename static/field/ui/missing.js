/* What a record still lacks before the inspection on site may end. The server asks the same (inspections/rules/conclusion.py);
   here each sentence leads to the section where it is put right. */

export const MIN_OFFICERS = 2;
const MOST_NAMED = 5;

/** @param {any} value */
const filled = (value) => (Array.isArray(value) ? value.length > 0 : String(value ?? "").trim() !== "");
/** @param {string[]} codes */
const named = (codes) => codes.slice(0, MOST_NAMED).join("、") + (codes.length > MOST_NAMED ? "等" : "");

/** @param {any} record @param {any[]} items @param {(item: any) => string} aspectName @returns {[string, string][]} */
function answers(record, items, aspectName) {
  /** @type {[string, string][]} */ const lacks = [];
  const answer = (/** @type {any} */ item) => record.get(`answers/${item.code}/answer`) || "";
  for (const aspect of new Set(items.map((item) => item.aspect))) {
    const open = items.filter((item) => item.aspect === aspect && !answer(item));
    if (open.length) lacks.push([`list/${aspect}`, `“${aspectName(open[0])}”还有 ${open.length} 项没有回答：${named(open.map((item) => item.code))}。`]);
  }
  const bare = items.filter((item) => answer(item) === "NA" && !filled(record.get(`answers/${item.code}/reason`)));
  if (bare.length) lacks.push([`list/${bare[0].aspect}`, `答“不适用”没有写原因：${named(bare.map((item) => item.code))}。`]);
  const found = new Set(record.rows("findings").map((/** @type {any} */ row) => row.checklist_code));
  const silent = items.filter((item) => answer(item) === "PROBLEM" && !found.has(item.code));
  if (silent.length) lacks.push([`list/${silent[0].aspect}`, `答“不符合”而没有记录问题：${named(silent.map((item) => item.code))}。`]);
  const measured = new Set(record.rows("measurements").map((/** @type {any} */ row) => row.checklist_code));
  const bareMeasures = items.filter((item) => item.is_measured && ["OK", "PROBLEM"].includes(answer(item)) && !measured.has(item.code));
  if (bareMeasures.length) lacks.push([`list/${bareMeasures[0].aspect}`, `需要实测的项目没有实测数据：${named(bareMeasures.map((item) => item.code))}。`]);
  return lacks;
}

/** @param {any} record @param {(row: any) => {severity: string}} propose @returns {[string, string][]} */
function findings(record, propose) {
  return record.rows("findings").flatMap((/** @type {any} */ row, /** @type {number} */ index) => {
    const parts = [["text", "问题描述"], ["kind", "问题类型"], ["severity", "严重程度"], ["basis", "依据"]].filter(([leaf]) => !filled(row[leaf])).map(([, name]) => name);
    if (!filled(row.unit_id) && !filled(row.organization_id)) parts.push("责任单位");
    if (parts.length) return [[`finding/${row.id}`, `第 ${index + 1} 个问题缺${parts.join("、")}。`]];
    const proposed = row.catalogue_code ? propose(row).severity : "";
    return proposed && proposed !== row.severity && !filled(row.severity_reason)
      ? [[`finding/${row.id}`, `第 ${index + 1} 个问题的严重程度与建议的不同，请写明理由。`]] : [];
  });
}

const LISTS = /** @type {[string, string, string[], string][]} */ ([
  ["measurements", "实测", ["item", "values", "conclusion"], "项目、实测值、结论"],
  ["parallel", "平行检测", ["item", "own", "supervised", "conclusion"], "项目、两组数据、结论"],
  ["people", "在场人员", ["name"], "姓名"],
  ["documents", "查阅资料", ["name"], "名称"],
  ["orders", "现场要求", ["text"], "内容"],
]);

/** @param {any} record @returns {[string, string][]} */
function rows(record) {
  return LISTS.flatMap(([list, name, needs, parts]) => record.rows(list).flatMap((/** @type {any} */ row, /** @type {number} */ index) =>
    (needs.every((leaf) => filled(row[leaf])) ? [] : [[`${list}/${row.id}`, `第 ${index + 1} 条${name}没有写全（${parts}）。`]])));
}

/** @param {any} record @param {string[]} officers @returns {[string, string][]} */
function people(record, officers) {
  /** @type {[string, string][]} */ const lacks = [];
  const signed = (/** @type {string} */ side) => record.rows("signatures").filter((/** @type {any} */ row) => row.side === side && filled(row.strokes));
  if (!record.rows("people").length) lacks.push(["people", "没有记被检查单位的在场人员。"]);
  if (new Set(signed("OFFICER").map((/** @type {any} */ row) => String(row.name || "").trim())).size < MIN_OFFICERS) lacks.push(["opinion", `检查人员签字不足 ${MIN_OFFICERS} 人。`]);
  const strangers = [...new Set(signed("OFFICER").map((/** @type {any} */ row) => String(row.name || "").trim()))].filter((name) => !officers.includes(name)).sort();
  if (strangers.length) lacks.push(["opinion", `签字的${strangers.join("、")}不是本次检查的检查人员，请先更正检查组。`]);
  const refusal = [["reason", "拒签情况"], ["witness", "见证人"]];
  const absent = refusal.filter(([leaf]) => !filled(record.get(`refusal/${leaf}`))).map(([, name]) => name);
  if (absent.length < refusal.length) {
    if (absent.length) lacks.push(["opinion", `被检查单位拒绝签字，须写明${absent.join("和")}。`]);
    return lacks;
  }
  if (!signed("UNIT").length) lacks.push(["opinion", "被检查单位没有签字；拒绝签字的，写明情况并由见证人证明。"]);
  if (!filled(record.get("opinion/text"))) lacks.push(["opinion", "没有记被检查单位的意见。"]);
  return lacks;
}

/** @param {any} record @returns {[string, string][]} */
function times(record) {
  const [entered, left] = [record.get("header/entered_at"), record.get("header/left_at")];
  if (!filled(entered)) return [["start", "没有记到场时间。"]];
  return filled(left) && Date.parse(left) < Date.parse(entered) ? [["end", "离场时间早于到场时间。"]] : [];
}

/**
 * Section and sentence of each thing that is missing. A time of leaving that is not there is written by the end itself.
 * @param {any} record
 * @param {{items: any[], aspectName: (item: any) => string, officers: string[], propose: (finding: any) => {severity: string}}} o
 */
export function missing(record, { items, aspectName, officers, propose }) {
  return [...times(record), ...answers(record, items, aspectName), ...findings(record, propose), ...rows(record), ...people(record, officers)];
}
