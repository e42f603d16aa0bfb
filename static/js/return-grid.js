/* The fields of a monthly return save themselves: <return-grid> around a table or a form that works without it.

   A cell is typed into, checked by the rules the server sent, put into a queue that outlives the page, and sent.
   Its state stands under it in words: 保存中, 已保存, 待发送, or why it was refused. The server is the judge. */
"use strict";

const LONGEST_WAIT = 60000;
const WORDS = { saving: "… 保存中", saved: "✓ 已保存", queued: "⇡ 待发送", refused: "✕ ", conflict: "! " };

class ReturnGrid extends HTMLElement {
  connectedCallback() {
    this.rules = Object.fromEntries(JSON.parse(this.dataset.rules || "[]").map((rule) => [rule.name, rule]));
    this.token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    this.columns = (this.dataset.columns || "").split(" ").filter(Boolean);
    this.outbox = new Outbox(`anlan-return:${this.dataset.owner}:${this.dataset.return}`);
    this.cells = new Map();
    this.wait = 1000;
    for (const plain of this.querySelectorAll("[data-plain]")) plain.hidden = true;
    for (const row of this.querySelectorAll("tr[data-p]")) this.openRow(row);
    for (const box of this.querySelectorAll("[data-f]")) this.openField(box);
    this.addEventListener("change", (event) => this.typed(event.target));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    window.addEventListener("online", () => this.pump());
    window.addEventListener("offline", () => this.tell());
    for (const change of this.outbox.waiting.values()) this.remember(change);
    this.tell();
    this.pump();
  }

  /* ---- cells: text in a table becomes a control; a control of a form stays what it is ---- */
  openRow(row) {
    const name = row.cells[0].querySelector("a, span").textContent;
    this.columns.forEach((field, index) => {
      const box = row.cells[index + 1];
      if (!box.classList.contains("is-locked")) this.openCell(box, row.dataset.p, field, name);
    });
  }

  openCell(box, project, field, name) {
    const rule = this.rules[field];
    const text = box.firstChild && box.firstChild.nodeType === Node.TEXT_NODE ? box.firstChild.data.trim() : "";
    if (box.firstChild && box.firstChild.nodeType === Node.TEXT_NODE) box.firstChild.remove();
    const control = rule.kind === "choice" ? this.select(rule) : document.createElement("input");
    if (rule.kind === "decimal" || rule.kind === "int") control.inputMode = "decimal";
    control.value = text;
    control.autocomplete = "off";
    control.setAttribute("aria-label", `${name}，${rule.label}`);
    box.prepend(control);
    this.enlist(box, control, project, field, name);
  }

  select(rule) {
    const control = document.createElement("select");
    control.append(new Option("—", ""));
    for (const { label } of rule.choices) control.append(new Option(label, label));
    return control;
  }

  openField(box) {
    const control = box.querySelector("input:not([type=hidden]), select, textarea");
    if (control) this.enlist(box, control, box.closest("[data-p]").dataset.p, box.dataset.f, this.dataset.name || "");
  }

  enlist(box, control, project, field, name) {
    const key = `${project}|${field}`;
    const cell = { key, box, control, project, field, name, seen: control.value.trim() };
    control.cell = cell;
    this.cells.set(key, cell);
    const was = box.querySelector("small.cell-was");
    const row = box.closest("tr[data-p]");
    if (was) cell.was = was.dataset.was;
    else if (row && !row.dataset.new) cell.was = cell.seen;
    const notes = [...box.querySelectorAll("small")];
    notes.forEach((note, index) => { note.id = `n-${key}-${index}`; });
    if (notes.length > 0) control.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  }

