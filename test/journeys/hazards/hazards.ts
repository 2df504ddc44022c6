// What a SQLite file may hold that PostgreSQL cannot take as it is.
import { DATES } from "./dates.js";
import type { Elsewhere, Hazard } from "./hazard.js";
import { KEYS } from "./keys.js";
import { SCHEMA } from "./schema.js";
import { TEXT } from "./text.js";
import { TYPES } from "./types.js";

export const HAZARDS: readonly (Hazard | Elsewhere)[] = [
  ...TYPES,
  ...DATES,
  ...TEXT,
  ...KEYS,
  ...SCHEMA,
].sort((a, b) => a.number - b.number);
