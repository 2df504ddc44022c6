// From a declared type to SQLite's affinity.

import { lowerAscii } from "../sql/sql-tokens.js";
import type { Affinity } from "./catalog.js";

/** "Datatypes In SQLite" 3.1; in a STRICT table ANY has none (section 3 of "STRICT Tables"), which is BLOB. */
export function affinityOf(declaredType: string, strict: boolean): Affinity {
  const type = lowerAscii(declaredType);
  if (strict && type === "any") {
    return "BLOB";
  }
  if (type.includes("int")) {
    return "INTEGER";
  }
  if (/char|clob|text/.test(type)) {
    return "TEXT";
  }
  if (type === "" || type.includes("blob")) {
    return "BLOB";
  }
  return /real|floa|doub/.test(type) ? "REAL" : "NUMERIC";
}
