/* The engine's contract (static/field/engine/README.md) in memory: lets a test put the screens into every state. Not shipped. */
const handlers = {};
const emit = (name, value) => (handlers[name] || []).forEach((fn) => fn(value));
const AT = "2023-09-22T01:30:00+00:00";

const units = [
  { id: "00000000-0000-4000-8000-0000000000a1", organization_id: "00000000-0000-4000-8000-0000000000b1", name: "四川长河水利工程有限公司", role: "施工单位" },
  { id: "00000000-0000-4000-8000-0000000000a2", organization_id: "00000000-0000-4000-8000-0000000000b2", name: "绵阳江源监理咨询有限公司", role: "监理单位" },
  { id: "00000000-0000-4000-8000-0000000000a3", organization_id: "00000000-0000-4000-8000-0000000000b3", name: "平武县水利建设开发中心", role: "项目法人" },
];
const item = (code, aspect, aspect_name, text, more = {}) => ({
  code, aspect, aspect_name, text, how: "查看资料并到现场核对，抽查不少于 3 处。", basis: "《水利工程质量管理规定》（水利部令第52号）第二十八条", catalogue_codes: ["SM-012"], is_measured: false, ...more,
});
const checklist = {
  id: "list", title: "在建水利工程质量监督检查清单", edition: "2023 版", items: [
    item("Z-01", "LIFELONG_LIABILITY", "质量终身责任制落实", "各参建单位责任人是否签署质量终身责任承诺书"),
    item("Z-02", "LIFELONG_LIABILITY", "质量终身责任制落实", "施工现场是否设置质量责任公示牌，内容与实际一致"),
    item("G-01", "PROCEDURES", "施工工序", "止水安装是否牢固，接头焊接是否连续，有无破损", { catalogue_codes: ["E-007", "SM-012"] }),
    item("G-02", "PROCEDURES", "施工工序", "钢筋保护层厚度是否符合设计要求", { is_measured: true, catalogue_codes: ["E-011"] }),
    item("J-01", "TESTING", "质量检测", "原材料进场检测的频次、项目是否满足规范要求"),
  ],
};
const entry = (code, text, severity, kind = "MANAGEMENT_VIOLATION", initials = "") => ({ code, role_label: "施工单位", category: "施工工序", kind, text, initials, severity, basis: "《水工混凝土施工规范》（SL 677-2014）8.4.2" });
const catalogue = [
  entry("E-007", "止水片（带）安装不牢固、变形、破损或者接头不合格", "SERIOUS", "PHYSICAL_DEFECT", "zspazblg"),
  entry("E-011", "钢筋保护层厚度不满足设计要求", "SERIOUS", "PHYSICAL_DEFECT", "gjbhchd"),
  entry("SM-012", "施工日志记录不全、不真实", "GENERAL", "MANAGEMENT_VIOLATION", "sgrzjl"),
  entry("SM-020", "未按规定进行工序质量检验，或者检验资料弄虚作假", "GRAVE", "MANAGEMENT_VIOLATION", "wagdjxgx"),
];
const previous = [{ id: "p1", number: "绵水监问〔2023〕11号", catalogue_code: "E-007", text: "左坝肩止水铜片接头焊缝不连续", severity: "SERIOUS", state_label: "已销号", found_on: "2023-03-14", unit_id: units[0].id, organization_id: units[0].organization_id, organization_name: units[0].name }];
const inspection = {
  id: "11111111-1111-4111-8111-111111111111", number: "绵水监检〔2023〕086号", title: "市县联合监督巡查", kind: "JOINT_PATROL", date: "2023-09-22", state: "UNDER_WAY",
  project: { id: "proj", name: "平武县平通河羊昌坝水库枢纽工程", county: "平武县", address: "平通羌族乡羊昌坝村", position: null },
  team: [{ name: "李晓川", role_label: "组长" }, { name: "王敏", role_label: "检查人员" }], units, checklist_id: "list", catalogue_id: "c", record_seq: 3, values: [], photos: [], previous_findings: previous, approval: "PENDING", notified: false,
  local: { drafts: 2, waiting: 1, delivered: 4 },
};
const later = { ...inspection, id: "22222222-2222-4222-8222-222222222222", number: "绵水监检〔2023〕087号", title: "日常监督检查", state: "NOTIFIED", approval: "APPROVED", notified: true, project: { ...inspection.project, name: "北川县青片河堤防工程", county: "北川县" }, local: { drafts: 0, waiting: 0, delivered: 0 } };

