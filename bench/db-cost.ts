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

interface Cost {
  /** Microseconds until the answer is there. */
  wall: number;
  /** Microseconds of this process's processors, which other programs on the machine change less. */
  cpu: number;
}

/** The medians of the rounds; the contenders take turns, so that a busy machine meets all of them. */
async function compare(contenders: Record<string, Run>, queries: number): Promise<Record<string, Cost>> {
  const times: Record<string, Cost[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const began = performance.now();
      const used = process.cpuUsage();
      for (let i = 0; i < queries; i++) await run();
      // The first round warms up.
      const { user, system } = process.cpuUsage(used);
      const cost = { wall: ((performance.now() - began) * 1000) / queries, cpu: (user + system) / queries };
      times[name] = round === 0 ? [] : [...(times[name] ?? []), cost];
    }
  }
  const middle = (list: Cost[], part: keyof Cost) =>
    list.map((cost) => cost[part]).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [
      name,
      { wall: middle(list, "wall"), cpu: middle(list, "cpu") },
    ]),
  );
}

function told(name: string, { wall, cpu }: Cost): string {
  return `${name.padEnd(28)} ${wall.toFixed(1).padStart(8)} us, ${cpu.toFixed(1).padStart(7)} us of processor time`;
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
  // Its end() resolves before its connections are closed, and the server's farewell would end the process.
  pool.on("error", () => undefined);
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
    tell(found);
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
  tell(found);
  bare.close();
  await db.close();
}

/** Each driver by itself, and ours below it. */
function tell(found: Record<string, Cost>): void {
  const all = Object.entries(found);
  for (let i = 0; i < all.length; i += 2) {
    const [bare, ours] = all.slice(i, i + 2);
    if (bare === undefined || ours === undefined) return;
    const more = (part: keyof Cost) => {
      const difference = ours[1][part] - bare[1][part];
      return `${difference.toFixed(1)} us or ${((difference / bare[1][part]) * 100).toFixed(1)} %`;
    };
    console.log(told(...bare));
    console.log(`${told(...ours)} (more: ${more("wall")}; processor ${more("cpu")})`);
  }
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
