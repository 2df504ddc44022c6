import { tryHazards } from "./try-hazard.js";
import { TYPES } from "./types.js";

tryHazards(TYPES);
