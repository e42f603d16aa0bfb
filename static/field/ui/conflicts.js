/* 冲突: two values of one place, written without knowing of each other. Both stay in the record; a person decides. */
import { fill, h, redrawn, unique } from "./dom.js";
import { framed, isWritable, opened, saveSection } from "./frame.js";
import { button, card, empty, note, once, textField } from "./parts.js";
import { isTyped, nameOf, valueOf } from "./paths.js";
import { moment } from "./words.js";

/** @param {string} label @param {any} value shown @param {string} more @param {string} name @param {string} key @param {() => void} onpick */
const version = (label, value, more, name, key, onpick) => h("label", { class: "version" },
  h("input", { type: "radio", name, value: key, onchange: onpick }),
  h("span", null, h("b", null, label), h("span", null, value), more && h("span", { class: "small soft" }, more)));

/** @param {any} one */
const written = (one) => [one?.author, one?.at && moment(one.at)].filter(Boolean).join(" · ");

/** Both versions, to be read only. @param {any} open @param {any} conflict */
function heldCard(open, { path, other }) {
  const line = (/** @type {string} */ label, /** @type {any} */ one) => h("div", { class: "version" },
    h("span", null, h("b", null, label), h("span", null, valueOf(open, path, one?.value)), h("span", { class: "small soft" }, written(one))));
  return card(nameOf(open, path), {}, h("div", { class: "versions" }, line("现在采用", open.record.inForce(path)), line("后到", other)));
}

/** @param {any} app @param {any} open @param {any} conflict @param {() => void} redraw */
function conflictCard(app, open, conflict, redraw) {
  if (!isWritable(open)) return heldCard(open, conflict);
  const { record } = open;
  const name = unique("version");
  const now = record.inForce(conflict.path); // not `conflict.kept`: it may have been followed by another one since
  /** @type {{key: string, value: any}} */ let chosen = { key: "", value: undefined };
  let third = typeof conflict.other?.value === "string" ? conflict.other.value : "";
  const typed = h("div", { class: "span", hidden: true }, textField({ label: "另写一个", value: third, rows: 3, max: 500, oninput: (value) => { third = value; } }));
  const choose = (/** @type {string} */ key, /** @type {any} */ value) => () => { chosen = { key, value }; typed.hidden = key !== "third"; };
  const settle = button("就用选中的", () => void once(settle, "正在提交…", async () => {
    if (!chosen.key) throw new Error("请先选一个。");
    try {
      await record.settle(conflict.id, chosen.key === "third" ? third.trim() : chosen.value, now?.operation ?? null);
    } catch (error) {
      if (/** @type {any} */ (error).code === "refused") { // what is shown may be out of date: show what is in force
        await record.pull();
        redraw();
      }
      throw error;
    }
    app.say("已裁定，两个版本都留在记录里。", "ok");
    redraw();
  }, (text) => app.say(text, "bad")), { class: "lead tall" });
  return card(nameOf(open, conflict.path), {},
    h("fieldset", { class: "field" }, h("legend", { class: "unseen" }, `${nameOf(open, conflict.path)}：用哪一个`),
      h("div", { class: "versions" },
        version("现在采用", valueOf(open, conflict.path, now?.value), written(now), name, "kept", choose("kept", now?.value ?? null)),
        version("后到", valueOf(open, conflict.path, conflict.other?.value), written(conflict.other), name, "other", choose("other", conflict.other?.value ?? null)),
        isTyped(conflict.path, now?.value, conflict.other?.value) && h("div", { class: "span" }, version("另写", "两个都不用，自己写一个", "", name, "third", choose("third", ""))),
        typed)),
    settle);
}

/** @param {any} app @param {any} open @param {any} one @param {() => void} redraw */
function overtakenCard(app, open, one, redraw) {
  const theirs = one.theirs && typeof one.theirs === "object" && "value" in one.theirs ? one.theirs : { value: one.theirs };
  return card(nameOf(open, one.path), {},
    h("div", { class: "versions" },
      h("div", { class: "version" }, h("span", null, h("b", null, "本机写的，还没上传"), h("span", null, valueOf(open, one.path, one.mine)))),
      h("div", { class: "version" }, h("span", null, h("b", null, "别人已送达的"), h("span", null, valueOf(open, one.path, theirs.value)), h("span", { class: "small soft" }, written(theirs))))),
    h("p", { class: "small soft" }, "保留本机的，送达后会作为冲突由人裁定；改用别人的，以别人写的为准。"),
    h("div", { class: "btns" }, button("改用别人的", () => {
      const { record } = open;
      if (record.localState(one.path) === "draft") record.undo(one.path);
      // What is frozen for sending goes as it is; a change after it says that its author changed his mind.
      if (record.localState(one.path) === "waiting") record.set(one.path, theirs.value ?? null);
      app.say("这一处改用别人写的。", "ok");
      redraw();
    }, { class: "tall" })));
}

/** @param {import("./app.js").App} app @param {string} inspection */
export async function conflictsScreen(app, inspection) {
  const open = await opened(app, inspection);
  const { record } = open;
  const place = h("div", { class: "stack" });
  const show = () => {
    const none = !record.conflicts.length && !record.overtaken.length;
    fill(place,
      record.conflicts.length > 0 && note("info", isWritable(open) ? "两台平板改了同一处。两个版本都保留着，请选一个生效。裁定要联网。" : "检查已结束，由审核人在办公端裁定。"),
      ...record.conflicts.map((/** @type {any} */ one) => conflictCard(app, open, one, show)),
      ...record.overtaken.map((/** @type {any} */ one) => overtakenCard(app, open, one, show)),
      none && card("冲突", {}, empty("没有冲突", "别人和您写的内容没有不一样的地方。")));
  };
  const { draw, refresh } = redrawn(place, show, () => [record.overtaken, record.conflicts, record.conflicts.map((/** @type {any} */ one) => record.inForce(one.path))]);
  draw();
  return framed(app, open, { section: "conflicts", title: "和别人写的不一样", back: `${open.base}/start`, tabs: false, body: place, dock: null, refresh, leave: () => saveSection(open) });
}
