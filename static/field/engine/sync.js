/** Sending. One sender per tablet, whatever the number of windows; never one person's rows under another's session.

    201 and 202 are receipts, nothing else is. Bytes are removed when a receipt is complete and names their hash. */

import * as db from "./db.js";
import { emit, on, state } from "./hub.js";
import * as net from "./net.js";
import * as outbox from "./outbox.js";
import * as photos from "./photos.js";
import * as records from "./records.js";
import { CHUNK, EngineError, sha256 } from "./util.js";
import * as vault from "./vault.js";

const LONGEST_PAUSE = 300_000;
const LOCK = "anlan-send";
const LOST = "本机缺少照片文件";
const NEEDS = {
  unknown: "服务器没有认出这台平板，重新登记后自动再传。", author: "待本人登录：这条是别人写的，由本人登录后上传。",
};
/** Outcomes that a person must change; asked again only now and then. */
const ENDS = new Set(["login", "other", "locked", "held", "revoked", "role", "password", "unknown", "author"]);
let pauseStep = 0;
let timer = 0;
let running = null;
let following = null;

/** A receipt that does not say what it must: kept, shown, never taken for one. */
class Mismatch extends Error {}

/** Work that must not meet a sender. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export const alone = (work) => navigator.locks.request(LOCK, work);

/** Send what waits. `wait`: until another window has finished (the worker asks so); else "busy". @returns {Promise<string>} */
export async function drain({ wait = false } = {}) {
  const how = wait ? {} : { ifAvailable: true };
  const outcome = await navigator.locks.request(LOCK, how, async (lock) => (lock ? deliver() : "busy"));
  outbox.concluded(outcome);
  return outcome;
}

async function deliver() {
  passed.clear();
  isForeign = false;
  isFaulty = false;
  const session = await net.session();
  if (state.denied) return state.denied.state === "HELD" ? "held" : "revoked";
  if (!session) return "offline";
  const outcome = await deliverMine(session);
  if (session.user && state.device) await report();
  return outcome;
}

async function deliverMine(session) {
  if (!session.user) {
    if ((await outbox.countOnDisk()) > 0) net.needLogin();
    return "login";
  }
  if (!vault.isOpen()) return "locked";
  await outbox.load();
  if (session.user.id !== vault.owner()) return outbox.mine().some(outbox.isWaiting) ? hold(session.user) : "other";
  const touched = new Set();
  try {
    for (let entry = next(); entry; entry = next()) {
      touched.add(entry.info.inspection);
      if (await sendOne(entry)) pauseStep = 0; // the line works: forget the pause
    }
  } catch (error) {
    return stopped(error);
  }
  for (const inspection of touched) await refresh(inspection);
  await outbox.forgetDelivered();
  if (isFaulty) return "retry";
  return isForeign ? "author" : "done";
}

/** The signed-in person is another one: nothing is sent, and it is said whose log-in is wanted. */
function hold(user) {
  for (const entry of outbox.mine().filter(outbox.isWaiting)) {
    if (entry.state === "queued") entry.info.note = `现在登录的是${user.name}，待本人登录后上传`;
  }
  emit("outbox");
  return "other";
}

/** The first row that may go: nothing that it builds upon is still on the tablet. */
function next() {
  const open = outbox.mine().filter((entry) => ["queued", "sending"].includes(entry.state));
  const kept = outbox.mine().filter((entry) => outbox.isWaiting(entry) && !entry.info.accepted);
  const makers = new Map(kept.flatMap((entry) => outbox.operations(entry).map((op) => [op.id, entry.id])));
  const isFree = (entry) =>
    entry.info.accepted ||
    outbox.operations(entry).every((op) => !op.base || !makers.has(op.base) || makers.get(op.base) === entry.id);
  return open.find((entry) => isFree(entry) && !passed.has(entry.id));
}

/** Rows that a person must look at, or that made no progress in this run. */
const passed = new Set();
/** A row of this run was written by another person than the one signed in. */
let isForeign = false;
/** The server failed at a row of this run: that row and what builds upon it come again, the others go on. */
let isFaulty = false;
/** Parts of photos that the server found damaged once: a second time is not the line's fault. */
const damaged = new Set();

function stopped(error) {
  if (error.code === "offline") return "offline";
  if (["retry", "csrf"].includes(error.code)) return "retry";
  if (ENDS.has(error.code)) return error.code;
  throw error;
}

/** @returns {Promise<boolean>} false: the server failed at it, to be tried again later */
async function sendOne(entry) {
  outbox.mark(entry.id, { state: "sending", attempts: entry.attempts + 1 });
  try {
    const { body } = await net.ask("PUT", `submissions/${entry.id}`, [201, 202], { body: entry.info.body });
    const receipt = check(entry, body.receipt);
    const taken = await takeReceipt(entry, receipt, body);
    const faults = await sendFiles(taken, receipt);
    if (taken.info.files.length) await finish(taken, faults);
    else await deliverRow(taken, receipt);
    return true;
  } catch (error) {
    await failed(entry.id, error);
    return error.code !== "retry";
  }
}

