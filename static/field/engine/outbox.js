/** What is saved and not yet known to have arrived. A row leaves only after a receipt that names the hash of every file.

    In the open: whose it is, its place in the order, its state. Sealed: everything else. */

import * as db from "./db.js";
import { emit, state, tell } from "./hub.js";
import * as photos from "./photos.js";
import { DAY, EngineError, sha256 } from "./util.js";
import * as vault from "./vault.js";

const KEPT_DAYS = 7;
const WORDS = { sending: "正在上传", delivered: "已送达" };

/** @type {Map<string, object>|null} null until it was read: unknown is not empty */
let entries = null;
let others = [];
const progress = new Map();
const parsed = new WeakMap();
const outcome = { last: null, lastSync: null, nextAt: 0 };

const about = (id) => `outbox:${id}`;

/** Read the rows again: after unlocking, and when another window has changed them. */
export async function load() {
  const rows = await db.all("outbox", "order");
  const mine = vault.isOpen() ? vault.owner() : null;
  const found = new Map();
  for (const { box, ...row } of rows.filter((one) => one.user === mine)) {
    const known = entries?.get(row.id);
    const isSame = known?.rev === row.rev;
    found.set(row.id, { ...row, info: isSame ? known.info : await vault.unseal(about(row.id), box) });
  }
  others = rows.filter((row) => row.user !== mine && row.state !== "delivered").map((row) => row.user);
  entries = mine ? found : null;
  emit("outbox");
}

/** The open person's rows in the order of saving. */
export const mine = () => [...(entries?.values() ?? [])];
export const find = (id) => entries?.get(id);
export const isWaiting = (entry) => entry.state !== "delivered";

/** The operations of a row, as they were frozen. */
export function operations(entry) {
  if (!entry.info.body) return [];
  if (!parsed.has(entry)) parsed.set(entry, JSON.parse(entry.info.body).operations);
  return parsed.get(entry);
}

/** What a row says about a frozen body: the files in the order of sending, the stamped copies first. */
export async function describe(body, { title, taken }) {
  const file = (photo, copy, { sha256: hash, byteCount }) => ({ photo: photo.id, copy, sha256: hash, byteCount, stored: false });
  const stamped = taken.filter((photo) => photo.stamped).map((photo) => file(photo, "stamped", photo.stamped));
  const originals = taken.map((photo) => file(photo, "original", photo));
  const { inspection, operations: changes } = JSON.parse(body);
  return {
    inspection, title, body, sha256: await sha256(body), files: [...stamped, ...originals], changes: changes.length,
    accepted: false, receipt: null, note: "",
  };
}

/** A new row, sealed. It is written by `place` inside the transaction of the one who made it. */
export async function prepare(id, info) {
  const row = { id, user: vault.owner(), at: new Date().toISOString(), state: "queued", attempts: 0, nextAt: 0, rev: 1 };
  return { row: { ...row, box: await vault.seal(about(id), info) }, info };
}

/** Put a prepared row at the end of the line. @param {IDBObjectStore} store */
export function place(store, made) {
  store.index("order").openCursor(null, "prev").onsuccess = (event) => {
    made.row.seq = (event.target.result?.key ?? 0) + 1;
    store.put(made.row);
  };
}

/** Say that prepared rows are on the disk. */
export function placed(made) {
  for (const { row, info } of made) {
    const { box, ...plain } = row;
    entries?.set(row.id, { ...plain, info });
  }
  changed();
}

/** Change a row on the disk and here. `alongside`: more stores and requests for the same transaction. */
export async function update(id, row, info = {}, alongside = { stores: [], work: () => undefined }) {
  const entry = find(id);
  const next = { ...entry, ...row, rev: entry.rev + 1, info: { ...entry.info, ...info } };
  const { info: inside, ...plain } = next;
  // "Sending" is true of this moment only: a window that is closed now sends no more.
  const lasting = plain.state === "sending" ? "queued" : plain.state;
  const stored = { ...plain, state: lasting, box: await vault.seal(about(id), inside) };
  await db.run(["outbox", ...alongside.stores], "readwrite", (outbox, ...more) => {
    outbox.put(stored);
    alongside.work(...more);
  });
  entries?.set(id, next);
  changed();
  return next;
}

/** Take rows away because their content stands elsewhere now. */
export function withdrawn(ids) {
  for (const id of ids) entries?.delete(id);
  changed();
}

/** A change that is not worth the disk. */
export function mark(id, row) {
  Object.assign(find(id), row);
  emit("outbox");
}

function changed() {
  tell({ type: "outbox" });
  emit("outbox");
}

/** How much of a file has gone. @param {string} key photo:copy */
export function advance(key, sentBytes) {
  progress.set(key, sentBytes);
  emit("outbox");
}

/** The last outcome of sending. */
export function concluded(result) {
  outcome.last = result;
  if (result === "done") outcome.lastSync = new Date().toISOString();
  emit("outbox");
}

/** When sending is tried again by itself. @param {number} at milliseconds, 0: not by itself */
export function planned(at) {
  outcome.nextAt = at;
  emit("outbox");
}

const nextAt = () => (outcome.nextAt ? new Date(outcome.nextAt).toISOString() : null);

/** The text has arrived and some photos never will: only a person who has seen why ends the waiting. */
const mayAcknowledge = (entry) =>
  entry.state === "refused" && entry.info.accepted && entry.info.files.some((file) => file.fault);

