/* 今日任务: what to do today, and whether this tablet can do it without a network. */
import { fill, h } from "./dom.js";
import { button, card, chip, empty, once, sign } from "./parts.js";
import { INSPECTION_KINDS, day, isoDay, moment, papers, word } from "./words.js";

const NEXT_DAY = 86_400_000; // milliseconds

/** @typedef {import("./app.js").App} App */

const STATES = { PLANNED: ["idle", "已安排"], NOTIFIED: ["idle", "已通知"], UNDER_WAY: ["ok", "检查中"], CONCLUDED: ["idle", "待审核"], COMPLETED: ["idle", "已完成"], VOID: ["bad", "已作废"] };

/** @param {any} one */
function task(one) {
  const [tone, text] = /** @type {any} */ (STATES)[one.state] || ["idle", one.state];
  const { drafts, waiting } = one.local || {};
  const local = [drafts ? `${drafts} 处还没放进待传箱` : "", waiting ? `${waiting} 条待传` : ""].filter(Boolean).join(" · ");
  return h("li", null, h("a", { class: "row", href: `#/i/${one.id}` },
    h("div", { class: "grow" }, h("p", null, h("b", null, one.project.name)),
      h("p", { class: "small soft" }, [one.project.county, one.title || word(INSPECTION_KINDS, one.kind), one.number].filter(Boolean).join(" · ")),
      h("p", { class: "small" }, day(one.date), local && ` · ${local}`),
      ...papers(one).map((text) => h("p", null, chip("warn", text, "!")))),
    chip(tone, text), h("span", { class: "more", "aria-hidden": "true" }, "›")));
}

/** What helps with a red line. @param {App} app @param {string} key @param {() => Promise<any>} check */
function remedy(app, key, check) {
  const { engine } = app;
  /** @type {Record<string, [string, string, () => Promise<any>]>} */
  const ways = {
    storage: ["锁定存储", "正在锁定…", async () => { if (!(await engine.persist())) throw new Error("浏览器没有同意。把本应用装到主屏幕后再试一次。"); }],
    device: ["登记", "请稍候…", async () => app.go("#/enrol")],
    version: ["更新", "正在更新…", async () => { if (engine.update.waiting) await engine.update.apply(); else await engine.update.look(); }],
  };
  const download = /** @type {[string, string, () => Promise<any>]} */ (["下载", "正在下载…", () => engine.package.download()]);
  const way = ways[key] || (["package", "projects", "checklists", "catalogue", "people"].includes(key) ? download : null);
  if (!way) return null;
  const element = button(way[0], () => void once(element, way[1], async () => { await way[2](); await check(); }, (text) => app.say(text, "bad")));
  return element;
}

/** @param {App} app */
export function todayScreen(app) {
  const { engine } = app;
  const list = h("div");
  const board = h("div");
  const update = button("下载最新任务", () => void fetchNow(update, isoDay(Date.now())), { class: "lead tall wide" });
  const ahead = button("下载明天的任务", () => void fetchNow(ahead, isoDay(Date.now() + NEXT_DAY)), { class: "tall wide" });

  const tasks = () => {
    const current = engine.package.current;
    const rows = engine.package.inspections();
    const isToday = !current || current.today === isoDay(Date.now());
    fill(list, card(isToday ? "今天的检查" : `${day(current.today)}的检查`, { flush: true, end: current && h("span", { class: "small soft" }, `${moment(current.generated_at)} 下载`) },
      rows.length ? h("ul", { class: "rows" }, ...rows.map(task))
        : empty(current ? (isToday ? "今天没有安排检查" : "这一天没有安排检查") : "还没有下载任务", current ? "有新安排时，点“下载最新任务”。" : "联网后点“下载最新任务”，下载完就可以不用网络。")));
  };
  /** @param {any} result */
  const show = (result) => {
    const red = result.lines.filter((/** @type {any} */ line) => !line.ok).length;
    fill(board, card("出发前检查", { flush: true, end: red ? chip("bad", `${red} 项没有准备好`, "✕") : chip("ok", "可以出发，不用网络", "✓") },
      h("ul", { class: "rows" }, ...[...result.lines].sort((/** @type {any} */ a, /** @type {any} */ b) => Number(a.ok) - Number(b.ok)).map((/** @type {any} */ line) => h("li", { class: "row" }, sign(line.ok ? "ok" : "bad", line.ok ? "已准备好" : "没有准备好"),
        h("div", { class: "grow" }, h("p", null, h("b", null, line.label)), h("p", { class: "small soft" }, line.detail)),
        !line.ok && remedy(app, line.key, check))))));
  };
  const check = async () => { show(await engine.ready.check()); };
  const fetchNow = (/** @type {HTMLElement} */ pressed, /** @type {string} */ date) => once(pressed, "正在下载…", async () => {
    await engine.package.download(date);
    tasks();
    await check();
    app.say(`${day(date)}的任务已下载到本机。`, "ok");
  }, (text) => app.say(text, "bad"));

  tasks();
  fill(board, card("出发前检查", {}, h("p", { class: "soft", role: "status" }, "正在检查…")));
  check().catch((error) => { app.note(String(error)); fill(board, card("出发前检查", {}, h("p", { class: "note bad" }, "检查没有完成，请再打开一次本页。"))); });
  return {
    title: "今日任务", foot: "today", body: [list, board, update, ahead],
    on: { package: tasks },
  };
}
