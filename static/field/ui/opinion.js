/* 意见与签字: what was found is read out, the inspected side says its opinion, both sides sign; a refusal needs a witness. */
import { fill, h, redrawn } from "./dom.js";
import { bound } from "./bound.js";
import { byFact, saveSection, unitName } from "./frame.js";
import { MIN_OFFICERS } from "./missing.js";
import { ask, button, card, dock, empty, linkButton, note, severityChip } from "./parts.js";
import { inkOf } from "./pad.js";
import { clock, day } from "./words.js";

/** What the inspected side is told before it signs. @param {any} open */
function readOut(open) {
  const groups = byFact(open.record.rows("findings"));
  const orders = open.record.rows("orders");
  return card("向被检查单位宣读", { flush: true, end: h("span", { class: "small soft" }, `${groups.length} 个问题，${orders.length} 条要求`) },
    groups.length || orders.length
      ? h("ol", { class: "rows" },
        ...groups.map((rows, index) => h("li", { class: "row" }, h("b", { class: "num" }, `${index + 1}`),
          h("div", { class: "grow" }, h("p", null, rows[0].text || "还没有写描述"), h("p", { class: "small soft" }, rows.map((row) => unitName(open, row.unit_id)).filter(Boolean).join("、"))), severityChip(rows[0].severity))),
        ...orders.map((/** @type {any} */ row) => h("li", { class: "row" }, h("b", null, "要求"), h("p", { class: "grow" }, row.text, row.term && `（${day(row.term)}前）`))))
      : empty("这次没有发现问题", "也要请被检查单位签字。"));
}

/** @param {import("./app.js").App} app @param {any} open */
export function opinionSection(app, open) {
  const { record, base } = open;
  const told = h("div", { class: "stack" });
  const signed = h("div", { class: "stack" });
  const opinion = bound(record, "opinion/text", { label: "被检查单位的意见", rows: 3, max: 300 });
  const phrase = (/** @type {string} */ text) => button(text, () => { opinion.control.value = text; record.set("opinion/text", text); });

  const line = (/** @type {any} */ row) => h("li", { class: "row" },
    h("div", { class: "grow" }, h("p", null, h("b", null, row.name)), h("p", { class: "small soft" }, [unitName(open, row.unit_id), row.signed_at && clock(row.signed_at)].filter(Boolean).join(" · "))),
    h("div", { class: "ink-of" }, inkOf(row.strokes || [], `${row.name}的签字`)),
    button("重签", async () => {
      if (!(await ask({ title: `删去${row.name}的签字？`, text: "要重新签一次。", yes: "删去", risk: true }))) return;
      record.remove("signatures", row.id);
      signatures.draw();
    }, { "aria-label": `重签：${row.name}` }));
  const side = (/** @type {string} */ key, /** @type {string} */ title, /** @type {string} */ text, /** @type {string} */ more) => {
    const rows = record.rows("signatures").filter((/** @type {any} */ row) => row.side === key);
    return card(title, { flush: true, end: h("span", { class: "small soft" }, more.replace("n", String(rows.length))) },
      rows.length ? h("ul", { class: "rows" }, ...rows.map(line)) : empty(text, "点下面的按钮签字。"));
  };
  const signatures = redrawn(signed, () => fill(signed,
    side("OFFICER", "检查人员签字", "还没有签字", `n 人，至少 ${MIN_OFFICERS} 人`), side("UNIT", "被检查单位签字", "还没有签字", "n 人")), () => record.rows("signatures"));
  const reading = redrawn(told, () => fill(told, readOut(open)), () => [record.rows("findings"), record.rows("orders")]);
  signatures.draw();
  reading.draw();

  const refused = record.get("refusal/reason") || record.get("refusal/witness");
  const refusal = h("details", { class: "card more-of", open: Boolean(refused) }, h("summary", null, "被检查单位拒绝签字"),
    h("div", { class: "stack" }, note("info", "拒绝签字不影响检查结束，要写明情况，并请一名见证人。"),
      bound(record, "refusal/reason", { label: "拒签情况", rows: 2, max: 300 }),
      bound(record, "refusal/witness", { label: "见证人", max: 60, main: true })));
  return {
    body: [
      told,
      h("div", { class: "card" }, opinion, h("div", { class: "btns" }, phrase("情况属实，无异议。"), phrase("情况属实，按要求整改。"))),
      signed, refusal,
    ],
    dock: dock(linkButton("检查人员签字", `${base}/sign/OFFICER`), linkButton("被检查单位签字", `${base}/sign/UNIT`, "lead")),
    refresh: (/** @type {string[] | null} */ paths) => {
      signatures.refresh(paths);
      reading.refresh(paths);
      if (paths === null && (record.get("refusal/reason") || record.get("refusal/witness"))) refusal.open = true;
    },
    leave: () => saveSection(open),
  };
}
