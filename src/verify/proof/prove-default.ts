// Lets both engines fill a column by its DEFAULT, and compares what they put in.

import Database from "better-sqlite3";
import { quoteLiteral, quoteName } from "../../base/quote.js";
import type { PlannedColumn } from "../../plan/plan.js";
import type { SourceColumn } from "../../source/catalog.js";
import { alikeInForm } from "./alike-in-form.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";
import { sourceField, targetField } from "./prove-view.js";

export async function proveDefault(
  { client }: Sides,
  source: SourceColumn,
  column: PlannedColumn,
): Promise<Pick<Proof, "outcome" | "detail">> {
  const here = sourceDefault(source, column);
  const { rows } = await client.query<unknown[]>({
    text: `select ${targetField("v", column.codec)} from (select (${column.defaultSql ?? "null"})::${column.type} as v) as d`,
    rowMode: "array",
  });
  const there = rows[0]?.[0] ?? null;
  const [a, b] = [shown(here), shown(there)];
  if (a === b || (a !== "NULL" && b !== "NULL" && Number(a) === Number(b))) {
    return { outcome: "equal", detail: `both engines put in ${a}` };
  }
  return changes(source.defaultSql ?? "") && alikeInForm(a, b)
    ? { outcome: "equal", detail: `of one form: ${a} and ${b}` }
    : { outcome: "differs", detail: `SQLite puts in ${a}, PostgreSQL ${b}` };
}

/** A table of that one column, in a database of its own in memory. */
function sourceDefault(source: SourceColumn, column: PlannedColumn): unknown {
  const db = new Database(":memory:");
  try {
    const sql = source.defaultSql ?? "null";
    // This SQLite does not take a double-quoted word for the string that it is ("Quirks" section 8).
    const value = /^"(?:[^"]|"")*"$/.test(sql)
      ? quoteLiteral(sql.slice(1, -1).replaceAll('""', '"'))
      : `(${sql})`;
    db.exec(`create table t (c ${source.declaredType.replace(/[^\w\s(),.]/g, " ")} default ${value})`);
    db.exec("insert into t default values");
    return db
      .prepare(`select ${sourceField(quoteName("c"), column.codec)} from t`)
      .pluck()
      .safeIntegers()
      .get();
  } finally {
    db.close();
  }
}

const changes = (sql: string) =>
  /random|now|current_|julianday|unixepoch|strftime|date\s*\(|time\s*\(/i.test(sql);

function shown(value: unknown): string {
  if (value === null || value === undefined) {
    return "NULL";
  }
  return Buffer.isBuffer(value) ? `\\x${value.toString("hex")}` : String(value);
}
