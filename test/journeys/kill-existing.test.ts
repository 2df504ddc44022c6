// Kills a move into tables that an application made: what stands aside during the load must come back in every case.
import type pg from "pg";
import { describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { type Gate, makeGate } from "./gate.js";
import { expectFinished, reportOf, row } from "./whole-move.js";

const SOURCE = `
  create table customers (id integer primary key autoincrement, name text not null, seen text);
  create table orders (id integer primary key autoincrement, customer_id integer not null references customers (id), total real);
  with recursive i (i) as (select 1 union all select i + 1 from i where i < 400)
    insert into customers select i, 'customer ' || i, '2024-01-01 10:00:00' from i;
  with recursive i (i) as (select 1 union all select i + 1 from i where i < 900)
    insert into orders select i, 1 + i % 400, i * 0.25 from i`;

const TARGET = `
  create table customers (id bigserial primary key, name varchar(100) not null unique, seen timestamp check (seen > '2000-01-01'));
  create table orders (id bigserial primary key, customer_id bigint not null references customers on delete cascade, total numeric(10,2));
  create table invoices (id int primary key, order_id bigint references orders (id));
  create index orders_customer on orders (customer_id);
  create table schema_migrations (version int primary key);
  insert into schema_migrations values (1), (2);
  create function stamp() returns trigger language plpgsql as $$ begin new.seen = now(); return new; end $$;
  create trigger stamp before insert or update on customers for each row execute function stamp();
  create trigger always_stamp before update on customers for each row execute function stamp();
  alter table customers enable always trigger always_stamp`;

const OLD_ROWS = `
  alter table customers disable trigger user;
  insert into customers values (7, 'an old row', '2001-01-01');
  insert into orders values (7070, 7, 7.5);
  insert into invoices values (1, 7070);
  alter table customers enable trigger stamp;
  alter table customers enable always trigger always_stamp`;

/** Everything that guards the tables, in words. */
const GUARDS = `
  select string_agg(g, '; ' order by g) as guards from (
    select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0
     and connamespace = 'public'::regnamespace
    union all
    select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal and tgname like '%stamp'
    union all
    select indexrelid::regclass || ' ' || indisvalid from pg_index join pg_class on pg_class.oid = indexrelid
     where relnamespace = 'public'::regnamespace) q (g)`;

const ROWS = `
  select (select count(*)::int from customers) as customers, (select count(distinct name)::int from customers) as names,
         (select count(*)::int from orders) as orders, (select sum(total)::text from orders) as total,
         (select count(*)::int from customers where seen = '2024-01-01 10:00:00') as seen,
         (select count(*)::int from schema_migrations) as migrations`;

const MOVED = { customers: 400, names: 400, orders: 900, total: "101362.50", seen: 400, migrations: 2 };

interface Place {
  source: string;
  database: TestDatabase;
  client: pg.Client;
  gate: Gate;
  guards: unknown;
}

async function place(label: string, more = ""): Promise<Place> {
  const source = makeSqlite(SOURCE, "app.db");
  const database = await testDatabase(label);
  const client = await database.client();
  await client.query(TARGET);
  await client.query(more);
  const gate = await makeGate(database.url, client);
  return { source, database, client, gate, guards: await row(client, GUARDS) };
}

function migrate(at: Place, more: string[] = [], kill?: AbortSignal): Promise<Ended> {
  const args = ["migrate", at.source, at.database.url, "--jobs", "2", "--json", "--quiet", ...more];
  return outgrow(args, kill === undefined ? {} : { signal: kill, killWith: "SIGKILL" });
}

/** Kills the move in the step after `steps`; false where it came to its end before that. */
async function killIn(at: Place, steps: number, more: string[]): Promise<Ended | null> {
  await at.gate.close(steps, steps % 2 === 0 ? "work" : "commit");
  const killer = new AbortController();
  const run = migrate(at, more, killer.signal);
  const isHeld = await at.gate.caught(run);
  killer.abort();
  const ended = await run;
  await at.gate.open();
  return isHeld ? null : ended;
}

/** Names of the guards that are not as they were, or only NOT VALID. */
async function missing(client: pg.Client, before: unknown): Promise<string[]> {
  const words = (found: unknown) =>
    (found as { guards: string }).guards.replaceAll(" NOT VALID", "").split("; ");
  const now = words(await row(client, GUARDS));
  return words(before)
    .filter((guard) => !now.includes(guard))
    .map((guard) => guard.split(" ")[1] ?? "")
    .sort();
}

async function standingAside(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ object_name: string }>(
    "select object_name from outgrow.pending_ddl where restored_at is null",
  );
  return rows.map((one) => one.object_name).sort();
}

