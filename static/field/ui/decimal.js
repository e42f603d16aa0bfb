/* Exact decimals for measured values: 0.1 + 0.2 is 0.3 here, and a limit is met or it is not. */

/** @typedef {{units: bigint, scale: number}} Decimal `units` / 10^`scale` */

/** A number as people type it: full-width digits, a Chinese point and spaces are taken. Null when it is none. @param {string} text @returns {Decimal | null} */
export function parse(text) {
  const plain = String(text).normalize("NFKC").replace(/。/g, ".").replace(/[\s,]/g, "");
  const match = /^([+-]?)(\d{1,12})(?:\.(\d{0,6}))?$/.exec(plain);
  if (!match) return null;
  const fraction = match[3] || "";
  const units = BigInt(match[2] + fraction);
  return { units: match[1] === "-" ? -units : units, scale: fraction.length };
}

/** Plain notation, as it is stored. @param {Decimal} value */
export function text({ units, scale }) {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  return sign + (scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits);
}

/** The numbers of a line such as “28.5 29，30.1、31”. @param {string} line @returns {{values: Decimal[], wrong: string[]}} */
export function series(line) {
  /** @type {Decimal[]} */ const values = [];
  /** @type {string[]} */ const wrong = [];
  for (const piece of String(line).normalize("NFKC").split(/[\s,、;；，]+/).filter(Boolean)) {
    const value = parse(piece);
    if (value) values.push(value);
    else wrong.push(piece);
  }
  return { values, wrong };
}

/** How many digits after the point the readings were taken with. @param {Decimal[]} values */
export const digits = (values) => Math.max(...values.map((one) => one.scale));

/** @param {Decimal[]} values @param {number} scale */
function sum(values, scale) {
  return values.reduce((total, one) => total + one.units * 10n ** BigInt(scale - one.scale), 0n);
}

/** A quotient of whole numbers. @param {bigint} top @param {bigint} bottom @param {number} places half away from zero */
export function quotient(top, bottom, places) {
  const shifted = top * 10n ** BigInt(places);
  const sign = shifted < 0n !== bottom < 0n ? -1n : 1n;
  const a = shifted < 0n ? -shifted : shifted;
  const b = bottom < 0n ? -bottom : bottom;
  return text({ units: sign * ((2n * a + b) / (2n * b)), scale: places });
}

/** Mean to one digit more than the readings, half away from zero (as inspections/rules/measuring.py). @param {Decimal[]} values @param {number} [places] */
export function mean(values, places = digits(values) + 1) {
  const scale = digits(values);
  return quotient(sum(values, scale), BigInt(values.length) * 10n ** BigInt(scale), places);
}
