// Counts what the declarations of tables leave open: rows that do not pass a CHECK, and texts that NOCASE and citext fold
// differently. Most tables have neither.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { columnOverride, type PlanOverrides } from "../plan/overrides.js";
import { checksOf } from "../plan/schema/checks.js";
import { declaredTable } from "../plan/schema/conversions.js";
import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import { countFoldedDuplicates, foldsKey } from "../source/folded-duplicates.js";
import { resolvedForeignKeys } from "../source/foreign-keys.js";
import type { Source } from "../source/open-source.js";
import { tableScan } from "../source/table-scan.js";

export interface DeclaredCounts {
  checks: Map<string, number[]>;
  beyondAscii: Set<string>;
  foldedDuplicates: Map<string, number>;
}

export function countDeclared(
  source: Source,
  catalog: SourceCatalog,
  tables: readonly SourceTable[],
  overrides: PlanOverrides,
): DeclaredCounts {
  const counts: DeclaredCounts = { checks: new Map(), beyondAscii: new Set(), foldedDuplicates: new Map() };
  const folding = foldingColumns(catalog, tables, overrides);
  for (const table of tables) {
    if (table.hasCheck) {
      counts.checks.set(table.name, countViolations(source, table));
    }
    for (const column of table.columns.filter(({ collation }) => collation === "NOCASE")) {
      if (holdsBeyondAscii(source, table, column.name)) {
        counts.beyondAscii.add(`${table.name}\0${column.name}`);
      }
    }
    const own = new Set(
      table.columns.map(({ name }) => name).filter((name) => folding.has(`${table.name}\0${name}`)),
    );
    for (const column of own) {
      // NOCASE keeps ASCII letters apart already, a key that compares bytes does not.
      const mayClash =
        counts.beyondAscii.has(`${table.name}\0${column}`) ||
        table.columns.find(({ name }) => name === column)?.collation !== "NOCASE";
      const keys = mayClash ? table.indexes.filter((index) => foldsKey(index, column)) : [];
      const rows = keys.map((index) => countFoldedDuplicates(source.db, table, index, own));
      if (rows.some((count) => count > 0)) {
        counts.foldedDuplicates.set(`${table.name}\0${column}`, Math.max(...rows));
      }
    }
  }
  return counts;
}

/** Columns that may become citext, as `table\0column`: by NOCASE, by hand, or because they refer to such a one. */
function foldingColumns(
  catalog: SourceCatalog,
  tables: readonly SourceTable[],
  overrides: PlanOverrides,
): Set<string> {
  const found = new Set(
    tables.flatMap((table) =>
      table.columns
        .filter(
          ({ name, collation }) =>
            collation === "NOCASE" || isCitext(columnOverride(overrides, table.name, name)?.type),
        )
        .map(({ name }) => `${table.name}\0${name}`),
    ),
  );
  const ties = tables.flatMap((table) =>
    resolvedForeignKeys(catalog, table).flatMap(({ key, resolved }) =>
      key.columns.map((name, i) => ({
        child: `${table.name}\0${name}`,
        parent: `${resolved.parent.name}\0${resolved.parentColumns[i] ?? ""}`,
      })),
    ),
  );
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { child } of ties.filter(({ parent }) => found.has(parent))) {
      found.add(child);
    }
  }
  return found;
}

function isCitext(type: string | undefined): boolean {
  return type !== undefined && /^(?:.*\.)?"?citext"?$/i.test(type.trim());
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
