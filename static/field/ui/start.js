/* The page an inspection begins with: what is inspected, when the team came, what was found here before. */
import { fill, h } from "./dom.js";
import { bound } from "./bound.js";
import { progress, saveSection, unitName } from "./frame.js";
import { button, card, dock, empty, facts, note, segmented, severityChip } from "./parts.js";
import { positionCard } from "./position.js";
import { shots } from "./shots.js";
import { clock, day, papers } from "./words.js";

const ARRIVAL = 30 * 60_000; // milliseconds

/** @param {any} open */
function before(open) {
  const rows = (open.inspection.previous_findings || []).filter((/** @type {any} */ row) => !row.project_name); // the others only serve to see a repetition
  return card("这个工程以前的问题", { flush: true, end: h("span", { class: "small soft" }, `${rows.length} 条`) },
    rows.length ? h("ul", { class: "rows" }, ...rows.map((/** @type {any} */ row) => h("li", { class: "row" },
      h("div", { class: "grow" }, h("p", null, row.text),
        h("p", { class: "small soft" }, [row.found_on && day(row.found_on), unitName(open, row.unit_id) || row.unit || row.organization_name, row.state_label || row.state_word].filter(Boolean).join(" · "))),
      severityChip(row.severity))))
      : empty("没有旧问题", "下载任务时，这个工程没有登记过问题。"));
}

/** @param {import("./app.js").App} app @param {any} open */
export function startSection(app, open) {
  const { inspection, record, base } = open;
  const done = progress(open);
  const arrived = h("div", { class: "stack" });
  const arrive = () => {
    record.set("header/entered_at", new Date().toISOString());
    showArrival();
    position.refresh();
  };
  const showArrival = () => {
    const at = record.get("header/entered_at");
    fill(arrived, at
      ? h("p", null, h("b", null, `到场时间 ${clock(at)}`), " ", button("改为现在", arrive, { class: "plain" }))
      : button("记下到场时间", arrive, { class: "tall wide" }));
  };
  showArrival();
  /** The place of the inspection is where the team arrived, not where somebody opens the page. */
  const hasJustArrived = () => !record.readOnly && Date.now() - Date.parse(record.get("header/entered_at") || 0) < ARRIVAL;
  const position = positionCard(app, { get: () => record.get("header/position"), set: (value) => record.set("header/position", value), auto: hasJustArrived });
  const photos = shots(app, { open, finding: () => null, ensure: () => void record.flush(), place: () => inspection.project.name });
  const team = (inspection.team || []).map((/** @type {any} */ one) => (typeof one === "string" ? one : `${one.name}${one.role_label ? `（${one.role_label}）` : ""}`)).join("、");
  const units = inspection.units || [];
  return {
    title: inspection.project.name,
    body: [
      ...papers(inspection).map((text) => note("warn", text)),
      card("检查对象", {}, facts([
        ["检查", [inspection.title, inspection.number].filter(Boolean).join(" · ")],
        ["日期", day(inspection.date)],
        ["地点", [inspection.project.county, inspection.project.address].filter(Boolean).join(" ") || "—"],
        ["检查组", team || "—"],
        ["参建单位", units.length ? h("ul", null, ...units.map((/** @type {any} */ unit) => h("li", null, unit.name, unit.role && h("span", { class: "soft" }, ` ${unit.role}`)))) : "—"],
      ])),
      card("到场", {}, arrived, position.element,
        segmented({ legend: "天气", value: record.get("header/weather") || "", options: [["晴", "晴"], ["多云", "多云"], ["阴", "阴"], ["雨", "雨"], ["雪", "雪"]], onpick: (value) => record.set("header/weather", value) }),
        bound(record, "header/progress", { label: "形象进度", rows: 2, max: 300, optional: true, hint: "例如：大坝填筑至 652 m 高程，溢洪道边墙浇筑中" })),
      card("现场照片", {}, photos.element),
      before(open),
    ],
    dock: dock(h("a", { class: "btn lead", href: `${base}/list` }, done.done ? `继续检查（已答 ${done.done}/${done.total}）` : "开始检查")),
    refresh: (/** @type {string[] | null} */ paths) => { if (paths === null) showArrival(); },
    on: { position: position.refresh, photo: photos.refresh },
    leave: () => saveSection(open),
    close: position.stop,
  };
}
