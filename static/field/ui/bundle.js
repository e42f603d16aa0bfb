/* The outbox as files: each with a tap of its own, for a browser lets a page keep only one file by itself. */
import { ask, download } from "./parts.js";
import { sentence } from "./words.js";

/** @param {any} app @param {(take: (file: any) => any) => Promise<any>} make of the engine */
export async function exportFiles(app, make) {
  const made = await make(async (/** @type {any} */ { name, text, number, of }) => {
    const title = `第 ${number} 份，共 ${of} 份`;
    const more = "照片多，分成几份文件。每一份都有全部文字和一部分照片，要全部导入，先后不限。";
    if (of > 1 && !(await ask({ title, text: more, yes: "下载这一份", no: "停止导出" }))) return false;
    return download(name, text);
  });
  const { count, files, taken } = made;
  const left = made.left ? `另有 ${made.left} 项检查正在别的窗口填写，没有导出；请关掉那个窗口再导出一次。` : "";
  const lost = made.lost ? `有 ${made.lost} 张照片的文件不在本机，没有导出。` : "";
  if (!count) return app.say(left || "没有待传的记录。", left ? "warn" : "info");
  if (taken < files) return app.say(`共 ${files} 份，导出了 ${taken} 份，其余照片还没有导出。需要时请从头再导出一次。`, "warn");
  const how = files > 1 ? `，共 ${files} 份文件，要全部导入` : "";
  return app.say(`已导出 ${count} 条记录${how}，没有点“保存”的也在里面。本机的记录还在，送达前不会删除。${left}${lost}`, left || lost ? "warn" : "ok");
}

/** @param {any} told what the engine says of one file */
function missingWords({ part, missing }) {
  if (!part) return "";
  const rest = missing.photos ? `还差 ${missing.photos} 张照片，在第 ${missing.files.join("、")} 份里，请接着导入。` : "各份的照片都齐了。";
  return `这是第 ${part.number} 份，共 ${part.of} 份；${rest}`;
}

/** @param {any} app @param {File[]} files one after the other: each is as big as the memory allows */
export async function importFiles(app, files) {
  const sum = { count: 0, skipped: 0, photos: 0 };
  /** @type {string[]} */ const faults = [];
  let last = "";
  for (const file of files) {
    try {
      const told = await app.engine.bundle.read(await file.text());
      sum.count += told.count;
      sum.skipped += told.skipped;
      sum.photos += told.photos;
      last = missingWords(told);
    } catch (error) {
      faults.push(`${file.name}：${sentence(error)}`);
    }
  }
  const known = files.length === 1 && sum.skipped > 0; // of several files each names the same records
  const done = [`导入 ${sum.count} 条`, sum.photos && `照片 ${sum.photos} 张`, known && `${sum.skipped} 条已经有了`].filter(Boolean).join("，");
  const tone = faults.length ? "bad" : last.includes("还差") ? "warn" : "ok";
  app.say([...faults, faults.length < files.length && `${done}。${last}`].filter(Boolean).join(" "), tone);
}
