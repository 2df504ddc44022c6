// What becomes of a schema with one of everything: by pgloader, and by outgrow, side by side.
//
//   npm run compare:schema -- [--url postgres://…] [--write]
//
// --write puts the table into docs/compared.md.

import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import type pg from "pg";
import { pgloaderCommand, pgloaderFailures, pgloaderVersion } from "./pgloader.js";
import { freshDatabase, openServer, withClient } from "./server.js";

const CLI = createRequire(import.meta.url).resolve("#outgrow/cli.js");

/** pgloader hangs where it fails in some ways; nobody waits longer for a dozen rows. */
const PATIENCE_MS = 60_000;

const SCHEMA = `
  create table customers (id integer primary key autoincrement, email text not null collate nocase unique,
    kind text not null default 'new' check (kind in ('new', 'regular')), active boolean not null default 1,
    created_at datetime not null default CURRENT_TIMESTAMP);
  create table orders (id integer primary key, customer_id integer not null references customers (id) on delete cascade
      deferrable initially deferred, number text not null, quantity integer not null check (quantity > 0),
    price real not null, paid integer not null default 0,
    total real generated always as (quantity * price) stored, label text as (upper(number)) virtual);
  create unique index one_open on orders (customer_id) where paid = 0;
  create index newest on orders (id desc);
  create table counters (name text primary key, n integer not null) without rowid;
  insert into customers (id, email, created_at) values (1, 'ann@example.org', '2024-01-31 10:00:00'), (2, 'bob@example.org', '2024-02-29 11:00:00');
  delete from customers where id = 2;
  insert into customers (id, email) values (3, 'cy@example.org'); delete from customers where id = 3;
  insert into orders (id, customer_id, number, quantity, price, paid) values (1, 1, 'a1', 3, 0.1234567890123456, 0), (2, 1, 'a2', 1, 10.1, 1);
  insert into counters values ('orders', 2);
  create view open_orders as select o.id, c.email, o.total from orders o join customers c on c.id = o.customer_id where o.paid = 0;
  create trigger count_up after insert on orders begin update counters set n = n + 1 where name = 'orders'; end;`;

const EXPRESSION_INDEX = "create index by_number on orders (lower(number));";

interface Probe {
  what: string;
  /** Gives one boolean. */
  sql: string;
}

const inOrders = "select oid from pg_class where relname = 'orders'";

const PROBES: Probe[] = [
  {
    what: "all rows",
    sql: "select (select count(*) from customers) = 1 and (select count(*) from orders) = 2 and (select count(*) from counters) = 1",
  },
  {
    what: "REAL keeps all its digits",
    sql: "select price::float8 = 0.1234567890123456::float8 from orders where id = 1",
  },
  {
    what: "NOT NULL",
    sql: "select attnotnull from pg_attribute where attrelid = (select oid from pg_class where relname = 'customers') and attname = 'email'",
  },
  {
    what: "DEFAULT 'new'",
    sql: "select count(*) = 1 from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where a.attname = 'kind'",
  },
  {
    what: "CHECK constraints",
    sql: "select count(*) = 2 from pg_constraint where contype = 'c' and convalidated and conrelid in (select oid from pg_class where relname in ('customers', 'orders'))",
  },
  {
    what: "UNIQUE without case (NOCASE)",
    sql: "refuses insert into customers (id, email, kind, active, created_at) values (90, 'ANN@example.org', 'new', true, '2024-01-01')",
  },
  {
    what: "primary key of WITHOUT ROWID",
    sql: "select count(*) = 1 from pg_constraint where contype = 'p' and conrelid = (select oid from pg_class where relname = 'counters')",
  },
  {
    what: "foreign key with its action",
    sql: `select count(*) = 1 from pg_constraint where contype = 'f' and confdeltype = 'c' and conrelid = (${inOrders})`,
  },
  {
    what: "deferred foreign key",
    sql: `select bool_or(condeferred) from pg_constraint where contype = 'f' and conrelid = (${inOrders})`,
  },
  { what: "next id above every id given out", sql: "nextid" },
  {
    what: "generated column (stored)",
    sql: `select count(*) = 1 from pg_attribute where attrelid = (${inOrders}) and attname = 'total' and attgenerated <> ''`,
  },
  {
    what: "generated column (virtual)",
    sql: `select count(*) = 1 from pg_attribute where attrelid = (${inOrders}) and attname = 'label' and attgenerated <> ''`,
  },
  {
    what: "partial unique index",
    sql: `select count(*) = 1 from pg_index where indrelid = (${inOrders}) and indisunique and indpred is not null`,
  },
  {
    what: "descending index",
    sql: `select count(*) > 0 from pg_index where indrelid = (${inOrders}) and (indoption[0] & 1) = 1`,
  },
  {
    what: "expression index",
    sql: `select count(*) > 0 from pg_index where indrelid = (${inOrders}) and indexprs is not null`,
  },
  { what: "view", sql: "select count(*) = 1 from open_orders" },
  { what: "trigger acts", sql: "trigger" },
];

