// Some offending rows for a finding: key and values, as text that is safe to print.

import type { Database } from "better-sqlite3";
import { shorten } from "../base/printable.js";
import { quoteName } from "../base/quote.js";
import { isSecretColumn } from "../base/secret-columns.js";
import type { SourceCatalog, SourceTable } from "./catalog.js";
import { decodeText } from "./functions.js";
import { tableScan } from "./table-scan.js";

/** A row as a finding shows it: `id=7`, and the value of each column asked for. */
export interface ExampleRow {
  key: string;
  /** Parallel to the columns asked for; at most 60 characters each. */
  values: string[];
}

/**
 * At most `limit` rows of the table for which `predicate` holds, in the order of the table. The key is the primary
 * key, or else the rowid; without either the row's place among those found. Texts stand in quotes, blobs as x'…',
 * columns with a secret's name as …, NULL as NULL.
 *
 * SQLite takes `c is null` for false where c is declared NOT NULL, whatever is stored; write `typeof(c) = 'null'`.
 */
export function exampleRows(
  db: Database,
  table: SourceTable,
  predicate: string,
  columns: readonly string[],
  limit: number,
): ExampleRow[] {
  const key = keyColumns(table);
  const names = [
    ...key.map((name) => (name === table.rowidName ? name : quoteName(name))),
    ...columns.map(quoteName),
  ];
  const shown = names.flatMap((name) => [`typeof(${name})`, printableSql(name)]);
  const encoding = db.pragma("encoding", { simple: true }) as SourceCatalog["encoding"];
  const rows = db
    .prepare<[number], (string | Buffer | null)[]>(
      `select ${shown.join(", ")} from ${tableScan(table)} where ${predicate} limit ?`,
    )
    .raw()
    .all(limit)
    .map((row) => row.map((value) => (Buffer.isBuffer(value) ? decodeText(value, encoding) : value)));
  return rows.map((row, i) => {
    const cells = names.map((_, j) => ({ storageClass: row[j * 2] ?? "null", text: row[j * 2 + 1] ?? "" }));
    const [keys, values] = [cells.slice(0, key.length), cells.slice(key.length)];
    return {
      key:
        keys.length === 0
          ? `row ${i + 1}`
          : keys.map((cell, j) => `${key[j]}=${show(key[j], cell)}`).join(" "),
      values: values.map((cell, j) => show(columns[j], cell)),
    };
  });
}

function keyColumns(table: SourceTable): string[] {
  if (table.primaryKey.length > 0) {
    return table.primaryKey;
  }
  return table.rowidName === null ? [] : [table.rowidName];
}

/** Only the beginning of a value leaves SQLite, however large it is. A text goes as bytes: substr stops at U+0000. */
function printableSql(name: string): string {
  return `case typeof(${name}) when 'blob' then hex(substr(${name}, 1, 24)) when 'text' then substr(cast(${name} as blob), 1, 300) else ${name} || '' end`;
}

interface Cell {
  storageClass: string;
  text: string;
}

function show(column: string | undefined, cell: Cell): string {
  if (column !== undefined && isSecretColumn(column)) {
    return "…";
  }
  switch (cell.storageClass) {
    case "null":
      return "NULL";
    case "blob":
      return shorten(`x'${cell.text.toLowerCase()}${cell.text.length === 48 ? "…" : ""}'`);
    case "text":
      return shorten(`'${cell.text}'`);
    default:
      return cell.text;
  }
}
