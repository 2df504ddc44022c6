// The SQL by which one table is read on both sides for a comparison: the same fields, in the same order.

import type { Database } from "better-sqlite3";
import { quoteLiteral, quoteName, quotePath } from "../base/quote.js";
import type { Codec } from "../codec/codec.js";
import { codecFor } from "../codec/index.js";
import { copyOptions, rowExpression } from "../codec/row.js";
import type { PlannedTable } from "../plan/plan.js";
import { fieldOf, isQuoted, movedRows, sourceValue } from "../plan/source-sql.js";
import type { SourceCatalog } from "../source/catalog.js";
import type { KeyRange } from "../source/profile.js";
import type { RowQuery } from "../source/read-rows.js";
import { fieldOrMisfit } from "./misfit-field.js";

/** An open SQLite file (source/open-source.ts). */
export interface ComparedSource {
  db: Database;
  encoding: SourceCatalog["encoding"];
}

/** What is known of the source's table beyond the plan. */
export interface SourceTableFacts {
  /** The table's largest row in bytes (dbstat); bounds how many rows are read at once. */
  largestRowBytes: number;
  /** How the table stands in a FROM (source/table-scan.ts): no index is to be read in its place. */
  from: string;
  /**
   * Whether there may be values that a codec would change. False where the profile has ruled them out; else each is
   * looked at, for the canonical text of such a value is not its own, and could be equal to another's.
   */
  mayMisfit: boolean;
}

/** Codecs whose column is ordered as the rowid it holds. */
const ORDERED_CODECS = new Set(["int64", "int32", "int16", "numeric-int"]);

/** Whether the table can be compared range by range: the target has a column that holds the rowid, as a number. */
export function hasKeyOrder(table: PlannedTable): boolean {
  return keyField(table) !== null;
}

/** The place of the column that holds the rowid, among the table's columns; null where there is none. */
export function keyField(table: PlannedTable): number | null {
  const { read } = table;
  if (read.by !== "rowid" || read.keyColumn === null) {
    return null;
  }
  const field = table.columns.findIndex((column) => column.target === read.keyColumn);
  const column = table.columns[field];
  return column && ORDERED_CODECS.has(column.codec) && column.substitutions.length === 0 ? field : null;
}

export function columnCodecs(table: PlannedTable): Codec[] {
  return table.columns.map((column) => codecFor(column.codec));
}

/** The rows of a range in SQLite, as the target should print them. */
export function sourceQuery(
  source: ComparedSource,
  table: PlannedTable,
  range: KeyRange,
  facts: SourceTableFacts,
): RowQuery {
  // The rowid is an integer always, and must stay a number for the order.
  const key = keyField(table);
  return {
    table: table.source,
    from: facts.from,
    row: rowExpression(
      table.columns.map((column, i) => {
        const mayMisfit = facts.mayMisfit && i !== key && !column.plain;
        return mayMisfit
          ? fieldOrMisfit(codecFor(column.codec), sourceValue(column))
          : fieldOf(column, "canonical");
      }),
    ),
    where: movedRows(table),
    rowid: table.read.by === "rowid" ? table.read.name : null,
    range,
    orderBy: [],
    largestRowBytes: facts.largestRowBytes,
    encoding: source.encoding,
  };
}

/** How many fields of a range were substituted, and in how many rows, by the plan's predicates. */
export function countSubstituted(
  source: ComparedSource,
  table: PlannedTable,
  range: KeyRange,
  { from }: Pick<SourceTableFacts, "from">,
): { fields: number; rows: number } {
  const tests = table.columns
    .filter((column) => column.substitutions.length > 0)
    .map((column) => column.substitutions.map((one) => `(${one.predicate})`).join(" or "));
  if (tests.length === 0) {
    return { fields: 0, rows: 0 };
  }
  const counted = tests.map((test) => `count(case when ${test} then 1 end)`);
  const rowid = table.read.by === "rowid" ? table.read.name : null;
  const conditions = [
    rowid !== null && range.after !== null ? `${rowid} > ${range.after}` : null,
    rowid !== null && range.upTo !== null ? `${rowid} <= ${range.upTo}` : null,
    movedRows(table),
  ].filter((condition) => condition !== null);
  const counts = source.db
    .prepare(
      `select ${counted.join(" + ")} as "fields", count(case when ${tests.join(" or ")} then 1 end) as "rows"
         from ${from}
        where ${conditions.join(" and ") || "1"}`,
    )
    .get() as { fields: number; rows: number };
  return counts;
}

/**
 * PostgreSQL: the rows of a range, in the order of the key where one is given. Bounds are literals, since COPY
 * takes no parameters, and typed: without `::int8` -2^63 would be numeric, and no index would serve it.
 */
export function targetCopy(schema: string, table: PlannedTable, key: string | null, range: KeyRange): string {
  const column = key === null ? "" : `t.${quoteName(key)}`;
  const conditions = [
    key !== null && range.after !== null ? `${column} > ${quoteLiteral(String(range.after))}::int8` : null,
    key !== null && range.upTo !== null ? `${column} <= ${quoteLiteral(String(range.upTo))}::int8` : null,
  ].filter((condition) => condition !== null);
  return copyOut(schema, table, conditions.join(" and "), column);
}

/** PostgreSQL: rows whose key is NULL, which no range of keys finds. */
export function targetCopyWithoutKey(schema: string, table: PlannedTable, key: string): string {
  return copyOut(schema, table, `t.${quoteName(key)} is null`, "");
}

function copyOut(schema: string, table: PlannedTable, where: string, orderBy: string): string {
  const codecs = columnCodecs(table);
  const fields = table.columns.map(
    (column, i) => `${codecs[i]?.decode(`t.${quoteName(column.target)}`)} as "f${i}"`,
  );
  const quoted = table.columns.flatMap((column, i) => (isQuoted(column) ? [`"f${i}"`] : []));
  return `copy (
    select ${fields.join(", ")}
      from ${quotePath(schema, table.target)} as t
     ${where === "" ? "" : `where ${where}`}
     ${orderBy === "" ? "" : `order by ${orderBy}`}
  ) to stdout with ${copyOptions(quoted)}`;
}
