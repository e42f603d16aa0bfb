/* One inspection: the page it begins with and its eight sections. */
import { checklistSection } from "./checklist.js";
import { endSection } from "./end.js";
import { findingsSection } from "./findings.js";
import { framed, opened } from "./frame.js";
import { documentsSection, measureSection, ordersSection, peopleSection } from "./lists.js";
import { opinionSection } from "./opinion.js";
import { startSection } from "./start.js";

/** @type {Record<string, (app: any, open: any, more: string) => any>} */
const MAKERS = {
  start: startSection, list: checklistSection, findings: findingsSection, measure: measureSection, people: peopleSection,
  documents: documentsSection, orders: ordersSection, opinion: opinionSection, end: endSection,
};

/** @param {import("./app.js").App} app @param {string} id @param {string} [section] @param {string} [more] an aspect */
export async function inspectionScreen(app, id, section = "start", more = "") {
  const make = MAKERS[section];
  if (!make) throw new Error("这个地址没有对应的页面。");
  const open = await opened(app, id);
  return framed(app, open, { section, ...make(app, open, more) });
}
