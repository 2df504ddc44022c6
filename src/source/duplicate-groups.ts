// SQL that finds rows which a unique index was to keep apart, and which stand there twice all the same.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import type { SourceIndex, SourceTable } from "./catalog.js";
import { tableScan } from "./table-scan.js";

/**
 * Rows that have the same values in the columns of a plain index, with `"rows in the group"`; null for another index.
 * NULLs are equal to nothing.
 */
export function duplicateGroups(table: SourceTable, index: SourceIndex): string | null {
  const names = index.columns.flatMap(({ name, collation }) =>
    name === null || collation !== "BINARY" ? [] : [quoteName(name)],
  );
  return index.partial || names.length < index.columns.length
    ? null
    : `select ${names.join(", ")}, count(*) as "rows in the group" from ${tableScan(table)}
        where ${names.map(isNotNull).join(" and ")}
        group by ${names.map(asBytes).join(", ")} having count(*) > 1`;
}

/** As an index COLLATE BINARY compares the column, which may itself be declared COLLATE NOCASE. */
export function asBytes(name: string): string {
  return `${name} collate binary`;
}
