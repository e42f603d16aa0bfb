/* What a script adds to pages that already work without one. No eval, no inline handlers, no inline styles. */
"use strict";

const isTyping = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;

/* ---- keys: "/" to the search, "g" then a letter to a page of the menu, Esc closes an open menu ---- */
let goUntil = 0;

function focusSearch() {
  const field = document.querySelector("#list-q") || document.querySelector('[data-key="/"]');
  if (field) {
    field.focus();
    field.select();
  }
  return field !== null;
}

function closeMenus(except) {
  let closed = false;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) {
      menu.open = false;
      closed = true;
    }
  }
  return closed;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (closeMenus(null) && menu) menu.querySelector("summary").focus();
    return;
  }
  if (isTyping(event.target)) return;
  if (event.key === "/") {
    if (focusSearch()) event.preventDefault();
  } else if (event.key === "g") {
    goUntil = event.timeStamp + 1500;
  } else if (event.timeStamp < goUntil) {
    goUntil = 0;
    const link = [...document.querySelectorAll("[data-go]")].find((one) => one.dataset.go === event.key);
    if (link) {
      event.preventDefault();
      link.click();
    }
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && event.target === document.body) {
    const link = document.querySelector(event.key === "ArrowLeft" ? "a[data-prev]" : "a[data-next]");
    if (link) link.click();
  }
});

document.addEventListener("click", (event) => closeMenus(event.target));

/* ---- a form is sent once: the button that sent it waits, and says so ---- */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-disabled="true"]')) button.removeAttribute("aria-disabled");
  }
});

/* ---- filters: a choice asks at once; typing waits for Enter or the button ---- */
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.form && field.form.matches("form.filters")) field.form.requestSubmit();
});

/* ---- toast: document.querySelector("ui-toast").say("已保存", "ok") ---- */
class Toast extends HTMLElement {
  say(text, tone = "") {
    const box = document.createElement("div");
    box.className = tone ? `alert alert-${tone}` : "alert";
    box.textContent = text;
    this.append(box);
    window.setTimeout(() => box.remove(), 6000);
  }
}
customElements.define("ui-toast", Toast);

function sayLost() {
  const toast = document.querySelector("ui-toast");
  if (toast && toast.childElementCount === 0) toast.say("网络不通或服务器未答复，页面内容可能不是最新。", "warn");
}
document.addEventListener("htmx:sendError", sayLost);
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401 || status === 403) window.location.reload();
  else sayLost();
});
/* A session that has ended answers with the log-in page: show it whole, never inside a fragment. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const asked = event.detail.pathInfo && event.detail.pathInfo.finalRequestPath;
  if (xhr.responseURL && asked && new URL(xhr.responseURL).pathname !== new URL(asked, window.location.href).pathname) {
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL.includes("/login") ? window.location.href : xhr.responseURL);
  }
});

/* ---- a place to drop a file onto: <ui-file-drop> around an <input type="file"> ---- */
class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector('input[type="file"]');
    if (!input) return;
    const name = document.createElement("p");
    name.className = "hint";
    name.setAttribute("role", "status");
    name.textContent = "也可以把文件拖到这里。";
    this.append(name);
    const show = () => {
      const [file] = input.files;
      if (!file) return;
      const limit = Number(this.dataset.maxBytes || 0);
      const size = `${(file.size / 1048576).toFixed(1)} MB`;
      const isTooBig = limit > 0 && file.size > limit;
      name.textContent = isTooBig
        ? `“${file.name}”有 ${size}，超过 ${(limit / 1048576).toFixed(0)} MB 的上限。`
        : `已选“${file.name}”，${size}。`;
      name.classList.toggle("bad-text", isTooBig);
    };
    input.addEventListener("change", show);
    for (const kind of ["dragenter", "dragover"]) {
      this.addEventListener(kind, (event) => {
        event.preventDefault();
        this.classList.add("over");
      });
    }
    this.addEventListener("dragleave", () => this.classList.remove("over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.classList.remove("over");
      if (event.dataTransfer.files.length > 0) {
        input.files = event.dataTransfer.files;
        show();
      }
    });
  }
}
customElements.define("ui-file-drop", FileDrop);

/* ---- tick all rows of the page: only with a script, so only a script makes the box ---- */
class TickAll extends HTMLElement {
  connectedCallback() {
    const label = document.createElement("label");
    label.className = "tick-label";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.setAttribute("aria-label", "选择本页全部");
    const rows = () => [...this.closest("table").querySelectorAll('tbody input[name="pk"]')];
    box.addEventListener("change", () => {
      for (const row of rows()) row.checked = box.checked;
    });
    this.closest("table").addEventListener("change", (event) => {
      if (event.target.name !== "pk") return;
      const ticked = rows().filter((row) => row.checked).length;
      box.checked = ticked > 0 && ticked === rows().length;
      box.indeterminate = ticked > 0 && !box.checked;
    });
    label.append(box);
    this.replaceChildren(label);
  }
}
customElements.define("ui-tick-all", TickAll);

/* ---- the side menu is longer than a small screen: the page's own line is in sight ---- */
const here = document.querySelector('.side [aria-current="page"]');
if (here) {
  const menu = here.closest("nav");
  const below = here.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
  if (below > 0) menu.scrollTop += below + menu.clientHeight / 3;
}

/* ---- errors first: the summary takes the focus where autofocus is not honoured ---- */
const summary = document.querySelector('.alert[role="alert"][tabindex="-1"]');
if (summary) summary.focus();
