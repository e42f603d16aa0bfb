/** The engine as the screens see it; see README.md. */

import * as bundle from "./bundle.js";
import * as db from "./db.js";
import { begin, emit, on, onMessage, set, state, tell } from "./hub.js";
import * as net from "./net.js";
import * as outbox from "./outbox.js";
import * as pack from "./package.js";
import * as photos from "./photos.js";
import * as position from "./position.js";
import * as ready from "./ready.js";
import * as record from "./record.js";
import { choices, load as loadSettings, setSetting, settings } from "./settings.js";
import * as sync from "./sync.js";
import * as update from "./update.js";
import { EngineError } from "./util.js";
import * as vault from "./vault.js";

const PASSWORD_KEPT = 10 * 60_000; // milliseconds between a log-in and the PIN that it allows

/** The log-in just made: its password becomes the second way to the data key, and is then forgotten. */
let fresh = null;
let forgetting = 0;
let idle = 0;

function remember(login) {
  clearTimeout(forgetting);
  fresh = login;
  set({ mayChoosePin: login !== null });
  if (login) forgetting = setTimeout(() => remember(null), PASSWORD_KEPT);
}

async function start() {
  // Without it there is neither a worker nor a key: nothing could be kept.
  if (!isSecureContext) throw new EngineError("insecure", "外业设备须用 https 打开，并信任本单位的证书，请联系管理员。");
  db.onOutdated(update.outdated);
  await loadSettings();
  await net.load();
  set({ users: await vault.people() });
  begin();
  vault.onLock(record.closeAll);
  vault.onLock(forget);
  onMessage(heard);
  sync.listen();
  watchIdle();
  update.register();
  sync.stir();
}

/** What another window did counts here too. */
async function heard({ type }) {
  if (type === "lock") await close();
  if (type === "denied") await vault.lock().then(net.load);
  if (type === "device") await net.load();
  if (type === "people") set({ users: await vault.people() });
  if (type === "photo" && vault.isOpen()) await photos.load();
}

function forget() {
  pack.reset();
  photos.reset();
  outbox.reset();
}

/** The data are open: read them, then send. */
async function opened() {
  await outbox.load();
  await photos.load();
  await pack.load();
  await record.loadCounts();
  set({ user: vault.profile(), users: await vault.people() }); // not before: a screen would find no package yet
  tell({ type: "people" });
  sync.stir();
}

function takeFresh() {
  const login = fresh;
  if (!login) throw new EngineError("login", "请先用用户名和密码联网登录，再设置 PIN。");
  remember(null);
  return login;
}

async function login(username, password) {
  const { user } = await net.login(username, password);
  remember({ user, password });
  if (state.user && state.user.id !== user.id) await lock();
  await vault.refresh(user);
  const hasPin = await vault.has(user.id);
  if (vault.isOpen()) sync.stir();
  return { user, hasPin };
}

async function setPin(pin) {
  notDenied();
  const { user, password } = takeFresh();
  try {
    await vault.create(user, pin, password);
  } catch (error) {
    remember({ user, password }); // a PIN that was too simple costs no second log-in
    throw error;
  }
  await opened();
}

async function unlock(userId, pin) {
  notDenied();
  await vault.unlock(userId, pin, fresh?.user.id === userId ? fresh.password : "");
  remember(null);
  await opened();
}

async function recoverPin(newPin) {
  notDenied();
  const login = takeFresh();
  try {
    await vault.recover(login.user, login.password, newPin);
  } catch (error) {
    remember(login);
    throw error;
  }
  await opened();
}

function notDenied() {
  if (state.denied) throw new EngineError("denied", state.denied.reason);
}

/** Forget the key in this window, unless the disk did not take what was typed. */
async function close() {
  await record.flushAll();
  if (await record.isUnstored()) throw new EngineError("quota", "刚才填写的内容还没有存到本机（存储空间不足），请先上传腾出空间。");
  await vault.lock();
}

