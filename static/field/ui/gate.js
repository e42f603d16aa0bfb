/* Before the screens: enrol the tablet, log in, choose a PIN, unlock, change person; and the door of a tablet that was closed. */
import { fill, h } from "./dom.js";
import { exportFiles } from "./bundle.js";
import { ask, button, card, note, once, segmented, showFaults, textField } from "./parts.js";
import { sentence } from "./words.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Screen} Screen */

/** What the person is in the middle of; a reload begins again with the log-in, and nothing is lost by it. */
const under = { /** @type {"" | "login" | "pin" | "recover" | "reset" | "again" | "enrol"} */ way: "", /** @type {string} */ chosen: "" };

/** What decides which door is shown: the same key, the same screen stays with what was typed. @param {App} app */
export function gateKey(app) {
  const { phase, user, users, device, signedIn, mayChoosePin, denied } = app.engine.state;
  if (phase === "open") return `open ${user ? user.id : ""}`;
  if (phase === "denied") return `denied ${denied ? denied.state : ""} ${under.way}`;
  return `${phase} ${device ? "device" : ""} ${phase === "new" && mayChoosePin && signedIn ? signedIn.id : ""} ${users.length} ${under.way} ${under.chosen}`;
}

/** The door to show, or null when the screens are open. @param {App} app @returns {Screen | null} */
export function gate(app) {
  const { phase, device, signedIn, mayChoosePin } = app.engine.state;
  if (phase === "open") {
    under.way = "";
    under.chosen = "";
    return null;
  }
  if (phase === "starting") return { title: "现场检查", body: h("p", { class: "empty", role: "status" }, "正在打开本机记录…") };
  if (phase === "denied" && under.way === "again") return loginDoor(app);
  if (phase === "denied") return under.way === "enrol" ? enrolDoor(app) : deniedDoor(app);
  if (under.way === "again" || under.way === "enrol") under.way = "";
  if (under.way === "login" || under.way === "recover") return loginDoor(app);
  if ((phase === "new" || under.way === "pin") && !mayChoosePin) return loginDoor(app);
  if (!device && signedIn) return enrolDoor(app);
  if (phase === "new" || under.way === "pin" || under.way === "reset") return pinDoor(app);
  return unlockDoor(app);
}

/** @param {App} app @param {Partial<typeof under>} step */
function step(app, change) {
  Object.assign(under, change);
  app.admit(); // the engine may have said so already: a door that is open is not hung anew under the hand
}

/** A form with its own place for faults. @param {string} title @param {any[]} inside @param {string} yes @param {() => Promise<any>} work */
function door(title, inside, yes, work) {
  const faults = h("div", { role: "alert" });
  const send = h("button", { class: "btn lead tall wide", type: "submit" }, yes);
  const form = h("form", {
    class: "card narrow", novalidate: true, "aria-label": title,
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      showFaults(faults, []);
      void once(send, "请稍候…", work, (text) => showFaults(faults, [text]));
    },
  }, faults, ...inside, send);
  return form;
}

/** @param {App} app @param {(answer: any) => any} after */
function loginForm(app, after) {
  let username = "";
  let password = "";
  const user = textField({ label: "用户名", main: true, autocomplete: "username", oninput: (value) => { username = value; } });
  const secret = textField({ label: "密码", main: true, type: "password", autocomplete: "current-password", oninput: (value) => { password = value; } });
  return door("登录", [user, secret], "登录", async () => {
    if (!username.trim() || !password) throw new Error("请填写用户名和密码。");
    const answer = await app.engine.login(username.trim(), password);
    secret.control.value = "";
    await after(answer);
  });
}

