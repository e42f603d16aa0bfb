/** The package of the day: all that an inspection needs without a network, sealed for its person. */

import * as catalogue from "./catalogue.js";
import * as db from "./db.js";
import { emit } from "./hub.js";
import * as net from "./net.js";
import * as outbox from "./outbox.js";
import * as record from "./record.js";
import * as records from "./records.js";
import { now, today } from "./util.js";
import * as vault from "./vault.js";

let kept = null;

const about = () => `packages:${vault.owner()}`;

/** Read the kept package: after unlocking. */
export async function load() {
  const row = await db.get("packages", vault.owner());
  kept = row ? await vault.unseal(about(), row.box) : null;
  catalogue.forget();
  emit("package");
}

export function reset() {
  kept = null;
  catalogue.forget();
}

export const current = () => kept?.package ?? null;

/** Fetch the package of a day; what has not changed costs a few bytes. */
export async function download(date = today()) {
  const headers = kept?.etag && kept.date === date ? { "If-None-Match": kept.etag } : {};
  const answer = await net.ask("GET", `package?date=${date}`, [200, 304], { headers, patience: 120_000 });
  const changed = answer.status === 200;
  const fresh = changed ? { package: withUnfinished(answer.body), etag: answer.headers.get("ETag") } : kept;
  const next = { ...fresh, date, at: now() };
  await db.put("packages", { user: vault.owner(), box: await vault.seal(about(), next) });
  kept = next;
  if (changed) catalogue.forget();
  if (changed) for (const visit of answer.body.inspections) await records.adopt(visit);
  emit("package");
  return { version: kept.package.version, generatedAt: kept.package.generated_at, changed };
}

/** The new package and those inspections of the old one that still have something unsaved or unsent here, or take place
    before the day that the new one is for: who prepares tomorrow keeps what is left of today. */
function withUnfinished(told) {
  const waiting = new Set(outbox.mine().filter(outbox.isWaiting).map((entry) => entry.info.inspection));
  const isStillToCome = (visit) => today() <= visit.date && visit.date < told.today;
  const isNeeded = (visit) => isStillToCome(visit) || waiting.has(visit.id) || record.draftsOf(visit.id) > 0;
  const there = new Set(told.inspections.map((visit) => visit.id));
  const carried = inspections().filter((visit) => !there.has(visit.id) && isNeeded(visit));
  if (!carried.length) return told;
  const add = (now, before, name) => {
    const wanted = new Set(carried.map((visit) => visit[name]));
    const known = new Set(now.map((one) => one.id));
    return [...now, ...before.filter((one) => wanted.has(one.id) && !known.has(one.id))];
  };
  const projects = new Set(carried.map((visit) => visit.project?.id));
  const named = new Set(told.people.map((one) => one.id));
  return {
    ...told, people: [...told.people, ...people().filter((one) => projects.has(one.project) && !named.has(one.id))],
    inspections: [...told.inspections, ...carried.map((visit) => ({ ...visit, carried: true }))],
    checklists: add(told.checklists, current().checklists, "checklist_id"),
    catalogues: add(told.catalogues, current().catalogues, "catalogue_id"),
  };
}

export const inspections = () => current()?.inspections ?? [];
export const inspection = (id) => inspections().find((one) => one.id === id);
export const checklist = (id) => current()?.checklists.find((one) => one.id === id);
export const people = () => current()?.people ?? [];

/** The entries an inspection may choose from. */
export function entries(id) {
  const visit = inspection(id);
  return current()?.catalogues.find((one) => one.id === visit?.catalogue_id)?.items ?? [];
}

/** What a row of the outbox is called. */
export function titleOf(id) {
  const visit = inspection(id);
  return visit ? [visit.project?.name, visit.title || visit.number].filter(Boolean).join(" · ") : "检查记录";
}

export const search = (id, words, how) => catalogue.search(entries(id), words, how);
export const propose = (id, finding) => catalogue.propose(entries(id), inspection(id), finding);
