// Lets both engines fill a column by its DEFAULT, and compares what they put in.

import Database from "better-sqlite3";
import { quoteLiteral, quoteName } from "../../base/quote.js";
import type { PlannedColumn } from "../../plan/plan.js";
import type { SourceColumn } from "../../source/catalog.js";
import { registerFunctions } from "../../source/functions.js";
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
  // A default may be a value that the codec of the column's values would not carry, and which the column holds all the same.
  const b = shown(there);
  const a = [here.canonical, here.value].map(shown).find((text) => isSame(text, b)) ?? shown(here.canonical);
  if (isSame(a, b) || (column.type === "boolean" && truthOf(a) !== null && truthOf(a) === truthOf(b))) {
    return { outcome: "equal", detail: `both engines put in ${a}` };
  }
  return changes(source.defaultSql ?? "") && alikeInForm(a, b)
    ? { outcome: "equal", detail: `of one form: ${a} and ${b}` }
    : { outcome: "differs", detail: `SQLite puts in ${a}, PostgreSQL ${b}` };
}

/** A column of yes and no may have 0 for its default: in a boolean all of them are false. */
function truthOf(text: string): boolean | null {
  if (/^(?:0|f|false|n|no|off)$/i.test(text)) return false;
  return /^(?:1|t|true|y|yes|on)$/i.test(text) ? true : null;
}

const isSame = (a: string, b: string) =>
  a === b || (a !== "NULL" && b !== "NULL" && a !== "" && b !== "" && Number(a) === Number(b));

/** A table of that one column, in a database of its own in memory. */
function sourceDefault(source: SourceColumn, column: PlannedColumn): { canonical: unknown; value: unknown } {
  const db = new Database(":memory:");
  try {
    registerFunctions(db, "UTF-8");
    const sql = source.defaultSql ?? "null";
    // This SQLite does not take a double-quoted word for the string that it is ("Quirks" section 8).
    const spelled = /^"(?:[^"]|"")*"$/.test(sql)
      ? quoteLiteral(sql.slice(1, -1).replaceAll('""', '"'))
      : `(${sql})`;
    db.exec(`create table t (c ${source.declaredType.replace(/[^\w\s(),.]/g, " ")} default ${spelled})`);
    db.exec("insert into t default values");
    const [canonical, value] = db
      .prepare(`select ${sourceField(quoteName("c"), column.codec)}, c from t`)
      .raw()
      .safeIntegers()
      .get() as [unknown, unknown];
    return { canonical, value };
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