/** @param {App} app @returns {Screen} */
function loginDoor(app) {
  const recovering = under.way === "recover";
  const again = under.way === "again";
  const back = again ? button("返回", () => void step(app, { way: "" }), { class: "wide" }) : app.engine.state.users.length
    ? button("返回选择人员", () => void step(app, { way: "", chosen: "" }), { class: "wide" }) : null;
  return {
    title: recovering ? "忘记 PIN" : "登录",
    body: h("div", { class: "narrow stack" },
      h("p", null, recovering
        ? "先用账户密码登录一次，再设新的 PIN。本机记录不会丢失。"
        : again ? "重新登记要先联网登录。没有上传的记录还在本机，登记后由记录人本人上传。"
        : "第一次使用要联网登录一次。以后用 PIN 打开，不用网络。"),
      loginForm(app, (answer) => {
        if (again) return step(app, { way: "enrol" });
        if (recovering) return step(app, { way: "reset" });
        return answer.hasPin ? step(app, { way: "", chosen: String(answer.user.id) }) : step(app, { way: "pin" });
      }), back),
  };
}

/** Log in again while working, to go on sending. @param {App} app @returns {Screen} */
export function loginScreen(app) {
  return {
    title: "登录", back: "#/outbox",
    body: [note("info", "记录已保存在本机。登录后自动接着上传，不会丢失。"),
      loginForm(app, () => { app.say("已登录，正在接着上传。", "ok", true); void app.engine.outbox.sendNow(); app.go("#/outbox"); })],
  };
}

/** A tablet that the server no longer knows is enrolled again; what it holds stays. @param {App} app @returns {Screen} */
export function enrolScreen(app) {
  return { ...enrolDoor(app), back: "#/" };
}

/** @param {App} app @returns {Screen} */
function enrolDoor(app) {
  let code = "";
  let name = "";
  return {
    title: "登记设备",
    body: [h("p", { class: "narrow" }, "登记码在办公端“外业设备”页上，由设备管理员给出。"),
      door("登记设备", [
        textField({ label: "登记码", main: true, oninput: (value) => { code = value; } }),
        textField({ label: "设备名称", main: true, max: 40, hint: "贴在平板背面的名字，例如：质监 3 号", oninput: (value) => { name = value; } }),
      ], "登记", async () => {
        if (!code.trim() || !name.trim()) throw new Error("请填写登记码和设备名称。");
        await app.engine.enrol(code.trim(), name.trim());
        if (app.engine.state.phase === "open") app.go("#/");
        else step(app, { way: app.engine.state.phase === "new" ? "pin" : under.way === "enrol" ? "" : under.way });
      })],
  };
}

/** Digits and their dots. @param {(pin: string) => any} onpin @param {string} label */
function keypad(onpin, label) {
  let digits = "";
  const dots = h("p", { class: "dots", "aria-hidden": "true" });
  const said = h("p", { class: "unseen", role: "status" });
  const show = () => { dots.textContent = digits ? "●".repeat(digits.length) : "○○○○○○"; said.textContent = `已输入 ${digits.length} 位`; };
  const push = (/** @type {string} */ digit) => { if (digits.length < 12) { digits += digit; show(); } };
  const drop = () => { digits = digits.slice(0, -1); show(); };
  const send = () => { const pin = digits; digits = ""; show(); return onpin(pin); };
  const key = (/** @type {string} */ digit) => h("button", { type: "button", onclick: () => push(digit) }, digit);
  const pad = h("div", {
    class: "stack", role: "group", "aria-label": label, tabindex: "-1",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (/^\d$/.test(event.key)) push(event.key);
      else if (event.key === "Backspace") drop();
      else if (event.key === "Enter" && event.target === pad) void send();
    },
  }, dots, said, h("div", { class: "keys" }, ..."123456789".split("").map(key),
    h("button", { type: "button", class: "word", onclick: drop, "aria-label": "删除一位" }, "删除"), key("0"),
    h("button", { type: "button", class: "word go", onclick: () => void send() }, "确定")));
  show();
  return pad;
}

