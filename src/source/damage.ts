// Finds damage in the file: in a table it ends the run, in an index alone the rows are whole and it is only told.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { IndexDamage, SourceIndex, SourceTable } from "./catalog.js";
import { readPartialCondition } from "./declared-sql.js";
import { duplicateGroups } from "./duplicate-groups.js";
import { fullTextRowid } from "./full-text.js";
import type { Source } from "./open-source.js";
import { damagedTable, namingTable } from "./read-errors.js";
import { tableScan } from "./table-scan.js";

/** Up to so many rows the order of the rowids and the entries of unique indexes are compared: it costs nothing that anyone sees. */
const FEW_ROWS = 100_000;

/**
 * Counts the rows of a table (null for a virtual one) and the entries of every index of it: tells of an index that lacks
 * entries or has too many. Throws `source-corrupt` where the table's pages cannot be read, or (small tables) are not in
 * order: SQLite itself reads on there, and misses rows or gives them twice. In a large one the profile notices that, at
 * less cost. Damage inside rows shows when they are read. Not checked: a partial index whose condition this
 * SQLite does not understand, an index whose collation is missing.
 */
export function readDamage(
  source: Source,
  table: SourceTable,
): { rows: number | null; damage: IndexDamage[] } {
  if (table.kind !== "table") {
    return { rows: null, damage: searchDamage(source, table) };
  }
  const rows = namingTable(source.path, table.name, () =>
    count(source.db, `select count(*) from ${tableScan(table)}`),
  );
  const disorder =
    rows > FEW_ROWS ? undefined : namingTable(source.path, table.name, () => findDisorder(source.db, table));
  if (disorder !== undefined) {
    throw damagedTable(source.path, table.name, disorder);
  }
  const damage = table.indexes.flatMap((index) => {
    const wrong = whatIsWrong(source.db, table, index, rows);
    if (wrong === null && rows > FEW_ROWS) {
      return [];
    }
    const duplicates = namingTable(source.path, table.name, () => countDuplicates(source.db, table, index));
    const reason = wrong ?? (duplicates > 0 ? "holds values twice that it is to keep apart" : null);
    return reason === null ? [] : [{ index: index.name, table: table.name, reason, duplicates }];
  });
  return { rows, damage };
}

/**
 * What quick_check says of a full-text table that keeps its own text: its index alone, since its rows stand in a table of their
 * own. It compares every word of every row, so that only small tables are looked at; in others the proof shows it.
 */
function searchDamage(source: Source, table: SourceTable): IndexDamage[] {
  const { db } = source;
  if (fullTextRowid(table.module) === null || !hasFewRows(source, table)) {
    return [];
  }
  const reason = asked(() =>
    db.prepare<[string], string>("select quick_check from pragma_quick_check(?)").pluck().get(table.name),
  );
  return reason === undefined || reason === "ok"
    ? []
    : [{ index: table.name, table: table.name, reason, duplicates: 0 }];
}

/** False too where the table that it shows is gone, which is told elsewhere. */
function hasFewRows({ db, path }: Source, table: SourceTable): boolean {
  const most = `select 1 from ${quoteName(table.name)} limit ${FEW_ROWS + 1}`;
  return namingTable(path, table.name, () => {
    try {
      return count(db, `select count(*) from (${most})`) <= FEW_ROWS;
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code === "SQLITE_ERROR") {
        return false;
      }
      throw error;
    }
  });
}

/** What SQLite answers, or says where it cannot. */
function asked(ask: () => string | undefined): string | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(?:ERROR|CORRUPT)/.test(error.code)) {
      return error.message;
    }
    throw error;
  }
}

/**
 * What quick_check says of the table's own b-tree, in lines that begin with the number of its root page. Its other
 * lines are about indexes, or about rows that break their table's rules.
 */
function findDisorder(db: Database.Database, table: SourceTable): string | undefined {
  const root = db.prepare("select rootpage from sqlite_schema where type = 'table' and name = ?").pluck();
  const check = db.prepare<[string], string>("select quick_check from pragma_quick_check(?)").pluck();
  try {
    const lines = check.all(table.name).flatMap((text) => text.split("\n"));
    return lines.find((line) => line.startsWith(`Tree ${root.get(table.name)} `));
  } catch (error) {
    // A CHECK, collation or generated column that needs what this SQLite lacks: nothing is known of the table then.
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_ERROR")) {
      return undefined;
    }
    throw error;
  }
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

/** What a damaged index did not keep out; 0 where it need not, or compares by other than bytes. */
function countDuplicates(db: Database.Database, table: SourceTable, index: SourceIndex): number {
  const groups = duplicateGroups(table, index);
  return index.unique && groups !== null
    ? count(db, `select ifnull(sum("rows in the group" - 1), 0) from (${groups})`)
    : 0;
}

function count(db: Database.Database, sql: string): number {
  return db.prepare<[], number>(sql).pluck().get() ?? 0;
}
