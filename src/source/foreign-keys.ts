// Which key a foreign key means, and how many rows of the child have no row in the parent.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import type { Affinity, SourceCatalog, SourceColumn, SourceForeignKey, SourceTable } from "./catalog.js";
import { idRange, isGapless } from "./id-range.js";
import { tableScan } from "./table-scan.js";

export interface ResolvedForeignKey {
  parent: SourceTable;
  /** As the parent spells them, in the order of the child's columns. */
  parentColumns: string[];
}

/** SQLite compares names without case, and an unnamed target is the parent's primary key ("Foreign Key Support" 2). */
export function resolveForeignKey(
  catalog: SourceCatalog,
  key: SourceForeignKey,
): ResolvedForeignKey | { problem: string } {
  const parent = catalog.tables.find((table) => sameName(table.name, key.parentTable));
  if (parent === undefined) {
    return { problem: `there is no table "${key.parentTable}"` };
  }
  const wanted = key.parentColumns ?? parent.primaryKey;
  if (wanted.length !== key.columns.length) {
    return {
      problem: `"${parent.name}" has a primary key of ${parent.primaryKey.length} columns, the constraint names ${key.columns.length}`,
    };
  }
  const parentColumns = wanted.map(
    (name) => parent.columns.find((column) => sameName(column.name, name))?.name,
  );
  const missing = wanted.filter((_, i) => parentColumns[i] === undefined);
  return missing.length > 0
    ? { problem: `"${parent.name}" has no column "${missing.join('", "')}"` }
    : { parent, parentColumns: parentColumns.filter((name) => name !== undefined) };
}

/** The foreign keys of a table that mean something. */
export function resolvedForeignKeys(
  catalog: SourceCatalog,
  table: SourceTable,
): { key: SourceForeignKey; resolved: ResolvedForeignKey }[] {
  return table.foreignKeys.flatMap((key) => {
    const resolved = resolveForeignKey(catalog, key);
    return "problem" in resolved ? [] : [{ key, resolved }];
  });
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * SQLite SQL that is true for a row of `table` whose foreign key is set and has no parent row. The comparison is
 * PostgreSQL's, not SQLite's: bytes, not NOCASE; as text where the two columns will both be text.
 */
export function orphanPredicate(
  table: SourceTable,
  key: SourceForeignKey,
  resolved: ResolvedForeignKey,
): string {
  // Within the subquery the child is still called by its own name.
  const alias = sameName(table.name, "p") ? "q" : "p";
  const own = (name: string) => `${quoteName(table.name)}.${quoteName(name)}`;
  const isSet = key.columns.map((name) => isNotNull(own(name))).join(" and ");
  const pairs = key.columns.map((name, i) => {
    const child = columnOf(table, name);
    const parent = columnOf(resolved.parent, resolved.parentColumns[i] ?? "");
    return {
      child: own(name),
      parent: `${alias}.${quoteName(parent?.name ?? "")}`,
      plain: comparesPlainly(child, parent),
    };
  });
  const parentTable = quoteName(resolved.parent.name);
  if (pairs.every((pair) => pair.plain)) {
    const match = pairs.map((pair) => `${pair.parent} = ${pair.child}`).join(" and ");
    return `${isSet} and not exists (select 1 from ${parentTable} ${alias} where ${match})`;
  }
  // No index serves these comparisons: the subquery is made once and searched.
  const children = pairs.map((pair) => `${asText(pair.child)} collate binary`).join(", ");
  const parents = pairs.map((pair) => asText(pair.parent)).join(", ");
  const notNull = pairs.map((pair) => isNotNull(pair.parent)).join(" and ");
  return `${isSet} and (${children}) not in (select ${parents} from ${parentTable} ${alias} where ${notNull})`;
}

/** A REAL without a fraction as the INTEGER that it is equal to: 1.0 refers to 1. */
const asText = (sql: string) =>
  `cast(iif(typeof(${sql}) = 'real' and ${sql} = cast(${sql} as integer), cast(${sql} as integer), ${sql}) as text)`;

const NUMERIC: ReadonlySet<Affinity> = new Set(["INTEGER", "REAL", "NUMERIC"]);

function comparesPlainly(child: SourceColumn | undefined, parent: SourceColumn | undefined): boolean {
  if (child === undefined || parent === undefined || parent.collation !== "BINARY") {
    return false;
  }
  return child.affinity === parent.affinity || (NUMERIC.has(child.affinity) && NUMERIC.has(parent.affinity));
}

function columnOf(table: SourceTable, name: string): SourceColumn | undefined {
  return table.columns.find((column) => sameName(column.name, name));
}

/**
 * Rows of the child without a parent row. A parent whose integer ids leave no gap needs no look at its rows: a
 * child between its smallest and largest id has its parent, which spares a search for each row.
 */
export function countOrphans(
  db: Database,
  table: SourceTable,
  key: SourceForeignKey,
  resolved: ResolvedForeignKey,
): number {
  const [childColumn] = key.columns;
  const [parentColumn] = resolved.parentColumns;
  if (
    key.columns.length === 1 &&
    childColumn !== undefined &&
    parentColumn === resolved.parent.rowidAlias &&
    comparesPlainly(columnOf(table, childColumn), columnOf(resolved.parent, parentColumn ?? ""))
  ) {
    const ids = idRange(db, resolved.parent);
    const count = db.prepare<[], number>(`select count(*) from ${quoteName(resolved.parent.name)}`).pluck();
    if (ids !== null && isGapless(ids, count.get() ?? 0)) {
      const child = quoteName(childColumn);
      const outside = db
        .prepare(
          `select count(*) from ${tableScan(table)}
            where ${isNotNull(child)}
              and not (typeof(${child}) in ('integer', 'real') and ${child} between ? and ? and ${child} = cast(${child} as integer))`,
        )
        .pluck()
        .get(ids.low, ids.high) as number;
      return outside;
    }
  }
  return db
    .prepare(`select count(*) from ${quoteName(table.name)} where ${orphanPredicate(table, key, resolved)}`)
    .pluck()
    .get() as number;
}
