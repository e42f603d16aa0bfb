/** Copies of a photo: smaller, stamped with what is known of it, and a thumbnail. The camera's bytes are not touched. */

import { EngineError, wallClock } from "./util.js";

const STAMPED_EDGE = 2048;
const THUMB_EDGE = 320;

/** @param {Blob} file @param {{edge: "original"|number, words: object}} how
    @returns {Promise<{reduced: ArrayBuffer|null, stamped: ArrayBuffer, thumb: ArrayBuffer, width: number, height: number}>} */
export async function stamp(file, { edge, words }) {
  const picture = await decode(file);
  try {
    const { width, height } = picture;
    const reduced = edge === "original" || Math.max(width, height) <= edge ? null : await draw(picture, edge, 0.85);
    const stamped = await draw(picture, Math.min(STAMPED_EDGE, edge === "original" ? STAMPED_EDGE : edge), 0.82, words);
    const thumb = await draw(picture, THUMB_EDGE, 0.7);
    return { reduced, stamped, thumb, width, height };
  } finally {
    picture.close();
  }
}

async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new EngineError("photo", "这张照片无法读取。请用平板的相机拍摄（JPEG 格式），原照片仍在相册里。");
  }
}

async function draw(picture, edge, quality, words = null) {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  if (words) band(pen, width, height, words);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return blob.arrayBuffer();
}

/** White words on a dark band along the lower edge. */
function band(pen, width, height, words) {
  const size = Math.max(11, Math.round(Math.min(width, height) / 42));
  const lines = [
    [wallClock(words.takenAt), words.inspector].filter(Boolean).join("  "),
    [words.project, words.place].filter(Boolean).join("  "),
    words.spot,
    `原图 SHA-256 ${words.hash}…`,
  ].filter(Boolean);
  pen.font = `${size}px sans-serif`;
  pen.textBaseline = "top";
  const step = Math.round(size * 1.35);
  const tall = lines.length * step + size;
  pen.fillStyle = "rgba(0, 0, 0, 0.62)";
  pen.fillRect(0, height - tall, width, tall);
  pen.fillStyle = "#ffffff";
  lines.forEach((words, index) => pen.fillText(words, size * 0.7, height - tall + size / 2 + index * step, width - size * 1.4));
}
