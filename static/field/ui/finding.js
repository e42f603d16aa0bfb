/* 问题 form. Every keystroke is in the record at once; several units become sibling findings that share the fact. */
import { fill, h, redrawn } from "./dom.js";
import { catalogueSearch } from "./catalogue.js";
import { Fact } from "./fact.js";
import { closedBecause, framed, opened, saveSection, unitOptions } from "./frame.js";
import { ask, button, card, dock, fault, note, once, segmented, selectField, showFaults, textField, ticks } from "./parts.js";
import { positionCard } from "./position.js";
import { shots } from "./shots.js";
import { KINDS, SEVERITIES, word } from "./words.js";

const LONGEST = /** @type {const} */ ({ text: 500, basis: 300 });

/** The form of one fact and its parts. */
class FindingForm {
  /** @param {any} app @param {any} open @param {Fact} fact @param {any} item the checklist item, or nothing @param {boolean} isNew written here and now */
  constructor(app, open, fact, item, isNew) {
    this.app = app;
    this.open = open;
    this.fact = fact;
    this.tried = false;
    this.faults = h("div", { role: "alert" });
    this.severityPlace = h("div", { class: "stack" });
    this.kindPlace = h("div");
    this.written();
    this.propose = (/** @type {any} */ finding) => app.engine.package.propose(open.id, finding);
    this.proposed = fact.proposals(this.propose)[0]?.severity || "";
    this.search = catalogueSearch(app, { open, first: item?.catalogue_codes || [], chosen: () => fact.get("catalogue_code") || "", onpick: (entry) => this.pick(entry) });
    this.photos = shots(app, {
      open, finding: () => fact.key || undefined, place: () => fact.get("part") || open.inspection.project.name,
      ensure: () => { fact.begin(); void open.record.flush(); },
    });
    this.position = positionCard(app, { get: () => fact.get("position"), set: (value) => fact.set("position", value), auto: () => isNew && Boolean(fact.key) });
    const leaves = (/** @type {string[]} */ ...names) => () => [fact.units(), ...names.map((name) => fact.get(name))];
    this.views = [redrawn(this.severityPlace, () => this.severity(), leaves("catalogue_code", "severity", "severity_reason")),
      redrawn(this.kindPlace, () => this.kind(), leaves("kind"))];
    for (const view of this.views) view.draw();
  }

  /** What another tablet changed. @param {string[] | null} paths */
  refresh(paths) {
    for (const view of this.views) view.refresh(paths);
  }

  written() {
    const { fact } = this;
    const line = (/** @type {string} */ label, /** @type {string} */ leaf, /** @type {any} */ more) =>
      textField({ label, read: () => fact.get(leaf) || "", ...more, oninput: (value) => { fact.set(leaf, value); this.recheck(); } });
    this.text = line("问题描述", "text", { rows: 3, max: LONGEST.text });
    this.basis = line("依据", "basis", { rows: 2, max: LONGEST.basis });
    this.part = line("部位", "part", { max: 200, optional: true, main: true, hint: "例如：溢洪道左边墙 0+120～0+135" });
    this.units = ticks({
      legend: "责任单位", values: fact.units(), options: unitOptions(this.open), hint: "几家都有责任就都选上，每家各记一条，照片和描述共用。",
      onpick: (value, on) => {
        fact.choose(this.open.inspection.units.find((/** @type {any} */ one) => one.id === value), on);
        this.follow();
        this.severity();
        this.recheck();
      },
    });
  }

  /** The proposal is followed until the person chooses otherwise. */
  follow() {
    const now = this.fact.proposals(this.propose)[0]?.severity || "";
    if (now && now !== this.proposed && (this.fact.get("severity") || "") === this.proposed) this.fact.set("severity", now);
    this.proposed = now;
  }

  severity() {
    const { fact, severityPlace } = this;
    const given = fact.proposals(this.propose);
    const [best] = given;
    const chosen = fact.get("severity") || "";
    this.severityChoice = segmented({
      legend: "严重程度", value: chosen, options: SEVERITIES, hint: best && `建议：${word(SEVERITIES, best.severity)}。${best.reason}`,
      onpick: (value) => { fact.set("severity", value); this.severity(); this.recheck(); },
    });
    const before = severityPlace.contains(document.activeElement);
    const other = given.find((one) => one.severity !== chosen);
    const repeats = given.flatMap((one) => one.repeats);
    fill(severityPlace, this.severityChoice,
      repeats.length > 0 && note("warn", h("b", null, "12 个月内重复发生"), h("ul", null, ...repeats.map((one) => h("li", null, [one.found_on, one.number, one.project_name, one.text].filter(Boolean).join(" "))))),
      chosen && other && textField({ label: "为什么不按建议", hint: best.severity === chosen ? `有的单位建议为${word(SEVERITIES, other.severity)}。` : undefined, value: fact.get("severity_reason"), max: 300, main: true, oninput: (value) => fact.set("severity_reason", value) }));
    if (before) /** @type {any} */ (severityPlace.querySelector("input:checked"))?.focus();
  }

  kind() {
    const options = [/** @type {[string, string]} */ (["", "请选择"]), ...KINDS.map(([key, text]) => /** @type {[string, string]} */ ([key, text]))];
    fill(this.kindPlace, selectField({ label: "问题类型", value: this.fact.get("kind") || "", options, main: true, onpick: (value) => this.fact.set("kind", value) }));
  }

