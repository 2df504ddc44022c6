// What the names in an expression stand for once the tables have moved: each column of the source with the PostgreSQL
// column that holds it, and how the value SQLite knew is made of that. Plain data, given by whoever plans the move.

import { lowerAscii } from "../sql-tokens.js";

/**
 * The storage class of a value ("Datatypes In SQLite" section 2), as far as it is known before it is seen:
 * `number` is INTEGER or REAL, `condition` is the 0 or 1 of a PostgreSQL boolean, `any` may be of any class.
 */
export type ValueClass = "integer" | "real" | "number" | "condition" | "text" | "blob" | "null" | "any";

export type Affinity = "INTEGER" | "TEXT" | "BLOB" | "REAL" | "NUMERIC";

export interface ColumnMeaning {
  /** Its name in SQLite. */
  source: string;
  /** Its name in PostgreSQL, without quotes. */
  target: string;
  /** As DDL spells it: `numeric(10,2)`, `citext`. */
  type: string;
  class: ValueClass;
  affinity: Affinity;
  /** BINARY, NOCASE or RTRIM; upper case. */
  collation: string;
  /** Codec id of a moved column; null for a column of a view that is computed. */
  codec: string | null;
  /** An R-Tree keeps its bounds as 32-bit floats, the lower ones rounded down and the upper ones up. */
  rounds?: "down" | "up";
  /** PostgreSQL SQL of SQLite's value, of the class that is given, from the SQL of the column. */
  value(sql: string): string;
}

export interface TableMeaning {
  /** Its name in SQLite. */
  source: string;
  /** Quoted, with its schema. */
  path: string;
  columns: readonly ColumnMeaning[];
  /** The column that is the rowid; null where the target keeps none. */
  rowid: ColumnMeaning | null;
  /** Source names. */
  primaryKey: readonly string[];
  /** Whether it has unique keys beside the primary key, or rows of other tables refer to it. */
  hasOtherKeys: boolean;
}

/** Tables and views by name. */
export type Meanings = ReadonlyMap<string, TableMeaning>;

export function tableNamed(meanings: Meanings, name: string): TableMeaning | undefined {
  return meanings.get(lowerAscii(name));
}

export function columnNamed(table: TableMeaning, name: string): ColumnMeaning | undefined {
  const wanted = lowerAscii(name);
  const column = table.columns.find((one) => lowerAscii(one.source) === wanted);
  return column ?? (/^(?:rowid|_rowid_|oid)$/.test(wanted) ? (table.rowid ?? undefined) : undefined);
}

/** Why something of SQLite's SQL has no PostgreSQL form here, in words that end "…, so it is not converted". */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";
}
