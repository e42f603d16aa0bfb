/* What screens are put together from: fields with their labels, choices a glove can hit, rows, states, a question. */
import { fill, h, unique } from "./dom.js";
import { sentence, signOf, SEVERITIES, word } from "./words.js";

/** @typedef {import("./dom.js").Child} Child */

/** @param {"ok" | "warn" | "bad" | "idle"} tone @param {string} text @param {string} [sign] */
export const chip = (tone, text, sign) =>
  h("span", { class: `chip ${tone}` }, sign && h("i", { "aria-hidden": "true" }, sign), text);

/** @param {string} severity */
export const severityChip = (severity) =>
  h("span", { class: `chip ${severity || "idle"}` }, h("i", { "aria-hidden": "true" }, signOf(severity)), severity ? word(SEVERITIES, severity) : "未定级");

/** @param {"ok" | "bad" | "warn" | "idle"} tone @param {string} said what the sign means, for who cannot see it */
export const sign = (tone, said) =>
  h("span", { class: `sign ${tone}`, role: "img", "aria-label": said }, { ok: "✓", bad: "✕", warn: "!", idle: "" }[tone]);

/** @param {"ok" | "warn" | "bad" | "info"} tone @param {...Child} children */
export const note = (tone, ...children) =>
  h("div", { class: `note ${tone}`, role: tone === "bad" ? "alert" : undefined }, ...children);

/** @param {string} title @param {string} text */
export const empty = (title, text) => h("div", { class: "empty" }, h("b", null, title), h("p", null, text));

/** @param {string} title @param {{end?: Child, flush?: boolean, id?: string}} options @param {...Child} children */
export function card(title, options, ...children) {
  const id = options.id || unique("card");
  return h(
    "section", { class: options.flush ? "card flush" : "card", "aria-labelledby": id },
    h("div", { class: "card-head" }, h("h2", { id, tabindex: "-1" }, title), options.end),
    ...children,
  );
}

/** A button; `class` adds lead, risk, plain, tall or wide. @param {string} text @param {(event: Event) => any} onclick @param {Record<string, any>} [props] */
export function button(text, onclick, props = {}) {
  const { class: extra = "", ...rest } = props;
  return h("button", { type: "button", class: `btn ${extra}`, onclick, ...rest }, text);
}

/** A link that looks like a button. @param {string} text @param {string} href @param {string} [extra] */
export const linkButton = (text, href, extra = "") => h("a", { class: `btn ${extra}`, href }, text);

/**
 * Run `work` once at a time: the button waits and says so; a fault becomes a sentence beside it.
 * @param {HTMLElement} element @param {string} busy @param {() => Promise<any>} work @param {(text: string, tone: "bad") => void} say
 */
export async function once(element, busy, work, say) {
  if (element.getAttribute("aria-disabled") === "true") return;
  const before = element.textContent;
  element.setAttribute("aria-disabled", "true");
  element.textContent = busy;
  try {
    await work();
  } catch (error) {
    say(sentence(error), "bad");
  } finally {
    element.removeAttribute("aria-disabled");
    element.textContent = before;
  }
}

/**
 * A labelled control with its hint and a place for its error.
 * @param {string} label @param {HTMLElement} control @param {{hint?: Child, optional?: boolean, main?: boolean}} [options]
 */
export function field(label, control, options = {}) {
  control.id = control.id || unique("field");
  const hint = options.hint ? h("p", { class: "hint", id: `${control.id}-hint` }, options.hint) : null;
  const wrong = h("p", { class: "wrong", id: `${control.id}-wrong`, hidden: true });
  control.setAttribute("aria-describedby", [hint && hint.id, wrong.id].filter(Boolean).join(" "));
  return h(
    "div", { class: options.main ? "field main-field" : "field" },
    h("label", { for: control.id }, label, options.optional && h("span", { class: "soft small" }, "（可不填）")),
    hint, control, wrong,
  );
}

