/** The state of an inspection as the server told it: kept sealed, changed by one window at a time. */

import * as db from "./db.js";
import { emit, tell } from "./hub.js";
import * as net from "./net.js";
import { same } from "./util.js";
import * as vault from "./vault.js";

const keyOf = (inspection) => `${vault.owner()}:${inspection}`;
const about = (inspection) => `records:${keyOf(inspection)}`;
const EMPTY = { seq: 0, state: "", values: {}, conflicts: [], missing: [] };

/** @returns {Promise<{seq: number, state: string, values: Record<string, {value: any, operation: string}>, conflicts: object[]}>} */
export async function read(inspection) {
  const row = await db.get("records", keyOf(inspection));
  return row ? vault.unseal(about(inspection), row.box) : structuredClone(EMPTY);
}

const sealed = async (inspection, kept) => ({
  key: keyOf(inspection), user: vault.owner(), box: await vault.seal(about(inspection), kept),
});

/** Read, change, write; no other window comes between. `write` may put more into the same transaction.
    @param {string} inspection @param {(kept: object) => object} change @param {(row: object) => Promise<any>} [write] */
export function change(inspection, change, write) {
  return navigator.locks.request(`anlan-server-${keyOf(inspection)}`, async () => {
    const before = await read(inspection);
    const after = change(structuredClone(before));
    if (!write && same(before, after)) return after;
    const row = await sealed(inspection, after);
    await (write ? write(row) : db.put("records", row));
    tell({ type: "record", inspection });
    emit("server", { inspection });
    return after;
  });
}

function merge(kept, told) {
  if (told.record_seq < kept.seq) return kept;
  for (const { path, value, operation, author, at } of told.values) {
    const known = kept.values[path]?.operation === operation ? kept.values[path] : {}; // the package tells no author
    kept.values[path] = { value, operation, author: author ?? known.author ?? "", at: at ?? known.at ?? "" };
  }
  return {
    ...kept, seq: told.record_seq, state: told.state ?? kept.state, conflicts: told.conflicts ?? kept.conflicts,
    missing: told.missing ?? kept.missing ?? [],
  };
}

/** What the package says of an inspection. */
export const adopt = (told) => change(told.id, (kept) => merge(kept, told));

/** Ask the server for what is new. */
export async function pull(inspection) {
  const { seq } = await read(inspection);
  const { body } = await net.ask("GET", `inspections/${inspection}/record?since=${seq}`, [200]);
  return change(inspection, (kept) => merge(kept, body));
}

/** A submission was taken: its operations are the server's now, but for those that met another value. */
export function accepted(inspection, operations, answer, write) {
  const disputed = new Set((answer.conflicts ?? []).map((conflict) => conflict.path));
  return change(
    inspection,
    (kept) => {
      for (const { id, path, value } of operations) if (!disputed.has(path)) kept.values[path] = { value, operation: id };
      return kept;
    },
    write,
  );
}
