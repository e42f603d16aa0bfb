/* 照片: look, mark, name. Marks are data beside the picture: the file itself never changes. */
import { fill, h, s } from "./dom.js";
import { framed, opened } from "./frame.js";
import { ask, button, card, dock, facts, note, textField } from "./parts.js";
import { positionText } from "./position.js";
import { moment, sentence, size } from "./words.js";

const TOOLS = /** @type {const} */ ([["arrow", "箭头", "↗"], ["box", "方框", "▢"], ["text", "文字", "字"]]);
const COLOURS = /** @type {const} */ ([["red", "红"], ["yellow", "黄"], ["blue", "蓝"]]);
const MOST = 50;
const PLACES = 4;
const SMALLEST = 0.015;

/** One mark as SVG, in units of the picture's own size. @param {any} mark @param {number} width @param {number} height */
function drawn(mark, width, height) {
  const [x1, y1, x2 = x1, y2 = y1] = mark.points.map((/** @type {number} */ value, /** @type {number} */ index) => value * (index % 2 ? height : width));
  const thick = Math.max(width, height) / 130;
  const colour = mark.colour || "red";
  const line = (/** @type {string} */ d) => [
    s("path", { class: "mark-halo", d, "stroke-width": thick * 2.2 }),
    s("path", { class: `mark-line paint-${colour}`, d, "stroke-width": thick }),
  ];
  if (mark.kind === "box") return s("g", {}, ...line(`M${x1} ${y1}H${x2}V${y2}H${x1}Z`));
  if (mark.kind === "text") {
    const letter = Math.max(width, height) / 26;
    return s("g", {}, s("text", { class: `mark-text fill-${colour}`, x: x1, y: y1, "font-size": letter, "stroke-width": letter / 5 }, mark.text));
  }
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = thick * 5;
  const wing = (/** @type {number} */ turn) => `L${x2 - head * Math.cos(angle + turn)} ${y2 - head * Math.sin(angle + turn)}`;
  return s("g", {}, ...line(`M${x1} ${y1}L${x2} ${y2}${wing(0.5)}M${x2} ${y2}${wing(-0.5)}`));
}

/** @param {any} marks */
const told = (marks) => (marks.length ? `${marks.length} 个标注` : "没有标注");

/**
 * The picture with its marks; with `edit` they can be drawn.
 * @param {string} url @param {number} width @param {number} height @param {any[]} marks @param {{change: (marks: any[]) => void, tool: () => string, colour: () => string} | null} edit
 */
function surface(url, width, height, marks, edit) {
  const layer = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told(marks) });
  let shown = [...marks];
  /** @type {{id: number, mark: any, node: any} | null} */ let now = null;
  const paint = () => { fill(layer, ...shown.map((mark) => drawn(mark, width, height))); layer.setAttribute("aria-label", told(shown)); };
  const put = (/** @type {any[]} */ next) => { shown = next; paint(); edit?.change(next); };
  const at = (/** @type {PointerEvent} */ event) => {
    const box = layer.getBoundingClientRect();
    const part = (/** @type {number} */ value) => Number(Math.max(0, Math.min(1, value)).toFixed(PLACES));
    return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
  };
  const write = async (/** @type {number[]} */ point) => {
    let words = "";
    const line = textField({ label: "写什么", max: 60, main: true, oninput: (value) => { words = value; } });
    if ((await ask({ title: "文字标注", yes: "写上", body: line })) && words.trim()) put([...shown, { kind: "text", points: point, text: words.trim(), colour: edit?.colour() }]);
  };
  if (edit) {
    layer.addEventListener("pointerdown", (/** @type {any} */ event) => {
      if (now || shown.length >= MOST) return;
      event.preventDefault();
      const point = at(event);
      if (edit.tool() === "text") { void write(point); return; }
      layer.setPointerCapture(event.pointerId);
      const mark = { kind: edit.tool(), points: [...point, ...point], text: "", colour: edit.colour() };
      const node = drawn(mark, width, height);
      layer.append(node);
      now = { id: event.pointerId, mark, node };
    });
    layer.addEventListener("pointermove", (/** @type {any} */ event) => {
      if (!now || event.pointerId !== now.id) return;
      now.mark.points = [...now.mark.points.slice(0, 2), ...at(event)];
      const node = drawn(now.mark, width, height);
      now.node.replaceWith(node);
      now.node = node;
    });
    const end = (/** @type {any} */ event) => {
      if (!now || event.pointerId !== now.id) return;
      const { mark, node } = now;
      now = null;
      const [x1, y1, x2, y2] = mark.points;
      if (Math.hypot(x2 - x1, y2 - y1) < SMALLEST) node.remove(); // a tap is not a mark
      else put([...shown, mark]);
    };
    layer.addEventListener("pointerup", end);
    layer.addEventListener("pointercancel", end);
  }
  paint();
  const image = h("img", { src: url, alt: "照片", width, height, draggable: "false" });
  return { element: h("div", { class: edit ? "canvas" : "canvas static" }, h("div", { class: "fit" }, image, layer)), put };
}

