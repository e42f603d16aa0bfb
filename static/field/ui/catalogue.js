/* The catalogue of problems: found by words, by 拼音 initials or by code; what the checklist points to comes first. */
import { fill, h, settle } from "./dom.js";
import { severityChip, textField } from "./parts.js";

/**
 * @param {import("./app.js").App} app
 * @param {{open: any, first: string[], chosen: () => string, onpick: (item: any) => void}} o `first`: codes of the checklist item
 */
export function catalogueSearch(app, o) {
  const hits = h("ul", { class: "hits" });
  const said = h("p", { class: "small soft", role: "status" });
  const find = (/** @type {string} */ words) => app.engine.package.search(o.open.id, words, { limit: 12 });
  const exact = (/** @type {string} */ code) => find(code).find((/** @type {any} */ item) => item.code === code);
  let words = "";

  const show = () => {
    const chosen = o.chosen();
    const rows = words.trim() ? find(words.trim()) : [...new Set([chosen, ...o.first].filter(Boolean))].map(exact).filter(Boolean);
    fill(said, words.trim() ? (rows.length ? `找到 ${rows.length} 条` : "没有找到。换个词，或者不选目录直接写描述。")
      : o.first.length ? "清单对应的目录条目：" : chosen ? "已选：" : "");
    fill(hits, ...rows.map((/** @type {any} */ item) => h("li", null, h("button", {
      type: "button", class: "hit", "aria-pressed": String(item.code === chosen), onclick: () => {
        words = "";
        search.control.value = "";
        o.onpick(item);
        show();
      },
    }, h("span", null, item.text), h("span", { class: "btns" }, h("small", null, [item.code, item.role_label, item.category].filter(Boolean).join(" · ")), severityChip(item.severity))))));
  };
  const later = settle(show, 120);
  const search = textField({ label: "查问题目录", type: "search", main: true, hint: "输入词、拼音首字母或编码，例如：止水、zs、SM-12", oninput: (value) => { words = value; later(); } });
  show();
  return { element: h("div", { class: "field" }, search, said, hits), refresh: show };
}
