/** Who may read what on a shared tablet.

    Each person has a data key (AES-256-GCM) that seals everything of theirs. It is kept wrapped twice: by a key made of the
    PIN (PBKDF2) and by a key of the tablet that no script can read out. A second wrap is made of the password, so that a
    forgotten PIN costs nothing but a log-in. Names and counters are sealed by the tablet's key as well.
*/

import * as db from "./db.js";
import { set } from "./hub.js";
import { EngineError, text, utf8 } from "./util.js";

export const ITERATIONS = 600_000;
const FREE_TRIES = 3;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;
const PIN = /^\d{6,12}$/;
const RUNS = "0123456789012345678909876543210987654321";

let open = null;
let tablet = null;

/** The open person's id; throws when the tablet is locked. */
export function owner() {
  if (!open) throw new EngineError("locked", "平板已锁定，请输入 PIN。");
  return open.id;
}

export const isOpen = () => open !== null;

/** What the PIN's derivation took when it was last done, in milliseconds. */
export const timing = { ms: null };

async function tabletKey() {
  tablet ??= (async () => {
    const kept = await db.get("meta", "key");
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Two windows at the first start: the first one's key counts.
    return db.run("meta", "readwrite", (meta) => {
      const outcome = { key: made };
      meta.get("key").onsuccess = (event) => {
        if (event.target.result) outcome.key = event.target.result;
        else meta.put(made, "key");
      };
      return outcome;
    }).then((outcome) => outcome.key);
  })();
  return tablet;
}

async function encrypt(key, bytes, about) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(about) }, key, bytes);
  return { iv, data };
}

const decrypt = (key, box, about) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData: utf8(about) }, key, box.data);

/** Seal bytes for the open person. `about` names the row, so that no box can be put in another row's place. */
export async function sealBytes(about, bytes) {
  owner();
  return encrypt(open.key, bytes, about);
}

/** @returns {Promise<ArrayBuffer>} */
export async function openBytes(about, box) {
  owner();
  return decrypt(open.key, box, about);
}

export const seal = (about, value) => sealBytes(about, utf8(JSON.stringify(value)));
export const unseal = async (about, box) => JSON.parse(text(await openBytes(about, box)));

/** A small thing of the tablet itself (its token, its hold), sealed by the tablet's key. */
export async function keep(name, value) {
  await db.put("meta", await encrypt(await tabletKey(), utf8(JSON.stringify(value)), name), name);
}

/** @returns {Promise<any>} undefined when nothing was kept */
export async function recall(name) {
  const box = await db.get("meta", name);
  return box && JSON.parse(text(await decrypt(await tabletKey(), box, name)));
}

async function write(person) {
  const box = await encrypt(await tabletKey(), utf8(JSON.stringify(person)), person.id);
  await db.put("people", { id: person.id, box });
}

async function read(id) {
  const row = await db.get("people", id);
  return row && JSON.parse(text(await decrypt(await tabletKey(), row.box, id)));
}

/** Everybody with a PIN here. @returns {Promise<{id: string, name: string, waitUntil: number}[]>} */
export async function people() {
  const rows = await db.all("people");
  const found = await Promise.all(rows.map((row) => read(row.id)));
  return found.map(({ id, name, waitUntil }) => ({ id, name, waitUntil })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const has = async (id) => (await db.get("people", id)) !== undefined;

async function derive(secret, salt, iterations) {
  const began = performance.now();
  const material = await crypto.subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, { name: "AES-GCM", length: 256 }, false,
    ["encrypt", "decrypt"],
  );
  timing.ms = Math.round(performance.now() - began);
  return key;
}

/** Wrap the data key by a secret, and that by the tablet's key; as numbers, because it is kept inside JSON. */
async function wrap(raw, secret, id) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const inner = await encrypt(await derive(secret, salt, ITERATIONS), raw, id);
  return { salt: [...salt], iterations: ITERATIONS, iv: [...inner.iv], data: [...new Uint8Array(inner.data)] };
}

/** @returns {Promise<ArrayBuffer|null>} null when the secret is wrong */
async function unwrap(wrapped, secret, id) {
  const key = await derive(secret, new Uint8Array(wrapped.salt), wrapped.iterations);
  const box = { iv: new Uint8Array(wrapped.iv), data: new Uint8Array(wrapped.data) };
  return decrypt(key, box, id).catch(() => null);
}

