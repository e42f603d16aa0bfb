/** The outbox as one file, for another tablet or the office page: what is left when there will be no network.

    {format, version, device, author, submissions: [{id, body}], files: [{photo, copy, sha256, base64}], sha256}; `sha256` is the
    hash of the JSON text of the same object without it, its members in this order, without blanks. */

import { state } from "./hub.js";
import * as outbox from "./outbox.js";
import * as db from "./db.js";
import * as photos from "./photos.js";
import * as pack from "./package.js";
import * as record from "./record.js";
import { EngineError, base64, now, sha256, today, unbase64 } from "./util.js";
import * as vault from "./vault.js";

const FORMAT = "anlan-outbox";

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

/** Everything of the open person that has not arrived, readable: the person must know that. */
export async function make() {
  await record.flushAll();
  const left = await saveAll();
  const entries = outbox.mine().filter(outbox.isWaiting);
  const files = [];
  for (const { info } of entries) {
    for (const { photo, copy, sha256: hash } of info.files) {
      const content = await photos.bytes(photo, copy);
      if (content) files.push({ photo, copy, sha256: hash, base64: base64(content) });
    }
  }
  const person = vault.profile();
  const bundle = {
    format: FORMAT, version: 1, device: { id: state.device?.id ?? "", name: state.device?.name ?? "" },
    author: { id: person.id, name: person.name },
    submissions: entries.map(({ id, info }) => ({ id, body: info.body })), files,
  };
  const text = JSON.stringify({ ...bundle, sha256: await sha256(JSON.stringify(bundle)) });
  for (const entry of entries) await outbox.update(entry.id, {}, { exportedAt: now() });
  return { name: `安澜外业-${person.name}-${today()}.json`, text, count: entries.length, left };
}

/** Take a bundle in, on another tablet of the same person. What is here already is left alone.
    @param {string} text @returns {Promise<{count: number, skipped: number}>} */
export async function read(text) {
  const bundle = await parse(text);
  if (bundle.author?.id !== vault.owner())
    throw new EngineError("bundle", `这是${bundle.author?.name || "别人"}的记录，请本人登录后导入。`);
  const bytes = new Map(bundle.files.map((file) => [`${file.photo}:${file.copy}`, unbase64(file.base64).buffer]));
  for (const file of bundle.files) {
    const isWhole = (await sha256(bytes.get(`${file.photo}:${file.copy}`))) === file.sha256;
    if (!isWhole) throw new EngineError("bundle", "文件里的照片已损坏，没有导入。请从原平板重新导出。");
  }
  let count = 0;
  for (const { id, body } of bundle.submissions) {
    if (outbox.find(id)) continue;
    await restore(id, body, bytes);
    count += 1;
  }
  return { count, skipped: bundle.submissions.length - count };
}

async function parse(text) {
  let bundle = null;
  try {
    bundle = JSON.parse(text);
  } catch {
    throw new EngineError("bundle", "这个文件不是安澜外业的导出文件。");
  }
  if (bundle?.format !== FORMAT || bundle.version !== 1) throw new EngineError("bundle", "这个文件不是安澜外业的导出文件。");
  const { sha256: hash, ...rest } = bundle;
  if ((await sha256(JSON.stringify(rest))) !== hash) throw new EngineError("bundle", "文件在传递中损坏或被改动，没有导入。");
  return bundle;
}

async function restore(id, body, bytes) {
  const { inspection, photos: manifest } = JSON.parse(body);
  const taken = manifest.map((one) => ({
    id: one.id, inspection, finding: one.finding, title: one.title, place: "", takenAt: one.taken_at, timeToken: one.time_token,
    position: one.position, exif: one.exif, sha256: one.sha256, byteCount: one.byte_count,
    stamped: one.stamped && { sha256: one.stamped.sha256, byteCount: one.stamped.byte_count },
  }));
  for (const photo of taken) {
    const copies = ["original", "stamped"].map((copy) => [copy, bytes.get(`${photo.id}:${copy}`)]).filter(([, one]) => one);
    await photos.restore(photo, Object.fromEntries(copies));
  }
  const info = await outbox.describe(body, { title: pack.titleOf(inspection), taken });
  const made = await outbox.prepare(id, info);
  await db.run(["outbox", "photos"], "readwrite", (rows, pictures) => {
    outbox.place(rows, made);
    photos.assign(pictures, taken, id);
  });
  photos.assigned(taken, id);
  outbox.placed([made]);
}
