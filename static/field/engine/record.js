/** The record of an inspection in memory: what the server told, what was saved and waits, what is being written.

    Each change names the change that its author saw in force on that path (`base`). Changes of one's own that have not
    arrived form a chain: the next one names the one before. Unsaved changes are stored as they are typed. */

import * as db from "./db.js";
import { emit, on, onMessage, state } from "./hub.js";
import * as net from "./net.js";
import * as outbox from "./outbox.js";
import * as pack from "./package.js";
import * as photos from "./photos.js";
import * as records from "./records.js";
import { EngineError, Line, SCHEMA, now, same, uuid } from "./util.js";
import * as vault from "./vault.js";

const DELAY = 200;
const opened = new Map();

/** @param {string} inspection @returns {Promise<Inspected>} the same object for everybody until it is closed */
export function open(inspection) {
  if (!opened.has(inspection)) {
    const record = new Inspected(inspection);
    const loading = record.load().then(() => record);
    opened.set(inspection, loading);
    loading.catch(() => opened.delete(inspection));
  }
  return opened.get(inspection).then(async (record) => {
    await record.reloading;
    return record;
  });
}

const everyone = async () => (await Promise.allSettled(opened.values())).map((one) => one.value).filter(Boolean);

/** Write down what is being written, everywhere. */
export const flushAll = async () => Promise.all((await everyone()).map((record) => record.flush()));
/** Whether something typed could not be written to the disk: then the key must not be forgotten. */
export const isUnstored = async () => (await everyone()).some((record) => record.error !== "");
export const closeAll = async () => Promise.all((await everyone()).map((record) => record.close()));

/** Unsaved changes by inspection, of the open person. A record that is not open has them on the disk only. */
let counts = new Map();

export async function loadCounts() {
  const rows = await db.all("drafts", "user", vault.owner());
  counts = new Map(rows.map((row) => [row.key.split(":")[1], row.count]));
}

export const draftsOf = (inspection) => counts.get(inspection) ?? 0;
export const draftCount = () => [...counts.values()].reduce((sum, count) => sum + count, 0);

