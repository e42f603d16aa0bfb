/** The outbox as files, for another tablet or the office page: what is left when there will be no network.

    {format, version, device, author, part?, submissions: [{id, body}], files: [{photo, copy, sha256, base64}], sha256}; `sha256` is
    the hash of the JSON text of the same object without it, its members in this order, without blanks.

    What does not fit into one file is cut up (version 2). Every file carries every submission, for a change may build upon any
    other, and some of the photos; `part: {number, count, elsewhere: [[photo, number]]}` says where the others are. So the files
    may come in any order and any number of times. */

import { state } from "./hub.js";
import * as outbox from "./outbox.js";
import * as db from "./db.js";
import * as photos from "./photos.js";
import * as pack from "./package.js";
import * as record from "./record.js";
import * as sync from "./sync.js";
import { EngineError, base64, now, same, sha256, unbase64, utf8, wallClock } from "./util.js";
import * as vault from "./vault.js";

const FORMAT = "anlan-outbox";
const NO_BUNDLE = "这个文件不是安澜外业的导出文件。";

/** Bytes of one file: the office takes twice as much, and a tablet holds one file in its memory, never two. */
export const limits = { bytes: 48_000_000 };

const keyOf = ({ photo, copy }) => `${photo}:${copy}`;

/** Save what is unsaved, everywhere: what is still being written belongs into the file too.
    @returns {Promise<number>} inspections that another window is writing: theirs are left out */
async function saveAll() {
  const drafts = await db.all("drafts", "user", vault.owner());
  const written = drafts.filter((row) => row.count > 0).map((row) => row.key.split(":")[1]);
  let left = 0;
  for (const inspection of new Set([...written, ...photos.unsavedInspections()])) {
    const open = await record.open(inspection);
    if (open.readOnly) left += 1;
    else await open.save();
  }
  return left;
}

/** Which photos go into which file; the two copies of a photo stay together.
    @param {object[]} wanted files @param {number} texts bytes of the submissions @returns {object[][]} at least one */
function cut(wanted, texts) {
  const byPhoto = new Map();
  for (const file of wanted) byPhoto.set(file.photo, [...(byPhoto.get(file.photo) ?? []), file]);
  const parts = [[]];
  let room = limits.bytes - texts;
  for (const copies of byPhoto.values()) {
    const size = copies.reduce((sum, file) => sum + Math.ceil(file.byteCount / 3) * 4 + 200, 0);
    if (size > room && parts.at(-1).length) {
      parts.push([]);
      room = limits.bytes - texts;
    }
    parts.at(-1).push(...copies);
    room -= size;
  }
  return parts;
}

async function present(files) {
  const found = [];
  for (const file of files) if (await photos.has(file.photo, file.copy)) found.push(file);
  return found;
}

/** Everything of the open person that has not arrived, readable: the person must know that. One file after the other is made
    and given away. @param {(file: {name: string, text: string, number: number, of: number}) => any} take false: no more files
    @returns {Promise<{count: number, files: number, taken: number, left: number, lost: number}>} `lost`: photos not on this tablet */
export async function make(take) {
  await record.flushAll();
  const left = await saveAll();
  const entries = outbox.mine().filter(outbox.isWaiting);
  const submissions = entries.map(({ id, info }) => ({ id, body: info.body }));
  const wanted = entries.flatMap(({ info }) => info.files);
  const here = await present(wanted);
  const there = new Set(here.map(keyOf));
  const lost = new Set(wanted.filter((file) => !file.stored && !there.has(keyOf(file))).map((file) => file.photo)).size;
  const parts = entries.length ? cut(here, utf8(JSON.stringify(submissions)).length) : [];
  const made = { count: entries.length, files: parts.length, taken: 0, left, lost };
  const stem = `安澜外业-${vault.profile().name}-${wallClock(now()).slice(0, 16).replace(" ", "-").replace(":", "")}`;
  for (const index of parts.keys()) {
    const number = index + 1;
    const name = parts.length > 1 ? `${stem}-第${number}份共${parts.length}份.json` : `${stem}.json`;
    const text = await write(submissions, parts, number);
    if ((await take({ name, text, number, of: parts.length })) === false) return made;
    made.taken = number;
  }
  for (const { id } of entries) await outbox.update(id, {}, { exportedAt: now() });
  return made;
}

async function write(submissions, parts, number) {
  const files = [];
  for (const { photo, copy, sha256: hash } of parts[number - 1]) {
    const content = await photos.bytes(photo, copy);
    if (content) files.push({ photo, copy, sha256: hash, base64: base64(content) }); // else it has arrived in this moment
  }
  const elsewhere = new Map(parts.flatMap((part, index) => (index + 1 === number ? [] : part.map(({ photo }) => [photo, index + 1]))));
  const person = vault.profile();
  const text = JSON.stringify({
    format: FORMAT, version: parts.length > 1 ? 2 : 1, device: { id: state.device?.id ?? "", name: state.device?.name ?? "" },
    author: { id: person.id, name: person.name },
    ...(parts.length > 1 && { part: { number, count: parts.length, elsewhere: [...elsewhere] } }), submissions, files,
  });
  return `${text.slice(0, -1)},"sha256":"${await sha256(text)}"}`;
}