/** Whose data can be read, as the screens show it; they are told when everything has been read. */
export const profile = () => open?.user ?? null;

async function adopt(person, raw) {
  if (open && open.id !== person.id) await lock();
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  open = { id: person.id, key, user: person.user };
}

function judgePin(pin) {
  if (!PIN.test(pin)) throw new EngineError("pin", "PIN 须为 6 至 12 位数字。");
  if (RUNS.includes(pin) || new Set(pin).size < 3)
    throw new EngineError("pin", "这个 PIN 太容易猜中，请不要用连续或重复的数字。");
}

/** The first PIN of a person who has just signed in by password; makes the data key. */
export async function create(user, pin, password) {
  judgePin(pin);
  if (await has(user.id)) throw new EngineError("pin", "您在本机已有 PIN；忘记时请选“忘记 PIN”。");
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const person = { id: user.id, name: user.name, user, wrong: 0, waitUntil: 0 };
  person.byPin = await wrap(raw, pin, user.id);
  person.byPassword = await wrap(raw, password, user.id);
  await write(person);
  await adopt(person, raw);
}

/** Open a person's data. Right after a log-in the password of that log-in becomes the one that resets the PIN. */
export async function unlock(id, pin, password = "") {
  const raw = await tryPin(id, pin);
  const person = await read(id);
  if (password) {
    person.byPassword = await wrap(raw, password, id);
    await write(person);
  }
  await adopt(person, raw);
}

/** One try of a PIN, counted before it is judged: ending the browser saves nobody the wait. @returns {Promise<ArrayBuffer>} the data key */
async function tryPin(id, pin) {
  return navigator.locks.request(`anlan-pin-${id}`, async () => {
    const person = await read(id);
    if (!person) throw new EngineError("pin", "此人在本机没有 PIN，请先联网登录。");
    const left = Math.min(person.waitUntil - Date.now(), LONGEST_WAIT);
    if (left > 0)
      throw new EngineError("wait", `PIN 多次输错，请在 ${Math.ceil(left / 1000)} 秒后再试。`, { until: Date.now() + left });
    person.wrong += 1;
    const over = person.wrong - FREE_TRIES;
    person.waitUntil = over < 0 ? 0 : Date.now() + Math.min(FIRST_WAIT * 2 ** over, LONGEST_WAIT);
    await write(person);
    const raw = await unwrap(person.byPin, pin, id);
    if (!raw) throw new EngineError("pin", `PIN 不对（已输错 ${person.wrong} 次）。`, { until: person.waitUntil });
    await write({ ...person, wrong: 0, waitUntil: 0 });
    return raw;
  });
}

export async function changePin(oldPin, newPin) {
  judgePin(newPin);
  const raw = await tryPin(owner(), oldPin);
  const person = await read(open.id);
  await write({ ...person, byPin: await wrap(raw, newPin, person.id) });
}

/** A new PIN by the password; the data key stays the same. */
export async function recover(user, password, newPin) {
  judgePin(newPin);
  const person = await read(user.id);
  const raw = person && (await unwrap(person.byPassword, password, user.id));
  if (!raw) throw new EngineError("pin", "登录密码与设置 PIN 时的不同，请用当时的密码登录，或想起原来的 PIN。本机数据仍在。");
  const renewed = { ...person, user, wrong: 0, waitUntil: 0, byPin: await wrap(raw, newPin, user.id) };
  await write(renewed);
  await adopt(renewed, raw);
}

/** The profile as the server tells it now. */
export async function refresh(user) {
  const person = await read(user.id);
  if (person) await write({ ...person, name: user.name, user });
  if (open?.id === user.id) set({ user });
}

const before = [];

/** `fn` is awaited before the key is forgotten, after which nothing more can be saved. */
export const onLock = (fn) => void before.push(fn);

/** Save what is open, then forget the key. What is sealed stays. */
export async function lock() {
  if (!open) return;
  await Promise.allSettled(before.map((fn) => fn()));
  open = null;
  set({ user: null });
}