/** @param {string} url @returns {Promise<{width: number, height: number}>} */
async function measure(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

/** @param {import("./app.js").App} app @param {string} inspection @param {string} id */
export async function photoScreen(app, inspection, id) {
  const open = await opened(app, inspection);
  const { photos } = app.engine;
  const photo = photos.list(inspection).find((/** @type {any} */ one) => one.id === id);
  if (!photo) throw new Error("这张照片已经不在本机。");
  const url = (await photos.image(id, "stamped")) || (await photos.image(id, "thumb"));
  const finding = photo.finding;
  const back = finding ? `${open.base}/finding/${finding}` : `${open.base}/start`;
  let marks = open.record.get(`photos/${id}/annotation`) || [];
  let tool = "arrow";
  let colour = "red";
  const list = h("ul", { class: "rows" });
  const change = (/** @type {any[]} */ next) => { marks = next; photos.annotate(id, next); show(); };
  const area = url ? await measure(url).then(({ width, height }) => surface(url, width, height, marks, { change, tool: () => tool, colour: () => colour })) : null;
  const undo = button("撤销", () => area?.put(marks.slice(0, -1)));
  const show = () => {
    undo.disabled = !marks.length;
    fill(list, ...marks.map((/** @type {any} */ mark, /** @type {number} */ index) => h("li", { class: "row" },
      h("span", { class: "grow" }, `${index + 1}. ${TOOLS.find((one) => one[0] === mark.kind)?.[1]}${mark.text ? `：${mark.text}` : ""}`),
      button("删去", () => area?.put(marks.filter((/** @type {any} */ _one, /** @type {number} */ other) => other !== index)), { "aria-label": `删去第 ${index + 1} 个标注` }))));
  };
  show();
  const how = h("p", { class: "small soft", role: "status" });
  const explain = () => fill(how, tool === "text" ? "在照片上点一下，写上文字。原图不会改变。" : "在照片上按住拖动。原图不会改变。");
  explain();
  const choice = (/** @type {readonly (readonly string[])[]} */ options, /** @type {string} */ label, /** @type {() => string} */ get, /** @type {(value: string) => void} */ set) => {
    const buttons = options.map(([value, text, mark]) => h("button", { type: "button", onclick: () => { set(value); mark_(); } }, mark && h("i", { "aria-hidden": "true" }, mark), text));
    const mark_ = () => buttons.forEach((one, index) => one.setAttribute("aria-pressed", String(options[index][0] === get())));
    mark_();
    return h("div", { class: "seg", role: "group", "aria-label": label }, ...buttons);
  };
  const discard = button("不要这张", async () => {
    if (!(await ask({ title: "不要这张照片？", text: "还没有保存的照片可以不要；保存以后只能不再归到这个问题。", yes: "不要", risk: true }))) return;
    try {
      if (photo.saved) photos.move(id, null);
      else await photos.discard(id);
      app.go(back);
    } catch (error) {
      app.say(sentence(error), "bad");
    }
  }, { class: "risk" });
  const at = photo.position;
  return framed(app, open, {
    section: "photos", title: "照片", back, tabs: false,
    body: [
      area ? area.element : note("info", "原图已经送达，本机不再保留。"),
      area && h("div", { class: "card" }, choice(TOOLS, "标注工具", () => tool, (value) => { tool = value; explain(); }), choice(COLOURS, "颜色", () => colour, (value) => { colour = value; }),
        how, list),
      card("说明", {}, textField({ label: "名称", value: open.record.get(`photos/${id}/title`) ?? photo.title, max: 200, optional: true, main: true, oninput: (value) => photos.rename(id, value) }),
        facts([
          ["状态", photo.word || "已保存在本机"], ["拍摄时间", moment(photo.takenAt)], ["位置", at ? positionText(at) : "没有定位"],
          ["大小", size(photo.byteCount)], ["原图摘要", h("span", { class: "small wrap" }, photo.sha256)],
        ])),
    ],
    dock: dock(discard, undo, h("a", { class: "btn lead", href: back }, "完成")),
  });
}
