/** The way to the server. Reachable is who answers as our server does: a page of a Wi-Fi portal, a proxy's error, a 200 in
    HTML are no contact. A session, a token, a clock: everything comes from GET session, nothing from a kept page. */

import { set, state, tell } from "./hub.js";
import * as outbox from "./outbox.js";
import { EngineError, now, same } from "./util.js";
import * as vault from "./vault.js";

const BASE = "/api/v1/";
const PRODUCT = "anlan";
/** Refusals that end the run and are shown; a renewed request token is none of them. */
const NAMED = new Set(["role", "password", "unknown", "author"]);
const SLOWEST = 4; // bytes per millisecond: 4 kB/s, the line that must still deliver
const PATIENCE = 30_000;

let csrf = "";
let token = null;
let timeToken = null;
let minSchema = 0;
let serverVersion = "";

export const known = () => ({ timeToken, minSchema, serverVersion });

/** The tablet's own token and what the server said last, as kept. */
export async function load() {
  const device = await vault.recall("device");
  token = device?.token ?? null;
  const time = await vault.recall("time");
  timeToken = time?.token ?? null;
  const denied = (await vault.recall("denied")) ?? null;
  set({
    device: device ? { id: device.id, name: device.name, state: device.state } : null, denied,
    clockOffset: time?.offset ?? null,
  });
}

/** One request. Rejects with `offline` when the server was not reached or did not answer as itself.
    @param {string} method @param {string} path below /api/v1/
    @param {{body?: any, bytes?: ArrayBuffer, headers?: object, patience?: number}} [how]
    @returns {Promise<{status: number, body: any, headers: Headers}>} body: the JSON, or null */
export async function call(method, path, how = {}) {
  const payload = how.bytes ?? (how.body === undefined ? undefined : text(how.body));
  const size = payload === undefined ? 0 : (payload.byteLength ?? payload.length * 3);
  const headers = { Accept: "application/json", ...how.headers };
  if (token) headers["X-Anlan-Device"] = token;
  if (method !== "GET") headers["X-CSRFToken"] = csrf;
  if (payload !== undefined) headers["Content-Type"] = how.bytes ? "application/octet-stream" : "application/json";
  const signal = AbortSignal.timeout((how.patience ?? PATIENCE) + size / SLOWEST);
  try {
    const answer = await fetch(BASE + path, {
      method, headers, body: payload, cache: "no-store", credentials: "same-origin", redirect: "error", signal,
    });
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return { status: answer.status, body: isJson ? await answer.json() : null, headers: answer.headers };
  } catch (error) {
    throw new EngineError("offline", "连不上服务器，内容已保存在本机。", { cause: error });
  }
}

const text = (body) => (typeof body === "string" ? body : JSON.stringify(body));

/** Ask who we are to the server. @returns {Promise<object|null>} null when it was not reached */
export async function session() {
  const sent = Date.now();
  try {
    const { status, body } = await call("GET", "session", { patience: 10_000 });
    if (status === 200 && body?.product === PRODUCT) return await adopt(body, sent);
  } catch (error) {
    if (error.code !== "offline") throw error;
  }
  set({ online: false });
  return null;
}

/** Take over what a session says. A held or revoked tablet loses its key here, in this moment. */
async function adopt(body, sent) {
  csrf = body.csrf;
  timeToken = body.time_token || timeToken;
  minSchema = body.min_schema ?? 0;
  serverVersion = body.app_version ?? "";
  const travel = (Date.now() - sent) / 2;
  const offset = Math.round(Date.parse(body.server_time) + travel - Date.now());
  await vault.keep("time", { token: timeToken, at: now(), offset });
  await judgeDevice(body.device ?? { state: "UNKNOWN" });
  set({
    online: true,
    signedIn: body.user ?? null,
    lastContact: now(),
    clockOffset: offset,
    needsLogin: state.needsLogin && !body.user,
  });
  return body;
}

/** Whether this tablet may go on. @param {{state: string, reason?: string}} device */
export async function judgeDevice(device) {
  if (device.state === "HELD" || device.state === "REVOKED") return deny(device.state, device.reason || device.message || "");
  if (state.denied && device.state === "ACTIVE") {
    await vault.keep("denied", null);
    set({ denied: null });
  }
  if (!state.device) return;
  const told = { ...state.device, state: device.state, name: device.name || state.device.name };
  if (!same(told, state.device)) await remember(told);
}

