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
  beyondAscii: Map<string, boolean>;
}

export function countDeclared(source: Source, tables: readonly SourceTable[]): DeclaredCounts {
  const counts: DeclaredCounts = { checks: new Map(), beyondAscii: new Map() };
  for (const table of tables) {
    if (table.hasCheck) {
      counts.checks.set(table.name, countViolations(source, table));
    }
    for (const column of table.columns.filter(({ collation }) => collation === "NOCASE")) {
      const meet = beyondAscii(source, table, column.name);
      if (meet !== null) {
        counts.beyondAscii.set(`${table.name}\0${column.name}`, meet);
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

/**
 * Null where all letters are ASCII; otherwise whether two values that NOCASE tells apart ("Datatypes In SQLite" 7) are one
 * once all letters are folded, as citext may do. One of the two has such a letter, so the others need no look.
 */
function beyondAscii({ db }: Source, table: SourceTable, column: string): boolean | null {
  const name = quoteName(column);
  const values = db
    .prepare<[], string>(
      `select distinct ${name} from ${tableScan(table)}
        where typeof(${name}) = 'text' and ${name} glob '*[^' || char(1) || '-' || char(127) || ']*'`,
    )
    .pluck();
  const byFolded = new Map<string, string>();
  for (const value of values.iterate()) {
    const folded = value.toLowerCase();
    const ascii = value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (/^[\0-\x7f]*$/.test(folded) || (byFolded.get(folded) ?? ascii) !== ascii) {
      return true; // an ASCII value may stand beside the Kelvin sign
    }
    byFolded.set(folded, ascii);
  }
  return byFolded.size === 0 ? null : false;
}
