// What the demo asks both databases, and the one value it changes.

import Database from "better-sqlite3";
import Table from "cli-table3";
import { OutgrowError } from "../base/errors.js";
import { quotePath } from "../base/quote.js";
import { withClient } from "../target/connect.js";
import type { TargetSettings } from "../target/settings.js";

interface Question {
  asks: string;
  sqlite: string;
  /** `path` gives a table's name with its schema. */
  postgres(path: (table: string) => string): string;
}

const QUESTIONS: readonly Question[] = [
  {
    asks: "turnover of paid orders",
    sqlite: "select printf('%.2f', sum(total)) from orders where payment_status = 'paid'",
    postgres: (path) => `select sum(total)::text from ${path("orders")} where payment_status = 'paid'`,
  },
  {
    asks: "customers who bought and reviewed",
    sqlite:
      "select count(distinct o.user_id) || '' from orders o join product_reviews r on r.user_id = o.user_id",
    postgres: (path) =>
      `select count(distinct o.user_id)::text from ${path("orders")} o join ${path("product_reviews")} r on r.user_id = o.user_id`,
  },
  {
    asks: "the newest order",
    sqlite: "select order_number || ', ' || created_at from orders order by id desc limit 1",
    postgres: (path) =>
      `select order_number || ', ' || created_at::text from ${path("orders")} order by id desc limit 1`,
  },
];

/** A table of questions and answers. Throws `failed` where the answers of the two sides differ. */
export async function askBothSides(shop: string, target: TargetSettings, schema: string): Promise<string> {
  const table = new Table({
    head: ["", "SQLite", "PostgreSQL"],
    style: { head: [], border: [], compact: true },
  });
  const db = new Database(shop, { readonly: true });
  try {
    await withClient(target, async (client) => {
      for (const question of QUESTIONS) {
        const ofSqlite = String(db.prepare(question.sqlite).pluck().get());
        const sql = question.postgres((name) => quotePath(schema, name));
        const { rows } = await client.query<[string]>({ text: sql, rowMode: "array" });
        const ofPostgres = String(rows[0]?.[0]);
        if (ofSqlite !== ofPostgres) {
          throw new OutgrowError(
            "failed",
            `${question.asks}: SQLite says ${ofSqlite}, PostgreSQL ${ofPostgres}`,
            { hint: "this is a bug in outgrow; please report it" },
          );
        }
        table.push([question.asks, ofSqlite, ofPostgres]);
      }
    });
  } finally {
    db.close();
  }
  return table.toString();
}

/** Adds one cent to the total of the middle order. `sql` is what was run, `undo` takes it back. */
export async function changeOneValue(
  target: TargetSettings,
  schema: string,
): Promise<{ sql: string; undo(): Promise<void> }> {
  const orders = quotePath(schema, "orders");
  const id = await withClient(target, async (client) => {
    const { rows } = await client.query<{ id: bigint }>(
      `select id
         from ${orders}
        order by id
        limit 1 offset (select count(*) / 2 from ${orders})`,
    );
    return rows[0]?.id ?? 1n;
  });
  const change = (sign: "+" | "-") => `update ${orders} set total = total ${sign} 0.01 where id = ${id}`;
  const run = (sql: string) => withClient(target, async (client) => void (await client.query(sql)));
  await run(change("+"));
  return { sql: change("+"), undo: () => run(change("-")) };
}
