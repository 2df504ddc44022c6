// Asks both engines how many rows pass a CHECK, stand in a partial index, or have a key of their own.

import type Database from "better-sqlite3";
import type { ClientBase } from "pg";
import { quoteName, quotePath } from "../../base/quote.js";
import type { PlannedCheck, PlannedIndex, PlannedTable } from "../../plan/plan.js";
import { movedRows } from "../../plan/source-sql.js";
import type { SourceIndex, SourceTable } from "../../source/catalog.js";
import { tableScan } from "../../source/table-scan.js";
import { parseStatement } from "../../sql/parse.js";
import type { Proof } from "./proof.js";

export interface Sides {
  db: Database.Database;
  client: ClientBase;
  schema: string;
}

/** Rows for which the condition is true, false and NULL. */
export async function proveCheck(
  sides: Sides,
  source: SourceTable,
  table: PlannedTable,
  check: PlannedCheck,
): Promise<Pick<Proof, "outcome" | "detail">> {
  const three = (condition: string) =>
    `count(*), count(case when ${condition} then 1 end), count(case when not (${condition}) then 1 end)`;
  return sameCounts(
    sides,
    `select ${three(`(${check.source ?? ""})`)} from ${from(source, table)}`,
    `select ${three(`(${check.target ?? ""})`)} from ${quotePath(sides.schema, table.target)}`,
    ["rows", "pass", "fail"],
  );
}

/** Rows in a partial index, and different values of its keys that are expressions. */
export async function proveIndex(
  sides: Sides,
  source: SourceTable,
  table: PlannedTable,
  index: PlannedIndex,
  declared: SourceIndex,
): Promise<Pick<Proof, "outcome" | "detail">> {
  const keys = sourceKeys(declared);
  const distinct = (key: string) => `count(distinct ${key})`;
  const words = ["rows", ...(index.keys ?? []).map((_, i) => `values of key ${i + 1}`)];
  const targetWhere = index.where === undefined ? "" : ` where ${index.where.target}`;
  const moved = movedRows(table);
  const conditions = [moved, index.where === undefined ? null : `(${index.where.source})`].filter(
    (one) => one !== null,
  );
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  return sameCounts(
    sides,
    `select ${["count(*)", ...(index.keys === undefined ? [] : keys.map(distinct))].join(", ")} from ${tableScan(source)}${where}`,
    `select ${["count(*)", ...(index.keys ?? []).map(distinct)].join(", ")} from ${quotePath(sides.schema, table.target)}${targetWhere}`,
    words,
  );
}

function sourceKeys(index: SourceIndex): string[] {
  const created = index.sql === null ? null : parseStatement(index.sql);
  return index.columns.map((column, i) => {
    const written = created?.kind === "createIndex" ? created.columns[i]?.source : undefined;
    const key = column.name === null ? (written ?? "null") : quoteName(column.name);
    return `(${key.replace(/\s+collate\s+\S+$/i, "")}) collate ${column.collation}`;
  });
}

function from(source: SourceTable, table: PlannedTable): string {
  const moved = movedRows(table);
  return `${tableScan(source)}${moved === null ? "" : ` where ${moved}`}`;
}

async function sameCounts(
  { db, client }: Sides,
  sourceSql: string,
  targetSql: string,
  words: readonly string[],
): Promise<Pick<Proof, "outcome" | "detail">> {
  const here = (db.prepare(sourceSql).raw().get() as (number | bigint)[]).map(String);
  const { rows } = await client.query<(bigint | string | number)[]>({ text: targetSql, rowMode: "array" });
  const there = (rows[0] ?? []).map(String);
  const told = (counts: readonly string[]) => words.map((word, i) => `${counts[i]} ${word}`).join(", ");
  return here.join() === there.join()
    ? { outcome: "equal", detail: told(here) }
    : { outcome: "differs", detail: `SQLite: ${told(here)}; PostgreSQL: ${told(there)}` };
}
