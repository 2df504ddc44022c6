// What the largest keys and rows of a table measure, against the limits of a PostgreSQL page.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceIndex, SourceTable } from "./catalog.js";
import { tableScan } from "./table-scan.js";

/** Up to this many columns no row can reach the size of a page: 24 bytes each at most. */
const FEW_COLUMNS = 330;

/**
 * Bytes of the largest entry of each index, by name; from dbstat, which reads the headers of its cells only. In a table
 * WITHOUT ROWID the primary key's index is the table, and every other has the primary key in it: there the values are
 * measured themselves, where the entries are of any size ("The WITHOUT ROWID Optimization" section 4).
 */
export function largestKeys(db: Database, table: SourceTable): Record<string, number> {
  if (table.kind === "virtual") {
    return {};
  }
  const size = db
    .prepare<[string], number | null>("select max(mx_payload) from dbstat where name = ?")
    .pluck();
  return Object.fromEntries(
    table.indexes.map((index) => {
      const isTable = table.withoutRowid && index.origin === "pk";
      const bytes = size.get(isTable ? table.name : index.name) ?? 0;
      const isOwn = !table.withoutRowid || bytes < ANY_SIZE;
      return [index.name, isOwn ? bytes : (largestValues(db, table, index) ?? bytes)];
    }),
  );
}

/** Below it no index of PostgreSQL has a difficulty. */
const ANY_SIZE = 2000;

/** Null for an index on expressions. */
function largestValues(db: Database, table: SourceTable, index: SourceIndex): number | null {
  const names = index.columns.map(({ name }) => name);
  const sizes = names.flatMap((name) =>
    name === null ? [] : [`ifnull(octet_length(${quoteName(name)}), 0)`],
  );
  return sizes.length < names.length
    ? null
    : (db
        .prepare<[], number | null>(`select max(${sizes.join(" + ")}) from ${tableScan(table)}`)
        .pluck()
        .get() ?? 0);
}

/**
 * Bytes that the widest row takes inside a PostgreSQL page: 8 for a number and up to 7 to align it, for a text or blob
 * its length and 1, or from 24 bytes on the 18 of a pointer to where it is kept apart (PostgreSQL, "TOAST"; values as
 * short as a pointer stay, toast_tuple_find_biggest_attribute); NULLs take none.
 */
export function widestRowBytes(db: Database, table: SourceTable): number {
  if (table.columns.length <= FEW_COLUMNS) {
    return 0;
  }
  const sizes = table.columns.map(({ name }, i) => {
    const value = quoteName(name);
    const before = quoteName(table.columns[Math.max(0, i - 1)]?.name ?? name);
    const number = `iif(typeof(${before}) in ('text', 'blob'), 15, 8)`;
    const bytes = `iif(octet_length(${value}) < 24, octet_length(${value}) + 1, 18)`;
    return `case typeof(${value}) when 'null' then 0 when 'integer' then ${number} when 'real' then ${number} else ${bytes} end`;
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
