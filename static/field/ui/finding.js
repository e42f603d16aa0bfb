/* 问题 form. Every keystroke is in the record at once; several units become sibling findings that share the fact. */
import { fill, h } from "./dom.js";
import { catalogueSearch } from "./catalogue.js";
import { framed, opened, unitOptions } from "./frame.js";
import { ask, button, card, dock, fault, note, once, segmented, selectField, showFaults, textField, ticks } from "./parts.js";
import { positionCard } from "./position.js";
import { shots } from "./shots.js";
import { KINDS, SEVERITIES, word } from "./words.js";

const SHARED = ["catalogue_code", "kind", "severity", "severity_reason", "text", "part", "basis", "position", "checklist_code"];

/** The rows of one fact, the first one written first. @param {any} record @param {string} id */
function siblings(record, id) {
  const rows = record.rows("findings");
  const own = rows.find((/** @type {any} */ row) => row.id === id);
  if (!own || !own.same_fact) return own ? [own] : [];
  return rows.filter((/** @type {any} */ row) => row.same_fact === own.same_fact);
}

/** What is written about one fact, whichever rows carry it. @param {any} open @param {string} id "new" for none yet @param {string} code the checklist item it comes from */
function factOf(open, id, code) {
  const { record } = open;
  let key = id === "new" ? "" : id;
  /** Leaves typed before there is a row go into it with the first of them. */
  const begin = (/** @type {any} */ leaves = {}) => {
    if (!key) {
      key = record.add("findings", { ...(code ? { checklist_code: code } : {}), ...leaves });
      history.replaceState(null, "", `${open.base}/finding/${key}${code ? `/${code}` : ""}`);
    }
    return key;
  };
  const fact = {
    get key() { return key; },
    rows: () => (key ? siblings(record, key) : []),
    get: (/** @type {string} */ leaf) => (key ? record.get(`findings/${key}/${leaf}`) : undefined),
    begin,
    set(/** @type {string} */ leaf, /** @type {any} */ value) {
      begin();
      for (const row of fact.rows()) record.set(`findings/${row.id}/${leaf}`, value);
    },
    units: () => fact.rows().map((/** @type {any} */ row) => row.unit_id).filter(Boolean),
    /** @param {any} unit @param {boolean} on */
    unit(unit, on) {
      begin();
      const rows = fact.rows();
      const having = rows.find((/** @type {any} */ row) => row.unit_id === unit.id);
      if (on && having) return;
      if (on) {
        const free = rows.find((/** @type {any} */ row) => !row.unit_id);
        if (free) fact.assign(free.id, unit);
        else fact.join(rows[0], unit);
      } else if (having) {
        fact.drop(having, rows);
      }
    },
    assign(/** @type {string} */ row, /** @type {any} */ unit) {
      record.set(`findings/${row}/unit_id`, unit ? unit.id : "");
      record.set(`findings/${row}/organization_id`, unit ? unit.organization_id || "" : "");
    },
    join(/** @type {any} */ first, /** @type {any} */ unit) {
      const shared = first.same_fact || crypto.randomUUID();
      if (!first.same_fact) record.set(`findings/${first.id}/same_fact`, shared);
      const leaves = Object.fromEntries(SHARED.map((leaf) => [leaf, first[leaf]]).filter(([, value]) => value !== undefined && value !== null));
      record.add("findings", { ...leaves, unit_id: unit.id, organization_id: unit.organization_id || "", same_fact: shared });
    },
    drop(/** @type {any} */ row, /** @type {any[]} */ rows) {
      if (row.id !== key) record.remove("findings", row.id);
      else {
        // The first row keeps the photos: it takes over the unit of a sibling.
        const heir = rows.find((one) => one.id !== key && one.unit_id);
        fact.assign(key, heir ? { id: heir.unit_id, organization_id: heir.organization_id } : null);
        if (heir) record.remove("findings", heir.id);
      }
    },
  };
  return fact;
}

/** What a finding cannot be sent without, each with the control it belongs to. @param {any} fact */
function lacking(fact) {
  return [
    !(fact.get("text") || "").trim() && ["text", "请写问题描述。"],
    !fact.units().length && ["units", "请选责任单位。"],
    !fact.get("severity") && ["severity", "请选严重程度。"],
  ].filter(Boolean);
}

