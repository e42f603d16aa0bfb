/* Fields that write into the record with every keystroke: what was typed is there again after a kill. */
import { textField } from "./parts.js";

/** @param {any} record @param {string} path @param {any} options as of `textField` */
export const bound = (record, path, options) =>
  textField({ ...options, read: () => record.get(path) || "", oninput: (value) => record.set(path, value) });
