/** The few EXIF fields that say something about a photo. Everything else in a file's header stays in the original. */

const TYPES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const MAIN = { 0x010f: "make", 0x0110: "model", 0x0112: "orientation", 0x8769: "exif", 0x8825: "gps" };
const DETAIL = { 0x9003: "taken", 0x9011: "zone" };
const PLACE = { 1: "latRef", 2: "lat", 3: "lonRef", 4: "lon" };

/** @param {ArrayBuffer} buffer @returns {{make?: string, model?: string, taken?: string, orientation?: number, lat?: string, lon?: string}} */
export function readExif(buffer) {
  try {
    const tiff = findTiff(new DataView(buffer));
    return tiff ? read(tiff) : {};
  } catch (error) {
    // A header cut off or written wrongly says nothing; the bytes themselves are the evidence.
    if (error instanceof RangeError) return {};
    throw error;
  }
}

/** The TIFF block inside the APP1 segment of a JPEG. */
function findTiff(view) {
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xffda || marker >> 8 !== 0xff) return null;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966)
      return new DataView(view.buffer, at + 10, view.getUint16(at + 2) - 8);
  }
  return null;
}

function read(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  const main = directory(tiff, tiff.getUint32(4, little), little, MAIN);
  const detail = main.exif ? directory(tiff, main.exif, little, DETAIL) : {};
  const place = main.gps ? directory(tiff, main.gps, little, PLACE) : {};
  const { make, model, orientation } = main;
  const known = { make, model, orientation, taken: moment(detail), ...coordinates(place) };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined && value !== ""));
}

function directory(tiff, start, little, names) {
  const found = {};
  const count = tiff.getUint16(start, little);
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + index * 12;
    const name = names[tiff.getUint16(entry, little)];
    if (name) found[name] = value(tiff, entry, little);
  }
  return found;
}

function value(tiff, entry, little) {
  const type = tiff.getUint16(entry + 2, little);
  const count = tiff.getUint32(entry + 4, little);
  const size = (TYPES[type] ?? 0) * count;
  const at = size <= 4 ? entry + 8 : tiff.getUint32(entry + 8, little);
  if (type === 2) {
    const bytes = new Uint8Array(tiff.buffer, tiff.byteOffset + at, Math.min(count, 200));
    return new TextDecoder().decode(bytes).replace(/[\0-\x1f\x7f\ufffd]/g, "").trim();
  }
  if (type === 3) return tiff.getUint16(at, little);
  if (type === 4) return tiff.getUint32(at, little);
  if (type !== 5) return undefined;
  const part = (index) => tiff.getUint32(at + index * 8, little) / tiff.getUint32(at + index * 8 + 4, little);
  return Array.from({ length: Math.min(count, 3) }, (_, index) => part(index));
}

/** 2026:11:23 09:12:33 with +08:00 → an ISO moment; without a zone the wall clock alone. */
function moment({ taken = "", zone = "" }) {
  const found = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(taken);
  return found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}${/^[+-]\d\d:\d\d$/.test(zone) ? zone : ""}` : undefined;
}

function coordinates({ lat, latRef, lon, lonRef }) {
  const degrees = ([whole, minutes = 0, seconds = 0], sign) => (sign * (whole + minutes / 60 + seconds / 3600)).toFixed(6);
  if (![lat, lon].every((part) => Array.isArray(part) && part.every(Number.isFinite))) return {};
  return { lat: degrees(lat, latRef === "S" ? -1 : 1), lon: degrees(lon, lonRef === "W" ? -1 : 1) };
}
