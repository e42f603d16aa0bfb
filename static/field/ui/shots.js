/* Photos as thumbnails with what became of each; taking one never waits for a network. */
import { fill, h } from "./dom.js";
import { filePick } from "./parts.js";
import { clock, sentence } from "./words.js";

/**
 * @param {import("./app.js").App} app
 * @param {{open: any, finding: () => string | null | undefined, ensure?: () => any, place?: () => string, readOnly?: boolean}} o
 *   `finding`: null for photos of the inspection as a whole, undefined while there is no finding yet;
 *   `ensure` runs before the camera opens: the system may end the page while the camera is in front
 */
export function shots(app, o) {
  const { photos } = app.engine;
  const grid = h("ul", { class: "shots" });
  const said = h("p", { role: "status", class: "small" });
  /** @type {Map<string, string>} */ const seen = new Map();

  const show = () => {
    const finding = o.finding();
    const rows = finding === undefined ? [] : photos.list(o.open.id, finding);
    fill(grid, ...rows.map((/** @type {any} */ photo, /** @type {number} */ index) => {
      const image = h("img", { alt: "", src: seen.get(photo.id) });
      if (!seen.has(photo.id)) {
        photos.image(photo.id, "thumb").then((/** @type {string | null} */ url) => { if (url) { seen.set(photo.id, url); image.src = url; } }, (/** @type {unknown} */ error) => app.note(`thumb: ${error}`));
      }
      return h("li", null, h("a", { class: "shot", href: `${o.open.base}/photo/${photo.id}`, "aria-label": `照片 ${index + 1}，${clock(photo.takenAt)} 拍，${photo.word || ""}` },
        h("span", { class: "frame" }, image), h("span", { class: "small" }, photo.word || "已保存在本机")));
    }));
    if (!rows.length) fill(grid, h("li", { class: "small soft" }, "还没有照片。"));
  };
  const take = async (/** @type {File[]} */ files) => {
    let failed = "";
    o.ensure?.();
    for (const [index, file] of files.entries()) {
      fill(said, files.length > 1 ? `正在保存第 ${index + 1}/${files.length} 张…` : "正在保存照片…");
      try {
        await photos.capture(file, { inspection: o.open.id, finding: o.finding(), place: o.place ? o.place() : undefined });
      } catch (error) {
        failed = sentence(error);
      }
    }
    fill(said, failed ? h("span", { class: "wrong" }, failed) : `✓ ${files.length} 张照片已保存在本机。`);
    show();
  };
  const element = h("div", { class: "field", role: "group", "aria-label": "照片" }, h("b", null, "照片"),
    h("div", { class: "btns" }, filePick("拍照", { camera: true, multiple: false, before: o.ensure, onfiles: take, class: "tall" }),
      filePick("从相册选", { before: o.ensure, onfiles: take, class: "tall" })), said, grid);
  show();
  return { element, refresh: show };
}