/** A receipt is one when it is for these very bytes. */
function check(entry, receipt) {
  const isOurs = receipt?.number && receipt.submission === entry.id && receipt.sha256 === entry.info.sha256;
  if (!isOurs) throw new Mismatch("回执与本机内容不一致，内容仍在本机，请联系管理员核对。");
  return receipt;
}

async function takeReceipt(entry, receipt, answer) {
  const info = { accepted: true, receipt, note: "" };
  if (entry.info.accepted) return outbox.update(entry.id, { state: "sending" }, info);
  const operations = outbox.operations(entry);
  let taken;
  await records.accepted(entry.info.inspection, operations, answer, async (row) => {
    const alongside = { stores: ["records"], work: (store) => void store.put(row) };
    taken = await outbox.update(entry.id, { state: "sending" }, info, alongside);
  });
  return taken;
}

/** One file that cannot go holds no other back. @returns {Promise<Map<string, string>>} why, by photo:copy */
async function sendFiles(entry, receipt) {
  const told = new Map(receipt.files.map((file) => [`${file.id}:${file.copy}`, file]));
  const faults = new Map();
  for (const file of entry.info.files) {
    const key = `${file.photo}:${file.copy}`;
    const there = told.get(key);
    if (there?.state === "stored" || there?.state === "refused") continue;
    const fault = await sendFile(file, there?.chunks_missing);
    if (fault) faults.set(key, fault);
  }
  return faults;
}

/** The missing parts of one file, each with its own hash; what arrived before a break is not sent again.
    @returns {Promise<string>} why it cannot go, or "" */
async function sendFile(file, missing) {
  const key = `${file.photo}:${file.copy}`;
  const content = await photos.bytes(file.photo, file.copy);
  if (!content) return file.part ? `照片在第 ${file.part} 份导出文件里，请在待传箱导入` : LOST;
  const count = Math.max(1, Math.ceil(file.byteCount / CHUNK));
  const wanted = missing?.length ? missing : Array.from({ length: count }, (_, index) => index);
  outbox.advance(key, Math.max(0, file.byteCount - wanted.length * CHUNK));
  for (const [done, index] of wanted.entries()) {
    const part = content.slice(index * CHUNK, (index + 1) * CHUNK);
    const end = index * CHUNK + part.byteLength - 1;
    const headers = {
      "Content-Range": `bytes ${index * CHUNK}-${end}/${file.byteCount}`, "X-Chunk-SHA256": await sha256(part),
    };
    const fault = await sendPart(file, index, part, headers);
    if (fault) return fault;
    outbox.advance(key, Math.min(file.byteCount, file.byteCount - (wanted.length - done - 1) * CHUNK));
  }
  return "";
}

/** @returns {Promise<string>} why the server will never take this photo, or "" */
async function sendPart(file, index, part, headers) {
  const address = `photos/${file.photo}/${file.copy}/${index}`;
  try {
    await net.ask("PUT", address, [201, 202], { bytes: part, headers });
    damaged.delete(address);
    return "";
  } catch (error) {
    if (error.status !== 422) throw error;
    const { body } = await net.ask("GET", `photos/${file.photo}`, [200]);
    const refused = [body.copies?.[file.copy], body.copies?.original].find((copy) => copy?.state === "refused");
    if (refused) return unwanted(refused.reason);
    if (damaged.delete(address)) return unwanted(error.message);
    // The bytes changed on the way; they are right here, so they go again.
    damaged.add(address);
    throw new EngineError("retry", "照片在传输中出错，将重新发送。", { status: 422 });
  }
}

const unwanted = (reason) => `服务器没有接收（${(reason || "原因见办公端").replace(/。$/, "")}）`;

/** All files have gone: ask for the receipt again and believe nothing else. */
async function finish(entry, faults) {
  const { body } = await net.ask("GET", `receipts/${entry.id}`, [200]);
  const receipt = check(entry, body.receipt);
  const told = new Map(receipt.files.map((file) => [`${file.id}:${file.copy}`, file]));
  const files = entry.info.files.map((file) => {
    const key = `${file.photo}:${file.copy}`;
    const there = told.get(key);
    const stored = there?.state === "stored" && there.sha256 === file.sha256;
    const refused = [there, told.get(`${file.photo}:original`)].find((one) => one?.state === "refused");
    return { ...file, stored, fault: stored ? "" : refused ? unwanted(refused.reason) : (faults.get(key) ?? "") };
  });
  if (receipt.complete === true && files.every((file) => file.stored)) return deliverRow(entry, receipt, files);
  passed.add(entry.id);
  const faulty = files.filter((file) => file.fault);
  const isOver = faulty.length > 0 && files.every((file) => file.stored || file.fault);
  const reasons = [...new Set(faulty.map((file) => file.fault))].join("；");
  const note = faulty.length ? `文字已送达，${new Set(faulty.map((file) => file.photo)).size} 张照片没有送达：${reasons}。` : "";
  await outbox.update(entry.id, { state: isOver ? "refused" : "queued" }, { files, receipt, note });
}

