/* The frame around the screens: who may see them, which one the address names, the line about sending. */
import { fill, h } from "./dom.js";
import { gate, gateKey } from "./gate.js";
import { button, note } from "./parts.js";
import { routes } from "./routes.js";
import { sentence } from "./words.js";

/**
 * What a screen gives back. `leave` runs before the next one; `refresh` after the record changed; `focus` instead of the title.
 * @typedef {{title: string, body: import("./dom.js").Child, dock?: HTMLElement | null, tabs?: HTMLElement | null, back?: string,
 *   foot?: string, leave?: () => any, refresh?: (paths: string[] | null) => void, focus?: HTMLElement | null,
 *   on?: Record<string, () => void>}} Screen
 */

const GOOD_NEWS = 8000; // milliseconds that a success is shown; what is wrong stays

export class App {
  /** @param {any} engine @param {HTMLElement} root */
  constructor(engine, root) {
    this.engine = engine;
    this.root = root;
    /** @type {Screen | null} */ this.screen = null;
    this.turn = 0;
    this.gateKey = "";
    /** @type {{at: string, text: string}[]} */ this.log = [];
    this.title = h("h1", { tabindex: "-1" }, "现场检查");
    this.back = h("a", { class: "back", href: "#/", "aria-label": "返回", hidden: true }, "‹");
    this.sync = h("a", { class: "sync", href: "#/outbox", hidden: true }, "读取中…");
    this.live = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.stripes = h("div", { id: "stripes" });
    this.said = h("div", { role: "status", "aria-live": "polite" });
    this.tabs = h("div", { hidden: true });
    this.main = h("main", { class: "main", id: "main", tabindex: "-1" });
    this.dock = h("div", { hidden: true });
  }

  start() {
    fill(this.root, h("header", { class: "head" }, this.back, this.title, this.sync), h("div", null, this.live, this.stripes, this.said), this.tabs, this.main, this.dock);
    const { engine } = this;
    engine.on("session", () => { this.admit(); this.stripe(); this.line(); });
    engine.on("outbox", () => { this.line(); this.tell("outbox"); });
    engine.on("update", () => this.stripe());
    engine.on("fault", (/** @type {string} */ text) => this.say(text, "bad"));
    for (const name of ["ready", "package", "photo", "position"]) engine.on(name, () => this.tell(name));
    engine.on("record", (/** @type {any} */ event) => this.screen?.refresh?.(event?.paths ?? null));
    window.addEventListener("hashchange", () => void this.show());
    window.addEventListener("error", (event) => this.note(event.message));
    window.addEventListener("unhandledrejection", (event) => { this.note(String(event.reason)); this.say(sentence(event.reason), "bad"); });
    watchKeyboard(this.root);
    this.admit();
    this.stripe();
    this.line();
  }

  /** Nothing can be opened at all. @param {unknown} error */
  fail(error) {
    this.note(String(error));
    this.put({ title: "不能打开", body: note("bad", sentence(error)), dock: null });
  }

  /** Keep a line for the diagnosis. @param {string} text */
  note(text) {
    this.log.push({ at: new Date().toISOString(), text });
    if (this.log.length > 200) this.log.shift();
  }

  /** @param {string} name */
  tell(name) {
    this.screen?.on?.[name]?.();
  }

  /** Whether the screens are open is decided by the engine; typing is never thrown away while nothing changes. */
  admit() {
    const key = gateKey(this);
    if (key === this.gateKey && this.screen) return;
    this.gateKey = key;
    void this.show();
  }

  /** @param {string} hash */
  go(hash) {
    if (location.hash === hash) void this.show();
    else location.hash = hash;
  }

  async show() {
    this.turn += 1;
    const turn = this.turn;
    const left = this.screen;
    this.screen = null;
    try {
      if (left && left.leave) await left.leave();
    } catch (error) {
      this.note(String(error));
      this.say(sentence(error), "bad", true); // what was typed is still there: a full disk holds nobody back
    }
    try {
      const screen = gate(this) || (await this.route());
      if (turn === this.turn) this.put(screen);
    } catch (error) {
      this.note(String(error));
      if (turn === this.turn) this.put({ title: "没有打开", back: "#/", body: note("bad", sentence(error)), dock: null });
    }
  }