/** @param {App} app @returns {Screen} */
function pinDoor(app) {
  let first = "";
  const place = h("div", { role: "alert" });
  const told = h("p", null, "请设 6 到 12 位数字的 PIN。没有网络时用它打开本机记录；不要用生日或连续数字。");
  const take = async (/** @type {string} */ pin) => {
    showFaults(place, []);
    if (!first) {
      if (pin.length < 6) return showFaults(place, ["PIN 至少 6 位。"]);
      first = pin;
      fill(told, "请再输入一次，确认没有按错。");
      return undefined;
    }
    const same = first === pin;
    first = "";
    if (!same) {
      fill(told, "请重新设 6 到 12 位数字的 PIN。");
      return showFaults(place, ["两次输入不一样。"]);
    }
    try {
      if (under.way === "reset") await app.engine.recoverPin(pin);
      else await app.engine.setPin(pin);
    } catch (error) {
      fill(told, "请重新设 6 到 12 位数字的 PIN。");
      showFaults(place, [sentence(error)]);
    }
    return undefined;
  };
  const pad = keypad(take, "设置 PIN");
  return { title: "设置 PIN", body: h("div", { class: "narrow card" }, told, place, pad) };
}

/** @param {App} app @returns {Screen} */
function unlockDoor(app) {
  const { users } = app.engine.state;
  const chosen = users.length === 1 ? users[0] : users.find((/** @type {any} */ one) => String(one.id) === under.chosen);
  const other = button("换人：用密码登录", () => void step(app, { way: "login", chosen: "" }), { class: "wide" });
  if (!chosen) {
    return {
      title: "选择使用人",
      body: h("div", { class: "narrow card" }, ...users.map((/** @type {any} */ one) =>
        button(one.name, () => void step(app, { chosen: String(one.id) }), { class: "tall wide" })), other),
    };
  }
  const place = h("div", { role: "alert" });
  const pad = keypad(async (pin) => {
    showFaults(place, []);
    try {
      await app.engine.unlock(chosen.id, pin);
    } catch (error) {
      showFaults(place, [sentence(error)]);
      pad.focus();
    }
  }, `${chosen.name}的 PIN`);
  const change = users.length > 1
    ? button("换人", () => void step(app, { chosen: "" }), { class: "wide" }) : other;
  return {
    title: "输入 PIN",
    body: h("div", { class: "narrow card" }, h("h2", null, chosen.name), place, pad,
      h("div", { class: "btns" }, change, button("忘记 PIN", () => void step(app, { way: "recover" }), { class: "plain" }))),
  };
}

/** @param {App} app @returns {Screen} */
function deniedDoor(app) {
  const { denied, users } = app.engine.state;
  const revoked = denied && denied.state === "REVOKED";
  const rescue = async () => {
    let pin = "";
    let who = users.length ? String(users[0].id) : "";
    const body = h("div", { class: "card" },
      users.length > 1 && segmented({ legend: "使用人", value: who, options: users.map((/** @type {any} */ one) => [String(one.id), one.name]), onpick: (value) => { who = value; } }),
      textField({ label: "PIN", type: "password", mode: "numeric", main: true, oninput: (value) => { pin = value; } }));
    if (!(await ask({ title: "导出未上传的记录", text: "文件里是没有加密的记录，只交给设备管理员。", yes: "导出", body }))) return;
    try {
      const user = users.find((/** @type {any} */ one) => String(one.id) === who);
      await exportFiles(app, (take) => app.engine.bundle.rescue(user ? user.id : who, pin, take));
    } catch (error) {
      app.say(sentence(error), "bad");
    }
  };
  return {
    title: revoked ? "设备已注销" : "设备已暂停使用",
    body: card(revoked ? "这台平板已经注销" : "这台平板已被暂停使用", {},
      note("bad", (denied && denied.reason) || "办公室没有写明原因。"),
      h("p", null, "本机记录仍加密保存，没有删除。"),
      h("p", null, revoked ? "未上传的记录可以由本人导出，交设备管理员导入。" : "找回平板后，请设备管理员在“外业设备”页上恢复使用。"),
      revoked && h("p", null, "平板还要继续用的，向设备管理员要新的登记码，再点“重新登记”。"),
      revoked && users.length > 0 && button("导出未上传的记录", () => void rescue(), { class: "tall wide" }),
      revoked && button("重新登记", () => void step(app, { way: "again" }), { class: "tall wide" })),
  };
}
