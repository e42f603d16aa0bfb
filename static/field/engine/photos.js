/** Photos: the hash of the camera's bytes before anything else, then a stamped copy and a thumbnail, all stored sealed
    before any form is saved. Annotations are values of the record; no pixel of a photo is ever changed. */

import * as db from "./db.js";
import { readExif } from "./exif.js";
import { emit, state, tell } from "./hub.js";
import * as net from "./net.js";
import * as outbox from "./outbox.js";
import * as pack from "./package.js";
import * as position from "./position.js";
import { settings } from "./settings.js";
import { stamp } from "./stamp.js";
import { EngineError, Line, base64, now, sha256, uuid } from "./util.js";
import * as vault from "./vault.js";

const MOST_BYTES = 25 * 1024 * 1024; // what the server takes
const WORST_AGE = 600; // seconds after which a position says nothing about a photo
const line = new Line();

/** @type {Map<string, {row: object, info: object}>} */
let view = new Map();

const fileKey = (id, copy) => `${id}:${copy}`;
const about = (id) => `photos:${id}`;

/** Read what is known about the open person's photos. */
export async function load() {
  const rows = await db.all("photos", "user", vault.owner());
  const pairs = rows.map(async (row) => [row.id, { row, info: await vault.unseal(about(row.id), row.box) }]);
  view = new Map(await Promise.all(pairs));
  emit("photo");
}

export function reset() {
  view = new Map();
}

async function sealedFile(photo, copy, bytes) {
  const key = fileKey(photo, copy);
  return { key, photo, user: vault.owner(), box: await vault.sealBytes(`files:${key}`, bytes) };
}

/** Take a photo in. One at a time: twelve million pixels are 48 MB. @param {Blob} file */
export const capture = (file, context) => line.run(() => take(file, context));

async function take(file, { inspection, finding = null, title = "", place = "" }) {
  const takenAt = now();
  const camera = await file.arrayBuffer();
  const cameraHash = await sha256(camera);
  const exif = readExif(camera);
  const where = position.current();
  const fresh = where && where.ageSeconds <= WORST_AGE ? where : null;
  const words = stampWords({ inspection, place, takenAt, where: fresh, hash: cameraHash });
  const made = await stamp(file, { edge: settings.photoSize, words });
  // 原图: the camera's own bytes are the evidence. A smaller size is a choice of the tablet and says so, with their hash.
  const original = made.reduced ?? camera;
  if (original.byteLength > MOST_BYTES)
    throw new EngineError("photo", "照片超过 25 MB，服务器不接收。请在设置里把照片尺寸改为 2048 后重拍。");
  const reduced = made.reduced && { camera_sha256: cameraHash, camera_byte_count: camera.byteLength, edge: settings.photoSize };
  const id = uuid();
  const info = {
    id, inspection, finding, title, place, takenAt, timeToken: net.known().timeToken, position: fresh,
    exif: { ...exif, ...(reduced && { reduced }) }, width: made.width, height: made.height,
    sha256: made.reduced ? await sha256(original) : cameraHash, byteCount: original.byteLength,
    stamped: { sha256: await sha256(made.stamped), byteCount: made.stamped.byteLength },
  };
  await store(info, { original, stamped: made.stamped, thumb: made.thumb });
  return describe(id);
}

async function store(info, copies) {
  const row = {
    id: info.id, user: vault.owner(), submission: null, delivered: false, at: info.takenAt,
    box: await vault.seal(about(info.id), info),
  };
  const files = await Promise.all(Object.entries(copies).map(([copy, bytes]) => sealedFile(info.id, copy, bytes)));
  await db.run(["photos", "files"], "readwrite", (rows, bytes) => {
    rows.put(row);
    for (const file of files) bytes.put(file);
  });
  view.set(info.id, { row, info });
  changed(info.id);
}

function stampWords({ inspection, place, takenAt, where, hash }) {
  const visit = pack.inspection(inspection);
  const spot = where ? `${where.lat}, ${where.lon}（±${Math.round(Number(where.accuracy))} 米）` : "未取得定位";
  return { takenAt, project: visit?.project?.name ?? "", place, inspector: state.user?.name ?? "", spot, hash: hash.slice(0, 16) };
}

function changed(id) {
  tell({ type: "photo", id });
  emit("photo", { id });
}

function describe(id) {
  const { row, info } = view.get(id);
  const entry = row.submission && outbox.find(row.submission);
  const item = entry && outbox.items().find((one) => one.id === row.submission);
  const word = row.delivered ? "已送达" : (item?.files.find((file) => file.photo === id)?.word ?? "已保存在本机");
  const { timeToken, ...shown } = info;
  return { ...shown, saved: row.submission !== null, state: row.delivered ? "delivered" : "local", word };
}

/** @param {string} inspection @param {string|null} [finding] */
export function list(inspection, finding) {
  const all = [...view.values()].filter(({ info }) => info.inspection === inspection);
  const wanted = finding === undefined ? all : all.filter(({ info }) => info.finding === finding);
  return wanted.sort((one, other) => (one.row.at < other.row.at ? -1 : 1)).map(({ info }) => describe(info.id));
}

