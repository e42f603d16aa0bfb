/* 待传箱: three states in plain words, every file with its own; nothing leaves before the receipt names it. */
import { fill, h } from "./dom.js";
import { exportFiles, importFiles } from "./bundle.js";
import { ask, button, card, chip, download, empty, facts, filePick, note, once } from "./parts.js";
import { nameOf, valueOf, whereIs } from "./paths.js";
import { moment, sentence, size } from "./words.js";

const TONES = /** @type {any} */ ({ 已保存在本机: ["idle", "●"], 正在上传: ["warn", "↑"], 已送达: ["ok", "✓"], 待导入: ["warn", "↓"] });
const OUTCOMES = /** @type {Record<string, [string, "ok" | "warn" | "bad" | "info"]>} */ ({
  done: ["已全部送达。", "ok"], offline: ["现在没有网络。记录都在本机，有网络会自动上传。", "info"], login: ["要先登录一次才能上传。", "warn"],
  other: ["登录的不是记录人本人。请本人登录后上传。", "warn"], retry: ["还有没传完的，过一会儿自动再传。", "info"], held: ["这台平板被暂停使用，不能上传。", "bad"],
  role: ["您现在的角色不能上传。换成检查人员的角色后再试。", "warn"], password: ["密码须先修改：请在办公端登录并改密码。", "warn"],
  unknown: ["服务器没有认出这台平板。重新登记后自动再传。", "warn"], author: ["有的记录待本人登录后上传。", "warn"],
  revoked: ["这台平板已注销，不能上传。", "bad"], locked: ["请先用 PIN 打开。", "warn"], busy: ["另一个窗口正在上传。", "info"],
});

/** @param {string} word_ @param {string} state */
function stateChip(word_, state) {
  if (state === "seen") return chip("warn", "照片没有送达", "!");
  if (word_ === "没有送达") return chip("bad", word_, "✕");
  if (state === "refused") return chip("bad", "需修改", "✕");
  if (state === "differs") return chip("bad", "与已送达的不同", "✕");
  const [tone, mark] = TONES[word_] || ["idle", ""];
  return chip(tone, word_, mark);
}

/** @param {any} file */
function fileLine(file) {
  const share = file.byteCount ? Math.round((file.sentBytes / file.byteCount) * 100) : 0;
  return h("li", { class: "row" }, h("div", { class: "grow small" }, `${file.copy === "original" ? "原图" : "水印图"} ${String(file.photo).slice(0, 8)} · ${size(file.byteCount)}`,
    share > 0 && share < 100 && h("progress", { max: "100", value: share, "aria-label": `已传 ${share}%` }),
    file.fault && h("p", { class: "wrong" }, file.fault)), stateChip(file.word, ""));
}

/** The changes of a stored body as names and values; nothing when it cannot be read. @param {any} app @param {any} item @returns {[string, string][]} */
function changesOf(app, item) {
  const inspection = app.engine.package.inspection(item.inspection) || { units: [] };
  const open = { inspection, checklist: app.engine.package.checklist(inspection.checklist_id), record: { get: () => undefined } };
  try {
    return JSON.parse(item.stored.body).operations.map((/** @type {any} */ one) => [nameOf(open, one.path), valueOf(open, one.path, one.value)]);
  } catch (error) {
    app.note(`stored body: ${error}`);
    return [];
  }
}

/** What the server holds under the same identifier. @param {any} app @param {any} item */
function storedVersion(app, item) {
  const { stored } = item;
  return h("div", { class: "stack" },
    h("p", null, "服务器上已有同一编号、内容不同的一份，没有覆盖。拿回来核对后，会作为新的修改再送。"),
    stored && h("details", { class: "more-of" }, h("summary", null, "看已送达的那一份"),
      facts([["记录人", stored.author || "—"], ["送达", moment(stored.received_at)], ["回执号", stored.receipt_number || "—"], ...changesOf(app, item)])));
}

/** The text has arrived, a photo never will: to be seen, and to be kept or thrown away knowingly. @param {any} app @param {any} item */
function photoSteps(app, item) {
  const { outbox, photos } = app.engine;
  const fail = (/** @type {unknown} */ error) => app.say(sentence(error), "bad");
  const seen = item.mayAcknowledge && button("知道了", () => outbox.acknowledge(item.id).then(() => app.say("已记下。没有送达的照片仍在本机。", "info"), fail), { class: "tall" });
  const save = async () => {
    for (const id of item.kept) {
      const blob = await photos.original(id);
      if (blob) download(`照片-${id}.jpg`, blob, "image/jpeg");
    }
  };
  const drop = async () => {
    const yes = await ask({ title: "从本机删除这些照片？", text: "服务器没有收下它们，删除后无法找回。需要时先导出。", yes: "删除", risk: true });
    if (!yes) return;
    await outbox.dropKept(item.id);
    app.say("照片已从本机删除。", "ok");
  };
  const kept = item.kept?.length > 0;
  return (seen || kept) && h("div", { class: "btns" }, seen, kept && button("导出照片", () => save().catch(fail), { class: "tall" }),
    kept && button("从本机删除照片", () => drop().catch(fail), { class: "risk tall" }));
}

