// Rows that a unique key of SQLite keeps apart, and that would be alike in a PostgreSQL type that knows no case.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import type { SourceIndex, SourceTable } from "./catalog.js";
import { tableScan } from "./table-scan.js";

/**
 * How many rows have the key of an earlier one when the columns in `folding` are compared without the case of any letter.
 * A key's expressions, and the condition of a partial index, are not looked at: there may be fewer, not more.
 */
export function countFoldedDuplicates(
  db: Database,
  table: SourceTable,
  index: SourceIndex,
  folding: ReadonlySet<string>,
): number {
  const names = index.columns.flatMap(({ name }) => (name === null ? [] : [name]));
  const keys = names.map((name) =>
    folding.has(name) ? `outgrow_fold(${quoteName(name)})` : quoteName(name),
  );
  const groups = `select count(*) as n from ${tableScan(table)}
    where ${names.map((name) => isNotNull(quoteName(name))).join(" and ")}
    group by ${keys.join(", ")} having count(*) > 1`;
  return db.prepare<[], number>(`select ifnull(sum(n - 1), 0) from (${groups})`).pluck().get() ?? 0;
}

/** Whether the type compares a key of such an index without case; BINARY indexes are made over the bytes of the text. */
export function foldsKey(index: SourceIndex, column: string): boolean {
  return (
    index.unique &&
    index.columns.some(
      ({ name, collation }) => name === column && (index.origin === "pk" || collation === "NOCASE"),
    )
  );
}
