/* The form of one line: a measurement, a comparison, a person, a document, an order. Written with every keystroke. */
import { fill, h } from "./dom.js";
import * as decimal from "./decimal.js";
import { framed, opened, unitOptions } from "./frame.js";
import { measured, compared } from "./measure.js";
import { ask, button, card, dock, fault, note, segmented, selectField, showFaults, textField } from "./parts.js";
import { isoDay } from "./words.js";

/** @typedef {{get: (leaf: string) => any, set: (leaf: string, value: any) => void, open: any, app: any}} Row */

const VERDICT = /** @type {const} */ ([["OK", "合格", "✓"], ["PROBLEM", "不合格", "✕"]]);
const UNITS = ["mm", "cm", "m", "MPa", "%", "g/cm³", "kPa", "°", "个"];
const TOOLS = ["钢卷尺", "回弹仪", "钢筋扫描仪", "水准仪", "全站仪", "激光测距仪", "游标卡尺", "环刀", "裂缝宽度仪"];

/** @param {Row} row @param {string} leaf @param {any} o */
const text = (row, leaf, o) => textField({ main: true, ...o, read: () => row.get(leaf) || "", oninput: (value) => row.set(leaf, value) });

/** A number that is stored only when it is one. @param {Row} row @param {string} leaf @param {any} o @param {() => void} after */
function number(row, leaf, o, after) {
  const made = textField({
    main: true, mode: "decimal", ...o, value: row.get(leaf) || "", oninput: (value) => {
      const parsed = value.trim() ? decimal.parse(value) : null;
      fault(made.control, value.trim() && !parsed ? "这不是数字，例如：25.4" : "");
      if (parsed || !value.trim()) row.set(leaf, parsed ? decimal.text(parsed) : "");
      after();
    },
  });
  return made;
}

/** Several numbers on a line. @param {Row} row @param {string} leaf @param {any} o @param {() => void} after */
function numbers(row, leaf, o, after) {
  const made = textField({
    rows: 2, mode: "text", ...o, value: (row.get(leaf) || []).join("  "), oninput: (value) => {
      const { values, wrong } = decimal.series(value);
      fault(made.control, wrong.length ? `不是数字：${wrong.slice(0, 3).join("、")}` : "");
      row.set(leaf, values.slice(0, 200).map(decimal.text));
      after();
    },
  });
  return made;
}

/** The verdict: proposed from the numbers, decided by the person. @param {Row} row */
function verdictOf(row) {
  const place = h("div");
  const result = h("div", { "aria-live": "polite" });
  let untouched = !row.get("conclusion");
  const show = (/** @type {{lines: [string, string][], verdict: string, wrong?: string}} */ made) => {
    const focused = place.contains(document.activeElement);
    fill(result, made.wrong ? note("warn", made.wrong) : made.lines.length > 0 && note(made.verdict === "PROBLEM" ? "warn" : "info",
      h("ul", null, ...made.lines.map(([name, value]) => h("li", null, `${name}：`, h("b", { class: "num" }, value))))));
    if (untouched && made.verdict && made.verdict !== row.get("conclusion")) row.set("conclusion", made.verdict);
    if (focused) return;
    fill(place, segmented({
      legend: "结论", value: row.get("conclusion") || "", options: VERDICT,
      hint: made.verdict ? `按数据应为${made.verdict === "OK" ? "合格" : "不合格"}。` : undefined,
      onpick: (value) => { untouched = false; row.set("conclusion", value); },
    }));
  };
  return { place, result, show };
}

/** @param {Row} row */
function measurementForm(row) {
  const out = verdictOf(row);
  const count = () => out.show(measured({ design: row.get("design"), tolerance: row.get("tolerance"), values: row.get("values") || [], unit: row.get("unit") || "" }));
  const form = [
    card("实测项目", {}, h("div", { class: "pair" },
      text(row, "item", { label: "项目", max: 100, options: ["钢筋保护层厚度", "混凝土回弹强度", "钢筋间距", "断面尺寸", "压实度", "平整度", "裂缝宽度"] }),
      text(row, "part", { label: "部位", max: 200, optional: true }),
      text(row, "unit", { label: "单位", max: 20, options: UNITS, autocapitalize: "off" }),
      text(row, "tool", { label: "仪器", max: 60, options: TOOLS, optional: true }))),
    card("实测数据", {}, h("div", { class: "pair" },
      number(row, "design", { label: "设计值", optional: true }, count), number(row, "tolerance", { label: "允许偏差 ±", optional: true }, count)),
    numbers(row, "values", { label: "实测值", hint: "几个数之间用空格或逗号隔开" }, count), out.result, out.place),
  ];
  count();
  return form;
}

/** @param {Row} row */
function parallelForm(row) {
  const out = verdictOf(row);
  const count = () => out.show(compared({ own: row.get("own") || [], supervised: row.get("supervised") || [], allowed: row.get("allowed_percent"), unit: row.get("unit") || "" }));
  const form = [
    card("比对项目", {}, h("div", { class: "pair" },
      text(row, "item", { label: "项目", max: 100, options: ["混凝土抗压强度", "压实度", "砂浆强度", "钢筋抗拉强度"] }),
      text(row, "unit", { label: "单位", max: 20, options: UNITS }))),
    card("两组数据", {},
      numbers(row, "own", { label: "施工单位自检值", hint: "几个数之间用空格或逗号隔开" }, count),
      numbers(row, "supervised", { label: "监理平行检测值", hint: "几个数之间用空格或逗号隔开" }, count),
      number(row, "allowed_percent", { label: "允许相差（%）", optional: true }, count), out.result, out.place),
  ];
  count();
  return form;
}

