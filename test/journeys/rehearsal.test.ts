// What the server refuses is known before the first write, is left out and told; the rehearsal itself leaves nothing.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { makeGate } from "./gate.js";

interface Document {
  result: string;
  resumed: boolean;
  conversions: { kind: string; name: string; source: string; target: string | null; reason: string | null }[];
  findings: { code: string; severity: string; table: string | null; object: string | null; reason: string }[];
  verified: { proofs: { kind: string; name: string; outcome: string }[]; structure: unknown[] } | null;
  seconds: Record<string, number>;
  warnings: string[];
  error: { code: string; message: string; hint: string };
}

async function target(): Promise<{ database: TestDatabase; client: pg.Client }> {
  const database = await testDatabase("rehearsal");
  return { database, client: await database.client() };
}

const migrate = (file: string, { url }: TestDatabase, ...more: string[]) =>
  outgrow(["migrate", file, url, "--json", "-q", ...more]);

async function moved(file: string, database: TestDatabase, ...more: string[]): Promise<Document> {
  const ended = await migrate(file, database, ...more);
  expect(ended.code, ended.stderr + ended.stdout.slice(-2500)).toBe(0);
  return ended.json() as Document;
}

const refused = ({ findings }: Document) =>
  findings.filter(({ code }) => code === "conversion-refused").map(({ object, reason }) => [object, reason]);

/** Everything in the database that is not PostgreSQL's own. */
async function contentOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(`
    select (select array_agg(nspname::text order by 1) from pg_namespace where nspname !~ '^pg_|^information_schema$') as schemas,
           (select array_agg(relname::text order by 1) from pg_class where relnamespace not in
             (select oid from pg_namespace where nspname ~ '^pg_|^information_schema$')) as relations,
           (select array_agg(proname::text order by 1) from pg_proc where pronamespace not in
             (select oid from pg_namespace where nspname ~ '^pg_|^information_schema$')) as functions,
           (select array_agg(extname::text order by 1) from pg_extension) as extensions`);
  return rows[0];
}

/** SQLite adds up neighbours among texts as well; PostgreSQL has no distance between two texts. */
const NEIGHBOURS =
  "select s, sum(n) over (order by s range between 1 preceding and current row) as near from t";

const SOURCE = `
  create table t (id integer primary key, s text collate nocase, n integer, check (n > 0));
  create index by_n on t (n);
  create view near as ${NEIGHBOURS};
  create view nearest as select max(near) as most from near;
  create view plain as select n from t;
  create trigger through instead of insert on near begin insert into t (s) values (new.s); end;
  create trigger counts after insert on t begin update t set n = n + 1 where id = new.id; end;
  insert into t values (1, 'a', 1), (2, 'b', 2);`;

describe("a view that the server refuses", () => {
  it("is left out with all that needs it, and told with its SQL; the rest moves", async () => {
    const { database, client } = await target();
    const report = await moved(makeSqlite(SOURCE), database);
    expect(report).toMatchObject({ result: "moved", verified: { structure: [] } });
    const words = "RANGE with offset PRECEDING/FOLLOWING is not supported for column type citext";
    expect(refused(report)).toEqual([
      ["near", expect.stringContaining(words)],
      ["nearest", expect.stringContaining(`it needs the view "near", which PostgreSQL refuses: `)],
      ["through", expect.stringContaining(`it needs the view "near"`)],
    ]);
    expect(refused(report)[0]?.[1]).toContain(NEIGHBOURS.slice(0, 60));
    const left = report.conversions.filter((one) => one.target === null);
    expect(left.map(({ name, reason }) => [name, reason?.startsWith("PostgreSQL refuses it: ")])).toEqual([
      ["near", true],
      ["nearest", true],
      ["through", true],
    ]);
    expect(left[0]?.source).toContain(NEIGHBOURS);
    const proven = report.verified?.proofs
      .filter(({ outcome }) => outcome === "equal")
      .map(({ name }) => name);
    expect(proven).toEqual(expect.arrayContaining(["by_n", "plain", "counts"]));
    expect((await client.query("select * from plain order by n")).rows).toEqual([{ n: "2" }, { n: "3" }]);
    // The same command again finds the move done: nothing is promised that is not there.
    expect(await moved(makeSqlite(SOURCE), database, "--drop-existing")).toMatchObject({ result: "moved" });
  });

  it("is told by --dry-run, which leaves nothing", async () => {
    const { database, client } = await target();
    const before = await contentOf(client);
    const report = await moved(makeSqlite(SOURCE), database, "--dry-run");
    expect(report.result).toBe("planned");
    expect(refused(report).map(([name]) => name)).toEqual(["near", "nearest", "through"]);
    expect(await contentOf(client)).toEqual(before);
  });

  it("is told where tables are to be replaced, whose users do not wait", async () => {
    const { database, client } = await target();
    await client.query("create table t (id int); create view near as select id from t");
    await client.query("begin; select * from t");
    const report = await moved(makeSqlite(SOURCE), database, "--drop-existing", "--dry-run");
    expect(report.warnings).toEqual([]);
    expect(refused(report).map(([name]) => name)).toEqual(["near", "nearest", "through"]);
    expect(JSON.stringify(report)).not.toContain("outgrow_rehearsal");
    await client.query("commit");
  });
});

