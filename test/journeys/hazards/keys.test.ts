import { KEYS } from "./keys.js";
import { tryHazards } from "./try-hazard.js";

tryHazards(KEYS);