async function ask(client: pg.Client, { sql }: Probe): Promise<boolean> {
  await client.query("begin");
  try {
    if (sql.startsWith("refuses ")) {
      try {
        await client.query(sql.slice("refuses ".length));
        return false;
      } catch (error) {
        return (error as { code?: string }).code === "23505";
      }
    }
    if (sql === "nextid") {
      const { rows } = await client.query(
        "insert into customers (email, kind, active, created_at) values ('new@example.org', 'new', true, '2024-01-01') returning id",
      );
      return Number((rows[0] as { id: unknown }).id) > 3;
    }
    if (sql === "trigger") {
      await client.query(
        "insert into orders (id, customer_id, number, quantity, price, paid) values (9, 1, 'a9', 1, 1, 1)",
      );
      const { rows } = await client.query("select n from counters");
      return Number((rows[0] as { n: unknown }).n) === 3;
    }
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return rows[0]?.[0] === true;
  } catch {
    return false; // what is not there cannot be asked; the table says "lost"
  } finally {
    await client.query("rollback");
  }
}

interface Ended {
  code: number | null;
  output: string;
  late: boolean;
}

function run(command: readonly string[]): Promise<Ended> {
  return new Promise((done, fail) => {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, PATIENCE_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", fail);
    child.once("close", (code) => {
      clearTimeout(timer);
      done({ code, output, late });
    });
  });
}

interface Outcome {
  ended: string;
  answers: boolean[];
}

const { values } = parseArgs({
  options: { url: { type: "string" }, write: { type: "boolean", default: false } },
});

async function main(): Promise<void> {
  const version = pgloaderVersion();
  if (version === null) {
    console.error("skipped: pgloader is not installed here, so there is nothing to compare with");
    return;
  }
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "outgrow-compare-"));
  chmodSync(folder, 0o711);
  const server = await openServer(values.url, folder, false);
  try {
    const columns: { name: string; outcome: Outcome }[] = [];
    for (const [place, extra, suffix] of [
      ["a", "", ""],
      ["b", EXPRESSION_INDEX, ", with an expression index"],
    ] as const) {
      const file = join(folder, `${place}.db`);
      const db = new Database(file);
      db.exec(SCHEMA + extra);
      db.close();
      for (const tool of ["pgloader", "outgrow"] as const) {
        const database = `compare_${tool}_${place}`;
        await freshDatabase(server, database);
        const url = server.urlOf(database);
        const command =
          tool === "pgloader"
            ? pgloaderCommand(file, url, folder).command
            : [process.execPath, CLI, "migrate", file, url, "-q"];
        const ended = await run(command);
        const failures = tool === "pgloader" ? pgloaderFailures(ended.output).length : 0;
        const answers = await withClient(server, database, async (client) => {
          const all: boolean[] = [];
          for (const probe of PROBES) all.push(await ask(client, probe));
          return all;
        });
        columns.push({
          name: `${tool === "pgloader" ? `pgloader ${version}` : "outgrow"}${suffix}`,
          outcome: {
            ended: ended.late
              ? `hung, ended after ${PATIENCE_MS / 1000} s`
              : `exit ${ended.code}${failures > 0 ? `, ERROR in ${failures} of its lines` : ""}`,
            answers,
          },
        });
      }
    }
    const table = render(columns);
    console.log(table);
    if (values.write) {
      const path = join(dirname(dirname(CLI)), "docs", "compared.md");
      writeFileSync(path, document(table));
      console.log(`written to ${path}`);
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function render(columns: readonly { name: string; outcome: Outcome }[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["", ...columns.map(({ name }) => name)]),
    line(["---", ...columns.map(() => "---")]),
    line(["ends with", ...columns.map(({ outcome }) => outcome.ended)]),
    ...PROBES.map(({ what }, i) =>
      line([
        what,
        ...columns.map(({ name, outcome }) =>
          what === "expression index" && !name.includes("expression")
            ? "(none here)"
            : outcome.answers[i]
              ? "yes"
              : "lost",
        ),
      ]),
    ),
  ].join("\n");
}

const document = (table: string) => `# Compared

One SQLite schema that has one of everything, moved by pgloader and by outgrow into a PostgreSQL of its own each. \`npm run
compare:schema -- --write\` makes this page; the schema and the questions stand in \`bench/compare-schema.ts\`. pgloader runs with the settings
that favour it (\`bench/pgloader.ts\`): a cast keeps REAL at eight bytes, and CURRENT_TIMESTAMP is in capitals, without which it makes no table. "lost" is what is not there afterwards, or does not act.

${table}
`;

await main();
