/* The rules of a return's fields in the browser, and the box of what has not been sent yet. Used by return-grid.js. */
"use strict";

const MOST_AT_ONCE = 100;

/* ---- the rules and their sentences, as projects/rules/return_fields.py gives them ---- */
const WIDE = /[\uff01-\uff5e]/g;
const narrow = (text) => text.replace(WIDE, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).trim();

/* As core/text.py reads numbers; tests/ui/test_return_in_browser.py compares every answer. */
const NUMBER = /^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$/;
const INTEGER = /^[+-]?[0-9]+$/;

function brokenNumber(rule, text) {
  const plain = narrow(text);
  if (!(rule.kind === "int" ? INTEGER : NUMBER).test(plain)) return "kind";
  const bare = plain.replace(/,/g, "");
  const isInside = rule.min === null || (Number(bare) >= Number(rule.min) && Number(bare) <= Number(rule.max));
  if (!isInside) return "range";
  const places = (bare.split(".")[1] || "").replace(/0+$/, "").length;
  return rule.kind === "decimal" && places > rule.places ? "places" : "";
}

function brokenDate(text) {
  const parts = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(narrow(text));
  const day = parts && new Date(Date.UTC(parts[1], parts[2] - 1, parts[3]));
  const isDay = day && day.getUTCMonth() === parts[2] - 1 && day.getUTCDate() === Number(parts[3]);
  return isDay ? "" : "kind";
}

function broken(rule, text) {
  if (rule.kind === "decimal" || rule.kind === "int") return brokenNumber(rule, text);
  if (rule.kind === "date") return brokenDate(text);
  if (rule.kind === "choice") return rule.choices.some((one) => one.label === text) ? "" : "kind";
  return rule.maxLength && [...text].length > rule.maxLength ? "length" : "";
}

/* The sentence of the rule that the text breaks; "" when it breaks none. */
function wrong(rule, text) {
  const which = text === "" ? "" : broken(rule, text);
  const shown = [...text].length > 40 ? `${[...text].slice(0, 40).join("")}…` : text;
  return which ? rule.sentences[which].replace("{value}", () => shown) : "";
}

/* ---- what waits to be sent: kept in the browser, by person and by return ---- */
class Outbox {
  constructor(name) {
    this.name = name;
    const kept = JSON.parse(window.localStorage.getItem(name) || "[]");
    this.waiting = new Map(kept.map((one) => [one.key, one]));
  }

  put(change) {
    const before = this.waiting.get(change.key);
    this.waiting.set(change.key, before ? { ...change, seen: before.seen } : change);
    this.keep();
  }

  /* A change that was typed over while it was on its way stays, now on top of what has been stored. */
  settle(change, stored) {
    const now = this.waiting.get(change.key);
    if (now === change) this.waiting.delete(change.key);
    else if (now && stored !== undefined) now.seen = stored;
    this.keep();
    return now === change;
  }

  keep() {
    if (this.waiting.size === 0) window.localStorage.removeItem(this.name);
    else window.localStorage.setItem(this.name, JSON.stringify([...this.waiting.values()]));
  }

  next() {
    return [...this.waiting.values()].slice(0, MOST_AT_ONCE);
  }
}
