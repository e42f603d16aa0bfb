/** 出发前检查: green means that the whole inspection works without a network. */

import { emit, state } from "./hub.js";
import * as net from "./net.js";
import * as pack from "./package.js";
import { SCHEMA, today } from "./util.js";
import * as update from "./update.js";
import * as vault from "./vault.js";

const WORST_CLOCK = 5 * 60_000;

/** @typedef {{key: string, label: string, ok: boolean, detail: string}} Line */

/** @returns {Promise<{green: boolean, lines: Line[]}>} */
export async function check() {
  const lines = [await app(), version(), device(), unlocked(), clock(), await storage(), ...contents()];
  const board = { green: lines.every((line) => line.ok), lines };
  emit("ready", board);
  return board;
}

const line = (key, label, ok, detail) => ({ key, label, ok, detail });

async function app() {
  const about = await update.about();
  const ok = about?.complete === true && about.version === state.version;
  const why = about ? "应用文件不全或版本不一致：请连上网络，关掉本应用再打开，等半分钟" : "应用还没有存到本机：请连上网络，关掉本应用再打开，等半分钟";
  return line("app", "应用已存到本机", ok, ok ? "离线可以打开" : why);
}

function version() {
  const { minSchema, serverVersion } = net.known();
  const isAccepted = SCHEMA >= minSchema;
  const isNewest = !update.isWaiting() && (!serverVersion || serverVersion === state.version);
  const why = isAccepted ? "有新版本，请点“更新”" : "版本过旧，服务器已不接收，请先更新";
  return line("version", "版本", isAccepted && isNewest, isAccepted && isNewest ? state.version : why);
}

function device() {
  const ok = state.device?.state === "ACTIVE";
  const why = state.device ? "服务器没有认出本机，请重新登记" : "本机还没有登记";
  return line("device", "本机已登记", ok, ok ? state.device.name : why);
}

function unlocked() {
  const ok = vault.isOpen();
  return line("unlocked", "本人已解锁", ok, ok ? state.user.name : "请在首页选自己的名字，输入 PIN");
}

function clock() {
  const offset = state.clockOffset;
  const ok = offset !== null && Math.abs(offset) <= WORST_CLOCK;
  const seconds = Math.round(Math.abs(offset ?? 0) / 1000);
  const side = offset > 0 ? "慢" : "快";
  const told = seconds < 2 ? "与服务器一致" : `比服务器${side} ${seconds < 120 ? `${seconds} 秒` : `${Math.round(seconds / 60)} 分钟`}`;
  return line("clock", "时钟", ok, offset === null ? "还没有与服务器核对过：请联网，点“下载最新任务”" : told + (ok ? "" : "：请在系统设置“日期和时间”里打开自动设置，再点“下载最新任务”"));
}

async function storage() {
  const { used, persisted } = await usage();
  const told = `已用 ${(used / 1_048_576).toFixed(1)} MB`;
  return line("storage", "存储已锁定", persisted, persisted ? told : `${told}；浏览器可能清理，请允许持久存储或安装到主屏幕`);
}

export async function usage() {
  const { usage: used = 0 } = await navigator.storage.estimate();
  return { used, persisted: await navigator.storage.persisted() };
}

function contents() {
  const kept = pack.current();
  const visits = pack.inspections();
  const isReady = Boolean(kept) && kept.today >= today();
  const forDay = kept?.today === today() ? "" : `${kept?.today} 的，`;
  const lists = visits.map((visit) => pack.checklist(visit.checklist_id)?.items?.length ?? 0);
  const entries = visits.map((visit) => pack.entries(visit.id).length);
  const has = visits.length > 0;
  const noVisit = kept ? "没有安排给您的检查" : "请联网下载";
  const all = (counts) => has && counts.every((count) => count > 0);
  return [
    line("package", "任务包", isReady, kept ? (isReady ? `${forDay}${visits.length} 项检查` : `还是 ${kept.today} 的，请重新下载`) : "请联网下载"),
    line("projects", "项目资料", has && visits.every((visit) => visit.project?.name), has ? `${visits.length} 个项目` : noVisit),
    line("checklists", "检查清单", all(lists), has ? `${lists.reduce((sum, count) => sum + count, 0)} 条` : noVisit),
    line("catalogue", "问题清单", all(entries), has ? `${Math.max(0, ...entries)} 条` : noVisit),
    line("people", "人员名册", pack.people().length > 0, kept ? `${pack.people().length} 人` : "请联网下载"),
  ];
}
