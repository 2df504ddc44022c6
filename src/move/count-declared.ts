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

function countViolations(source: Source, table: SourceTable): number[] {
  const declared = declaredTable(table);
  if (declared === null || "problem" in declared) {
    return [];
  }
  const checks = checksOf(declared).map((check) => check.source);
  return (
    countFailing(source, table, checks) ??
    checks.flatMap((check) => countFailing(source, table, [check]) ?? [0])
  );
}

/** In one scan; null where one has a function of the application's own, and then is not converted either. */
function countFailing({ db }: Source, table: SourceTable, checks: readonly string[]): number[] | null {
  const counts = checks.map((check) => `count(case when not (${check}) then 1 end)`);
  try {
    return (
      db
        .prepare(`select ${counts.join(", ")} from ${tableScan(table)}`)
        .raw()
        .get() as number[]
    ).map(Number);
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === "SQLITE_ERROR") {
      return null;
    }
    throw error;
  }
}

function holdsBeyondAscii(source: Source, table: SourceTable, column: string): boolean {
  const name = quoteName(column);
  const sql = `select exists (select 1 from ${tableScan(table)} where typeof(${name}) = 'text' and ${name} glob '*[^' || char(1) || '-' || char(127) || ']*')`;
  return Number(source.db.prepare(sql).pluck().get()) === 1;
}