/** @param {any} app @param {any} item */
function itemLine(app, item) {
  const trouble = item.state === "refused" || item.state === "differs";
  const shown = item.mayAcknowledge || (item.state === "delivered" && item.kept?.length) ? "seen" : item.state;
  const again = () => app.engine.outbox.reopen(item.id).then(() => app.engine.outbox.sendNow()).catch((/** @type {unknown} */ error) => app.say(sentence(error), "bad"));
  const back = button("拿回来修改", () => void once(back, "正在拿回…", async () => {
    await app.engine.outbox.reopen(item.id);
    app.say("已放回检查记录，改好后再保存。", "info", true);
    app.go(`#/i/${item.inspection}/${whereIs(item.fields?.[0]?.path || "")}`);
  }, (text) => app.say(`没有放回，内容仍在待传箱：${text}`, "bad")), { class: "tall" });
  const fix = trouble && !item.mayAcknowledge && (item.accepted ? button("再试一次", again, { class: "tall" }) : back);
  const files = item.files || [];
  return h("li", { class: "card" },
    h("div", { class: "card-head" }, h("h3", { class: "wrap" }, item.title || "检查记录"), stateChip(item.word, shown)),
    item.note && h("p", { class: trouble ? "wrong" : "small soft" }, item.note),
    trouble && item.fields?.length > 0 && note("bad", h("ul", null, ...item.fields.map((/** @type {any} */ one) => h("li", null, one.message)))),
    item.state === "differs" && storedVersion(app, item),
    facts([
      ["保存", moment(item.savedAt)], item.receipt && ["回执号", h("b", { class: "num" }, item.receipt)], item.attempts > 0 && !item.receipt && ["已试", `${item.attempts} 次${item.nextAt ? `，${moment(item.nextAt)} 再试` : ""}`],
      ["内容", `${item.changes ?? "—"} 处修改，${new Set(files.map((/** @type {any} */ file) => file.photo)).size} 张照片`],
    ].filter(Boolean)),
    files.length > 0 && h("details", { class: "more-of" }, h("summary", null, `看 ${files.length} 个文件`), h("ul", { class: "rows" }, ...files.map(fileLine))),
    fix, photoSteps(app, item));
}

/** @param {import("./app.js").App} app */
export function outboxScreen(app) {
  const { engine } = app;
  const head = h("div");
  const list = h("div", { class: "stack" });
  const others = h("div");
  const fail = (/** @type {string} */ text) => app.say(text, "bad");
  const send = button("立即同步", () => void once(send, "正在同步…", async () => {
    const [text, tone] = OUTCOMES[await engine.outbox.sendNow()] || ["已开始上传。", "info"];
    app.say(text, tone);
    show();
  }, fail), { class: "lead" });
  const exportAll = button("导出待传记录", async () => {
    if (!(await ask({ title: "导出待传记录？", text: "文件里是没有加密的记录和照片。传到另一台平板或办公电脑后，请把文件删掉。", yes: "导出" }))) return;
    await once(exportAll, "正在导出…", () => exportFiles(app, engine.bundle.make), fail);
  }, { class: "tall" });
  const importAll = filePick("导入记录文件", { accept: "application/json,.json", onfiles: async (files) => {
    app.say("正在导入…", "info");
    await importFiles(app, files);
    show();
  } });

  const show = () => {
    const { summary } = engine.outbox;
    if (!summary) {
      fill(head, card("待传箱", {}, h("p", { class: "soft" }, "读取中…")));
      return;
    }
    const tone = summary.attention ? "bad" : summary.waiting ? "warn" : "ok";
    fill(head, card(summary.waiting ? `${summary.waiting} 条还没送达` : "全部送达", { end: summary.lastSync && h("span", { class: "small soft" }, `上次同步 ${moment(summary.lastSync)}`) },
      note(tone === "ok" ? "ok" : tone === "bad" ? "bad" : "info", summary.sentence),
      summary.nextAt && h("p", { class: "small soft" }, `${moment(summary.nextAt)} 自动再传，也可以点“立即同步”。`),
      engine.state.device?.state === "UNKNOWN" && h("p", null, "服务器没有认出这台平板。", h("a", { class: "btn", href: "#/enrol" }, "重新登记"))));
    const items = engine.outbox.items();
    const waiting = items.filter((/** @type {any} */ item) => item.state !== "delivered");
    const delivered = items.filter((/** @type {any} */ item) => item.state === "delivered");
    const line = (/** @type {any} */ item) => itemLine(app, item);
    const wasOpen = Boolean(list.querySelector("details.done[open]"));
    fill(list,
      waiting.length > 0 && h("ul", { class: "stack", "aria-label": "没有送达的" }, ...waiting.map(line)),
      !items.length && card("记录", {}, empty("待传箱是空的", "在检查里保存的内容先到这里，再自动上传。")),
      delivered.length > 0 && h("details", { class: "more-of done", open: wasOpen || !waiting.length }, h("summary", null, `已送达 ${delivered.length} 条`), h("ul", { class: "stack" }, ...delivered.map(line))));
    const rows = engine.outbox.othersWaiting();
    fill(others, rows.length > 0 && card("别人的待传记录", { flush: true }, h("ul", { class: "rows" }, ...rows.map((/** @type {any} */ one) =>
      h("li", { class: "row" }, h("span", { class: "grow" }, `${one.name}：${one.count} 条`), chip("warn", "待本人登录", "!"))))));
  };
  show();
  const foot = app.foot("outbox");
  return {
    title: "待传箱",
    body: [head, list, others, card("搬到别的设备", {}, h("p", { class: "small soft" }, "长时间没有网络，或者平板要修：导出成文件，在另一台平板或办公电脑上导入。照片多时会分成几份，要全部导入。"), h("div", { class: "btns" }, exportAll, importAll))],
    foot: "outbox", dock: h("div", { class: "with-foot" }, h("div", { class: "dock" }, h("div", null, send)), foot),
    on: { outbox: show },
  };
}
