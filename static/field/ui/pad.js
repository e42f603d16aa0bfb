/* A place to sign. Strokes are kept as points of a square of 1000 units a side, so that paper can draw them at any size;
   the pad is five wide and two high, so y stays below 400 and nothing is stretched. */
import { h, s } from "./dom.js";

const WIDTH = 1000;
const HEIGHT = 400;
const MOST_POINTS = 4000;
const MOST_STROKES = 200;
const NEAR = 3;

/** @param {number[][]} stroke */
const path = (stroke) => (stroke.length === 1 ? `M${stroke[0]}l1 0` : `M${stroke.map((point) => point.join(" ")).join("L")}`);

/** A signature to look at. @param {number[][][]} strokes @param {string} label */
export const inkOf = (strokes, label) => s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, ...strokes.map((stroke) => s("path", { class: "ink", d: path(stroke) })));

/** @param {string} label @param {(strokes: number[][][]) => void} onchange */
export function signaturePad(label, onchange) {
  /** @type {number[][][]} */ let strokes = [];
  /** @type {{id: number, box: DOMRect, points: number[][], line: any} | null} */ let now = null;
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const ask = h("span", { class: "ask" }, "请在这里签名");
  const said = h("p", { class: "unseen", role: "status" });
  const total = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  const point = (/** @type {PointerEvent} */ event, /** @type {DOMRect} */ box) => {
    const inside = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, Math.round(value)));
    return [inside(((event.clientX - box.left) / box.width) * WIDTH, WIDTH), inside(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT)];
  };
  const down = (/** @type {PointerEvent} */ event) => {
    if (now || strokes.length >= MOST_STROKES || total() >= MOST_POINTS) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    const box = element.getBoundingClientRect(); // of the whole stroke: a line that appears above must not bend it
    const points = [point(event, box)];
    const line = s("path", { class: "ink", d: path(points) });
    svg.append(line);
    now = { id: event.pointerId, box, points, line };
    ask.hidden = true;
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (!now || event.pointerId !== now.id) return;
    for (const one of event.getCoalescedEvents?.() || [event]) {
      const at = point(one, now.box);
      const last = now.points[now.points.length - 1];
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= NEAR && total() + now.points.length < MOST_POINTS) now.points.push(at);
    }
    now.line.setAttribute("d", path(now.points));
  };
  const up = (/** @type {PointerEvent} */ event) => {
    if (!now || event.pointerId !== now.id) return;
    strokes = [...strokes, now.points];
    now = null;
    said.textContent = `已签 ${strokes.length} 笔`;
    onchange(strokes);
  };
  const element = h("div", { class: "pad", role: "img", "aria-label": label, onpointerdown: down, onpointermove: move, onpointerup: up, onpointercancel: up },
    h("span", { class: "line", "aria-hidden": "true" }), ask, svg);
  const undo = () => {
    strokes = strokes.slice(0, -1);
    svg.lastElementChild?.remove();
    ask.hidden = strokes.length > 0;
    onchange(strokes);
  };
  const clear = () => {
    strokes = [];
    svg.replaceChildren();
    ask.hidden = false;
    onchange(strokes);
  };
  return { element: h("div", { class: "stack" }, element, said), undo, clear };
}
