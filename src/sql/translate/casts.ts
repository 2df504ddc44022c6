// CAST ("SQL Language Expressions" section 15).

import { NULL } from "./literals.js";
import { type Affinity, Untranslatable } from "./meaning.js";
import type { Scope } from "./scope.js";
import { asNumber, asText, asValue, call, isNumeric, type Typed, typed, words } from "./typed.js";

/** "SQL Language Expressions" section 15: the affinity of the type's name decides. */
export function cast(value: Typed, type: string, scope: Scope): Typed {
  const affinity = castAffinity(type);
  const volatility = value.volatility;
  if (value.class === "null") {
    return NULL;
  }
  switch (affinity) {
    case "TEXT":
      return { ...asText(value), affinity, column: null };
    case "INTEGER": {
      const of = asValue(value);
      if (of.class === "integer") {
        return { ...asNumber(of), affinity, column: null };
      }
      if (of.class === "real" || of.class === "number") {
        return typed(`trunc(${asNumber(of).sql})::bigint`, "integer", "bigint", {
          affinity,
          atom: false,
          volatility,
        });
      }
      if (of.digits) {
        return { ...asNumber(of), affinity, column: null };
      }
      if (of.class === "text") {
        return {
          ...call(scope.helpers.add("sqlite_integer"), [asText(of).sql], "integer", "bigint", [value]),
          affinity,
        };
      }
      break;
    }
    case "REAL": {
      const of = asValue(value);
      if (of.class === "integer" || of.class === "real" || of.class === "number") {
        const number = asNumber({ ...of, class: "number" });
        return { ...number, class: "real", affinity, column: null, literal: null };
      }
      if (of.class === "text") {
        return {
          ...call(scope.helpers.add("sqlite_real"), [asText(of).sql], "real", "double precision", [value]),
          affinity,
        };
      }
      break;
    }
    case "NUMERIC":
      if (isNumeric(value)) {
        return { ...asValue(value), affinity, column: null };
      }
      break;
    case "BLOB":
      if (value.class === "blob") {
        return { ...value, affinity, column: null };
      }
      if (value.class === "text") {
        return { ...call("convert_to", [asText(value).sql, "'UTF8'"], "blob", "bytea", [value]), affinity };
      }
      break;
  }
  throw new Untranslatable(`${words(value)} is cast to ${type}`);
}

/** "Datatypes In SQLite" section 3.1, in its order. */
function castAffinity(type: string): Affinity {
  const name = type.toUpperCase();
  if (name.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(name)) return "TEXT";
  if (name.includes("BLOB") || name === "") return "BLOB";
  return /REAL|FLOA|DOUB/.test(name) ? "REAL" : "NUMERIC";
}
