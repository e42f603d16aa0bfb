/** The edition of the client on this tablet: a new one is fetched whole, waits, and changes over on a tap. */

import { emit, state } from "./hub.js";

const LOOK_EVERY = 3_600_000;
let registration = null;
let isWanted = false;
let isNewer = false;

export const isWaiting = () => isNewer || Boolean(registration?.waiting && navigator.serviceWorker.controller);

let registering = null;

/** Register the worker; nothing waits for it, and its failure is told by the readiness board. */
export function register() {
  registering ??= begin();
  return registering;
}

async function begin() {
  if (!navigator.serviceWorker) return;
  let had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isWanted) location.reload();
    else if (had) outdated(); // another window has changed over
    had = true;
  });
  registration = await navigator.serviceWorker
    .register("/field/sw.js", { scope: "/field/", updateViaCache: "none" })
    .catch(() => navigator.serviceWorker.getRegistration("/field/")); // without a line: what was registered before
  if (!registration) return;
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  if (registration.waiting) tell();
  setInterval(look, LOOK_EVERY);
  addEventListener("online", look);
}

function follow(worker) {
  worker?.addEventListener("statechange", () => worker.state === "installed" && isWaiting() && tell());
}

function tell() {
  emit("update", { waiting: isWaiting() });
}

/** Another window already runs a newer edition: this one goes on and says so. */
export function outdated() {
  isNewer = true;
  tell();
}

/** Is there a newer edition? Without a line, or with a page of a Wi-Fi portal in its place, this one goes on: the next look tells. */
export async function look() {
  await registration?.update().catch(() => undefined);
}

/** What the worker in charge keeps. @returns {Promise<{version: string, complete: boolean}|null>} */
export async function about() {
  await registering;
  const worker = registration?.active;
  if (!worker) return null;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    worker.postMessage({ type: "about" }, [channel.port2]);
    setTimeout(() => resolve(null), 3000);
  });
}

/** Change over. The caller has saved everything. */
export function apply() {
  isWanted = true;
  if (registration?.waiting) registration.waiting.postMessage({ type: "activate" });
  else location.reload();
  return state.version;
}
