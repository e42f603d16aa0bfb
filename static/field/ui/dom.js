/* Elements without a framework: everything a screen shows is made here, so that no text is ever read as markup. */

/** @typedef {Node | string | number | null | undefined | false} Leaf */
/** @typedef {Leaf | Leaf[] | any[]} Child */

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "multiple", "selected", "required", "readOnly", "open", "indeterminate"]);

/** @param {Element} element @param {Record<string, any>} props */
function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(/** @type {HTMLElement} */ (element).dataset, value);
    else if (AS_PROPERTY.has(name)) /** @type {any} */ (element)[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
}

/**
 * One HTML element. `on…` are listeners, `data` is the dataset, false and null leave an attribute out.
 * @param {string} tag @param {Record<string, any> | null} [props] @param {...Child} children @returns {any}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  fill(element, ...children);
  apply(element, props || {}); // after the children: a select takes its value only when it has its options
  return element;
}

/** One SVG element. @param {string} tag @param {Record<string, any>} [props] @param {...Child} children @returns {any} */
export function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, ...children);
  apply(element, props || {});
  return element;
}

/** Replace what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    nodes.push(child instanceof Node ? child : String(child));
  }
  element.replaceChildren(...nodes);
}

/**
 * A part of a screen that is drawn again when something came from outside and what it shows is another: not under the hand of
 * who is busy in it, but as soon as he has left it.
 * @param {HTMLElement} place @param {() => void} show @param {() => any} what it shows, as plain data
 */
export function redrawn(place, show, what) {
  let drawn = "";
  let isDue = false;
  const key = () => JSON.stringify(what());
  const draw = () => {
    isDue = false;
    drawn = key();
    show();
  };
  /** @param {string[] | null} paths null: from outside */
  const refresh = (paths) => {
    if (paths !== null || key() === drawn) return;
    const active = document.activeElement;
    if (active && place.contains(active) && !active.matches("h2")) isDue = true;
    else draw();
  };
  // After the tap that took the focus away: what it is meant for must not move under the finger.
  place.addEventListener("focusout", (event) => { if (isDue && !place.contains(/** @type {Node | null} */ (event.relatedTarget))) setTimeout(draw); });
  return { draw, refresh };
}

let count = 0;
/** A name that no other element of the page has. @param {string} stem */
export function unique(stem) {
  count += 1;
  return `${stem}-${count}`;
}

/**
 * Call `work` a while after the last of several calls; `flush` calls it at once if one is waiting.
 * @template {any[]} A @param {(...args: A) => void} work @param {number} milliseconds
 */
export function settle(work, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  /** @type {A | null} */
  let waiting = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = 0;
    const args = waiting;
    waiting = null;
    if (args) work(...args);
  };
  const call = (/** @type {A} */ ...args) => {
    waiting = args;
    if (timer) clearTimeout(timer);
    timer = setTimeout(flush, milliseconds);
  };
  return Object.assign(call, { flush });
}
