import { DATES } from "./dates.js";
import { tryHazards } from "./try-hazard.js";

tryHazards(DATES);
