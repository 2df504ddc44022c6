// Compares what a column's DEFAULT gives on both sides, by asking both engines.
import Database from "better-sqlite3";
import type pg from "pg";
import { fields, type PgTable } from "./read-postgres.js";
import { quoted, type SqliteTable, type SqliteValue, showSqlite } from "./read-sqlite.js";
import { isSameValue, type OracleColumn } from "./same-value.js";
import type { Disagree, OracleReport } from "./verdict.js";

/** Of literals the values must be the same; of the current time it is enough that PostgreSQL has one too. */
export async function checkDefaults(
  client: pg.Client,
  table: SqliteTable,
  pgTable: PgTable,
  columns: readonly OracleColumn[],
  findings: OracleReport["findings"],
  disagree: Disagree,
): Promise<void> {
  for (const column of columns) {
    const declared = table.columns.find(({ name }) => name === column.source);
    const found = pgTable.columns.find(({ name }) => name === column.target);
    const isTold = findings.some(
      ({ code, table: name, column: of, object }) =>
        name === table.name &&
        ((code === "default-not-carried" && of === column.source) ||
          (/^conversion-(?:differs|refused)$/.test(code) && object === column.source)),
    );
    if (declared === undefined || declared.isGenerated || found === undefined || found.identity || isTold)
      continue;
    const value =
      declared.defaultSql === null
        ? ({ class: "null" } as const)
        : valueOfDefault(declared.type, declared.defaultSql, table.isStrict);
    if (value === null) continue;
    const type = await typeOf(client, pgTable.oid, column.target);
    const field = found.defaultSql === null ? null : await evaluate(client, found.defaultSql, type);
    const isCurrent = /current_|now|random/i.test(declared.defaultSql ?? "");
    if (
      isCurrent
        ? field === null || field instanceof Error
        : field instanceof Error || !isSameDefault(value, field, column)
    ) {
      disagree(
        `the default ${declared.defaultSql} gives ${showSqlite(value)}, here ${field instanceof Error ? field.message : JSON.stringify(field)} (${found.defaultSql})`,
        null,
        column.source,
      );
    }
  }
}

async function evaluate(client: pg.Client, sql: string, type: string): Promise<string | null | Error> {
  try {
    const [row] = await fields(client, `select (${sql})::${type}`);
    return row?.[0] ?? null;
  } catch (error) {
    return error as Error; // an insert would fail with it
  }
}

/**
 * The value counts, not how the column's other texts are spelt; a date is its midnight, and the digits or the whole
 * REAL of a key that became a number are the key's number; 1.0 is true where 1 is.
 */
function isSameDefault(value: SqliteValue, field: string | null, column: OracleColumn): boolean {
  if (
    /^(bigint|double precision)$/.test(column.type) &&
    value.class === "text" &&
    /^(0|-?[1-9]\d*)$/.test(value.text ?? "")
  ) {
    return value.text === field;
  }
  if (column.type === "bigint" && value.class === "real" && Number.isSafeInteger(value.value)) {
    return String(BigInt(value.value)) === field;
  }
  if (column.type === "boolean" && value.class === "real" && (value.value === 0 || value.value === 1)) {
    return field === (value.value === 1 ? "t" : "f");
  }
  const isDate =
    value.class === "text" &&
    /^\d{4}-\d\d-\d\d$/.test(value.text ?? "") &&
    column.type.startsWith("timestamp");
  const plain: SqliteValue = isDate
    ? { class: "text", bytes: value.bytes, text: `${value.text} 00:00:00` }
    : value;
  return isSameValue(plain, field, { ...column, codec: null }) || isSameValue(plain, field, column);
}

async function typeOf(client: pg.Client, oid: string, column: string): Promise<string> {
  const [row] = await fields(
    client,
    "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = $1 and attname = $2",
    [oid, column],
  );
  return row?.[0] ?? "text";
}

/** Null where SQLite itself cannot make a table of it. */
function valueOfDefault(type: string, sql: string, isStrict: boolean): SqliteValue | null {
  const db = new Database(":memory:");
  try {
    db.exec(
      `create table t (${quoted("a column")} ${type} default (${sql}))${isStrict ? " strict" : ""}; insert into t default values`,
    );
    const row = db
      .prepare('select typeof(a), a, cast(a as blob) from (select "a column" as a from t)')
      .raw()
      .safeIntegers()
      .get() as unknown[];
    const [storageClass, value, bytes] = row;
    if (storageClass === "null") return { class: "null" };
    if (storageClass === "integer") return { class: "integer", value: value as bigint };
    if (storageClass === "real") return { class: "real", value: value as number };
    if (storageClass === "blob") return { class: "blob", bytes: value as Buffer };
    return { class: "text", bytes: bytes as Buffer, text: value as string };
  } catch {
    return null; // a default that SQLite takes in a declaration and refuses when it is used
  } finally {
    db.close();
  }
}