export const inspectionOf = (id) => view.get(id).info.inspection;

/** A copy's bytes, or null when they have been delivered and are gone. @returns {Promise<ArrayBuffer|null>} */
export async function bytes(id, copy) {
  const key = fileKey(id, copy);
  const row = await db.get("files", key);
  return row ? vault.openBytes(`files:${key}`, row.box) : null;
}

/** Whether a copy's bytes are here; nothing is opened. */
export const has = async (id, copy) => (await db.run("files", "readonly", (files) => files.getKey(fileKey(id, copy)))) !== undefined;

export async function image(id, copy = "stamped") {
  const content = await bytes(id, copy);
  return content && `data:image/jpeg;base64,${base64(content)}`;
}

/** The file as it is to be sent, to be kept elsewhere. @returns {Promise<ArrayBuffer|null>} */
export const original = async (id) => (await bytes(id, "original")) ?? bytes(id, "stamped");

export async function bitmap(id, copy = "stamped") {
  const content = await bytes(id, copy);
  return content && createImageBitmap(new Blob([content], { type: "image/jpeg" }), { imageOrientation: "from-image" });
}

/** Not yet part of a submission. */
export const unsaved = (inspection) =>
  [...view.values()].filter(({ row, info }) => row.submission === null && info.inspection === inspection).map(({ info }) => info);

export const unsavedInspections = () =>
  new Set([...view.values()].filter(({ row }) => row.submission === null).map(({ info }) => info.inspection));

export const ofSubmissions = (ids) =>
  [...view.values()].filter(({ row }) => ids.includes(row.submission)).map(({ info }) => info);

/** What a submission says about a photo. */
export function manifest(photo, record) {
  const where = photo.position && { lat: photo.position.lat, lon: photo.position.lon, accuracy: photo.position.accuracy };
  return {
    id: photo.id, finding: record.get(`photos/${photo.id}/finding`) ?? photo.finding, sha256: photo.sha256,
    byte_count: photo.byteCount,
    stamped: photo.stamped && { sha256: photo.stamped.sha256, byte_count: photo.stamped.byteCount },
    taken_at: photo.takenAt, time_token: photo.timeToken, position: where, exif: photo.exif,
    title: record.get(`photos/${photo.id}/title`) ?? photo.title,
  };
}

/** Write down which submission photos belong to, inside the transaction that stores it. */
export function assign(store, taken, submission) {
  for (const { id } of taken) store.put({ ...view.get(id).row, submission });
}

export function assigned(taken, submission) {
  for (const { id } of taken) view.get(id).row.submission = submission;
  if (taken.length) changed(null);
}

/** Remove the bytes that a receipt has named, or that a person gave up (`delivered` false); the thumbnail stays for a week. */
export function purge(photos, files, ids, delivered = true) {
  for (const id of ids) {
    const kept = view.get(id);
    if (kept) photos.put({ ...kept.row, delivered, deliveredAt: now() });
    for (const copy of ["original", "stamped"]) files.delete(fileKey(id, copy));
  }
}

export function purged(ids, delivered = true) {
  for (const id of ids) if (view.has(id)) Object.assign(view.get(id).row, { delivered, deliveredAt: now() });
  if (ids.length) changed(null);
}

/** Put a photo of a bundle in its place, or those of its files that are not here. @returns {Promise<boolean>} whether a file came */
export async function restore(info, copies) {
  const known = view.get(info.id);
  if (!known) {
    await store(info, copies);
    return Object.keys(copies).length > 0;
  }
  const absent = [];
  for (const [copy, content] of Object.entries(copies)) if (!(await has(info.id, copy))) absent.push(await sealedFile(info.id, copy, content));
  if (!absent.length) return false;
  const row = { ...known.row, delivered: false, deliveredAt: null };
  await db.run(["photos", "files"], "readwrite", (rows, bytes) => {
    rows.put(row);
    for (const file of absent) bytes.put(file);
  });
  view.set(info.id, { ...known, row });
  changed(info.id);
  return true;
}

/** Another finding or title. What was saved before says so in the record (see engine.js). */
export async function amend(id, changes) {
  const { row, info } = view.get(id);
  const next = { ...info, ...changes };
  const kept = { ...row, box: await vault.seal(about(id), next) };
  await db.put("photos", kept);
  view.set(id, { row: kept, info: next });
  changed(id);
  return { inspection: info.inspection, saved: row.submission !== null };
}

/** Throw a photo away that was never saved. */
export async function discard(id) {
  if (view.get(id)?.row.submission !== null) throw new EngineError("photo", "照片已随检查记录保存，不能删除；可以移到别的问题下。");
  await db.run(["photos", "files"], "readwrite", (rows, files) => {
    rows.delete(id);
    for (const copy of ["original", "stamped", "thumb"]) files.delete(fileKey(id, copy));
  });
  view.delete(id);
  changed(id);
}
