// One table on both engines, made without outgrow's own code, and an expression asked of both over all of its rows.
import Database from "better-sqlite3";
import type pg from "pg";
import { parseExpression } from "#outgrow/sql/parse.js";
import { translate, translateCondition } from "#outgrow/sql/translate/expression.js";
import { createHelper, HelperSet, withSchema } from "#outgrow/sql/translate/helpers.js";
import type { ColumnMeaning, TableMeaning } from "#outgrow/sql/translate/meaning.js";
import { Untranslatable } from "#outgrow/sql/translate/meaning.js";
import { rowScope } from "#outgrow/sql/translate/scope.js";
import { asValue } from "#outgrow/sql/translate/typed.js";

const column = (source: string, type: string, more: Partial<ColumnMeaning>): ColumnMeaning => ({
  source,
  target: source,
  type,
  class: "any",
  affinity: "BLOB",
  collation: "BINARY",
  codec: null,
  value: (sql) => sql,
  ...more,
});

export const TABLE: TableMeaning = {
  source: "t",
  path: '"public"."t"',
  columns: [
    column("id", "bigint", { class: "integer", affinity: "INTEGER", codec: "int64" }),
    column("n", "bigint", { class: "integer", affinity: "INTEGER", codec: "int64" }),
    column("m", "integer", { class: "integer", affinity: "INTEGER", codec: "int32" }),
    column("r", "double precision", { class: "real", affinity: "REAL", codec: "double" }),
    column("s", "text", { class: "text", affinity: "TEXT", codec: "text" }),
    column("u", "text", { class: "text", affinity: "TEXT", collation: "NOCASE", codec: "text" }),
    column("b", "bytea", { class: "blob", affinity: "BLOB", codec: "blob" }),
    column("flag", "boolean", { class: "condition", affinity: "NUMERIC", codec: "bool" }),
    column("at", "timestamp", {
      class: "text",
      affinity: "NUMERIC",
      codec: "iso(space,none,none)",
      value: (sql) => `to_char(${sql}, 'YYYY-MM-DD HH24:MI:SS')`,
    }),
    column("code", "text", { class: "text", affinity: "TEXT", codec: "text" }),
  ],
  rowid: null,
  primaryKey: ["id"],
  hasOtherKeys: false,
};

type Cell = number | string | Buffer | null;

const ROWS: Cell[][] = [
  [1, 0, 1, 0, "", "", Buffer.from(""), 0, "2024-01-31 10:20:30", "12"],
  [2, 5, -3, 2.5, "abc", "ABC", Buffer.from("abc"), 1, "2023-12-31 23:59:59", "abc"],
  [3, -7, 2, -2.5, "ABC", "abc", Buffer.from([0, 255]), 0, "2024-02-29 00:00:00", " 7 "],
  [4, 900719925474099, 100, 1e10, "a%b_c", "Äb", null, 1, "1999-06-15 12:00:00", "-0.5"],
  [5, null, null, null, null, null, null, null, null, null],
  [6, 1, 7, 0.1, " x  ", "x ", Buffer.from("x"), 1, "2024-03-01 00:00:01", "1e2"],
  [7, 10, 10, 0.5, "Grüße 😀", "GRÜSSE", Buffer.from("é"), 0, "2000-01-01 00:00:00", "0x10"],
  [
    8,
    -1,
    64,
    1.5,
    '{"a": {"b": [1, "zwei", true, null]}}',
    "5",
    Buffer.from("5"),
    1,
    "2024-12-25 08:09:10",
    "12abc",
  ],
];

export function sqliteTable(): Database.Database {
  const db = new Database(":memory:");
  db.exec(`create table t (id integer primary key, n integer, m int, r real, s text, u text collate nocase, b blob,
                           flag boolean, at datetime, code text)`);
  const insert = db.prepare(`insert into t values (${ROWS[0]?.map(() => "?").join(", ")})`);
  for (const row of ROWS) {
    insert.run(...row);
  }
  return db;
}

export async function postgresTable(client: pg.Client): Promise<void> {
  await client.query(`set search_path = pg_catalog; set timezone = 'UTC'; set extra_float_digits = 1;
    create table public.t (id bigint, n bigint, m integer, r double precision, s text collate "C", u text collate "C",
                           b bytea, flag boolean, at timestamp, code text collate "C")`);
  for (const row of ROWS) {
    const values = row.map((cell, i) => (i === 7 && cell !== null ? cell === 1 : cell));
    await client.query(`insert into public.t values (${row.map((_, i) => `$${i + 1}`).join(", ")})`, values);
  }
}

export type Asked =
  | { kind: "alike"; sql: string }
  | { kind: "refused"; reason: string }
  | { kind: "differs"; sql: string; here: string[]; there: string[] }
  | { kind: "error"; sql: string; code: string; message: string };

/** Values by row: `integer 5`, `text abc`; a number by its twelve first digits, whichever class it is of. */
export async function ask(
  db: Database.Database,
  client: pg.Client,
  expression: string,
  known: Set<string>,
): Promise<Asked> {
  const helpers = new HelperSet();
  let sql: string;
  let isCondition: boolean;
  try {
    const expr = parseExpression(expression);
    const value = translate(expr, rowScope(TABLE, helpers));
    translateIfCondition(expr);
    isCondition = value.class === "condition";
    sql = withSchema(isCondition ? value.sql : asValue(value).sql, "public");
  } catch (error) {
    if (error instanceof Untranslatable) {
      return { kind: "refused", reason: error.message };
    }
    throw error;
  }
  for (const name of helpers.all.filter((one) => !known.has(one))) {
    await client.query(createHelper(name, "public"));
    known.add(name);
  }
  const here = (
    db.prepare(`select ${expression} from t order by id`).pluck().safeIntegers().all() as unknown[]
  ).map(shown);
  try {
    const { rows } = await client.query<unknown[]>({
      text: `select ${sql} from public.t order by id`,
      rowMode: "array",
    });
    const there = rows.map(([value]) => shown(value));
    return here.join("\n") === there.join("\n")
      ? { kind: "alike", sql }
      : { kind: "differs", sql, here, there };
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    return { kind: "error", sql, code, message };
  }
}

/** A condition of what is one must translate as well. */
function translateIfCondition(expr: ReturnType<typeof parseExpression>): void {
  try {
    translateCondition(expr, rowScope(TABLE));
  } catch (error) {
    if (!(error instanceof Untranslatable)) {
      throw error;
    }
  }
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (Buffer.isBuffer(value)) return `x'${value.toString("hex")}'`;
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number")
    return Number.isInteger(value) ? String(BigInt(value)) : String(Number(value.toPrecision(12)));
  if (typeof value === "string" && /^-?\d+\.\d+$/.test(value))
    return String(Number(Number(value).toPrecision(12)));
  return String(value);
}
