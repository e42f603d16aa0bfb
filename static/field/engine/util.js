/** Small tools: errors with a sentence, bytes, hashes, identifiers. */

/** An error whose message may be shown as it stands. */
export class EngineError extends Error {
  /** @param {string} code @param {string} message @param {object} [more] */
  constructor(code, message, more = {}) {
    super(message);
    this.name = "EngineError";
    this.code = code;
    Object.assign(this, more);
  }
}

export const SCHEMA = 1;
export const DAY = 86_400_000;
export const CHUNK = 256 * 1024;

const made = { at: 0, count: 0 };

/** UUIDv7 (RFC 9562): a later one is greater as text, within a millisecond and when the clock was set back too, so that rows
    keep the order in which they were written. */
export function uuid() {
  const at = Date.now();
  if (at > made.at) Object.assign(made, { at, count: crypto.getRandomValues(new Uint16Array(1))[0] & 0x7ff });
  else if (made.count < 0xfff) made.count += 1;
  else Object.assign(made, { at: made.at + 1, count: 0 });
  const rest = crypto.getRandomValues(new Uint8Array(8));
  rest[0] = (rest[0] & 0x3f) | 0x80;
  const hex = (number, length) => number.toString(16).padStart(length, "0");
  const tail = Array.from(rest, (byte) => hex(byte, 2)).join("");
  const time = hex(made.at, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(made.count, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

export const now = () => new Date().toISOString();
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const utf8 = (text) => encoder.encode(text);
export const text = (bytes) => decoder.decode(bytes);

/** @param {BufferSource|string} data @returns {Promise<string>} lower-case hexadecimal */
export async function sha256(data) {
  const digest = await crypto.subtle.digest("SHA-256", typeof data === "string" ? utf8(data) : data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {ArrayBuffer|Uint8Array} bytes */
export function base64(bytes) {
  const view = new Uint8Array(bytes);
  let binary = "";
  for (let at = 0; at < view.length; at += 0x8000) binary += String.fromCharCode(...view.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** @param {string} encoded @returns {Uint8Array} */
export const unbase64 = (encoded) => Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));

/** The calendar day in Mianyang, whatever the tablet's zone. @param {number} [at] milliseconds */
export const today = (at = Date.now()) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

/** The wall clock in Mianyang as on a photo: 2026-11-23 14:05:09. */
export const wallClock = (iso) =>
  new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

/** One after the other, whatever the outcome of the one before. */
export class Line {
  constructor() {
    this.tail = Promise.resolve();
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  run(work) {
    const result = this.tail.then(work);
    this.tail = result.then(() => undefined, () => undefined);
    return result;
  }
}
