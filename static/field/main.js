import { engine } from "./engine/engine.js";

engine.start();