describe("a move into existing tables that is killed", () => {
  it("goes on from every step and puts back what stood aside", { timeout: 180_000 }, async () => {
    const at = await place("kill existing");
    let killed = 0;
    let ended = await killIn(at, killed, []);
    while (ended === null) {
      killed++;
      expect(await missing(at.client, at.guards)).toEqual(await standingAside(at.client));
      ended = await killIn(at, killed, []);
    }
    expect(killed).toBeGreaterThan(5);
    expect(reportOf(ended).resumed).toBe(true);
    expect(await row(at.client, ROWS)).toEqual(MOVED);
    expect(await row(at.client, GUARDS)).toEqual(at.guards);
    await expectFinished(at.client);
    expect(reportOf(await migrate(at)).resumed).toBe(true);
    expect(await row(at.client, ROWS)).toEqual(MOVED);
    const next = await at.client.query("insert into orders (customer_id) values (1) returning id::int");
    expect(next.rows).toEqual([{ id: 901 }]);
  });

  it("replaces the rows that were there once, and keeps each of them once", {
    timeout: 180_000,
  }, async () => {
    const at = await place("kill replacing", `${OLD_ROWS}; delete from invoices`);
    let killed = 0;
    while ((await killIn(at, killed, ["--existing-rows", "replace"])) === null) killed++;
    expect(await row(at.client, ROWS)).toEqual(MOVED);
    expect(await row(at.client, GUARDS)).toEqual(at.guards);
    expect(
      (
        await at.client.query(
          "select table_name, code, source_row ->> 'id' as id from outgrow.quarantine order by 1",
        )
      ).rows,
    ).toEqual([
      { table_name: "customers", code: "existing-rows", id: "7" },
      { table_name: "orders", code: "existing-rows", id: "7070" },
    ]);
    await expectFinished(at.client);
  });

  it("tells of a constraint elsewhere that the replaced rows leave contradicted", async () => {
    const at = await place("contradicted", OLD_ROWS);
    const ended = await migrate(at, ["--existing-rows", "replace"]);
    expect(reportOf(ended)).toMatchObject({
      result: "moved",
      warnings: expect.arrayContaining([
        'constraint "invoices_order_id_fkey" of table "invoices" stays NOT VALID: rows of that table contradict it now',
      ]),
    });
  });

  it("is undone by --restart from every step: rows, constraints and triggers are as they were, then it moves", {
    timeout: 300_000,
  }, async () => {
    for (let steps = 1; ; steps += 3) {
      const at = await place("restart existing", `${OLD_ROWS}; delete from invoices`);
      const replace = ["--existing-rows", "replace"];
      const ended = await killIn(at, steps, replace);
      if (ended !== null) break;
      // A move that is blocked writes nothing, so what stands after it is what the undoing left.
      const undone = await migrate(at, ["--restart"]);
      expect(undone.code, undone.stderr).toBe(3);
      expect(undone.json()).toMatchObject({ result: "blocked" });
      expect(await row(at.client, ROWS)).toEqual({
        customers: 1,
        names: 1,
        orders: 1,
        total: "7.50",
        seen: 0,
        migrations: 2,
      });
      expect(await row(at.client, GUARDS)).toEqual(at.guards);
      const report = reportOf(await migrate(at, replace));
      expect(report.resumed).toBe(false);
      expect(await row(at.client, ROWS)).toEqual(MOVED);
      expect(await row(at.client, GUARDS)).toEqual(at.guards);
    }
  });
});