/** Locked from afar: the key leaves the memory, the reason stays for the screen, sealed data stay where they are. */
export async function deny(how, reason) {
  const denied = { state: how, reason: reason || (how === "HELD" ? "本机已挂失，暂停使用。" : "本机已注销。") };
  if (state.denied?.state === how && state.denied.reason === denied.reason) return; // known: a rescue may be going on
  await vault.lock();
  if (how === "REVOKED") await outbox.forgetDelivered(true);
  await vault.keep("denied", denied);
  if (state.device) await remember({ ...state.device, state: how });
  set({ denied });
  tell({ type: "denied" });
}

/** Somebody's rows wait and nobody is signed in: said until a log-in has succeeded, however the line behaves. */
export const needLogin = () => set({ needsLogin: true });

async function remember(device) {
  await vault.keep("device", { ...device, token });
  set({ device });
}

/** Send the password. @returns {Promise<object>} the session */
export async function login(username, password) {
  const before = await session();
  if (!before) throw new EngineError("offline", "登录需要网络：现在连不上服务器。");
  const sent = Date.now();
  const { status, body } = await call("POST", "session/login", { body: { username, password } });
  if (status !== 200 || !body?.user) throw new EngineError("refused", body?.message || "登录没有成功，请核对用户名和密码。");
  const after = await adopt(body, sent);
  set({ needsLogin: false });
  return after;
}

/** End the session at the server; without a line it simply ends here. */
export async function logout() {
  try {
    await call("POST", "session/logout", { body: {} });
  } catch (error) {
    if (error.code !== "offline") throw error;
  }
  set({ signedIn: null });
}

/** Make this tablet known. */
export async function enrol(code, name) {
  await session();
  const { status, body } = await call("POST", "devices/enrol", { body: { code, name } });
  if (status !== 201) throw new EngineError("refused", body?.message || "登记没有成功，请在办公端重新生成登记码。");
  token = body.token;
  await remember({ id: body.device_id, name: body.name || name, state: "ACTIVE" });
  if (state.denied) await vault.keep("denied", null); // another tablet to the server: what locked the former one is over
  set({ denied: null });
  tell({ type: "device" });
  await session();
}

/** What an answer that is not the wanted one means, as an error with a sentence; takes note of what it says about us. */
export async function refusal(answer) {
  const { status, body } = answer;
  const code = body?.code || "";
  if (status === 401) {
    needLogin();
    set({ signedIn: null });
    return new EngineError("login", "登录已失效，请本人重新登录。内容仍在本机。");
  }
  if (status === 403 && (code === "held" || code === "revoked")) {
    await deny(code === "held" ? "HELD" : "REVOKED", body.reason || body.message || "");
    return new EngineError(code, state.denied.reason);
  }
  if (status === 403 && code === "unknown" && state.device) await remember({ ...state.device, state: "UNKNOWN" });
  if (status === 403 && NAMED.has(code)) return new EngineError(code, body.message);
  if (status === 403 && code && code !== "csrf") return new EngineError("retry", body.message || "服务器暂时不能接收（403）。", { status });
  if (status === 403) {
    // Perhaps only a token that was renewed: read the session again, and ask a person only when there is none.
    const fresh = await session();
    if (fresh && !fresh.user) return refusal({ status: 401, body: null });
    return new EngineError("csrf", "连接已过期，正在重试。");
  }
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500 || status < 400;
  // With a status: the server itself failed at this request, another one may well be taken.
  const how = status >= 500 ? { status } : {};
  if (isPassing) return new EngineError("retry", status < 400 ? "收到的不是服务器的答复（可能要先在浏览器里登录无线网络）。" : `服务器暂时不能接收（${status}）。`, how);
  return new EngineError("refused", body?.message || body?.detail || `服务器没有接受（${status}）。`, { status, answer: body });
}

/** A request with one of the wanted answers; a renewed token costs one more try. */
export async function ask(method, path, wanted, how = {}) {
  for (let attempt = 1; ; attempt++) {
    const answer = await call(method, path, how);
    if (wanted.includes(answer.status) && (answer.body !== null || answer.status === 304)) return answer;
    const error = await refusal(answer);
    if (error.code !== "csrf" || attempt === 2) throw error;
  }
}