/** @param {Row} row @param {string} label @param {boolean} [other] */
function unitField(row, label, other = false) {
  const options = /** @type {[string, string][]} */ ([["", other ? "其他单位（写在下面）" : "请选择"], ...unitOptions(row.open)]);
  return selectField({ label, main: true, value: row.get("unit_id") || "", options, onpick: (value) => row.set("unit_id", value) });
}

/** @param {Row} row */
function personForm(row) {
  const known = (row.app.engine.package.people() || []).filter((/** @type {any} */ one) => one.project === row.open.inspection.project.id);
  const recall = (/** @type {string} */ value) => {
    const person = known.find((/** @type {any} */ one) => one.name === value);
    if (!person) return;
    post.control.value = person.post || "";
    phone.control.value = person.phone || "";
    unit.control.value = person.unit_id || "";
    for (const [leaf, control] of [["post", post], ["phone", phone], ["unit_id", unit]]) row.set(/** @type {string} */ (leaf), /** @type {any} */ (control).control.value);
  };
  const name = textField({ label: "姓名", max: 60, main: true, value: row.get("name") || "", options: known.map((/** @type {any} */ one) => one.name), oninput: (value) => { row.set("name", value); recall(value); } });
  const post = text(row, "post", { label: "职务", max: 60, optional: true, options: ["项目经理", "总监理工程师", "项目负责人", "技术负责人", "质检员", "设计代表"] });
  const phone = text(row, "phone", { label: "电话", max: 30, optional: true, type: "tel" });
  const unit = unitField(row, "单位", true);
  return card("在场人员", {}, h("div", { class: "pair" },
    name, post, unit,
    text(row, "unit", { label: "其他单位名称", max: 120, optional: true }),
    phone));
}

/** @param {Row} row */
function documentForm(row) {
  return card("查阅的资料", {}, text(row, "name", { label: "名称", max: 200 }), text(row, "note", { label: "看到什么", rows: 3, max: 300, optional: true }));
}

/** @param {Row} row */
function orderForm(row) {
  const term = textField({ label: "哪天前做完", type: "date", main: true, optional: true, value: row.get("term") || "", oninput: (value) => row.set("term", value) });
  const soon = (/** @type {number} */ days, /** @type {string} */ word) => button(word, () => {
    term.control.value = isoDay(Date.now() + days * 86_400_000);
    row.set("term", term.control.value);
  });
  return card("当场提出的要求", {}, text(row, "text", { label: "要求", rows: 3, max: 500 }), unitField(row, "由谁做"), term,
    h("div", { class: "btns" }, soon(0, "今天"), soon(1, "明天"), soon(3, "3 天内"), soon(7, "7 天内")));
}

/** @type {Record<string, {section: string, back: string, title: string, form: (row: Row) => any, needs: [string, string][]}>} */
const FORMS = {
  measurements: { section: "measure", back: "measure", title: "实测", form: measurementForm, needs: [["item", "项目"], ["values", "实测值"], ["conclusion", "结论"]] },
  parallel: { section: "measure", back: "measure", title: "平行检测比对", form: parallelForm, needs: [["item", "项目"], ["own", "自检值"], ["supervised", "平行检测值"], ["conclusion", "结论"]] },
  people: { section: "people", back: "people", title: "在场人员", form: personForm, needs: [["name", "姓名"]] },
  documents: { section: "documents", back: "documents", title: "资料", form: documentForm, needs: [["name", "名称"]] },
  orders: { section: "orders", back: "orders", title: "现场要求", form: orderForm, needs: [["text", "要求"]] },
};

/** @param {import("./app.js").App} app @param {string} inspection @param {string} list @param {string} id @param {string} [code] the checklist item that asked for it */
export async function rowScreen(app, inspection, list, id, code = "") {
  const open = await opened(app, inspection);
  const { record } = open;
  const kind = FORMS[list];
  let key = id === "new" ? "" : id;
  if (key && !record.rows(list).some((/** @type {any} */ row) => row.id === key)) throw new Error("这一条已经删除。");
  /** @type {Row} */
  const row = {
    open, app,
    get: (leaf) => (key ? record.get(`${list}/${key}/${leaf}`) : undefined),
    set: (leaf, value) => {
      if (key) return record.set(`${list}/${key}/${leaf}`, value);
      key = record.add(list, { [leaf]: value, ...(code ? { checklist_code: code } : {}) });
      return history.replaceState(null, "", `${open.base}/${list}/${key}${code ? `/${code}` : ""}`);
    },
  };
  const item = open.checklist?.items.find((/** @type {any} */ one) => one.code === code);
  const back = item ? `${open.base}/list/${item.aspect}` : `${open.base}/${kind.back}`;
  const faults = h("div", { role: "alert" });
  const done = button("完成", () => {
    const lacks = kind.needs.filter(([leaf]) => { const value = row.get(leaf); return Array.isArray(value) ? !value.length : !String(value || "").trim(); });
    if (key && lacks.length) return showFaults(faults, [`还没有写：${lacks.map(([, name]) => name).join("、")}。写了的已保存在本机，也可以直接返回。`]);
    return app.go(back);
  }, { class: "lead" });
  const remove = button("删除", async () => {
    if (key && !(await ask({ title: "删除这一条？", text: "记录里会留下“已删除”。", yes: "删除", risk: true }))) return;
    if (key) record.remove(list, key);
    app.go(back);
  }, { class: "risk" });
  return framed(app, open, {
    section: kind.section, title: kind.title, back, tabs: false,
    body: [faults, item && h("p", { class: "note info" }, h("b", null, `${item.code} `), item.text), kind.form(row)],
    dock: dock(remove, done),
  });
}
