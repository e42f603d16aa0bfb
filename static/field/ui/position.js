/* Where the tablet is: taken by itself when it is fresh, shown with its accuracy, taken again by a tap. */
import { fill, h } from "./dom.js";
import { button } from "./parts.js";

const FRESH_SECONDS = 60;

/** @param {{lat: string, lon: string, accuracy?: string}} at */
export const positionText = (at) => `北纬 ${Number(at.lat).toFixed(5)}°，东经 ${Number(at.lon).toFixed(5)}°${at.accuracy ? `，误差约 ${Math.round(Number(at.accuracy))} 米` : ""}`;

/**
 * @param {import("./app.js").App} app @param {{get: () => any, set: (value: any) => void, auto?: () => boolean}} store
 */
export function positionCard(app, store) {
  const { position } = app.engine;
  const said = h("div", { class: "btns small" });
  const element = h("div", { class: "field", role: "group", "aria-label": "位置" }, h("b", null, "位置"), said);
  const plain = (/** @type {any} */ now) => ({ lat: String(now.lat), lon: String(now.lon), accuracy: String(now.accuracy) });
  const take = () => {
    const now = position.current;
    if (now) store.set(plain(now));
    refresh();
  };
  const refresh = () => {
    const now = position.current;
    if (!store.get() && now && now.ageSeconds < FRESH_SECONDS && (!store.auto || store.auto())) store.set(plain(now));
    const at = store.get();
    fill(said, h("span", null, at ? `✓ ${positionText(at)}` : now ? `现在：${positionText(plain(now))}` : "正在定位…　定不到位也可以继续。"),
      now && button(at ? "重新定位" : "记下位置", take));
  };
  position.start();
  refresh();
  return { element, refresh, stop: () => position.stop() };
}
