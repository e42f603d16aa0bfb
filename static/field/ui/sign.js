/* 签字: who signs, for whom, and the pad. What is drawn is kept only when it is confirmed: nobody signs half a name. */
import { fill, h } from "./dom.js";
import { byFact, framed, officersOf, opened, unitOptions } from "./frame.js";
import { button, card, dock, note, selectField, showFaults, textField } from "./parts.js";
import { signaturePad } from "./pad.js";

/** @param {import("./app.js").App} app @param {string} inspection @param {"OFFICER" | "UNIT"} side */
export async function signScreen(app, inspection, side) {
  const open = await opened(app, inspection);
  const { record, base } = open;
  const officer = side === "OFFICER";
  const back = `${base}/opinion`;
  const isSigned = (/** @type {string} */ one) => record.rows("signatures").some((/** @type {any} */ row) => row.name === one);
  const team = officersOf(open).filter((/** @type {string} */ one) => !isSigned(one));
  const present = record.rows("people").filter((/** @type {any} */ row) => row.name && !isSigned(row.name));
  let name = officer ? (team.includes(app.engine.state.user?.name) ? app.engine.state.user.name : team[0] || "") : present[0]?.name || "";
  let unit = officer ? "" : present[0]?.unit_id || "";
  /** @type {number[][][]} */ let strokes = [];
  const faults = h("div", { role: "alert" });
  const who = officer ? selectField({
    label: "签字人", value: name, main: true, options: [["", "请选择"], ...team.map((/** @type {string} */ one) => /** @type {[string, string]} */ ([one, one]))], onpick: (value) => { name = value; },
    hint: "只列检查组里还没有签字的检查人员。检查组有变动的，先在办公端更正，再重新下载任务。",
  }) : textField({ label: "签字人", value: name, max: 60, main: true, options: present.map((/** @type {any} */ row) => row.name), oninput: (value) => {
    name = value;
    const known = present.find((/** @type {any} */ row) => row.name === value);
    if (known?.unit_id && units) { unit = known.unit_id; units.control.value = unit; }
  } });
  const units = officer ? null : selectField({ label: "代表单位", value: unit, main: true, options: [["", "请选择"], ...unitOptions(open)], onpick: (value) => { unit = value; } });
  const told = h("span");
  /** What another tablet changed. Nothing is said of it before the tap: a line more would push the pad away under the pen. */
  const refresh = (/** @type {string[] | null} */ paths) => {
    if (paths !== null) return;
    fill(told, officer ? "本人参加了这次检查，记录属实。" : `已听取检查情况：${byFact(record.rows("findings")).length} 个问题。签字不代表放弃陈述、申辩的权利。`);
    if (officer) for (const option of who.control.options) option.disabled = isSigned(option.value);
  };
  refresh(null);
  const pad = signaturePad("签名处", (drawn) => { strokes = drawn; showFaults(faults, []); });
  const confirm = button("确认签字", () => {
    if (officer && isSigned(name)) return showFaults(faults, [`${name}已在另一台平板上签字，请换签字人或者返回。`]);
    const lacks = [!name.trim() && (officer ? "选签字人" : "写签字人姓名"), !officer && !unit && unitOptions(open).length > 0 && "选代表单位", !strokes.length && "在框里签名"].filter(Boolean);
    if (lacks.length) return showFaults(faults, [`请先${lacks.join("，")}。`]);
    record.add("signatures", { name: name.trim(), side, strokes, signed_at: new Date().toISOString(), ...(unit ? { unit_id: unit } : {}) });
    app.say(`${name.trim()}已签字，保存在本机。`, "ok", true);
    return app.go(back);
  }, { class: "lead" });
  return framed(app, open, {
    section: "opinion", title: officer ? "检查人员签字" : "被检查单位签字", back, tabs: false,
    body: [faults,
      note("info", told),
      card("谁签字", {}, h("div", { class: "pair" }, who, units)),
      card("签名", {}, pad.element)],
    dock: dock(button("清除", pad.clear), button("退一笔", pad.undo), confirm), refresh,
  });
}