/** Show or clear the error beside a control. @param {HTMLElement} control @param {string} text */
export function fault(control, text) {
  const place = control.closest(".field")?.querySelector(".wrong");
  if (place instanceof HTMLElement) {
    place.textContent = text;
    place.hidden = !text;
  }
  if (text) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/**
 * A line or a few lines of text. `read`: what the record says now; `refresh` shows it, for what is typed is in the record already.
 * @param {{label: string, value?: string, read?: () => string, oninput: (value: string) => void, rows?: number, max?: number, hint?: Child, optional?: boolean,
 *   mode?: string, type?: string, options?: string[], main?: boolean, autocomplete?: string, placeholder?: string}} o
 */
export function textField(o) {
  const list = o.options && o.options.length ? h("datalist", { id: unique("options") }, ...o.options.map((one) => h("option", { value: one }))) : null;
  const shared = {
    maxlength: o.max, placeholder: o.placeholder, autocomplete: o.autocomplete || "off", value: (o.read ? o.read() : o.value) || "",
    oninput: (/** @type {any} */ event) => o.oninput(event.target.value),
  };
  const control = o.rows
    ? h("textarea", { rows: o.rows, ...shared })
    : h("input", { type: o.type || "text", inputmode: o.mode, list: list && list.id, ...shared });
  const made = field(o.label, control, o);
  if (list) made.append(list);
  const { read } = o;
  const refresh = read && (() => { if (control.value !== read()) control.value = read(); });
  return Object.assign(made, { control, refresh });
}

/** @param {{label: string, value: string, options: [string, string][], onpick: (value: string) => void, hint?: Child, optional?: boolean, main?: boolean}} o */
export function selectField(o) {
  const control = h(
    "select", { onchange: (/** @type {any} */ event) => o.onpick(event.target.value), value: o.value },
    ...o.options.map(([value, text]) => h("option", { value, selected: value === o.value }, text)),
  );
  return Object.assign(field(o.label, control, o), { control });
}

/**
 * One of a few, side by side.
 * @param {{legend: string, value: string, options: readonly (readonly string[])[], onpick: (value: string) => void, hint?: Child, hideLegend?: boolean}} o
 */
export function segmented(o) {
  const name = unique("seg");
  const boxes = o.options.map(([value, text, mark]) =>
    h("label", null,
      h("input", { type: "radio", name, value, checked: value === o.value, onchange: () => o.onpick(value) }),
      h("span", null, mark && h("i", { "aria-hidden": "true" }, mark), text)));
  const wrong = h("p", { class: "wrong", hidden: true });
  return Object.assign(
    h("fieldset", { class: "field" }, h("legend", { class: o.hideLegend ? "unseen" : "" }, o.legend),
      o.hint && h("p", { class: "hint" }, o.hint), h("div", { class: "seg" }, ...boxes), wrong),
    { control: boxes[0].querySelector("input") },
  );
}

/** Several of a few. @param {{legend: string, values: string[], options: [string, string, string?][], onpick: (value: string, on: boolean) => void, hint?: Child}} o */
export function ticks(o) {
  const boxes = o.options.map(([value, text, more]) =>
    h("label", { class: "tick" },
      h("input", { type: "checkbox", value, checked: o.values.includes(value), onchange: (/** @type {any} */ event) => o.onpick(value, event.target.checked) }),
      h("span", null, h("span", null, text, more && h("small", { class: "soft" }, ` ${more}`)))));
  const wrong = h("p", { class: "wrong", hidden: true });
  return Object.assign(
    h("fieldset", { class: "field" }, h("legend", null, o.legend), o.hint && h("p", { class: "hint" }, o.hint), h("div", { class: "ticks" }, ...boxes), wrong),
    { control: boxes.length ? boxes[0].querySelector("input") : null },
  );
}

/** A button that opens the camera or the album. @param {string} text @param {{camera?: boolean, accept?: string, multiple?: boolean, before?: () => any, onfiles: (files: File[]) => any, class?: string}} o */
export function filePick(text, o) {
  const input = h("input", {
    type: "file", accept: o.accept || "image/*", capture: o.camera ? "environment" : undefined, multiple: o.multiple !== false, "aria-label": text,
    onclick: o.before,
    onchange: async (/** @type {any} */ event) => {
      const files = [...event.target.files];
      event.target.value = "";
      if (files.length) await o.onfiles(files);
    },
  });
  return h("span", { class: `btn pick ${o.class || "tall"}` }, h("span", { "aria-hidden": "true" }, text), input);
}

/** The bar of main actions at the bottom. @param {...Child} children */
export const dock = (...children) => h("div", { class: "dock" }, h("div", null, ...children));

/** Names and values. @param {[string, Child][]} pairs */
export const facts = (pairs) => h("dl", { class: "facts" }, ...pairs.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]));

/**
 * A question in front of everything. Resolves to false when it is closed any other way.
 * @param {{title: string, text?: Child, yes: string, no?: string, risk?: boolean, body?: HTMLElement}} o @returns {Promise<boolean>}
 */
export function ask(o) {
  return new Promise((resolve) => {
    const id = unique("ask");
    const before = document.activeElement;
    const dialog = h(
      "dialog", { "aria-labelledby": id },
      h("form", { method: "dialog" },
        h("h2", { id }, o.title), o.text && h("div", null, o.text), o.body,
        h("div", { class: "btns" },
          o.no !== "" && h("button", { class: "btn tall", value: "no" }, o.no || "取消"),
          h("button", { class: `btn tall ${o.risk ? "risk" : "lead"}`, value: "yes" }, o.yes))),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Offer a text as a file. @param {string} name @param {string} text @param {string} [kind] */
export function download(name, text, kind = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Put a list of sentences in a place for faults and lead the eye there. @param {HTMLElement} place @param {string[]} sentences */
export function showFaults(place, sentences) {
  fill(place, sentences.length > 0 && note("bad", sentences.length === 1 ? sentences[0] : h("ul", null, ...sentences.map((one) => h("li", null, one)))));
  if (sentences.length) place.scrollIntoView({ block: "nearest" });
}