it("does without what needs a function that the server refuses, and leaves the other one alone", async () => {
  const { database, client } = await target();
  await client.query("create function sqlite_integer(value text) returns int language sql as 'select 7'");
  const file = makeSqlite(`
    create table t (id integer primary key, s text, d integer default (cast(lower('12') as integer)), other int default 5,
                    g integer as (cast(s as integer)) stored, check (cast(s as integer) < 100));
    create index by_s on t (cast(s as integer));
    create view v as select cast(s as integer) as i from t;
    create trigger r after insert on t when cast(new.s as integer) = 1 begin update t set other = 1; end;
    create view fine as select s from t;
    insert into t (id, s) values (1, '41x'), (2, '42');`);
  const report = await moved(file, database);
  expect(report).toMatchObject({ result: "moved", verified: { structure: [], differences: 0 } });
  expect(
    refused(report)
      .map(([name]) => name)
      .sort(),
  ).toEqual(["by_s", "cast(s as integer) < 100", "d", "g", "r", "v"]);
  for (const [, reason] of refused(report)) {
    expect(reason).toContain("cannot change return type of existing function");
  }
  expect(
    (await client.query("select id::int, s, d::int, other::int, g::int from t order by id")).rows,
  ).toEqual([
    { id: 1, s: "41x", d: 12, other: 5, g: 41 },
    { id: 2, s: "42", d: 12, other: 5, g: 42 },
  ]);
  expect(
    (
      await client.query(
        "select column_default, is_generated from information_schema.columns where table_name = 't' and column_name in ('d', 'g', 'other') order by column_name",
      )
    ).rows,
  ).toEqual([
    { column_default: null, is_generated: "NEVER" },
    { column_default: null, is_generated: "NEVER" },
    { column_default: expect.stringContaining("5"), is_generated: "NEVER" },
  ]);
  expect((await client.query("select sqlite_integer('1') as n")).rows).toEqual([{ n: 7 }]);
});

/** As an administrator may: statements of this kind end with an error. */
const forbid = (client: pg.Client, tag: string) =>
  client.query(`
    create function no() returns event_trigger language plpgsql as $$ begin raise exception 'not here: %', tg_tag; end $$;
    create event trigger no on ddl_command_start when tag in ('${tag}') execute function no()`);

it("does without triggers where an event trigger forbids them", async () => {
  const { database, client } = await target();
  await forbid(client, "CREATE TRIGGER");
  const report = await moved(makeSqlite(SOURCE), database);
  expect(report).toMatchObject({ result: "moved", verified: { structure: [] } });
  expect(refused(report).map(([name]) => name)).toEqual(["near", "nearest", "through", "counts"]);
});

it("ends before the first write where a table is refused", async () => {
  const { database, client } = await target();
  await forbid(client, "CREATE TABLE");
  const before = await contentOf(client);
  const ended = await migrate(makeSqlite(SOURCE), database);
  expect(ended.code).toBe(3);
  expect(ended.json()).toMatchObject({
    result: "blocked",
    error: { code: "blocked", message: 'PostgreSQL refuses table "t": not here: CREATE TABLE' },
  });
  expect(await contentOf(client)).toEqual(before);
});

describe("a table that is there", () => {
  it("is not touched: who writes it does not wait, and is not waited for", async () => {
    const { database, client } = await target();
    await client.query("create table p (id bigint primary key)");
    await client.query("begin; insert into p values (1)");
    const file = makeSqlite(`
      create table p (id integer primary key);
      create table c (id integer primary key, p int references p, n int check (n > 0)); create view v as select * from c;
      insert into p values (2); insert into c values (1, 2, 1);`);
    const report = await moved(file, database, "--dry-run");
    expect(report.warnings).toEqual([]);
    expect(refused(report)).toEqual([]);
    await client.query("commit");
  });

  it("that nobody sees yet holds the rehearsal up for a moment only, which is told", async () => {
    const { database, client } = await target();
    await client.query("begin; create table t (id int)");
    const report = await moved(makeSqlite(SOURCE), database, "--dry-run");
    expect(report.warnings).toEqual([
      "the schema was not tried on the server before the load: canceling statement due to lock timeout",
    ]);
    expect(refused(report)).toEqual([]);
    await client.query("rollback");
  });
});

it("leaves nothing when it is killed, and the same command does all of it", async () => {
  const { database, client } = await target();
  const KEY = 815;
  const before = await contentOf(client);
  await client.query(`
    create schema gate;
    create function gate.wait() returns event_trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${KEY}); end $$;
    create event trigger gate_wait on ddl_command_end when tag in ('CREATE VIEW') execute function gate.wait();
    select pg_advisory_lock(${KEY})`);
  const killer = new AbortController();
  const file = makeSqlite(SOURCE);
  const run = outgrow(["migrate", file, database.url, "-q"], { signal: killer.signal, killWith: "SIGKILL" });
  const sessions = async (where: string) =>
    (
      await client.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${where}`,
      )
    ).rows[0]?.n ?? 0;
  while ((await sessions("wait_event = 'advisory'")) === 0) await sleep(20);
  killer.abort();
  expect((await run).signal).toBe("SIGKILL");
  while ((await sessions("true")) > 0) await sleep(20);
  await client.query(
    "select pg_advisory_unlock_all(); drop event trigger gate_wait; drop schema gate cascade",
  );
  expect(await contentOf(client)).toEqual(before);
  expect(await moved(file, database)).toMatchObject({ result: "moved", resumed: false });
});

it("is not done again by a move that goes on", async () => {
  const { database, client } = await target();
  const gate = await makeGate(database.url, client);
  await gate.close(2, "work");
  const killer = new AbortController();
  const file = makeSqlite(SOURCE);
  const run = outgrow(["migrate", file, database.url, "-q"], { signal: killer.signal, killWith: "SIGKILL" });
  expect(await gate.caught(run)).toBe(true);
  killer.abort();
  await run;
  await gate.open();
  const report = await moved(file, database);
  expect(report).toMatchObject({ result: "moved", resumed: true });
  expect(report.seconds).not.toHaveProperty("rehearsal");
  expect(refused(report).map(([name]) => name)).toEqual(["near", "nearest", "through"]);
});
