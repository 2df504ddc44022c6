// Finds damage in the file: in a table it ends the run, in an index alone the rows are whole and it is only told.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceCatalog, SourceIndex, SourceTable } from "./catalog.js";
import { readPartialCondition } from "./declared-sql.js";
import type { Source } from "./open-source.js";
import { namingTable } from "./read-errors.js";
import { tableScan } from "./table-scan.js";

type IndexDamage = SourceCatalog["indexDamage"];

/**
 * Counts the entries of every index and compares them with the rows of its table: finds an index that lacks entries
 * or has too many, as `pragma quick_check` does, at a tenth of its cost. Throws `source-corrupt` where pages of a
 * table cannot be read; damage inside rows shows when they are read. Not checked: a partial index whose condition
 * this SQLite does not understand, an index whose collation is missing.
 */
export function readDamage(source: Source, tables: readonly SourceTable[]): IndexDamage {
  const damage: IndexDamage = [];
  for (const table of tables.filter((each) => each.kind === "table")) {
    const rows = namingTable(source.path, table.name, () =>
      count(source.db, `select count(*) from ${tableScan(table)}`),
    );
    for (const index of table.indexes) {
      const reason = whatIsWrong(source.db, table, index, rows);
      if (reason !== null) {
        damage.push({ index: index.name, table: table.name, reason });
      }
    }
  }
  return damage;
}

function whatIsWrong(
  db: Database.Database,
  table: SourceTable,
  index: SourceIndex,
  rows: number,
): string | null {
  if (table.withoutRowid && index.origin === "pk") {
    return null;
  }
  const condition = index.partial && index.sql !== null ? readPartialCondition(index.sql) : null;
  const where = condition === null ? "" : ` where ${condition}`;
  try {
    const expected = where === "" ? rows : count(db, `select count(*) from ${tableScan(table)}${where}`);
    // Not count(*): for that SQLite takes the smallest index, whichever is named.
    const indexed = `${quoteName(table.name)} indexed by ${quoteName(index.name)}`;
    const entries = count(db, `select count(1) from ${indexed}${where}`);
    return entries === expected ? null : `has ${entries} entries for ${expected} rows`;
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) {
      throw error;
    }
    // SQLITE_ERROR is a statement that cannot be prepared here; it says nothing about the index.
    return error.code === "SQLITE_ERROR" ? null : error.message;
  }
}

function count(db: Database.Database, sql: string): number {
  return db.prepare<[], number>(sql).pluck().get() ?? 0;
}
