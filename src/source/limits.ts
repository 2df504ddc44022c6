// What the largest keys and rows of a table measure, against the limits of a PostgreSQL page.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceTable } from "./catalog.js";
import { tableScan } from "./table-scan.js";

/** Below this many columns no row can reach the size of a page: 18 bytes each at most. */
const FEW_COLUMNS = 400;

/** Bytes of the largest entry of each index, by name; from dbstat, which reads the headers of its cells only. */
export function largestKeys(db: Database, table: SourceTable): Record<string, number> {
  const size = db
    .prepare<[string], number | null>("select max(mx_payload) from dbstat where name = ?")
    .pluck();
  return Object.fromEntries(
    table.kind === "virtual" || (table.withoutRowid && table.indexes.length === 0)
      ? []
      : table.indexes
          .filter((index) => !(table.withoutRowid && index.origin === "pk"))
          .map((index) => [index.name, size.get(index.name) ?? 0]),
  );
}

/**
 * Bytes that the widest row takes at least inside a PostgreSQL page: 8 for a number, for a text or blob its length
 * or the 18 bytes of a pointer to where it is kept apart (PostgreSQL, "TOAST"); NULLs take none.
 */
export function widestRowBytes(db: Database, table: SourceTable): number {
  if (table.columns.length <= FEW_COLUMNS) {
    return 0;
  }
  const sizes = table.columns.map(({ name }) => {
    const value = quoteName(name);
    return `case typeof(${value}) when 'null' then 0 when 'integer' then 8 when 'real' then 8 else min(18, octet_length(${value}) + 1) end`;
  });
  return (
    db
      .prepare<[], number | null>(`select max(${sumOf(sizes)}) from ${tableScan(table)}`)
      .pluck()
      .get() ?? 0
  );
}

/** A balanced sum: SQLite's parser takes expressions of depth 1,000 (SQLITE_MAX_EXPR_DEPTH). */
function sumOf(terms: readonly string[]): string {
  const middle = Math.ceil(terms.length / 2);
  return terms.length === 1
    ? (terms[0] ?? "0")
    : `(${sumOf(terms.slice(0, middle))} + ${sumOf(terms.slice(middle))})`;
}