/* an image with something to point at */
function picture(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, "#9fb4c4");
  sky.addColorStop(0.45, "#d8dfe3");
  sky.addColorStop(0.46, "#8d8a80");
  sky.addColorStop(1, "#5d5a52");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#b9b5aa";
  pen.fillRect(width * 0.2, height * 0.3, width * 0.6, height * 0.55);
  pen.fillStyle = "#a5713c";
  pen.fillRect(width * 0.48, height * 0.3, width * 0.04, height * 0.55);
  return canvas.toDataURL("image/jpeg", 0.8);
}

const values = new Map();
const drafts = new Set();
let photoRows = [];
const record = {
  readOnly: "", overtaken: [], conflicts: [], missing: [],
  get: (path) => values.get(path),
  all: () => Object.fromEntries(values),
  rows(list) {
    const found = new Map();
    for (const [path, value] of values) {
      const [group, id, leaf] = path.split("/");
      if (group !== list || leaf === undefined) continue;
      if (!found.has(id)) found.set(id, { id });
      found.get(id)[leaf] = value;
    }
    return [...found.values()].filter((row) => row.removed !== true);
  },
  set(path, value) {
    values.set(path, value);
    drafts.add(path);
    record.overtaken = record.overtaken.filter((one) => one.path !== path || one.theirs.value !== value);
    emit("record", { inspection: inspection.id, paths: [path] });
  },
  add(list, leaves) {
    const id = crypto.randomUUID();
    for (const [leaf, value] of Object.entries(leaves)) record.set(`${list}/${id}/${leaf}`, value);
    return id;
  },
  remove: (list, id) => record.set(`${list}/${id}/removed`, true),
  undo: (path) => { values.delete(path); drafts.delete(path); record.overtaken = record.overtaken.filter((one) => one.path !== path); },
  answer: (code, answer, reason) => { record.set(`answers/${code}/answer`, answer); if (reason) record.set(`answers/${code}/reason`, reason); },
  get state() { return { inspection: inspection.id, state: inspection.state, drafts: drafts.size, waiting: saved.length, savedAt: AT, saving: false, error: "" }; },
  localState: (path) => (drafts.has(path) ? "draft" : values.has(path) ? (record.missing.length ? "delivered" : "waiting") : ""),
  flush: async () => {},
  async save({ filter } = {}) {
    const paths = [...drafts].filter((path) => !filter || filter(path));
    paths.forEach((path) => drafts.delete(path));
    if (paths.length) saved.push(paths);
    return paths.length ? crypto.randomUUID() : null;
  },
  inForce: (path) => record.forced ?? record.conflicts.find((one) => one.path === path)?.kept ?? null, forced: undefined,
  async settle(id, value, base) { settled.push({ id, value, base }); record.conflicts = record.conflicts.filter((one) => one.id !== id); },
  pull: async () => {}, close: async () => {},
};
const saved = [];
const settled = [];
const calls = [];
const told = (name, answer) => async (...args) => { calls.push([name, ...args]); return typeof answer === "function" ? answer(...args) : answer; };