  /* ---- states ---- */
  mark(cell, state, reason = "") {
    cell.box.dataset.state = state;
    let note = cell.box.querySelector("small.cell-state");
    if (!note) {
      note = document.createElement("small");
      note.className = "cell-state";
      note.id = `s-${cell.key}`;
      cell.box.append(note);
      cell.control.setAttribute("aria-describedby", `${cell.control.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
    }
    note.textContent = WORDS[state] + reason;
    if (state === "refused" || state === "conflict") cell.control.setAttribute("aria-invalid", "true");
    else cell.control.removeAttribute("aria-invalid");
    return note;
  }

  tell(sentence = "") {
    const line = this.querySelector("[data-status]");
    if (!line) return;
    const left = this.outbox.waiting.size;
    const isOff = navigator.onLine === false;
    if (sentence) line.textContent = sentence;
    else if (left > 0) line.textContent = `${isOff ? "网络不通，" : ""}有 ${left} 格待发送，已存在本机，联网后自动发送。`;
    else if (this.savedAt) line.textContent = `全部已保存，${this.savedAt}`;
    else if (isOff) line.textContent = "网络不通，填的内容先存在本机。";
    line.classList.toggle("bad-text", left > 0 || Boolean(sentence));
  }

  /* ---- typing ---- */
  typed(control) {
    const cell = control.cell;
    if (!cell) return;
    const text = control.value.trim();
    const waits = this.outbox.waiting.has(cell.key);
    const reason = wrong(this.rules[cell.field], text);
    if (reason) {
      this.mark(cell, "refused", reason);
      return;
    }
    if (text === cell.seen && !waits) {
      if (cell.box.dataset.state) this.mark(cell, "saved");
      return;
    }
    const { key, project, field } = cell;
    const where = `${cell.name} ${this.rules[field].label}`.trim();
    this.outbox.put({ key, project, field, where, text, seen: cell.seen });
    this.mark(cell, navigator.onLine === false ? "queued" : "saving");
    this.tell();
    this.pump();
  }

  key(event) {
    const cell = event.target.cell;
    if (!cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isList = cell.control.tagName !== "INPUT";
    let step = 0;
    if (event.key === "Enter" && cell.control.tagName !== "TEXTAREA") step = event.shiftKey ? -1 : 1;
    else if (!isList && event.key === "ArrowDown") step = 1;
    else if (!isList && event.key === "ArrowUp") step = -1;
    else if (!isList && event.key === "Escape") cell.control.value = cell.seen;
    if (step === 0) return;
    event.preventDefault();
    const next = this.at(cell, step, 0);
    if (next) {
      next.control.focus();
      if (next.control.select) next.control.select();
    } else {
      this.typed(cell.control);
    }
  }

  /* The cell some rows down and columns to the right; nothing outside of the table, "locked" where nobody may write. */
  at(cell, down, right) {
    const row = cell.box.closest("tr[data-p]");
    if (!row) return null;
    const rows = [...row.parentElement.querySelectorAll("tr[data-p]")];
    let index = rows.indexOf(row) + down;
    const column = cell.box.cellIndex + right;
    for (const step = Math.sign(down); rows[index]; index += step) {
      const box = rows[index].cells[column];
      const found = box && this.columns[column - 1] && this.cells.get(`${rows[index].dataset.p}|${this.columns[column - 1]}`);
      if (found || step === 0 || right > 0) return found || null;
    }
    return null;
  }

  paste(event) {
    const cell = event.target.cell;
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    if (!cell || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const start = cell.box.closest("tr[data-p]");
    const rows = start ? [...start.parentElement.querySelectorAll("tr[data-p]")] : [];
    const from = rows.indexOf(start);
    let written = 0;
    let left = 0;
    text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
      const row = rows[from + down];
      const field = this.columns[cell.box.cellIndex - 1 + right];
      const target = row && field && this.cells.get(`${row.dataset.p}|${field}`);
      if (!target) {
        left += 1;
        return;
      }
      written += 1;
      this.fill(target, value.trim());
      this.typed(target.control);
    }));
    const toast = document.querySelector("ui-toast");
    const lost = left > 0 ? `，${left} 格在表格之外或已锁定，没有写入` : "";
    if (toast) toast.say(`粘贴了 ${written} 格${lost}。`, left > 0 ? "warn" : "ok");
  }

  fill(cell, text) {
    const { control } = cell;
    if (control.tagName === "SELECT" && ![...control.options].some((one) => one.value === text)) {
      control.append(new Option(text, text));
    }
    control.value = text;
  }

  remember(change) {
    const cell = this.cells.get(change.key);
    if (!cell) return;
    this.fill(cell, change.text);
    this.mark(cell, "queued");
  }

  /* ---- sending: one request at a time; what is not answered by this product is not sent ---- */
  async pump() {
    if (this.isSending || this.outbox.waiting.size === 0) return;
    window.clearTimeout(this.timer);
    this.isSending = true;
    const changes = this.outbox.next();
    const answer = await this.post(changes);
    this.isSending = false;
    if (answer.results) {
      this.wait = 1000;
      changes.forEach((change, index) => this.settle(change, answer.results[index]));
      this.show(answer);
      this.pump();
      return;
    }
    for (const change of changes) if (this.cells.has(change.key)) this.mark(this.cells.get(change.key), "queued");
    this.tell(answer.sentence);
    this.timer = window.setTimeout(() => this.pump(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  async post(changes) {
    const body = JSON.stringify({ changes: changes.map(({ project, field, text, seen }) => ({ project, field, text, seen })) });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    let response;
    try {
      response = await fetch(this.dataset.url, { method: "POST", headers, body, redirect: "manual" });
    } catch {
      return {};
    }
    if ((response.headers.get("Content-Type") || "").startsWith("application/json")) return response.json();
    if (response.status >= 500) return { sentence: "服务器暂时不能保存，填的内容已存在本机，稍后自动重发。" };
    return { sentence: "登录已过期或无权填报。填的内容已存在本机，请重新登录后打开本页。" };
  }

  settle(change, result) {
    const cell = this.cells.get(change.key);
    const isNewest = this.outbox.settle(change, result.status === 200 ? result.text : undefined);
    if (!cell) {
      if (result.status !== 200) this.report(`${change.where}“${change.text}”：${result.sentence}`);
      return;
    }
    if (result.status === 200) {
      cell.seen = result.text;
      if (isNewest) {
        this.fill(cell, result.text);
        this.mark(cell, "saved");
        this.compare(cell);
      }
      this.problems(cell, result.problems);
    } else if (result.status === 409) {
      this.conflict(cell, result);
    } else {
      this.mark(cell, "refused", result.sentence);
    }
  }

  /* Both values and two buttons; nothing is lost before the person decides. */
  conflict(cell, result) {
    const mine = cell.control.value.trim();
    const note = this.mark(cell, "conflict", result.sentence);
    const choose = (label, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn-link";
      button.textContent = label;
      button.addEventListener("click", act);
      note.append(" ", button);
    };
    cell.seen = result.stored;
    choose(`用我的“${mine || "空"}”`, () => {
      this.fill(cell, mine);
      if (mine === cell.seen) this.mark(cell, "saved");
      else this.typed(cell.control);
    });
    choose(`用对方的“${result.stored || "空"}”`, () => {
      this.fill(cell, result.stored);
      this.mark(cell, "saved");
    });
  }

  /* Last month's value stays beside every value that differs from it; so does the record's beside a count of the head. */
  compare(cell) {
    const record = cell.box.dataset.record;
    if (record !== undefined) cell.box.classList.toggle("is-changed", cell.seen !== record);
    if (cell.was === undefined) return;
    let note = cell.box.querySelector("small.cell-was");
    if (!note) {
      note = document.createElement("small");
      note.className = "cell-was";
      note.textContent = `上月 ${cell.was || "空"}`;
      cell.box.append(note);
    }
    note.hidden = cell.seen === cell.was;
    cell.box.classList.toggle("is-changed", cell.seen !== cell.was);
  }

  problems(cell, found) {
    const scope = cell.box.closest("[data-p]");
    for (const old of scope.querySelectorAll("small.cell-problem")) old.remove();
    for (const { field, level, sentence } of found) {
      const target = this.cells.get(`${cell.project}|${field}`);
      const note = document.createElement("small");
      note.className = level === "error" ? "cell-problem bad-text" : "cell-problem";
      note.textContent = `${level === "error" ? "✕" : "▲"} ${sentence}`;
      (target ? target.box : scope.cells ? scope.cells[0] : scope).append(note);
    }
    const isBlank = cell.control.value.trim() === "";
    for (const blank of cell.box.querySelectorAll("small.cell-blank")) blank.hidden = !isBlank;
    cell.box.classList.toggle("is-blank", isBlank && this.rules[cell.field].required);
  }

  report(sentence) {
    const box = this.querySelector("[data-left]");
    if (!box) return;
    box.hidden = false;
    const list = box.querySelector("ul") || box.appendChild(document.createElement("ul"));
    list.appendChild(document.createElement("li")).textContent = sentence;
  }

  show({ filled, total, saved_at: savedAt }) {
    if (total === undefined) { // nothing was saved
      this.tell();
      return;
    }
    this.savedAt = savedAt;
    for (const line of this.querySelectorAll("[data-completeness]")) line.textContent = `${filled} / ${total}`;
    for (const bar of this.querySelectorAll("progress[data-filled]")) bar.value = filled;
    this.tell();
  }
}
customElements.define("return-grid", ReturnGrid);
