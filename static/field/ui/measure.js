/* What measured numbers add up to, while they are typed. Exact: a value on the limit is within it. */
import * as decimal from "./decimal.js";

/** @typedef {{lines: [string, string][], verdict: "" | "OK" | "PROBLEM", wrong?: string}} Result */

/** @param {string[]} values @returns {import("./decimal.js").Decimal[]} */
const parsed = (values) => values.map(decimal.parse).filter((one) => one !== null);

/** @param {import("./decimal.js").Decimal} value @param {number} scale */
const at = (value, scale) => value.units * 10n ** BigInt(scale - value.scale);

/** @param {bigint} value */
const abs = (value) => (value < 0n ? -value : value);

/** Mean, spread, and how many lie within design ± tolerance. @param {{design?: string, tolerance?: string, values: string[], unit: string}} o @returns {Result} */
export function measured(o) {
  const values = parsed(o.values);
  if (!values.length) return { lines: [], verdict: "" };
  const design = o.design ? decimal.parse(o.design) : null;
  const tolerance = o.tolerance ? decimal.parse(o.tolerance) : null;
  const scale = Math.max(...[...values, ...(design ? [design] : []), ...(tolerance ? [tolerance] : [])].map((one) => one.scale));
  const sorted = [...values].sort((a, b) => (at(a, scale) < at(b, scale) ? -1 : 1));
  /** @type {[string, string][]} */
  const lines = [["平均", `${decimal.mean(values)} ${o.unit}（${values.length} 个）`], ["最小～最大", `${decimal.text(sorted[0])}～${decimal.text(sorted[sorted.length - 1])} ${o.unit}`]];
  if (design && design.units !== 0n) {
    const total = values.reduce((sum, one) => sum + at(one, scale), 0n);
    const count = BigInt(values.length);
    const planned = at(design, scale);
    lines.push(["平均比设计", `${decimal.quotient((total - planned * count) * 100n, count * abs(planned), 2)} %`]);
  }
  if (!design || !tolerance) return { lines, verdict: "" };
  const out = values.filter((one) => abs(at(one, scale) - at(design, scale)) > abs(at(tolerance, scale)));
  lines.push(["合格率", `${decimal.quotient(BigInt(values.length - out.length) * 100n, BigInt(values.length), 2)} %`]);
  lines.push(["超出允许偏差", out.length ? `${out.length} 个：${out.map(decimal.text).join("、")}` : "没有"]);
  return { lines, verdict: out.length ? "PROBLEM" : "OK" };
}

/** How many parallel tests SL 288-2014 asks for, in % of the contractor's own. */
const LEAST_SHARE = "混凝土不少于 3 %，土方不少于 5 %";

/**
 * 平行检测比对: the two means, the difference in % of the own mean (as inspections/rules/measuring.py), and how many tests were paralleled.
 * @param {{own: string[], supervised: string[], allowed?: string, unit: string}} o @returns {Result}
 */
export function compared(o) {
  const own = parsed(o.own);
  const supervised = parsed(o.supervised);
  if (!own.length || !supervised.length) return { lines: [], verdict: "" };
  const places = decimal.digits([...own, ...supervised]);
  const total = (/** @type {import("./decimal.js").Decimal[]} */ values) => values.reduce((sum, one) => sum + at(one, places), 0n);
  const [mine, theirs] = [total(own), total(supervised)];
  const [n, m] = [BigInt(own.length), BigInt(supervised.length)];
  if (mine === 0n) return { lines: [], verdict: "", wrong: "自检值的平均是 0，算不出相差百分之几。" };
  // (theirs/m − mine/n) ÷ |mine/n| = (theirs·n − mine·m) ÷ (m·|mine|)
  const top = (theirs * n - mine * m) * 100n;
  const bottom = m * abs(mine);
  /** @type {[string, string][]} */
  const lines = [
    ["自检平均", `${decimal.mean(own, places + 1)} ${o.unit}（${own.length} 个）`],
    ["平行检测平均", `${decimal.mean(supervised, places + 1)} ${o.unit}（${supervised.length} 个）`],
    ["平行比自检", `${top > 0n ? "+" : ""}${decimal.quotient(top, bottom, 2)} %`],
    ["平行检测数量占自检", `${decimal.quotient(m * 100n, n, 2)} %（${LEAST_SHARE}）`],
  ];
  const allowed = o.allowed ? decimal.parse(o.allowed) : null;
  if (!allowed) return { lines, verdict: "" };
  const within = abs(top) * 10n ** BigInt(allowed.scale) <= abs(allowed.units) * bottom;
  lines.push(["允许相差", `${decimal.text(allowed)} %，${within ? "在允许范围内" : "超出允许范围"}`]);
  return { lines, verdict: within ? "OK" : "PROBLEM" };
}
