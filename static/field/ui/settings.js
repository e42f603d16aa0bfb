/* 设置: what the tablet is, how it keeps photos, whether its storage is safe, and how to leave without losing anything. */
import { fill, h } from "./dom.js";
import { ask, button, card, chip, download, facts, note, once, segmented, textField } from "./parts.js";
import { moment, sentence, size } from "./words.js";

const SIZES = /** @type {const} */ ([["original", "原图"], ["2048", "较大"], ["1600", "省空间"]]);

/** Everything that helps to find a fault; no record and no name of a person inspected. @param {import("./app.js").App} app @param {any} storage */
function diagnosis(app, storage) {
  const { engine } = app;
  const { state } = engine;
  return JSON.stringify({
    at: new Date().toISOString(), version: state.version, schema: state.schema, device: state.device, phase: state.phase, online: state.online, lastContact: state.lastContact,
    clockOffset: state.clockOffset, needsLogin: state.needsLogin, storage, summary: engine.outbox.summary, settings: engine.settings, agent: navigator.userAgent,
    screen: `${window.innerWidth}×${window.innerHeight}@${window.devicePixelRatio}`, items: engine.outbox.items().map((/** @type {any} */ item) => ({ id: item.id, state: item.state, attempts: item.attempts, receipt: item.receipt })), log: app.log,
  }, null, 1);
}

/** Leave only with open eyes. @param {import("./app.js").App} app @param {string} title @param {string} yes @param {() => Promise<any>} work */
async function leave(app, title, yes, work) {
  const { sentence: warning } = app.engine.leaving();
  if (!(await ask({ title, text: warning ? note("warn", warning) : "本机没有未上传的记录。", yes, risk: Boolean(warning) }))) return;
  await work();
}

/** @param {import("./app.js").App} app */
function changePin(app) {
  let [former, next] = ["", ""];
  const body = h("div", { class: "stack" },
    textField({ label: "现在的 PIN", type: "password", mode: "numeric", main: true, oninput: (value) => { former = value; } }),
    textField({ label: "新的 PIN", type: "password", mode: "numeric", main: true, hint: "6 到 12 位数字", oninput: (value) => { next = value; } }));
  return ask({ title: "修改 PIN", yes: "修改", body }).then(async (yes) => {
    if (!yes) return;
    await app.engine.changePin(former, next);
    app.say("PIN 已修改。", "ok");
  });
}

/** @param {import("./app.js").App} app */
export function settingsScreen(app) {
  const { engine } = app;
  const { state } = engine;
  const say = (/** @type {string} */ text) => app.say(text, "bad");
  const kept = h("div");
  /** @type {any} */ let storage = null;
  const showStorage = async () => {
    storage = await engine.storage();
    fill(kept, facts([["已用", size(storage.used)], ["存储", storage.persisted ? chip("ok", "已锁定，浏览器不会清理", "✓") : chip("warn", "未锁定", "!")]]),
      !storage.persisted && button("锁定存储", async () => {
        if (!(await engine.persist())) app.say("浏览器没有同意。把本应用装到主屏幕后再试一次。", "warn");
        await showStorage();
      }));
  };
  fill(kept, h("p", { class: "soft" }, "读取中…"));
  showStorage().catch((error) => app.note(String(error)));
  const version = h("div", { class: "btns" });
  const showVersion = () => {
    const look = button("看有没有新版本", () => void once(look, "正在看…", async () => { await engine.update.look(); showVersion(); }, say));
    fill(version, engine.update.waiting
      ? button("更新到新版本", () => void leave(app, "现在更新？", "更新", () => app.update()), { class: "lead tall" }) : look);
  };
  showVersion();
  const { settings } = engine;
  return {
    title: "设置", foot: "settings",
    body: [
      card("使用人", {}, facts([["姓名", state.user.name], ["登录", state.needsLogin ? chip("warn", "要重新登录才能上传", "!") : state.signedIn ? chip("ok", "已登录", "✓") : "离线使用中"]]),
        h("div", { class: "btns" }, button("锁定", () => void engine.lock(), { class: "tall" }), button("换人", () => void leave(app, "换一个人使用？", "换人", async () => engine.lock()), { class: "tall" }),
          button("修改 PIN", () => changePin(app).catch((error) => say(sentence(error))), { class: "tall" }),
          button("退出登录", () => leave(app, "退出登录？", "退出登录", () => engine.logout()).catch((error) => say(sentence(error))), { class: "risk tall" }))),
      card("照片", {}, segmented({ legend: "照片大小", value: String(settings.photoSize), options: SIZES, hint: "原图最能作证，占地方也最多。已经拍的不会改变。",
        onpick: (value) => void engine.setSetting("photoSize", value === "original" ? value : Number(value)) })),
      card("自动锁定", {}, segmented({ legend: "多久不用就锁定", value: String(settings.lockMinutes), options: engine.choices.lockMinutes.map((/** @type {number} */ minutes) => [String(minutes), `${minutes} 分钟`]), onpick: (value) => void engine.setSetting("lockMinutes", Number(value)) })),
      card("存储", {}, kept, note("info", "不要清除浏览器数据：没有上传的记录会一起消失。")),
      card("版本和设备", {}, facts([["版本", state.version], ["设备", state.device ? state.device.name : "没有登记"], ["上次联系服务器", state.lastContact ? moment(state.lastContact) : "还没有"],
        ["时钟偏差", state.clockOffset === null ? "还不知道" : `${Math.round(Math.abs(state.clockOffset) / 1000)} 秒`]]), version),
      card("诊断", {}, h("p", { class: "small soft" }, "出了问题，把诊断文件交给管理员。里面没有检查记录。"),
        button("导出诊断文件", () => download(`anlan-diagnosis-${Date.now()}.json`, diagnosis(app, storage)))),
    ],
    on: { update: showVersion },
  };
}
