/** What is known now, and who wants to hear of changes; other windows of the tablet hear of them too. */

import { SCHEMA } from "./util.js";

const listeners = new EventTarget();
const channel = new BroadcastChannel("anlan-field");
const remote = new Set();

/** The state that screens read; only the engine writes it. */
export const state = {
  phase: "starting",
  user: null,
  users: [],
  signedIn: null,
  mayChoosePin: false,
  needsLogin: false,
  online: null,
  device: null,
  denied: null,
  lastContact: null,
  clockOffset: null,
  version: document.documentElement.dataset.version || "",
  schema: SCHEMA,
};

/** @param {string} name @param {(detail: any) => void} fn @returns {() => void} */
export function on(name, fn) {
  const hear = (event) => fn(event.detail);
  listeners.addEventListener(name, hear);
  return () => listeners.removeEventListener(name, hear);
}

/** @param {string} name @param {any} [detail] */
export function emit(name, detail = null) {
  listeners.dispatchEvent(new CustomEvent(name, { detail }));
}

let begun = false;

/** From here on the phase follows from the rest. */
export function begin() {
  begun = true;
  set({});
}

function phase() {
  if (!begun) return "starting";
  if (state.denied) return "denied";
  if (state.user) return "open";
  return state.users.length ? "locked" : "new";
}

/** Change the state and say so, when anything did change. */
export function set(changes) {
  const before = JSON.stringify(state);
  Object.assign(state, changes);
  state.phase = phase();
  if (JSON.stringify(state) !== before) emit("session", state);
}

/** Tell the other windows. @param {object} message */
export function tell(message) {
  channel.postMessage(message);
}

/** @param {(message: any) => void} fn */
export function onMessage(fn) {
  remote.add(fn);
}

channel.onmessage = (event) => {
  for (const fn of remote) fn(event.data);
};
