/** Settings of the tablet: nobody's data, so in the open. */

import * as db from "./db.js";
import { emit } from "./hub.js";

/** What each setting may be. */
export const choices = { photoSize: ["original", 2048, 1600], lockMinutes: [5, 10, 15, 30, 60] };

export const settings = { photoSize: "original", lockMinutes: 15 };

export async function load() {
  Object.assign(settings, await db.get("meta", "settings"));
}

export async function setSetting(name, value) {
  if (!choices[name]?.includes(value)) throw new RangeError(`${name}: ${value}`);
  settings[name] = value;
  await db.put("meta", { ...settings }, "settings");
  emit("session");
}