const user = { id: "u1", name: "李晓川", role: "BUREAU_SUPERVISOR", jurisdiction: "绵阳市" };
export const engine = {
  state: { phase: "starting", user: null, users: [], signedIn: null, needsLogin: false, online: null, device: null, denied: null, lastContact: AT, clockOffset: 1200, version: "3f9a1c20be77", schema: 1 },
  settings: { photoSize: 2048, lockMinutes: 5 },
  choices: { photoSize: ["original", 2048, 1600], lockMinutes: [5, 10, 15, 30, 60] },
  setSetting: async (name, value) => { engine.settings[name] = value; },
  on: (name, fn) => { (handlers[name] ||= []).push(fn); return () => {}; },
  start: async () => { await new Promise((next) => setTimeout(next, 0)); emit("session"); },
  login: told("login", async (username, password) => {
    if (password === "wrong") throw new Error("用户名或密码不正确。");
    engine.state.signedIn = user;
    engine.state.mayChoosePin = true;
    emit("session");
    return { user, hasPin: false };
  }),
  enrol: told("enrol", async (_code, name) => { engine.state.device = { id: "d", name, state: "ACTIVE" }; emit("session"); }),
  setPin: told("setPin", async (pin) => {
    if (pin === "111111") throw new Error("这个 PIN 太简单，请换一个。");
    Object.assign(engine.state, { phase: "open", user, users: [{ id: user.id, name: user.name, waitUntil: 0 }] });
    emit("session");
  }),
  unlock: told("unlock", async (_id, pin) => {
    if (pin !== "258013") throw new Error("PIN 不对，还可以试 4 次。");
    Object.assign(engine.state, { phase: "open", user });
    emit("session");
  }),
  changePin: told("changePin"), recoverPin: told("recoverPin"),
  lock: async () => { Object.assign(engine.state, { phase: "locked", user: null }); emit("session"); },
  leaving: () => ({ waiting: 3, drafts: 0, sentence: "仍有 3 条未上传。记录会加密留在本机，本人再用 PIN 打开后接着上传。" }),
  logout: async () => engine.lock(),
  storage: async () => ({ used: 48_300_000, persisted: false }), persist: async () => true,
  ready: {
    check: async () => ({ green: false, lines: [
      { key: "app", label: "应用", ok: true, detail: "本版已完整保存，可以离线打开" }, { key: "package", label: "今日任务", ok: true, detail: "2 次检查，今天 07:50 下载" },
      { key: "projects", label: "工程资料", ok: true, detail: "2 个工程" }, { key: "checklists", label: "检查清单", ok: true, detail: "2023 版，5 项" },
      { key: "catalogue", label: "问题目录", ok: true, detail: "268 条" }, { key: "people", label: "人员", ok: true, detail: "14 人" },
      { key: "storage", label: "存储", ok: false, detail: "没有锁定，空间紧张时浏览器可能清理。请点“锁定存储”。" }, { key: "clock", label: "时钟", ok: true, detail: "与服务器相差 1 秒" },
      { key: "version", label: "版本", ok: true, detail: "已是最新" }, { key: "device", label: "设备", ok: true, detail: "质监 3 号" }, { key: "unlocked", label: "使用人", ok: true, detail: "李晓川" },
    ] }),
  },
  package: {
    current: null, download: told("download", () => { engine.package.current = { version: "v", generated_at: AT, today: "2023-09-22" }; emit("package"); return { changed: true }; }),
    inspections: () => (engine.package.current ? [inspection, later] : []),
    inspection: (id) => engine.package.inspections().find((one) => one.id === id), checklist: (id) => (id === "list" ? checklist : undefined),
    people: () => [{ id: "k1", project: "proj", unit_id: units[0].id, name: "赵建国", post: "项目经理", phone: "13800000000" }],
    search: (_id, words, { limit = 30 } = {}) => catalogue.filter((one) => one.code.toLowerCase().startsWith(words.toLowerCase()) || one.text.includes(words) || one.initials.includes(words.toLowerCase())).slice(0, limit),
    propose: (_id, { catalogue_code, unit_id }) => {
      const one = catalogue.find((each) => each.code === catalogue_code);
      const repeats = previous.filter((each) => each.catalogue_code === catalogue_code && each.unit_id === unit_id);
      return repeats.length ? { severity: "GRAVE", reason: `按问题清单 ${catalogue_code} 定为较重；同一单位 12 个月内重复发生，建议升一档为严重。`, repeats } : { severity: one.severity, reason: `按问题清单 ${catalogue_code} 定级。`, repeats };
    },
  },
  record: async () => record,
  photos: {
    capture: async (file, o) => {
      const photo = { id: crypto.randomUUID(), inspection: o.inspection, finding: o.finding, title: "", sha256: "9f".repeat(32), byteCount: file.size, stamped: true, takenAt: AT, position: engine.position.current, exif: {}, saved: false, state: "", word: "已保存在本机" };
      photoRows.push(photo);
      emit("photo");
      return photo;
    },
    list: (_id, finding) => photoRows.filter((one) => finding === undefined || one.finding === finding),
    image: async (_id, kind) => (kind === "thumb" ? picture(320, 240) : picture(1600, 1200)),
    move: () => {}, rename: (id, title) => record.set(`photos/${id}/title`, title), annotate: (id, marks) => record.set(`photos/${id}/annotation`, marks),
    discard: async (id) => { photoRows = photoRows.filter((one) => one.id !== id); },
  },
  position: { start: () => {}, stop: () => {}, current: { lat: "32.103456", lon: "104.567890", accuracy: "8", ageSeconds: 4 } },
  outbox: {
    summary: null, items: () => engine.outbox.rows, rows: [], sendNow: told("sendNow", "offline"), reopen: told("reopen"), acknowledge: told("acknowledge"), dropKept: told("dropKept"), othersWaiting: () => engine.outbox.others, others: [],
  },
  bundle: {
    files: 1,
    make: async (take) => {
      const made = { count: 2, files: engine.bundle.files, taken: 0, left: 0, lost: 0 };
      for (let number = 1; number <= made.files; number++) {
        if ((await take({ name: `anlan-outbox-${number}.json`, text: "{}", number, of: made.files })) === false) break;
        made.taken = number;
      }
      return made;
    },
    read: told("read", () => engine.bundle.told), told: { count: 1, skipped: 1, photos: 0, part: null, missing: { photos: 0, files: [] } },
    rescue: (_user, _pin, take) => engine.bundle.make(take),
  },
  update: { waiting: false, apply: told("apply"), look: told("look") },
};
/** What a test reaches for. */
globalThis.stub = { engine, emit, record, values, saved, settled, calls, units, user, inspection, AT };
