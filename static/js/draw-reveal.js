/* The result on the projector, one line after the other. Without a script, or where motion is unwelcome, all at once. */
"use strict";

const BETWEEN = 1200;

class DrawReveal extends HTMLElement {
  connectedCallback() {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const lines = [...this.querySelectorAll("li")].slice(1);
    for (const line of lines) line.hidden = true;
    this.setAttribute("aria-live", "polite");
    this.timer = window.setInterval(() => {
      const next = lines.shift();
      if (next) next.hidden = false;
      else window.clearInterval(this.timer);
    }, BETWEEN);
  }

  disconnectedCallback() {
    window.clearInterval(this.timer);
  }
}
customElements.define("ui-draw-reveal", DrawReveal);
