/* Which screen an address names. The address keeps no secrets: identifiers only. */
import { conflictsScreen } from "./conflicts.js";
import { findingScreen } from "./finding.js";
import { enrolScreen, loginScreen } from "./gate.js";
import { inspectionScreen } from "./inspection.js";
import { outboxScreen } from "./outbox.js";
import { photoScreen } from "./photo.js";
import { rowScreen } from "./rows.js";
import { settingsScreen } from "./settings.js";
import { signScreen } from "./sign.js";
import { todayScreen } from "./today.js";

/** @type {[RegExp, (app: any, ...parts: string[]) => any][]} */
export const routes = [
  [/^$/, todayScreen],
  [/^login$/, loginScreen],
  [/^enrol$/, enrolScreen],
  [/^outbox$/, outboxScreen],
  [/^settings$/, settingsScreen],
  [/^i\/([\w-]+)\/finding\/([\w-]+)(?:\/([\w.-]+))?$/, findingScreen],
  [/^i\/([\w-]+)\/photo\/([\w-]+)$/, photoScreen],
  [/^i\/([\w-]+)\/sign\/(OFFICER|UNIT)$/, signScreen],
  [/^i\/([\w-]+)\/conflicts$/, conflictsScreen],
  [/^i\/([\w-]+)\/(measurements|parallel|people|documents|orders)\/([\w-]+)(?:\/([\w.-]+))?$/, rowScreen],
  [/^i\/([\w-]+)(?:\/(\w+))?(?:\/([\w.-]+))?$/, inspectionScreen],
];
