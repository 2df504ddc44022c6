// Counts what the declarations of tables leave open: rows that do not pass a CHECK, and letters that NOCASE and citext fold
// differently. Most tables have neither.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { checksOf } from "../plan/schema/checks.js";
import { declaredTable } from "../plan/schema/conversions.js";
import type { SourceTable } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import { tableScan } from "../source/table-scan.js";

export interface DeclaredCounts {
  checks: Map<string, number[]>;
  beyondAscii: Set<string>;
}

export function countDeclared(source: Source, tables: readonly SourceTable[]): DeclaredCounts {
  const counts: DeclaredCounts = { checks: new Map(), beyondAscii: new Set() };
  for (const table of tables) {
    if (table.hasCheck) {
      counts.checks.set(table.name, countViolations(source, table));
    }
    for (const column of table.columns.filter(({ collation }) => collation === "NOCASE")) {
      if (holdsBeyondAscii(source, table, column.name)) {
        counts.beyondAscii.add(`${table.name}\0${column.name}`);
      }
    }
  }
  return counts;
}

/** One scan for all; one for each where the table has a CHECK that this SQLite cannot evaluate. */
function countViolations(source: Source, table: SourceTable): number[] {
  const declared = declaredTable(table);
  if (declared === null || "problem" in declared) {
    return [];
  }
  return checksOf(declared).map(({ source: check }) => {
    try {
      const sql = `select count(case when not (${check}) then 1 end) from ${tableScan(table)}`;
      return Number(source.db.prepare(sql).pluck().get());
    } catch (error) {
      // A function of the application's own: such a CHECK is not converted either.
      if (error instanceof Database.SqliteError && error.code === "SQLITE_ERROR") {
        return 0;
      }
      throw error;
    }
  });
}

function holdsBeyondAscii(source: Source, table: SourceTable, column: string): boolean {
  const name = quoteName(column);
  const sql = `select exists (select 1 from ${tableScan(table)} where typeof(${name}) = 'text' and ${name} glob '*[^' || char(1) || '-' || char(127) || ']*')`;
  return Number(source.db.prepare(sql).pluck().get()) === 1;
}