/** What may follow before the inspection ends. @param {any} fact */
const later = (fact) => [!fact.get("kind") && "问题类型", !(fact.get("basis") || "").trim() && "依据"].filter(Boolean).join("、");

/** The proposed severity with its reason, and what the same unit had before. @param {any} app @param {any} open @param {any} fact */
function proposals(app, open, fact) {
  const code = fact.get("catalogue_code");
  if (!code) return [];
  return fact.rows().map((/** @type {any} */ row) => app.engine.package.propose(open.id, { catalogue_code: code, unit_id: row.unit_id, organization_id: row.organization_id })).filter((/** @type {any} */ one) => one.severity);
}

/** @param {import("./app.js").App} app @param {string} inspection @param {string} id @param {string} [code] */
export async function findingScreen(app, inspection, id, code = "") {
  const open = await opened(app, inspection);
  const { record } = open;
  const fact = factOf(open, id, code);
  const from = code || fact.get("checklist_code") || "";
  const item = open.checklist?.items.find((/** @type {any} */ one) => one.code === from);
  const back = item && code ? `${open.base}/list/${item.aspect}` : `${open.base}/findings`;
  if (id !== "new" && !fact.rows().length) throw new Error("这个问题已经删除。");

  const faults = h("div", { role: "alert" });
  const severityPlace = h("div", { class: "stack" });
  const kindPlace = h("div");
  /** @type {Record<string, HTMLElement | null>} */ const controls = {};

  const best = () => {
    const given = proposals(app, open, fact);
    return { given, best: given.find((/** @type {any} */ one) => one.repeats.length) || given[0] };
  };
  let proposed = best().best?.severity || "";
  /** The proposal is followed until the person chooses otherwise. */
  const follow = () => {
    const now = best().best?.severity || "";
    if (now && now !== proposed && (fact.get("severity") || "") === proposed) fact.set("severity", now);
    proposed = now;
  };
  const severity = () => {
    const { given, best: one } = best();
    const chosen = fact.get("severity") || "";
    const choice = segmented({
      legend: "严重程度", value: chosen, options: SEVERITIES,
      hint: one && `建议：${word(SEVERITIES, one.severity)}。${one.reason}`,
      onpick: (value) => { fact.set("severity", value); severity(); recheck(); },
    });
    const before = severityPlace.contains(document.activeElement);
    const repeats = given.flatMap((/** @type {any} */ each) => each.repeats);
    fill(severityPlace, choice,
      repeats.length > 0 && note("warn", h("b", null, "12 个月内重复发生"), h("ul", null, ...repeats.map((/** @type {any} */ each) => h("li", null, `${each.found_on} ${each.number} ${each.text}`)))),
      one && chosen && chosen !== one.severity && textField({ label: "为什么不按建议", value: fact.get("severity_reason"), max: 300, main: true, oninput: (value) => fact.set("severity_reason", value) }));
    controls.severity = choice.control;
    if (before) /** @type {any} */ (severityPlace.querySelector("input:checked"))?.focus();
  };
  const kinds = () => {
    const made = selectField({ label: "问题类型", value: fact.get("kind") || "", options: [["", "请选择"], ...KINDS.map(([key, text]) => /** @type {[string, string]} */ ([key, text]))], main: true, onpick: (value) => fact.set("kind", value) });
    fill(kindPlace, made);
  };
  const text = textField({ label: "问题描述", value: fact.get("text"), rows: 3, max: 500, oninput: (value) => { fact.set("text", value); recheck(); } });
  const basis = textField({ label: "依据", value: fact.get("basis"), rows: 2, max: 300, oninput: (value) => fact.set("basis", value) });
  const part = textField({ label: "部位", value: fact.get("part"), max: 200, optional: true, main: true, hint: "例如：溢洪道左边墙 0+120～0+135", oninput: (value) => fact.set("part", value) });
  controls.text = text.control;

  const pick = (/** @type {any} */ chosen) => {
    const former = fact.get("catalogue_code") ? app.engine.package.search(inspection, fact.get("catalogue_code"), { limit: 5 }).find((/** @type {any} */ one) => one.code === fact.get("catalogue_code")) : null;
    fact.set("catalogue_code", chosen.code);
    fact.set("kind", chosen.kind);
    if (!text.control.value.trim() || (former && text.control.value === former.text)) { text.control.value = chosen.text.slice(0, 500); fact.set("text", text.control.value); }
    if (!basis.control.value.trim() || (former && basis.control.value === former.basis)) { basis.control.value = (chosen.basis || "").slice(0, 300); fact.set("basis", basis.control.value); }
    proposed = best().best?.severity || chosen.severity;
    fact.set("severity", proposed);
    kinds();
    severity();
    recheck();
  };
  const units = ticks({
    legend: "责任单位", values: fact.units(), options: unitOptions(open), hint: "几家都有责任就都选上，每家各记一条，照片和描述共用。",
    onpick: (value, on) => {
      fact.unit(open.inspection.units.find((/** @type {any} */ one) => one.id === value), on);
      follow();
      severity();
      recheck();
    },
  });
  controls.units = units.control;
  const search = catalogueSearch(app, { open, first: item ? item.catalogue_codes || [] : [], chosen: () => fact.get("catalogue_code") || "", onpick: pick });
  const photos = shots(app, { open, finding: () => fact.key || null, ensure: () => { fact.begin(); void record.flush(); }, place: () => fact.get("part") || open.inspection.project.name });
  const position = positionCard(app, { get: () => fact.get("position"), set: (value) => fact.set("position", value), auto: () => Boolean(fact.key) });
  severity();
  kinds();
  let tried = false;
  const mark = () => {
    const wrong = lacking(fact);
    for (const [name, control] of Object.entries(controls)) if (control) fault(control, /** @type {any} */ (wrong.find(([key]) => key === name))?.[1] || "");
    if (!wrong.length) showFaults(faults, []);
    return wrong;
  };
  const recheck = () => {
    if (tried) mark();
    position.refresh();
  };
  const check = () => {
    tried = true;
    const wrong = mark();
    if (wrong.length) {
      showFaults(faults, wrong.length > 1 ? [`还有 ${wrong.length} 处没有填。写了的都已保存在本机，可以以后再填。`] : [wrong[0][1]]);
      controls[wrong[0][0]]?.focus();
      controls[wrong[0][0]]?.scrollIntoView({ block: "center" });
    }
    return !wrong.length;
  };
  if (id === "new" && item && item.catalogue_codes?.length === 1) {
    const [only] = app.engine.package.search(inspection, item.catalogue_codes[0], { limit: 1 });
    if (only && only.code === item.catalogue_codes[0]) { pick(only); search.refresh(); }
  }

  const save = button("保存问题", () => void once(save, "正在保存…", async () => {
    if (!check()) return;
    const keys = new Set(fact.rows().map((/** @type {any} */ row) => row.id));
    await record.save({
      filter: (/** @type {string} */ path) => {
        const [group, key] = path.split("/");
        if (group === "findings") return keys.has(key) || Boolean(record.get(`findings/${key}/removed`));
        if (group === "photos") return keys.has(record.get(`photos/${key}/finding`)) || app.engine.photos.list(inspection).some((/** @type {any} */ one) => one.id === key && keys.has(one.finding));
        return group === "answers" && key === from;
      },
    });
    const rest = later(fact);
    app.say(rest ? `问题已保存在本机。结束前还要补：${rest}。` : "问题已保存在本机，联网后自动上传。", rest ? "warn" : "ok", true);
    app.go(back);
  }, (sentence) => showFaults(faults, [sentence])), { class: "lead" });
  const remove = button("删除", async () => {
    if (fact.key && !(await ask({ title: "删除这个问题？", text: "记录里会留下“已删除”，照片不再属于它。", yes: "删除", risk: true }))) return;
    for (const row of fact.rows()) record.remove("findings", row.id);
    app.go(back);
  }, { class: "risk" });

  return framed(app, open, {
    section: "findings", title: id === "new" ? "记录问题" : "问题", back, tabs: false,
    body: [faults,
      item && h("p", { class: "note info" }, h("b", null, `${item.code} `), item.text),
      card("是什么问题", {}, search.element, text),
      card("在哪里", {}, photos.element, part, position.element),
      card("谁的责任，有多严重", {}, units, severityPlace),
      card("类型和依据", {}, kindPlace, basis)],
    dock: dock(remove, save),
    leave: position.stop,
    on: { position: () => position.refresh(), photo: () => { photos.refresh(); position.refresh(); } },
  });
}
