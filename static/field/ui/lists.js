/* 实测, 人员, 资料, 现场要求: what is written down, line by line; adding is always within reach of the thumb. */
import { fill, h, redrawn } from "./dom.js";
import { saveSection, unitName } from "./frame.js";
import { button, card, chip, dock, empty, linkButton } from "./parts.js";
import { day } from "./words.js";

const VERDICTS = /** @type {any} */ ({ OK: ["ok", "合格", "✓"], PROBLEM: ["bad", "不合格", "✕"] });
const USUAL_DOCUMENTS = ["施工日志", "监理日志", "原材料合格证和复检报告", "质量评定表", "检测报告", "终身责任承诺书", "施工图和变更", "隐蔽工程验收记录"];

/** @param {any} open @param {string} list @param {any} row @param {string} title @param {string} more @param {any} [end] */
function line(open, list, row, title, more, end) {
  return h("li", null, h("a", { class: "row", href: `${open.base}/${list}/${row.id}` },
    h("div", { class: "grow" }, h("p", null, h("b", null, title || "还没有写")), more && h("p", { class: "small soft" }, more)),
    end, h("span", { class: "more", "aria-hidden": "true" }, "›")));
}

/** @param {string} verdict */
const verdict = (verdict_) => (VERDICTS[verdict_] ? chip(.../** @type {[any, string, string]} */ (VERDICTS[verdict_])) : chip("warn", "没有结论", "!"));

/** @param {any[]} rows @param {(row: any) => any} make @param {any} none */
const rowsOr = (rows, make, none) => (rows.length ? h("ul", { class: "rows" }, ...rows.map(make)) : none);

/** @param {any} open */
function measure(open) {
  const { record, base } = open;
  const measured = record.rows("measurements");
  const parallel = record.rows("parallel");
  return {
    body: [
      card("实测", { flush: true, end: h("span", { class: "small soft" }, `${measured.length} 项`) },
        rowsOr(measured, (row) => line(open, "measurements", row, row.item, [row.part, row.design && `设计 ${row.design} ${row.unit || ""}`, (row.values || []).length && `实测 ${row.values.join("、")} ${row.unit || ""}`, row.tool].filter(Boolean).join(" · "), verdict(row.conclusion)),
          empty("还没有实测", "量了什么，就在这里记下设计值和实测值。"))),
      card("平行检测比对", { flush: true, end: h("span", { class: "small soft" }, `${parallel.length} 组`) },
        rowsOr(parallel, (row) => line(open, "parallel", row, row.item, `自检 ${(row.own || []).length} 个 · 平行 ${(row.supervised || []).length} 个`, verdict(row.conclusion)),
          empty("还没有比对", "输入施工自检和监理平行检测两组数，马上算出相差多少。"))),
    ],
    dock: dock(linkButton("＋ 平行比对", `${base}/parallel/new`), linkButton("＋ 实测", `${base}/measurements/new`, "lead")),
    leave: () => saveSection(open),
  };
}

/** @param {any} open */
function people(open) {
  const rows = open.record.rows("people");
  return {
    body: card("在场人员", { flush: true, end: h("span", { class: "small soft" }, `${rows.length} 人`) },
      rowsOr(rows, (row) => line(open, "people", row, row.name, [unitName(open, row.unit_id) || row.unit, row.post, row.phone].filter(Boolean).join(" · ")),
        empty("还没有记在场人员", "谁代表哪个单位在场，签字前要写清。"))),
    dock: dock(linkButton("＋ 添加人员", `${open.base}/people/new`, "lead")),
    leave: () => saveSection(open),
  };
}

/** @param {any} open */
function documents(open) {
  const { record, base } = open;
  const place = h("div");
  const show = () => {
    const rows = record.rows("documents");
    const have = new Set(rows.map((/** @type {any} */ row) => row.name));
    const left = USUAL_DOCUMENTS.filter((name) => !have.has(name));
    fill(place, h("div", { class: "stack" },
      card("查阅的资料", { flush: true, end: h("span", { class: "small soft" }, `${rows.length} 份`) },
        rowsOr(rows, (row) => line(open, "documents", row, row.name, row.note), empty("还没有记资料", "看了哪些资料，点一下就记上。"))),
      left.length > 0 && card("常看的资料，点一下记上", {}, h("div", { class: "btns" }, ...left.map((name) =>
        button(`＋ ${name}`, () => { record.add("documents", { name }); show(); place.querySelector("h2")?.focus(); }))))));
  };
  show();
  return {
    body: place, dock: dock(linkButton("＋ 其他资料", `${base}/documents/new`, "lead")), leave: () => saveSection(open),
  };
}

/** @param {any} open */
function orders(open) {
  const rows = open.record.rows("orders");
  return {
    body: card("当场提出的要求", { flush: true, end: h("span", { class: "small soft" }, `${rows.length} 条`) },
      rowsOr(rows, (row) => line(open, "orders", row, row.text, [unitName(open, row.unit_id), row.term && `${day(row.term)}前`].filter(Boolean).join(" · ")),
        empty("没有当场要求", "需要马上改的，写在这里，并写明哪天前做完。"))),
    dock: dock(linkButton("＋ 提出要求", `${open.base}/orders/new`, "lead")),
    leave: () => saveSection(open),
  };
}

/** A section that shows what the record says now. @param {(open: any) => any} make @param {...string} lists @returns {(app: any, open: any) => any} */
const alive = (make, ...lists) => (_app, open) => {
  const place = h("div", { class: "stack" });
  const { draw, refresh } = redrawn(place, () => fill(place, make(open).body), () => lists.map((list) => open.record.rows(list)));
  draw();
  return { ...make(open), body: place, refresh };
};

export const measureSection = alive(measure, "measurements", "parallel");
export const peopleSection = alive(people, "people");
export const documentsSection = alive(documents, "documents");
export const ordersSection = alive(orders, "orders");
