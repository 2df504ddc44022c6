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

/** Whether the parent's own comparison knows no case in some column. */
export function refersToNocase({ parent, parentColumns }: ResolvedForeignKey): boolean {
  return parent.columns.some(({ name, collation }) => collation === "NOCASE" && parentColumns.includes(name));
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
 * PostgreSQL's, not SQLite's: bytes, not NOCASE; as text where the two columns will both be text. Numbers are equal as
 * numbers everywhere: 1.0 refers to 1, for such columns become one type of number (plan/key-groups.ts).
 * `folds` is for columns that become citext: a parent that compares by NOCASE does so here.
 */
export function orphanPredicate(
  table: SourceTable,
  key: SourceForeignKey,
  resolved: ResolvedForeignKey,
  folds = false,
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
      plain: comparesPlainly(child, parent, folds),
      // A column of TEXT affinity holds no numbers ("Datatypes In SQLite" 3).
      mayBeNumbers: child?.affinity !== "TEXT" && parent?.affinity !== "TEXT",
    };
  });
  const parentTable = quoteName(resolved.parent.name);
  if (pairs.every((pair) => pair.plain)) {
    const match = pairs.map((pair) => `${pair.parent} = ${pair.child}`).join(" and ");
    return `${isSet} and not exists (select 1 from ${parentTable} ${alias} where ${match})`;
  }
  // No index serves these comparisons: each subquery is made once and searched.
  const isMatched = waysToCompare(pairs).map((ways) => {
    const children = ways.map((way, i) => way(pairs[i]?.child ?? "")).join(", ");
    const parents = ways.map((way, i) => way(pairs[i]?.parent ?? ""));
    const known = parents.map((parent) => `${parent} is not null`).join(" and ");
    return `ifnull((${children}) in (select ${parents.join(", ")} from ${parentTable} ${alias} where ${known}), 0)`;
  });
  return `${isSet} and not (${isMatched.join(" or ")})`;
}

type Way = (value: string) => string;

/** NULL where the value is NULL, also in a column that was declared NOT NULL later. */
const byText: Way = (value) => `iif(${isNotNull(value)}, cast(${value} as text), null) collate binary`;
/** An expression has no affinity: texts stay texts. */
const byNumber: Way = (value) => `iif(typeof(${value}) in ('integer','real'), ${value}, null)`;

/** How the columns of a key may be equal: each as text, or, where both sides may hold numbers, as numbers. */
function waysToCompare(pairs: readonly { mayBeNumbers: boolean }[]): Way[][] {
  return pairs.reduce<Way[][]>(
    (ways, { mayBeNumbers }) =>
      (mayBeNumbers ? [byText, byNumber] : [byText]).flatMap((way) => ways.map((before) => [...before, way])),
    [[]],
  );
}

const NUMERIC: ReadonlySet<Affinity> = new Set(["INTEGER", "REAL", "NUMERIC"]);

function comparesPlainly(
  child: SourceColumn | undefined,
  parent: SourceColumn | undefined,
  folds: boolean,
): boolean {
  if (child === undefined || parent === undefined) {
    return false;
  }
  if (parent.collation !== "BINARY" && !(folds && parent.collation === "NOCASE")) {
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
  folds = false,
): number {
  const [childColumn] = key.columns;
  const [parentColumn] = resolved.parentColumns;
  if (key.columns.length === 1 && childColumn !== undefined && parentColumn === resolved.parent.rowidAlias) {
    const ids = idRange(db, resolved.parent);
    const count = db.prepare<[], number>(`select count(*) from ${quoteName(resolved.parent.name)}`).pluck();
    if (ids !== null && isGapless(ids, count.get() ?? 0)) {
      const child = quoteName(childColumn);
      const isInside = `typeof(${child}) in ('integer','real') and ${child} between ? and ? and ${child} = cast(${child} as integer)`;
      const outside = db
        .prepare(
          `select count(*) from ${tableScan(table)}
            where not (${isInside}) and ${orphanPredicate(table, key, resolved)}`,
        )
        .pluck()
        .get(ids.low, ids.high) as number;
      return outside;
    }
  }
  return db
    .prepare(
      `select count(*) from ${quoteName(table.name)} where ${orphanPredicate(table, key, resolved, folds)}`,
    )
    .pluck()
    .get() as number;
}