on("server", ({ inspection }) => opened.get(inspection)?.then((record) => record.reload()));
onMessage(async ({ type, inspection }) => {
  if (type === "outbox" && vault.isOpen()) await outbox.load();
  if (type === "outbox") (await everyone()).forEach((record) => record.rebuild());
  if (type === "record") (await opened.get(inspection))?.reload();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flushAll());
addEventListener("pagehide", () => flushAll());

class Inspected {
  constructor(inspection) {
    this.inspection = inspection;
    this.key = `${vault.owner()}:${inspection}`;
    this.readOnly = "";
    this.server = null;
    /** @type {{id: string, path: string, value: any, base: string|null}[]} */
    this.freezing = [];
    this.frozen = [];
    /** @type {Map<string, {id: string, path: string, value: any, base: string|null}>} */
    this.drafts = new Map();
    this.view = new Map();
    this.line = new Line();
    this.savedAt = null;
    this.dirty = false;
    this.error = "";
    this.timer = 0;
    this.reloading = null;
  }

  async load() {
    await this.hold();
    await this.reload();
    const row = await db.get("drafts", this.key);
    if (!row) return;
    const { ops, savedAt } = await vault.unseal(`drafts:${this.key}`, row.box);
    const known = new Set(outbox.mine().flatMap(outbox.operations).map((op) => op.id));
    for (const op of ops) if (!known.has(op.id)) this.drafts.set(op.path, op);
    this.savedAt = savedAt;
    this.rebuild();
  }

  /** Two windows that write the same draft would take turns in losing it: the second one only reads. */
  hold() {
    return new Promise((held) => {
      navigator.locks.request(`anlan-record-${this.key}`, { ifAvailable: true }, (lock) => {
        if (!lock) this.readOnly = "这项检查已在另一个窗口打开，本窗口只能查看。";
        held();
        return lock ? new Promise((release) => (this.release = release)) : undefined;
      });
    });
  }

  /** What the server told and what waits, read again; what is being written stays as it is. */
  reload() {
    this.reloading = records.read(this.inspection).then((kept) => {
      this.server = kept;
      this.rebuild();
      emit("record", { inspection: this.inspection, paths: null });
    });
    return this.reloading;
  }

  rebuild() {
    const waiting = outbox.mine().filter((one) => one.info.inspection === this.inspection && !one.info.accepted);
    this.frozen = waiting.filter(outbox.isWaiting).flatMap(outbox.operations);
    const there = new Set(this.frozen.map((op) => op.id));
    this.freezing = this.freezing.filter((op) => !there.has(op.id));
    this.view = new Map(Object.entries(this.server.values));
    for (const op of [...this.frozen, ...this.freezing, ...this.drafts.values()]) this.show(op);
  }

  show(op) {
    this.view.set(op.path, { value: op.value, operation: op.id });
  }

  get(path) {
    return this.view.get(path)?.value ?? undefined;
  }

  all() {
    return Object.fromEntries([...this.view].map(([path, { value }]) => [path, value]));
  }

  /** The rows of a list, without those taken out. */
  rows(list) {
    const found = new Map();
    for (const [path, { value }] of this.view) {
      const [group, id, leaf] = path.split("/");
      if (group !== list || leaf === undefined) continue;
      if (!found.has(id)) found.set(id, { id });
      found.get(id)[leaf] = value;
    }
    return [...found.values()].filter((row) => row.removed !== true);
  }

  localState(path) {
    if (this.drafts.has(path)) return "draft";
    if ([...this.frozen, ...this.freezing].some((op) => op.path === path)) return "waiting";
    return path in this.server.values ? "delivered" : "";
  }

  get state() {
    const mine = outbox.mine().filter((one) => one.info.inspection === this.inspection && outbox.isWaiting(one));
    return {
      inspection: this.inspection, state: this.server.state || pack.inspection(this.inspection)?.state || "",
      drafts: this.drafts.size, waiting: mine.length, savedAt: this.savedAt, saving: this.dirty, error: this.error,
    };
  }

  get conflicts() {
    return this.server.conflicts;
  }

  /** Why the server has not ended it although its end has arrived: sentences. */
  get missing() {
    return this.server.missing ?? [];
  }

  /** Changes of this tablet whose ground another person has changed meanwhile. */
  get overtaken() {
    const first = new Map();
    for (const op of [...this.frozen, ...this.freezing, ...this.drafts.values()])
      if (!first.has(op.path)) first.set(op.path, op.base);
    const found = [];
    for (const [path, base] of first) {
      const theirs = this.server.values[path];
      if (theirs && theirs.operation !== base && !same(theirs.value, this.get(path)))
        found.push({ path, mine: this.get(path), theirs: theirs.value });
    }
    return found;
  }

  /** Write a value down. It is on the disk shortly after, and for sending once `save` was called. */
  set(path, value) {
    if (this.readOnly) throw new EngineError("closed", this.readOnly);
    this.write(path, value);
    this.touched([path]);
  }

  write(path, value) {
    const draft = this.drafts.get(path);
    if (draft) {
      draft.value = structuredClone(value);
      const below = this.below(path);
      if (below && below.operation === draft.base && same(below.value, draft.value)) this.drafts.delete(path);
    } else {
      const before = this.view.get(path);
      if (before && same(before.value, value)) return;
      this.drafts.set(path, { id: uuid(), path, value: structuredClone(value), base: before?.operation ?? null });
    }
    this.showTop(path);
  }

  /** What is in force on a path below the unsaved change. */
  below(path) {
    const op = [...this.frozen, ...this.freezing].findLast((one) => one.path === path);
    return op ? { value: op.value, operation: op.id } : this.server.values[path];
  }

  showTop(path) {
    const draft = this.drafts.get(path);
    const below = this.below(path);
    if (draft) this.show(draft);
    else if (below) this.view.set(path, below);
    else this.view.delete(path);
  }

  add(list, leaves) {
    if (this.readOnly) throw new EngineError("closed", this.readOnly);
    const id = uuid();
    const paths = Object.entries(leaves).map(([leaf, value]) => {
      this.write(`${list}/${id}/${leaf}`, value);
      return `${list}/${id}/${leaf}`;
    });
    this.touched(paths);
    return id;
  }

  /** Take a row out. One that was never saved simply goes. */
  remove(list, id) {
    const paths = [...this.view.keys()].filter((path) => path.startsWith(`${list}/${id}/`));
    if (paths.some((path) => this.below(path))) return this.set(`${list}/${id}/removed`, true);
    for (const path of paths) this.undo(path);
  }

  undo(path) {
    this.drafts.delete(path);
    this.showTop(path);
    this.touched([path]);
  }

  answer(code, answer, reason) {
    this.set(`answers/${code}/answer`, answer);
    if (reason !== undefined) this.set(`answers/${code}/reason`, reason);
  }

  touched(paths) {
    this.dirty = true;
    this.timer ||= setTimeout(() => this.flush(), DELAY);
    emit("record", { inspection: this.inspection, paths });
  }

  /** Resolves when what was written is on the disk; what fails stays on the screen and is told in `state.error`. */
  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    return this.line.run(async () => {
      if (!this.dirty || this.readOnly) return;
      this.dirty = false;
      const savedAt = now();
      try {
        const row = await this.draftRow(savedAt);
        await db.put("drafts", row);
        Object.assign(this, { savedAt, error: "" });
      } catch (error) {
        Object.assign(this, { dirty: true, error: error.message });
      }
      emit("record", { inspection: this.inspection, paths: [] });
    });
  }

  async draftRow(savedAt) {
    const ops = [...this.drafts.values()];
    const box = await vault.seal(`drafts:${this.key}`, { ops, savedAt });
    counts.set(this.inspection, ops.length);
    return { key: this.key, user: vault.owner(), count: ops.length, box };
  }

  /** Freeze the unsaved changes and new photos into one submission. Needs no network. @returns {Promise<string|null>} */
  save({ filter = () => true } = {}) {
    if (this.readOnly) return Promise.reject(new EngineError("closed", this.readOnly));
    return this.line.run(async () => {
      const ops = [...this.drafts.values()].filter((op) => filter(op.path));
      const taken = photos.unsaved(this.inspection).filter((photo) => filter(`photos/${photo.id}`));
      if (!ops.length && !taken.length) return null;
      // From here on what is typed builds upon what is being frozen.
      for (const op of ops) this.drafts.delete(op.path);
      this.freezing.push(...ops);
      try {
        return await this.freeze(ops, taken);
      } catch (error) {
        this.thaw(ops);
        throw error;
      }
    });
  }

  async freeze(ops, taken) {
    const id = uuid();
    const body = JSON.stringify({
      id, inspection: this.inspection, author: vault.owner(), schema: SCHEMA, app_version: state.version, device_at: now(),
      clock_offset_ms: state.clockOffset, operations: ops,
      photos: taken.map((photo) => photos.manifest(photo, this)),
    });
    const info = await outbox.describe(body, { title: pack.titleOf(this.inspection), taken });
    const made = await outbox.prepare(id, info);
    const draft = await this.draftRow(now());
    await db.run(["outbox", "drafts", "photos"], "readwrite", (rows, drafts, pictures) => {
      outbox.place(rows, made);
      drafts.put(draft);
      photos.assign(pictures, taken, id);
    });
    this.savedAt = made.row.at;
    this.error = "";
    photos.assigned(taken, id);
    outbox.placed([made]);
    this.rebuild();
    emit("record", { inspection: this.inspection, paths: null });
    emit("saved");
    return id;
  }

  /** The disk refused: what was being frozen is being written again, below what was typed since. */
  thaw(ops) {
    this.freezing = this.freezing.filter((op) => !ops.includes(op));
    for (const op of ops) {
      const newer = this.drafts.get(op.path);
      if (newer) newer.base = op.base;
      else this.drafts.set(op.path, op);
    }
    this.rebuild();
    this.touched(ops.map((op) => op.path));
  }

  /** Make unsaved changes of rows that the server did not take, with everything of one's own that builds upon them. */
  takeBack(id) {
    if (this.readOnly) return Promise.reject(new EngineError("closed", this.readOnly));
    return this.line.run(async () => {
      const entries = dependents(id, this.inspection);
      const drafts = new Map(this.drafts);
      this.drafts = new Map();
      for (const op of [...entries.flatMap(outbox.operations), ...drafts.values()]) {
        const { base } = this.drafts.get(op.path) ?? op;
        this.drafts.set(op.path, { ...op, id: uuid(), base });
      }
      const ids = entries.map((entry) => entry.id);
      const taken = photos.ofSubmissions(ids);
      try {
        const draft = await this.draftRow(now());
        await db.run(["outbox", "drafts", "photos"], "readwrite", (rows, kept, pictures) => {
          for (const one of ids) rows.delete(one);
          kept.put(draft);
          photos.assign(pictures, taken, null);
        });
      } catch (error) {
        this.drafts = drafts;
        throw error;
      }
      photos.assigned(taken, null);
      outbox.withdrawn(ids);
      await this.reload();
    });
  }

  /** What the server last told to be in force on a path; a conflict may be older than it. */
  inForce(path) {
    return this.server.values[path] ?? null;
  }

  /** `base`: the operation that the person was shown as the one in force. */
  async settle(conflict, value, base) {
    const { path } = this.conflicts.find((one) => one.id === conflict);
    const operation = { id: uuid(), path, value, base };
    await net.ask("POST", `conflicts/${conflict}/settle`, [200], { body: { operation } });
    await this.pull();
  }

  async pull() {
    await records.pull(this.inspection);
    await this.reload();
  }

  async close() {
    await this.flush();
    this.readOnly ||= "这项检查已关闭，请重新打开。";
    opened.delete(this.inspection);
    this.release?.();
  }
}

/** A row and all later rows of the inspection that build upon it and have not been taken either. */
function dependents(id, inspection) {
  const chosen = [outbox.find(id)];
  const made = new Set(outbox.operations(chosen[0]).map((op) => op.id));
  for (const entry of outbox.mine()) {
    const isOpen = outbox.isWaiting(entry) && !entry.info.accepted && entry.info.inspection === inspection;
    if (entry.id === id || !isOpen || !outbox.operations(entry).some((op) => made.has(op.base))) continue;
    chosen.push(entry);
    for (const op of outbox.operations(entry)) made.add(op.id);
  }
  return chosen;
}

/** Refused or different at the server: its changes are to be edited and saved again. */
export async function reopen(id) {
  const entry = outbox.find(id);
  if (!["refused", "differs"].includes(entry?.state)) throw new EngineError("busy", "只有服务器退回的内容可以重新编辑。");
  if (entry.info.accepted) return outbox.update(id, { state: "queued" }, { note: "" }); // only files are missing: again
  const record = await open(entry.info.inspection);
  await record.takeBack(id);
}
