import { TEXT } from "./text.js";
import { tryHazards } from "./try-hazard.js";

tryHazards(TEXT);