/** Only here do bytes leave the tablet. */
async function deliverRow(entry, receipt, files = []) {
  if (receipt.complete !== true) {
    passed.add(entry.id);
    return outbox.update(entry.id, { state: "queued" }, { receipt });
  }
  const ids = [...new Set(files.map((file) => file.photo))];
  const alongside = { stores: ["photos", "files"], work: (rows, bytes) => photos.purge(rows, bytes, ids) };
  const row = { state: "delivered", deliveredAt: new Date().toISOString() };
  await outbox.update(entry.id, row, { body: null, receipt, files, note: "", fields: [] }, alongside);
  photos.purged(ids);
}

/** What a failure means for the row; what concerns the line or the person goes up and ends the run. */
async function failed(id, error) {
  if (error instanceof Mismatch) {
    await outbox.update(id, { state: "differs" }, { note: error.message });
    return;
  }
  if (error.code !== "refused") {
    const entry = outbox.find(id);
    if (entry && ENDS.has(error.code)) entry.info.note = NEEDS[error.code] ?? error.message;
    const isRowOnly = error.code === "retry" && error.status !== undefined;
    if (entry && isRowOnly) entry.info.note = error.message;
    if (entry) outbox.mark(id, { state: "queued" });
    if (error.code !== "author" && !isRowOnly) throw error;
    if (isRowOnly) isFaulty = true;
    else isForeign = true;
    passed.add(id); // only this row waits, for its author or for the server
    return;
  }
  const { status, answer } = error;
  if (status === 409) await outbox.update(id, { state: "differs" }, { note: error.message, stored: answer?.stored ?? null });
  else if (status === 413) await outbox.update(id, { state: "refused" }, { note: "内容过大，服务器没有接收，请分开保存。" });
  else await outbox.update(id, { state: "refused" }, { note: error.message, fields: answer?.fields ?? [] });
}

async function refresh(inspection) {
  try {
    await records.pull(inspection);
  } catch (error) {
    if (!error.code) throw error; // only what the line or the server said: the next run asks again
  }
}

/** Tell the office how much waits here: a lost tablet is then known to hold something. */
async function report() {
  const { usage = 0 } = await navigator.storage.estimate();
  const storage = { used: usage, persisted: await navigator.storage.persisted() };
  const body = { waiting_count: await outbox.countOnDisk(), app_version: state.version, storage };
  try {
    const answer = await net.ask("POST", "devices/state", [200], { body });
    await net.judgeDevice({ state: answer.body.state, reason: answer.body.reason });
  } catch (error) {
    if (!error.code) throw error;
  }
}

/** Something suggests better luck: a save, a line, a look, a tap. Whoever comes while one run goes on gets the next one. */
export function kick({ reset = true, wait = false } = {}) {
  clearTimeout(timer);
  if (reset) pauseStep = 0;
  const run = () => runNow(wait);
  if (!running) return run();
  following ??= running.then(run, run);
  return following;
}

async function runNow(wait) {
  following = null;
  running = drain({ wait });
  let outcome = "retry"; // also after an error: a full disk may have room again
  try {
    outcome = await running;
    return outcome;
  } finally {
    running = null;
    if (!following) schedule(outcome);
  }
}

/** The same for whoever does not wait for it: what the tablet refuses, such as a write on its full disk, is said. */
export function stir(options = {}) {
  kick(options).catch((error) => {
    if (!error.code) throw error;
    emit("fault", error.message);
  });
}

/** The next try: after a growing pause with jitter while something waits, else only to hear of holds and new versions. */
function schedule(outcome) {
  clearTimeout(timer);
  const isCalm = outcome === "done" || ENDS.has(outcome);
  const hasRest = outbox.mine().some((entry) => entry.state === "queued");
  const pause = isCalm && !(outcome === "done" && hasRest) ? LONGEST_PAUSE : Math.min(1000 * 2 ** pauseStep++, LONGEST_PAUSE);
  const wait = pause * (0.75 + Math.random() / 2);
  timer = setTimeout(() => stir({ reset: false }), wait);
  outbox.planned(hasRest && !ENDS.has(outcome) ? Date.now() + wait : 0);
}

/** Ask the browser to wake the worker when a line is back, where it can. A refusal (the person switched it off, or there is no
    window in front) costs nothing: the timers and the events below send all the same. */
async function register() {
  const registration = await navigator.serviceWorker?.getRegistration("/field/");
  if (registration?.active && "sync" in registration) await registration.sync.register("anlan-outbox").catch(() => undefined);
}

/** Listen to everything that may mean that sending works now. */
export function listen() {
  on("saved", () => {
    register();
    stir();
  });
  addEventListener("online", () => stir());
  addEventListener("focus", () => stir());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stir());
  navigator.serviceWorker?.addEventListener("message", async (event) => {
    if (event.data?.type === "drain") event.ports[0].postMessage(await kick({ wait: true }));
  });
}