  async route() {
    const path = location.hash.replace(/^#\/?/, "");
    for (const [pattern, make] of routes) {
      const match = pattern.exec(path);
      if (match) return make(this, ...match.slice(1));
    }
    return /** @type {Screen} */ ({ title: "没有这一页", back: "#/", body: note("warn", "这个地址没有对应的页面。"), dock: null });
  }

  /** @param {Screen} screen */
  put(screen) {
    this.screen = screen;
    this.title.textContent = screen.title;
    document.title = `${screen.title} · 现场检查`;
    this.back.hidden = !screen.back;
    this.back.href = screen.back || "#/";
    const open = this.engine.state.phase === "open";
    this.sync.hidden = !open;
    const foot = open && screen.foot ? this.foot(screen.foot) : null;
    const tabs = screen.tabs || h("div", { hidden: true });
    const dock = screen.dock || foot || h("div", { hidden: true });
    this.root.classList.toggle("sided", Boolean(screen.tabs));
    this.stripe();
    this.tabs.replaceWith(tabs);
    this.dock.replaceWith(dock);
    this.tabs = tabs;
    this.dock = dock;
    fill(this.main, screen.body);
    if (!this.keepSaid) fill(this.said);
    this.keepSaid = false;
    window.scrollTo(0, 0);
    (screen.focus || this.title).focus({ preventScroll: !screen.focus });
    if (screen.focus) screen.focus.scrollIntoView({ block: "start" });
  }

  /** @param {string} current */
  foot(current) {
    const summary = this.engine.outbox.summary;
    const waiting = summary && summary.waiting ? h("b", null, ` ${summary.waiting}`) : null;
    const entry = (/** @type {string} */ key, /** @type {string} */ href, /** @type {any[]} */ ...text) =>
      h("a", { href, "aria-current": key === current ? "page" : undefined }, h("span", null, ...text));
    return h("nav", { class: "foot", "aria-label": "主菜单" },
      entry("today", "#/", "今日任务"), entry("outbox", "#/outbox", "待传箱", waiting), entry("settings", "#/settings", "设置"));
  }

  /** Say something under the head, to the eye and to a screen reader. @param {string} text @param {"ok" | "warn" | "bad" | "info"} [tone] @param {boolean} [keep] over the next screen */
  say(text, tone = "ok", keep = false) {
    this.keepSaid = keep;
    const shown = h("div", { class: `stripe ${tone}` }, h("span", null, text), button("知道了", () => fill(this.said)));
    fill(this.said, shown);
    if (tone === "ok") setTimeout(() => { if (!shown.contains(document.activeElement)) shown.remove(); }, GOOD_NEWS);
  }

  /** The line about sending: unknown is never shown as nothing. */
  line() {
    const { summary } = this.engine.outbox;
    const { online } = this.engine.state;
    const where = online === null ? "" : online ? "● 在线" : "○ 离线";
    let what = "读取中…";
    if (summary) {
      if (summary.attention) what = `${summary.attention} 条要处理`;
      else if (summary.sending) what = "正在上传";
      else what = summary.waiting ? `待传 ${summary.waiting}` : "全部送达";
    }
    fill(this.sync, where && h("span", null, where), h("span", null, what));
    const said = summary ? summary.sentence : "正在读取本机记录";
    this.sync.setAttribute("aria-label", `${where.slice(2)} ${what}，打开待传箱`.trim());
    if (this.live.textContent !== said) this.live.textContent = said;
    const badge = this.dock.querySelector('a[href="#/outbox"] span');
    if (badge && this.dock.classList.contains("foot")) fill(badge, "待传箱", summary && summary.waiting ? h("b", null, ` ${summary.waiting}`) : null);
  }

  stripe() {
    const { engine } = this;
    const open = engine.state.phase === "open";
    fill(
      this.stripes,
      engine.update.waiting && h("div", { class: "stripe info" },
        h("span", null, "新版本已备好。未上传的记录会保留。"), button("更新", () => void this.update(), { class: "lead" })),
      open && engine.state.needsLogin && !location.hash.startsWith("#/login") && h("div", { class: "stripe warn" },
        h("span", null, "登录已过期。记录都在本机，登录后接着上传。"), h("a", { class: "btn", href: "#/login" }, "登录")),
    );
  }

  async update() {
    try {
      await this.engine.update.apply();
    } catch (error) {
      this.say(sentence(error), "bad");
    }
  }
}

/** The keyboard takes height away without telling the layout on some systems; what floats at the bottom is lifted above it. @param {HTMLElement} root */
function watchKeyboard(root) {
  const view = window.visualViewport;
  const lift = () => {
    const hidden = view ? Math.max(0, window.innerHeight - view.height - view.offsetTop) : 0;
    document.documentElement.style.setProperty("--keyboard", `${hidden > 80 ? Math.round(hidden) : 0}px`);
  };
  view?.addEventListener("resize", lift);
  view?.addEventListener("scroll", lift);
  const writes = (/** @type {EventTarget | null} */ target) => target instanceof Element && target.matches("textarea, input:not([type=radio], [type=checkbox], [type=file])");
  root.addEventListener("focusin", (event) => root.classList.toggle("typing", writes(event.target)));
  root.addEventListener("focusout", () => root.classList.remove("typing"));
}