  /** @param {string} code @returns {any} the entry of the catalogue */
  entry(code) {
    return code ? this.app.engine.package.search(this.open.id, code, { limit: 5 }).find((/** @type {any} */ one) => one.code === code) : undefined;
  }

  /** Take an entry: its words fill what is empty or came from another entry, never what was written by hand. @param {any} entry */
  pick(entry) {
    const { fact } = this;
    const former = this.entry(fact.get("catalogue_code"));
    fact.set("catalogue_code", entry.code);
    fact.set("kind", entry.kind);
    for (const leaf of /** @type {const} */ (["text", "basis"])) {
      const { control } = /** @type {any} */ (this)[leaf];
      if (control.value.trim() && control.value !== former?.[leaf]) continue;
      control.value = (entry[leaf] || "").slice(0, LONGEST[leaf]);
      fact.set(leaf, control.value);
    }
    this.proposed = fact.proposals(this.propose)[0]?.severity || entry.severity;
    fact.set("severity", this.proposed);
    this.kind();
    this.severity();
    this.recheck();
  }

  /** Show what is lacking beside its control. */
  mark() {
    const wrong = this.fact.lacking();
    for (const [name, control] of this.controls()) if (control) fault(control, wrong.find(([key]) => key === name)?.[1] || "");
    if (!wrong.length) showFaults(this.faults, []);
    return wrong;
  }

  /** @returns {[string, HTMLElement | null | undefined][]} */
  controls() {
    return [["text", this.text?.control], ["units", this.units?.control], ["severity", this.severityChoice?.control]];
  }

  recheck() {
    if (this.tried) this.mark();
    this.position.refresh();
  }

  /** Whether it can be saved; if not, what is lacking is said and the first place of it has the focus. */
  check() {
    this.tried = true;
    const wrong = this.mark();
    if (!wrong.length) return true;
    showFaults(this.faults, wrong.length > 1 ? [`还有 ${wrong.length} 处没有填。写了的都已保存在本机，可以以后再填。`] : [wrong[0][1]]);
    const control = this.controls().find(([name]) => name === wrong[0][0])?.[1];
    control?.focus();
    control?.scrollIntoView({ block: "center" });
    return false;
  }

  /** @param {string} back */
  async save(back) {
    const { app, fact, open } = this;
    if (!this.check()) return;
    const photos = app.engine.photos.list(open.id);
    await open.record.save({ filter: (/** @type {string} */ path) => fact.owns(path, photos) });
    const owed = fact.owed();
    app.say(owed ? `问题已保存在本机。结束前还要补：${owed}。` : "问题已保存在本机，联网后自动上传。", owed ? "warn" : "ok", true);
    app.go(back);
  }

  /** @param {string} back */
  async discard(back) {
    if (this.fact.key && !(await ask({ title: "删除这个问题？", text: "记录里会留下“已删除”，照片不再属于它。", yes: "删除", risk: true }))) return;
    this.fact.remove();
    this.app.go(back);
  }
}

/** @param {import("./app.js").App} app @param {string} inspection @param {string} id "new" for none yet @param {string} [code] the checklist item it comes from */
export async function findingScreen(app, inspection, id, code = "") {
  const open = await opened(app, inspection);
  const { record } = open;
  const key = id === "new" ? "" : id;
  const from = code || (key && record.get(`findings/${key}/checklist_code`)) || "";
  const fact = new Fact(open, key, from, (made) => history.replaceState(null, "", `${open.base}/finding/${made}${code ? `/${code}` : ""}`));
  if (key && !fact.rows().length) throw new Error("这个问题已经删除。");
  const item = open.checklist?.items.find((/** @type {any} */ one) => one.code === from);
  const back = item && code ? `${open.base}/list/${item.aspect}` : `${open.base}/findings`;
  const form = new FindingForm(app, open, fact, item, !key);
  const only = !key && item?.catalogue_codes?.length === 1 ? form.entry(item.catalogue_codes[0]) : undefined;
  if (only) {
    form.pick(only);
    form.search.refresh();
  }
  const why = closedBecause(app, open, "findings");
  const helps = Boolean(why) && why !== record.readOnly;
  const save = button("保存问题", () => void once(save, "正在保存…", () => form.save(back), (text) => showFaults(form.faults, [text])), { class: "lead" });
  return framed(app, open, {
    section: "findings", title: key ? "问题" : "记录问题", back, tabs: false,
    body: [form.faults,
      item && h("p", { class: "note info" }, h("b", null, `${item.code} `), item.text),
      card("问题内容", {}, form.search.element, form.text),
      card("照片和部位", {}, !helps && form.photos.element, form.part, form.position.element),
      card("责任单位和严重程度", {}, form.units, form.severityPlace),
      card("类型和依据", {}, form.kindPlace, form.basis)],
    dock: dock(button("删除", () => form.discard(back), { class: "risk" }), save),
    free: helps ? card("现场照片", {}, form.photos.element) : null,
    leave: helps ? () => saveSection(open) : undefined,
    close: form.position.stop,
    refresh: (/** @type {string[] | null} */ paths) => form.refresh(paths),
    on: { position: () => form.position.refresh(), photo: () => { form.photos.refresh(); form.position.refresh(); } },
  });
}
