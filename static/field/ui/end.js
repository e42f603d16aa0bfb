/* 结束: what is still missing, each line leading to its place; then the inspection on site ends. */
import { fill, h, redrawn } from "./dom.js";
import { isWritable, officersOf, saveSection } from "./frame.js";
import { missing } from "./missing.js";
import { ask, button, card, chip, dock, facts, note, once, sign } from "./parts.js";
import { ASPECTS, clock, moment, word } from "./words.js";

/** The end has arrived and the server lacks something all the same: its own words, and the way back. @param {import("./app.js").App} app @param {any} open @param {() => void} show */
function stillOpen(app, open, show) {
  const { record } = open;
  if (!record.missing.length || !isWritable(open) || record.localState("conclude/at") !== "delivered") return null;
  const reopen = button("退回补齐", () => void once(reopen, "正在保存…", async () => {
    record.set("conclude/at", null);
    record.set("conclude/by", null);
    await saveSection(open);
    show();
    app.say("已退回。补齐后请再点一次“现场结束”。", "ok");
  }, (text) => app.say(text, "bad")), { class: "lead tall" });
  return note("bad", h("div", { class: "stack" }, h("b", null, "服务器还没有办结，还缺："),
    h("ul", null, ...record.missing.map((/** @type {string} */ text) => h("li", null, text))), h("div", { class: "btns" }, reopen)));
}

/** @param {import("./app.js").App} app @param {any} open */
export function endSection(app, open) {
  const { record, base } = open;
  const items = open.checklist ? open.checklist.items : [];
  const lacking = () => missing(record, {
    items, aspectName: (item) => item.aspect_name || word(ASPECTS, item.aspect), officers: officersOf(open), propose: (finding) => app.engine.package.propose(open.id, finding),
  });
  const place = h("div", { class: "stack" });
  const left = h("p");
  const leaveNow = () => { record.set("header/left_at", new Date().toISOString()); showLeft(); };
  const showLeft = () => {
    const at = record.get("header/left_at");
    fill(left, at ? `离场时间 ${clock(at)} ` : "离场时间在点“现场结束”时记下。", button(at ? "改为现在" : "现在就记", leaveNow, { class: at ? "plain" : "" }));
  };
  const counts = () => /** @type {[string, string][]} */ ([
    ["问题", `${record.rows("findings").length} 条`], ["实测", `${record.rows("measurements").length + record.rows("parallel").length} 项`],
    ["在场人员", `${record.rows("people").length} 人`], ["资料", `${record.rows("documents").length} 份`],
    ["现场要求", `${record.rows("orders").length} 条`], ["照片", `${app.engine.photos.list(open.id).length} 张`],
    ["签字", `${record.rows("signatures").length} 个`], ["到场", record.get("header/entered_at") ? clock(record.get("header/entered_at")) : "没有记"],
  ]);
  const conclude = button("现场结束", async () => {
    const lacks = lacking();
    if (lacks.length) return app.say(`还差 ${lacks.length} 处，补齐后才能结束。`, "warn");
    if (!(await ask({ title: "结束这次现场检查？", text: "记录会放进待传箱，由办公室的审核人审核。", yes: "现场结束" }))) return undefined;
    return once(conclude, "正在保存…", async () => {
      const now = new Date().toISOString();
      if (!record.get("header/left_at")) record.set("header/left_at", now);
      record.set("conclude/at", now);
      record.set("conclude/by", app.engine.state.user.name);
      await record.save();
      app.say("现场检查已结束，记录已保存在本机，联网后自动上传。", "ok", true);
      app.go(`${base}/end`);
    }, (text) => app.say(text, "bad"));
  }, { class: "lead", "aria-disabled": undefined });
  const actions = dock(conclude);
  const show = () => {
    const ended = record.get("conclude/at");
    const lacks = lacking();
    showLeft();
    actions.hidden = Boolean(ended);
    fill(place,
      ended && note("ok", `现场检查已于 ${moment(ended)} 由${record.get("conclude/by") || "检查人员"}结束。`),
      ended && stillOpen(app, open, show),
      (!ended || lacks.length > 0) && card("还差什么", { flush: true, end: lacks.length ? chip("warn", `${lacks.length} 处`, "!") : chip("ok", "都齐了", "✓") },
        lacks.length
          ? h("ul", { class: "rows" }, ...lacks.map(([where, text]) => h("li", null, h("a", { class: "row", href: `${base}/${where}` },
            sign("warn", "还差"), h("span", { class: "grow" }, text), h("span", { class: "more", "aria-hidden": "true" }, "›")))))
          : h("p", { class: "empty" }, "清单、问题、人员和签字都齐了，可以结束。")),
      card("这次检查", {}, facts(counts()), left));
  };
  const { draw, refresh } = redrawn(place, show, () => [lacking(), counts(), record.missing, record.localState("conclude/at"),
    ...["conclude/at", "conclude/by", "header/left_at"].map(record.get, record)]);
  draw();
  return {
    body: place,
    dock: actions,
    refresh,
    leave: () => saveSection(open),
  };
}
