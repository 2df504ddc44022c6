// What outgrow/db costs over the bare driver on short statements: percent over pg, microseconds over better-sqlite3.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { type Database, openDatabase } from "#outgrow/db/index.js";
import { startEmbedded } from "#outgrow/target/embedded.js";
import { findSystemPostgres } from "#outgrow/target/system-postgres.js";

const ROUNDS = 9;
const QUERIES = Number(process.env.OUTGROW_BENCH_QUERIES ?? 3_000);
const SQL = "select id, email, total, created_at from customers where id = $1";

type Run = () => Promise<unknown>;

/** Microseconds a query, the median of the rounds; the contenders take turns, so that a busy machine meets all of them. */
async function compare(contenders: Record<string, Run>, queries: number): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const began = performance.now();
      for (let i = 0; i < queries; i++) await run();
      // The first round warms up.
      const taken = ((performance.now() - began) * 1000) / queries;
      times[name] = round === 0 ? [] : [...(times[name] ?? []), taken];
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, list.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0]),
  );
}

async function fill(db: Database, key: string): Promise<void> {
  await db.execute(
    `create table customers (${key}, email varchar(100), total decimal(10,2), created_at timestamp)`,
  );
  await db.execute(
    `insert into customers (email, total, created_at) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
     select 'mail' || i || '@example.org', i, '2024-01-01 00:00:00' from n`,
  );
}

async function onPostgres(dir: string): Promise<void> {
  const binDir = findSystemPostgres({ path: process.env.PATH ?? "" })?.binDir;
  const server = await startEmbedded({
    dataDir: join(dir, "data"),
    durable: false,
    ...(binDir ? { binDir } : {}),
  });
  const db = await openDatabase({ url: server.url, env: {}, log: null });
  const pool = new pg.Pool({ connectionString: server.url, max: 20 });
  try {
    await fill(db, "id bigint generated always as identity primary key");
    const prepared = db.prepare(SQL);
    const write = "update customers set total = total + 1 where id = $1";
    const found = await compare(
      {
        "pg pool, query": () => pool.query(SQL, [next()]),
        "outgrow/db, query": () => db.query(SQL, [next()]),
        "pg pool, named": () => pool.query({ name: "q", text: SQL, values: [next()] }),
        "outgrow/db, prepared": () => prepared.query([next()]),
        "pg pool, update": () => pool.query(write, [next()]),
        "outgrow/db, update": () => db.execute(write, [next()]),
        "pg, begin, update, commit": async () => {
          const client = await pool.connect();
          await client.query("begin isolation level serializable");
          await client.query(write, [next()]);
          await client.query("commit");
          client.release();
        },
        "outgrow/db, transaction": () => db.transaction((tx) => tx.execute(write, [next()])),
      },
      QUERIES,
    );
    const names = Object.keys(found);
    for (let i = 0; i < names.length; i += 2) {
      const [bare, ours] = [names[i] ?? "", names[i + 1] ?? ""];
      const more = (((found[ours] ?? 0) / (found[bare] ?? 1) - 1) * 100).toFixed(1);
      console.log(
        `${bare}: ${found[bare]?.toFixed(1)} us; ${ours}: ${found[ours]?.toFixed(1)} us (${more} %)`,
      );
    }
  } finally {
    await db.close();
    await pool.end();
    await server.stop();
  }
}

async function onSqlite(dir: string): Promise<void> {
  const path = join(dir, "cost.db");
  const db = await openDatabase({ url: `sqlite:${path}`, env: {}, log: null });
  await fill(db, "id integer primary key");
  const bare = new Sqlite(path);
  const statement = bare.prepare(SQL.replace("$1", "?"));
  const found = await compare(
    {
      "better-sqlite3, get": async () => statement.get(next()),
      "outgrow/db, get": () => db.get(SQL, [next()]),
    },
    QUERIES,
  );
  const [without = 0, withUs = 0] = Object.values(found);
  console.log(
    `better-sqlite3: ${without.toFixed(1)} us; outgrow/db, in a thread: ${withUs.toFixed(1)} us (${(withUs - without).toFixed(1)} us more)`,
  );
  bare.close();
  await db.close();
}

let id = 0;
function next(): number {
  id = (id % 1000) + 1;
  return id;
}

const dir = mkdtempSync(join(tmpdir(), "outgrow-cost-"));
try {
  console.log(`Node ${process.version}, ${QUERIES} statements a round, median of ${ROUNDS} rounds`);
  await onPostgres(dir);
  await onSqlite(dir);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
