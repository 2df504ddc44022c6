// Checks that values of different storage classes in one column can still be told apart in the target.
import { cellOf, type KeptAside } from "./kept-aside.js";
import type { SqliteTable, SqliteValue } from "./read-sqlite.js";
import { showSqlite } from "./read-sqlite.js";
import type { OracleColumn } from "./same-value.js";
import type { Disagree } from "./verdict.js";

/** As SQLite prints numbers: what a number beside texts would look like. */
const PRINTED_NUMBER = /^-?(?:0|[1-9]\d*)$|^-?\d+\.\d+(?:e[+-]\d+)?$|^-?Inf$/;

/** 1 and '1' in a text column, 'a' and x'61' in bytes: one of each pair must stand in outgrow.originals. */
export function checkClasses(
  table: SqliteTable,
  columns: readonly OracleColumn[],
  kept: KeptAside,
  disagree: Disagree,
): void {
  for (const column of columns) {
    const place = table.columns.findIndex(({ name }) => name === column.source);
    const cells = table.rows
      .filter((row) => !kept.setAside.has(row.key) && !kept.substituted.has(cellOf(row.key, column.source)))
      .map((row) => ({ key: row.key, value: row.values[place] }));
    const has = (test: (value: SqliteValue) => boolean) =>
      cells.some(({ value }) => value !== undefined && test(value));
    const hasNumbers = has((value) => value.class === "integer" || value.class === "real");
    const hasTexts = has((value) => value.class === "text");
    const hasBlobs = has((value) => value.class === "blob");
    const isText = ["text", "character varying", "citext"].includes(column.type);
    if (isText && hasNumbers) {
      for (const { key, value } of cells) {
        if (value?.class === "text" && PRINTED_NUMBER.test(value.text ?? "")) {
          disagree(`${showSqlite(value)} cannot be told from a number`, key, column.source);
        }
      }
    }
    if (column.type === "bytea" && [hasNumbers, hasTexts, hasBlobs].filter(Boolean).length > 1) {
      disagree("bytes, texts and numbers cannot be told apart", null, column.source);
    }
  }
}
