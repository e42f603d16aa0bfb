/** Where the tablet is, with accuracy and age. Photos of Android carry no position of their own any more. */

import { emit } from "./hub.js";

let watch = null;
let last = null;

/** Begin to listen; the person is asked once by the browser. */
export function start() {
  if (watch !== null || !navigator.geolocation) return;
  const options = { enableHighAccuracy: true, maximumAge: 30_000, timeout: 60_000 };
  watch = navigator.geolocation.watchPosition(heard, (error) => emit("position", { error: error.code }), options);
}

export function stop() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

function heard({ coords, timestamp }) {
  last = {
    lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6), accuracy: coords.accuracy.toFixed(1), at: timestamp,
  };
  emit("position", current());
}

/** @returns {{lat: string, lon: string, accuracy: string, ageSeconds: number}|null} */
export function current() {
  if (!last) return null;
  const { at, ...place } = last;
  return { ...place, ageSeconds: Math.max(0, Math.round((Date.now() - at) / 1000)) };
}