/** Take a file in, on another tablet of the same person. What is here already is left alone; what is lacking is added.
    @param {string} text @returns {Promise<{count: number, skipped: number, photos: number, part: {number: number, of: number}|null,
      missing: {photos: number, files: number[]}}>} `photos`: how many came; `missing`: what is in other files of the same export */
export async function read(text) {
  const bundle = await parse(text);
  if (bundle.author?.id !== vault.owner())
    throw new EngineError("bundle", `这是${bundle.author?.name || "别人"}的记录，请本人登录后导入。`);
  const bytes = new Map(bundle.files.map((file) => [keyOf(file), unbase64(file.base64).buffer]));
  for (const file of bundle.files) {
    const isWhole = (await sha256(bytes.get(keyOf(file)))) === file.sha256;
    if (!isWhole) throw new EngineError("bundle", "文件里的照片已损坏，没有导入。请从原平板重新导出。");
  }
  const elsewhere = new Map(bundle.part?.elsewhere ?? []);
  const told = { count: 0, skipped: 0, photos: 0, part: bundle.part ? { number: bundle.part.number, of: bundle.part.count } : null };
  // A row that is being sent would be written over by what the sender knows of it.
  await sync.alone(async () => {
    for (const { id, body } of bundle.submissions) {
      const known = outbox.find(id);
      told.photos += known ? await complete(known, body, bytes, elsewhere) : await restore(id, body, bytes, elsewhere);
      told[known ? "skipped" : "count"] += 1;
    }
  });
  const rows = bundle.submissions.map(({ id }) => outbox.find(id)).filter(outbox.isWaiting);
  const lacking = rows.flatMap((entry) => entry.info.files).filter((file) => file.part);
  const numbers = [...new Set(lacking.map((file) => file.part))].sort((one, other) => one - other);
  return { ...told, missing: { photos: new Set(lacking.map((file) => file.photo)).size, files: numbers } };
}

async function parse(text) {
  let bundle = null;
  try {
    bundle = JSON.parse(text);
  } catch {
    throw new EngineError("bundle", NO_BUNDLE);
  }
  if (bundle?.format !== FORMAT || ![1, 2].includes(bundle.version)) throw new EngineError("bundle", NO_BUNDLE);
  const { sha256: hash, ...rest } = bundle;
  if ((await sha256(JSON.stringify(rest))) !== hash) throw new EngineError("bundle", "文件在传递中损坏或被改动，没有导入。");
  return bundle;
}

/** The photos of a body as this tablet keeps them. */
function announced(body) {
  const { inspection, photos: manifest } = JSON.parse(body);
  return manifest.map((one) => ({
    id: one.id, inspection, finding: one.finding, title: one.title, place: "", takenAt: one.taken_at, timeToken: one.time_token,
    position: one.position, exif: one.exif, sha256: one.sha256, byteCount: one.byte_count,
    stamped: one.stamped && { sha256: one.stamped.sha256, byteCount: one.stamped.byte_count },
  }));
}

/** @returns {Promise<Set<string>>} the photos of which something came */
async function bring(taken, bytes) {
  const came = new Set();
  for (const photo of taken) {
    const copies = ["original", "stamped"].map((copy) => [copy, bytes.get(keyOf({ photo: photo.id, copy }))]).filter(([, one]) => one);
    if (await photos.restore(photo, Object.fromEntries(copies))) came.add(photo.id);
  }
  return came;
}

/** Which of the other files has what is not here. A photo that came is wanted again, whatever was said of it before. */
async function marked(files, came, elsewhere) {
  const there = new Set((await present(files)).map(keyOf));
  return files.map(({ part, ...file }) => {
    const known = came.has(file.photo) ? { ...file, fault: "" } : file;
    const number = file.stored || there.has(keyOf(file)) ? null : (elsewhere.get(file.photo) ?? part);
    return number ? { ...known, part: number } : known;
  });
}

async function restore(id, body, bytes, elsewhere) {
  const taken = announced(body);
  const came = await bring(taken, bytes);
  const { inspection } = JSON.parse(body);
  const info = await outbox.describe(body, { title: pack.titleOf(inspection), taken });
  info.files = await marked(info.files, came, elsewhere);
  const made = await outbox.prepare(id, info);
  await db.run(["outbox", "photos"], "readwrite", (rows, pictures) => {
    outbox.place(rows, made);
    photos.assign(pictures, taken, id);
  });
  photos.assigned(taken, id);
  outbox.placed([made]);
  return came.size;
}

/** The files that a row here lacks: it came in another part, or its photos were given up. @returns {Promise<number>} photos */
async function complete(entry, body, bytes, elsewhere) {
  const { files, kept = [], accepted } = entry.info;
  const isWaiting = outbox.isWaiting(entry);
  const open = new Set(isWaiting ? files.filter((file) => !file.stored).map((file) => file.photo) : kept);
  const came = await bring(announced(body).filter((photo) => open.has(photo.id)), bytes);
  const next = isWaiting || came.size ? await marked(files, came, elsewhere) : files;
  if (came.size && accepted && (!isWaiting || entry.state === "refused"))
    await outbox.update(entry.id, { state: "queued", deliveredAt: null }, { files: next, body, note: "", kept: [] });
  else if (!same(next, files)) await outbox.update(entry.id, {}, { files: next });
  return came.size;
}
