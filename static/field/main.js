/* The tablet client: the engine keeps and sends, the app shows. */
import { engine } from "./engine/engine.js";
import { App } from "./ui/app.js";

const root = document.getElementById("app");
if (root) {
  const app = new App(engine, root);
  app.start();
  engine.start().catch((/** @type {unknown} */ error) => app.fail(error));
}
