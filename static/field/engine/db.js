/** IndexedDB: opened again when the browser has closed it, strict about the disk, and never emptied by a new layout.

    Stores (what belongs to a person is sealed by that person's key, see vault.js):
    meta      small things of the tablet itself             people   PIN wraps of the data keys, sealed by the tablet's key
    packages  one package per person                         records  state of an inspection as the server told it
    drafts    unsaved changes of one inspection              outbox   frozen submissions, in the order of saving
    photos    what is known about a photo                    files    the bytes of a photo's copies
*/

import { EngineError } from "./util.js";

export const LATEST = 2;
export const options = { name: "anlan-field", version: LATEST };

/** One step per layout. A step may add stores and indexes and complete rows; none may remove a row of what is unsent. */
const STEPS = {
  1(db) {
    db.createObjectStore("meta");
    db.createObjectStore("people", { keyPath: "id" });
    db.createObjectStore("packages", { keyPath: "user" });
    for (const name of ["records", "drafts"]) db.createObjectStore(name, { keyPath: "key" }).createIndex("user", "user");
    for (const name of ["outbox", "photos"]) db.createObjectStore(name, { keyPath: "id" }).createIndex("user", "user");
    db.createObjectStore("files", { keyPath: "key" }).createIndex("photo", "photo");
  },
  2(db, transaction) {
    // The order of sending became a number: two submissions of one millisecond had none.
    const outbox = transaction.objectStore("outbox");
    outbox.createIndex("order", "seq");
    outbox.getAll().onsuccess = (event) => {
      const rows = event.target.result.sort((one, other) => (one.at < other.at ? -1 : 1));
      rows.forEach((row, index) => outbox.put({ seq: index + 1, ...row }));
    };
  },
};

const LOST = new Set(["InvalidStateError", "UnknownError", "TransactionInactiveError"]);
let opening = null;
let outdated = null;

/** Called when another window brought a newer layout: this one can read no more. */
export function onOutdated(fn) {
  outdated = fn;
}

/** @returns {Promise<IDBDatabase>} */
export function open() {
  opening ??= connect().catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

/** Let go of the connection; the next use opens another one. */
export async function close() {
  const current = opening;
  opening = null;
  if (current) (await current).close();
}

function connect() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(options.name, options.version);
    request.onupgradeneeded = (event) => {
      for (let step = event.oldVersion + 1; step <= options.version; step++) STEPS[step](request.result, request.transaction);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      // iOS closes the connection under memory pressure; what comes next opens it again.
      db.onclose = () => (opening = null);
      db.onversionchange = () => {
        db.close();
        opening = null;
        outdated?.();
      };
      resolve(db);
    };
  });
}

/** One transaction. `work` gets the stores and puts its requests at once; a request that it returns gives the result.
    @param {string|string[]} names @param {"readonly"|"readwrite"} mode @param {(...stores: IDBObjectStore[]) => any} work */
export async function run(names, mode, work) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once([names].flat(), mode, work);
    } catch (error) {
      if (!LOST.has(error?.name) || attempt === 3) throw explain(error);
      opening = null;
    }
  }
}

async function once(names, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result instanceof IDBRequest ? result.result : result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "UnknownError"));
    try {
      result = work(...names.map((name) => transaction.objectStore(name)));
    } catch (error) {
      transaction.abort(); // half of the requests must not stay
      reject(error);
    }
  });
}

function explain(error) {
  if (error?.name === "QuotaExceededError")
    return new EngineError("quota", "平板的存储空间不足，这次没有保存。已填写的内容还在屏幕上：请先联网上传，腾出空间后再保存。");
  if (error?.name === "VersionError") return new EngineError("closed", "应用已在另一个窗口更新，请关闭本窗口后重新打开。");
  return error;
}

export const get = (store, key) => run(store, "readonly", (one) => one.get(key));
export const all = (store, index = null, query = null) =>
  run(store, "readonly", (one) => (index ? one.index(index) : one).getAll(query));
export const put = (store, value, key) => run(store, "readwrite", (one) => void one.put(value, key));
export const remove = (store, key) => run(store, "readwrite", (one) => void one.delete(key));
