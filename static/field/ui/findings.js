/* 问题: what was found, whether it is complete, whether it is in the outbox. */
import { fill, h, redrawn } from "./dom.js";
import { byFact, isComplete, saveSection, unitName } from "./frame.js";
import { card, chip, dock, empty, linkButton, severityChip } from "./parts.js";

/** @param {any} open @param {any} row */
function where(open, row) {
  const state = open.record.localState(`findings/${row.id}/text`);
  if (!isComplete(row)) return chip("warn", "没有写完", "!");
  if (state === "draft") return chip("warn", "还没保存", "!");
  if (state === "waiting") return chip("idle", "已保存在本机");
  return chip("ok", "已送达", "✓");
}

/** @param {any} app @param {any} open */
export function findingsSection(app, open) {
  const place = h("div");
  const line = (/** @type {any[]} */ rows, /** @type {any[]} */ photos) => {
    const [first] = rows;
    const shots = photos.filter((/** @type {any} */ photo) => rows.some((row) => row.id === photo.finding)).length;
    return h("li", null, h("a", { class: "row", href: `${open.base}/finding/${first.id}` },
      h("div", { class: "grow" }, h("p", null, h("b", null, first.text || "还没有写描述")),
        h("p", { class: "small soft" }, [first.catalogue_code, first.part, rows.map((row) => unitName(open, row.unit_id)).filter(Boolean).join("、") || "未选单位", `${shots} 张照片`].filter(Boolean).join(" · ")),
        h("p", { class: "btns" }, severityChip(first.severity), where(open, first))),
      h("span", { class: "more", "aria-hidden": "true" }, "›")));
  };
  const show = () => {
    const groups = byFact(open.record.rows("findings"));
    const photos = app.engine.photos.list(open.id);
    fill(place, card("本次发现的问题", { flush: true, end: h("span", { class: "small soft" }, `${groups.length} 个`) },
      groups.length ? h("ul", { class: "rows" }, ...groups.map((rows) => line(rows, photos))) : empty("还没有记录问题", "在清单里点“不符合”，或者点下面的“记录问题”。")));
  };
  const { draw, refresh } = redrawn(place, show, () => [open.record.rows("findings"), app.engine.photos.list(open.id).map((/** @type {any} */ photo) => photo.finding),
    open.record.rows("findings").map((/** @type {any} */ row) => open.record.localState(`findings/${row.id}/text`))]);
  draw();
  return {
    body: place, refresh,
    dock: dock(linkButton("＋ 记录问题", `${open.base}/finding/new`, "lead")),
    leave: () => saveSection(open),
  };
}