async function lock() {
  await close();
  tell({ type: "lock" });
}

/** What a person must know before a log-out, a change of person, an update. */
function leaving() {
  const waiting = outbox.waitingOnTablet();
  const drafts = record.draftCount();
  const parts = [
    waiting && `仍有 ${waiting} 条未上传`,
    drafts && `${drafts} 处修改尚未点“保存”`,
  ].filter(Boolean);
  const sentence = parts.length ? `${parts.join("，")}。都已存在本机，不会丢失；请本人尽快登录上传。` : "";
  return { waiting, drafts, sentence };
}

async function logout() {
  await lock();
  await net.logout();
}

/** From a revoked tablet, for the owner: read what is unsent, hand it over, forget the key again. */
async function rescue(userId, pin, take) {
  if (state.denied?.state !== "REVOKED") throw new EngineError("denied", "本机没有注销，不需要这样导出。");
  await vault.unlock(userId, pin);
  try {
    await outbox.load();
    await photos.load();
    await record.loadCounts();
    return await bundle.make(take);
  } finally {
    await vault.lock();
  }
}

async function applyUpdate() {
  await record.flushAll();
  return update.apply();
}

/** Nobody touched this window for a while: a tablet lies about on a site. A tablet that slept is judged when it wakes. */
function watchIdle() {
  let last = Date.now();
  const isOver = () => Date.now() - last >= settings.lockMinutes * 60_000;
  const end = () => isOver() && close().catch((error) => emit("fault", error.message)); // stays open: something is not on the disk
  const touched = () => {
    last = Date.now();
    clearTimeout(idle);
    idle = setTimeout(end, settings.lockMinutes * 60_000 + 100);
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && end());
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, touched, { capture: true, passive: true });
  touched();
}

async function amendPhoto(id, leaf, value) {
  const { inspection, saved } = await photos.amend(id, { [leaf]: value });
  if (saved) (await record.open(inspection)).set(`photos/${id}/${leaf}`, value);
}

async function annotate(id, marks) {
  (await record.open(photos.inspectionOf(id))).set(`photos/${id}/annotation`, marks);
}

function inspections() {
  const rows = outbox.items();
  return pack.inspections().map((visit) => {
    const own = rows.filter((row) => row.inspection === visit.id);
    const delivered = own.filter((row) => row.state === "delivered").length;
    return { ...visit, local: { drafts: record.draftsOf(visit.id), waiting: own.length - delivered, delivered } };
  });
}

export const engine = {
  start, on, state, login, setPin, unlock, recoverPin, lock, leaving, logout, settings, setSetting, choices,
  enrol: net.enrol,
  changePin: vault.changePin,
  pinTiming: vault.timing,
  record: record.open,
  storage: ready.usage,
  persist: () => navigator.storage.persist(),
  ready: { check: ready.check },
  package: {
    download: pack.download, inspections, inspection: pack.inspection, checklist: pack.checklist, people: pack.people,
    search: pack.search, propose: pack.propose,
    get current() {
      return pack.current();
    },
  },
  photos: {
    capture: photos.capture, list: photos.list, image: photos.image, original: photos.original, bitmap: photos.bitmap, discard: photos.discard, annotate,
    move: (id, finding) => amendPhoto(id, "finding", finding),
    rename: (id, title) => amendPhoto(id, "title", title),
  },
  position: {
    start: position.start, stop: position.stop,
    get current() {
      return position.current();
    },
  },
  outbox: {
    items: outbox.items, othersWaiting: outbox.othersWaiting, reopen: record.reopen, acknowledge: outbox.acknowledge, dropKept: outbox.dropKept,
    sendNow: () => sync.kick(),
    get summary() {
      return outbox.summary();
    },
  },
  bundle: { make: bundle.make, read: bundle.read, rescue },
  update: {
    apply: applyUpdate, look: update.look,
    get waiting() {
      return update.isWaiting();
    },
  },
};
