/* 清单: one aspect at a time, three big answers; "不适用" asks for its reason in place, "不符合" opens a finding. */
import { fill, h, redrawn } from "./dom.js";
import { bound } from "./bound.js";
import { progress, saveSection } from "./frame.js";
import { card, chip, dock, empty, field, linkButton } from "./parts.js";
import { ANSWERS, ASPECTS, word } from "./words.js";

/** The aspects of a checklist in its own order. @param {any[]} items @returns {string[]} */
const aspectsOf = (items) => [...new Set(items.map((item) => item.aspect))];

/** @param {any} open @param {any} item */
function findingsOf(open, item) {
  return open.record.rows("findings").filter((/** @type {any} */ row) => row.checklist_code === item.code);
}

/** @param {any} open @param {any} item */
const measurementOf = (open, item) => open.record.rows("measurements").find((/** @type {any} */ row) => row.checklist_code === item.code);

/** What stands under an answer: the reason of "不适用", the findings of "不符合", the measurement, the note. @param {any} open @param {any} item */
function below(open, item) {
  const { record, base } = open;
  const path = `answers/${item.code}`;
  const answer = record.get(`${path}/answer`);
  const parts = [];
  if (answer === "NA") parts.push(bound(record, `${path}/reason`, { label: "不适用的原因", max: 200, main: true, options: ["本工程没有这项内容", "尚未施工到这一步", "不属于本次检查范围"] }));
  if (answer === "PROBLEM") {
    const rows = findingsOf(open, item);
    parts.push(
      rows.length > 0 && h("ul", { class: "rows" }, ...rows.map((/** @type {any} */ row) => h("li", null,
        h("a", { class: "row", href: `${base}/finding/${row.id}` }, h("span", { class: "grow" }, row.text || "还没有写描述"), h("span", { class: "more", "aria-hidden": "true" }, "›"))))),
      rows.length === 0 && h("p", { class: "note warn" }, "还没有记录问题。"),
      linkButton(rows.length ? "再记一个问题" : "记录问题", `${base}/finding/new/${item.code}`, "tall"));
  }
  if (item.is_measured && answer && answer !== "NA") {
    const row = measurementOf(open, item);
    parts.push(linkButton(row ? "看实测" : "记实测（必填）", `${base}/measurements/${row ? row.id : "new"}/${item.code}`, "tall"));
  }
  const noted = record.get(`${path}/note`);
  const line = bound(record, `${path}/note`, { label: "备注", rows: 2, max: 300, optional: true });
  parts.push(noted ? line : h("details", { class: "more-of" }, h("summary", null, "写备注"), line));
  return parts;
}

/** @param {import("./app.js").App} app @param {any} open @param {any} item @param {() => void} counted */
function itemCard(app, open, item, counted) {
  const { record } = open;
  const place = h("div", { class: "item-note" });
  const buttons = ANSWERS.map(([key, text, mark]) => h("button", {
    type: "button", class: key, onclick: () => {
      record.answer(item.code, key);
      show();
      counted();
      if (key === "PROBLEM" && !findingsOf(open, item).length) app.go(`${open.base}/finding/new/${item.code}`);
      if (key === "NA") place.querySelector("input")?.focus();
    },
  }, h("i", { "aria-hidden": "true" }, mark), text));
  const leaf = (/** @type {string} */ name) => record.get(`answers/${item.code}/${name}`);
  const press = () => buttons.forEach((one, index) => one.setAttribute("aria-pressed", String(ANSWERS[index][0] === leaf("answer"))));
  const under = redrawn(place, () => fill(place, below(open, item)), () => [leaf("answer"), leaf("reason"), leaf("note"),
    findingsOf(open, item).map((/** @type {any} */ row) => [row.id, row.text]), measurementOf(open, item)?.id]);
  const show = () => {
    press();
    under.draw();
  };
  show();
  const id = `item-${item.code}`;
  const element = h("section", { class: "card item", id, tabindex: "-1", "aria-label": item.text },
    h("p", null, h("span", { class: "code" }, `${item.code} `), h("b", null, item.text)),
    (item.how || item.basis) && h("details", { class: "more-of" }, h("summary", null, "怎么查、依据"),
      item.how && h("p", { class: "small" }, item.how), item.basis && h("p", { class: "small soft" }, item.basis)),
    h("div", { class: "seg", role: "group", "aria-label": `${item.code} 的结论` }, ...buttons), place);
  return { element, refresh: (/** @type {string[] | null} */ paths) => { press(); under.refresh(paths); } };
}

/** @param {import("./app.js").App} app @param {any} open @param {string} more the aspect to show */
export function checklistSection(app, open, more) {
  const items = open.checklist ? open.checklist.items : [];
  if (!items.length) return { body: card("检查清单", {}, empty("这次检查没有清单", "可以直接在“问题”里记录。")), dock: null };
  const { record, base } = open;
  const answered = (/** @type {any} */ item) => Boolean(record.get(`answers/${item.code}/answer`));
  const aspects = aspectsOf(items);
  const firstOpen = items.find((/** @type {any} */ item) => !answered(item));
  const aspect = aspects.includes(more) ? more : firstOpen ? firstOpen.aspect : aspects[0];
  const at = aspects.indexOf(aspect);
  const shown = items.filter((/** @type {any} */ item) => item.aspect === aspect);
  const title = (/** @type {string} */ key) => items.find((/** @type {any} */ item) => item.aspect === key).aspect_name || word(ASPECTS, key);

  const said = h("p", { class: "small num" });
  const bar = h("progress", { max: String(items.length), "aria-label": "已答项目" });
  const select = h("select", { onchange: (/** @type {any} */ event) => app.go(`${base}/list/${event.target.value}`) });
  const counted = () => {
    const { done, total } = progress(open);
    bar.value = done;
    fill(said, `已答 ${done}/${total} 项`, done === total && chip("ok", "全部答完", "✓"));
    fill(select, ...aspects.map((key) => {
      const own = items.filter((/** @type {any} */ item) => item.aspect === key);
      const ready = own.filter(answered).length;
      return h("option", { value: key, selected: key === aspect }, `${ready === own.length ? "✓ " : ""}${title(key)}　${ready}/${own.length}`);
    }));
  };
  counted();
  const jump = () => {
    const next = shown.find((/** @type {any} */ item) => !answered(item)) || items.find((/** @type {any} */ item) => !answered(item));
    if (!next) return app.go(`${base}/findings`);
    if (next.aspect !== aspect) return app.go(`${base}/list/${next.aspect}`);
    const target = document.getElementById(`item-${next.code}`);
    target?.scrollIntoView({ block: "start" });
    return target?.focus({ preventScroll: true });
  };
  const step = (/** @type {number} */ by, /** @type {string} */ text) => {
    const key = aspects[at + by];
    return key ? h("a", { class: "btn", href: `${base}/list/${key}`, "aria-label": `${text}：${title(key)}` }, text) : h("span", { class: "btn", "aria-hidden": "true", "aria-disabled": "true" }, text);
  };
  const cards = shown.map((/** @type {any} */ item) => itemCard(app, open, item, counted));
  return {
    title: "检查清单",
    body: [h("div", { class: "card" }, field("检查方面", select, { main: true }), bar, said), ...cards.map((one) => one.element)],
    dock: dock(step(-1, "‹ 上页"), h("button", { type: "button", class: "btn lead", onclick: jump }, "下一未答项"), step(1, "下页 ›")),
    leave: () => saveSection(open),
    refresh: (/** @type {string[] | null} */ paths) => { counted(); for (const one of cards) one.refresh(paths); },
  };
}
