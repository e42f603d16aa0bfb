/* Fields that write into the record with every keystroke: what was typed is there again after a kill. */
import { selectField, textField } from "./parts.js";

/** @param {any} record @param {string} path @param {any} options as of `textField` */
export function bound(record, path, options) {
  return textField({ ...options, value: record.get(path) || "", oninput: (value) => { record.set(path, value); options.after?.(value); } });
}

/** @param {any} record @param {string} path @param {any} options as of `selectField` */
export function boundSelect(record, path, options) {
  return selectField({ ...options, value: record.get(path) || "", onpick: (value) => { record.set(path, value); options.after?.(value); } });
}
