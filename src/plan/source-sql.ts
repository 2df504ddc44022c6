// The SQLite SQL of what a plan moves: each column's value after substitutions, and the rows not set aside.

import { quoteName } from "../base/quote.js";
import { codecFor } from "../codec/index.js";
import type { PlannedColumn, PlannedTable } from "./plan.js";

/** SQL of what the column crosses as: the first substitution that applies, else the value itself. */
export function sourceValue(column: PlannedColumn): string {
  const value = quoteName(column.source);
  if (column.substitutions.length === 0) {
    return value;
  }
  const cases = column.substitutions.map((one) => `when (${one.predicate}) then (${one.replacement})`);
  return `(case ${cases.join(" ")} else ${value} end)`;
}

/** SQL of the field of a COPY line: as the copy writes it, or as PostgreSQL prints it of the moved value. */
export function fieldOf(column: PlannedColumn, as: "encode" | "canonical"): string {
  const value = sourceValue(column);
  return column.plain ? value : codecFor(column.codec)[as](value);
}

/** Whether PostgreSQL is to print the column's values between quotes. */
export function isQuoted(column: PlannedColumn): boolean {
  return codecFor(column.codec).quoted && !column.plain;
}

/**
 * Condition of the rows that move; null for all. A predicate that is NULL for a row does not concern it. Without the
 * word `true`, which SQLite reads as a column where a table has one of that name.
 */
export function movedRows(table: Pick<PlannedTable, "setAside">): string | null {
  const aside = table.setAside.map((one) => `not ifnull((${one.predicate}), 0)`);
  return aside.length === 0 ? null : aside.join(" and ");
}
