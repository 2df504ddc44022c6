// ORDER BY: SQLite puts NULLs first where the order ascends and last where it descends, and texts by their collation
// ("SELECT" section 6).

import type { OrderTerm } from "../ast.js";
import { underCollation } from "./compare.js";
import { Untranslatable } from "./meaning.js";
import { asText, asValue, type Typed, words } from "./typed.js";

export function orderBy(terms: readonly OrderTerm[], valueAt: (term: OrderTerm) => Typed): string {
  return terms
    .map((term) => {
      const nulls = term.nulls ?? (term.descending ? "last" : "first");
      return `${sortKey(valueAt(term))}${term.descending ? " desc" : ""} nulls ${nulls}`;
    })
    .join(", ");
}

/** SQL that sorts as SQLite sorts the value. */
export function sortKey(value: Typed): string {
  if (value.class === "any") {
    throw new Untranslatable(`it sorts by ${words(value)}`);
  }
  if (value.class === "text") {
    return value.type === "citext" && value.collation?.name === "NOCASE"
      ? value.sql
      : underCollation(asText(value), value.collation?.name ?? "BINARY");
  }
  return asValue(value).sql;
}
