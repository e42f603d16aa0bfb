/* The worker of the tablet: keeps one complete edition of the client, wakes the outbox, and changes over only on a tap.
   A classic script; the view that serves it puts `BUILD = {version, files: {address: SHA-256}}` before the first line. */
"use strict";

const PREFIX = "anlan-field-";
const CACHE = PREFIX + BUILD.version;
const SHELL = "/field/";
const TAG = "anlan-outbox";

async function hexOf(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One file, past every HTTP cache, and only if its bytes are those of this edition. */
async function fetchFile(address) {
  const response = await fetch(address, { cache: "reload", credentials: "omit", redirect: "error" });
  if (response.status !== 200) throw new Error(`${address}: ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  if ((await hexOf(bytes)) !== BUILD.files[address]) throw new Error(`${address}: other bytes than announced`);
  return response;
}

/** Complete or not at all: what fails leaves the edition in use untouched and is tried again later. */
async function install() {
  const files = Object.keys(BUILD.files);
  const answers = await Promise.all(files.map(fetchFile));
  const cache = await caches.open(CACHE);
  await Promise.all(files.map((address, index) => cache.put(address, answers[index])));
}

async function isComplete() {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  return Object.keys(BUILD.files).every((address) => kept.has(address));
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function fromCache(request, address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address, { ignoreSearch: true })) || fetch(request);
}

/** The bytes in the outbox are encrypted and only an open page can read them: ask one, which waits until nobody else
    sends. The worker itself takes no lock: a person's tap would find it taken.
    Without a page the promise fails on purpose: a sync event that ends well is never fired again. */
async function drain() {
  for (const client of await self.clients.matchAll({ type: "window" })) {
    const outcome = await ask(client);
    if (outcome === "done") return;
  }
  throw new Error("nobody could send");
}

function ask(client) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    client.postMessage({ type: "drain" }, [channel.port2]);
    setTimeout(() => resolve("silent"), 240_000);
  });
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", (event) => {
  if (event.data.type === "activate") event.waitUntil(self.skipWaiting());
  if (event.data.type === "about") {
    const answer = isComplete().then((complete) => event.ports[0].postMessage({ version: BUILD.version, complete }));
    event.waitUntil(answer);
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL) event.respondWith(fromCache(request, SHELL));
  else if (BUILD.files[url.pathname] && url.pathname !== SHELL) event.respondWith(fromCache(request, url.pathname));
});

self.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(drain());
});