/** Seen: the row waits no longer. Its photos that the server has not stay here until `dropKept`. */
export async function acknowledge(id) {
  const entry = find(id);
  if (!entry || !mayAcknowledge(entry)) throw new EngineError("busy", "只有文字已送达、照片没有收下的记录可以这样处理。");
  const kept = new Set(entry.info.files.filter((file) => file.fault).map((file) => file.photo));
  const sent = [...new Set(entry.info.files.map((file) => file.photo))].filter((photo) => !kept.has(photo));
  const alongside = { stores: ["photos", "files"], work: (rows, bytes) => photos.purge(rows, bytes, sent) };
  await update(id, { state: "delivered" }, { body: null, kept: [...kept] }, alongside);
  photos.purged(sent);
}

/** Remove the photos of an acknowledged row from the tablet: the person knows that they are nowhere else. */
export async function dropKept(id) {
  const entry = find(id);
  if (entry?.state !== "delivered" || !entry.info.kept?.length) throw new EngineError("busy", "这条记录没有留在本机的照片。");
  const ids = entry.info.kept;
  const alongside = { stores: ["photos", "files"], work: (rows, bytes) => photos.purge(rows, bytes, ids, false) };
  const note = `${entry.info.note}没有送达的照片已从本机删除。`;
  await update(id, { deliveredAt: new Date().toISOString() }, { kept: [], note }, alongside);
  photos.purged(ids, false);
}

function fileView(entry, file) {
  const key = `${file.photo}:${file.copy}`;
  const done = file.stored || (entry.state === "delivered" && !file.fault);
  const sentBytes = done ? file.byteCount : (progress.get(key) ?? 0);
  const going = entry.state === "sending" && sentBytes > 0;
  const here = file.part ? "待导入" : "已保存在本机";
  const word = done ? WORDS.delivered : file.fault ? "没有送达" : going ? WORDS.sending : here;
  return { photo: file.photo, copy: file.copy, word, sentBytes, byteCount: file.byteCount, fault: file.fault ?? "" };
}

function itemView(entry) {
  const { info } = entry;
  const files = info.files.map((file) => fileView(entry, file));
  const missing = files.filter((file) => file.word !== WORDS.delivered).length;
  const partly = info.accepted && isWaiting(entry) ? `文字已收到，还差 ${missing} 个文件` : "";
  return {
    id: entry.id, inspection: info.inspection, title: info.title, savedAt: entry.at, state: entry.state,
    word: WORDS[entry.state] ?? "已保存在本机", note: info.note || partly, receipt: info.receipt?.number ?? "",
    attempts: entry.attempts, nextAt: entry.state === "queued" ? nextAt() : null, files, accepted: info.accepted,
    mayAcknowledge: mayAcknowledge(entry), kept: info.kept ?? [], fields: info.fields ?? [], stored: info.stored ?? null,
    exportedAt: info.exportedAt ?? null, changes: info.changes,
  };
}

export const items = () => mine().map(itemView).reverse();

/** Whose rows wait for their own log-in, by person. */
export function othersWaiting() {
  const counts = new Map();
  for (const user of others) counts.set(user, (counts.get(user) ?? 0) + 1);
  const nameOf = (user) => state.users.find((one) => one.id === user)?.name ?? "其他人员";
  return [...counts].map(([user, count]) => ({ user, name: nameOf(user), count }));
}

/** Null while nothing was read: a screen must not say that all has arrived. */
export function summary() {
  if (!entries) return null;
  const rows = mine();
  const open = rows.filter(isWaiting);
  const count = (name) => rows.filter((entry) => entry.state === name).length;
  const files = open.flatMap((entry) => entry.info.files).filter((file) => !file.stored && !file.fault).length;
  const sentence = open.length ? `仍有 ${open.length} 条未上传` : "全部已送达";
  return {
    waiting: open.length, sending: count("sending"), delivered: count("delivered"), held: others.length,
    attention: count("refused") + count("differs"), files, outcome: outcome.last, lastSync: outcome.lastSync,
    nextAt: open.length ? nextAt() : null, sentence,
  };
}

/** Rows on this tablet that have not arrived, whoever saved them, as far as they were read. */
export const waitingOnTablet = () => others.length + mine().filter(isWaiting).length;

/** The same from the disk, for the server: nobody's data need be open. */
export const countOnDisk = async () => (await db.all("outbox")).filter(isWaiting).length;

/** Remove what arrived more than seven days ago; `everything`: all that is known to the server, because the tablet was
    revoked. What is unsent stays sealed. */
export async function forgetDelivered(everything = false) {
  const limit = new Date(Date.now() - KEPT_DAYS * DAY).toISOString();
  const isOver = (row) => row.deliveredAt && (everything || row.deliveredAt < limit);
  await db.run(["outbox", "photos", "files", "packages", "records"], "readwrite", (outbox, photos, files, packages, records) => {
    const eachOver = (store, fn) =>
      (store.getAll().onsuccess = (event) => event.target.result.filter(isOver).forEach(fn));
    eachOver(outbox, (row) => outbox.delete(row.id));
    eachOver(photos, (row) => {
      photos.delete(row.id);
      for (const copy of ["original", "stamped", "thumb"]) files.delete(`${row.id}:${copy}`);
    });
    if (everything) [packages, records].forEach((store) => store.clear());
  });
}

/** Know nothing more: the tablet was locked. */
export function reset() {
  entries = null;
  progress.clear();
  emit("outbox");
}
