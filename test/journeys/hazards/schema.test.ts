import { SCHEMA } from "./schema.js";
import { tryHazards } from "./try-hazard.js";

tryHazards(SCHEMA);
