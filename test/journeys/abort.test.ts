// Moves that are given up: what was in the target before is there again, and what others wrote since is left alone.
import type pg from "pg";
import { describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { makeGate } from "./gate.js";
import { reportOf, row } from "./whole-move.js";

interface Place {
  file: string;
  database: TestDatabase;
  client: pg.Client;
}

async function place(source: string, target: string): Promise<Place> {
  const file = makeSqlite(source);
  const database = await testDatabase("abort");
  const client = await database.client();
  await client.query(target);
  return { file, database, client };
}

function migrate(at: Place, ...more: string[]): Promise<Ended> {
  return outgrow(["migrate", at.file, at.database.url, "--json", "-q", ...more]);
}

/** Kills a move in its step number `steps` (0 is the first); false where it came to its end before that. */
async function killIn(at: Place, steps: number, ...more: string[]): Promise<boolean> {
  const gate = await makeGate(at.database.url, at.client);
  await gate.close(steps, "work");
  const killer = new AbortController();
  const run = outgrow(["migrate", at.file, at.database.url, "--json", "-q", ...more], {
    signal: killer.signal,
    killWith: "SIGKILL",
  });
  const isHeld = await gate.caught(run);
  killer.abort();
  await run;
  await gate.open();
  await at.client.query("drop schema gate cascade");
  return isHeld;
}

async function abort(at: Place): Promise<{ result: string; notes: string[] }> {
  const ended = await migrate(at, "--abort");
  expect(ended.code, ended.stderr).toBe(0);
  return ended.json() as { result: string; notes: string[] };
}

const USERS =
  "create table users (id integer primary key, name text); insert into users values (1, 'mine'), (2, 'too')";

describe("rows that refer to replaced ones", () => {
  const AUDIT = `
    create table users (id bigint primary key, name text); insert into users values (1, 'seeded');
    create schema audit;
    create table audit.log (id int primary key, uid bigint references public.users on delete cascade);
    create table audit.strict (uid bigint references public.users);
    create table public.note (uid bigint references public.users on delete cascade);
    insert into audit.log values (1, 1); insert into audit.strict values (1); insert into public.note values (1)`;
  const LEFT = `select (select count(*)::int from audit.log) as log, (select count(*)::int from audit.strict) as strict,
    (select count(*)::int from note) as note, (select count(*)::int from pg_constraint where conname like '%_uid_fkey' and convalidated) as keys`;

  it("stay where they are, in other schemas too, with their keys put back", async () => {
    const at = await place(USERS, AUDIT);
    expect(reportOf(await migrate(at, "--existing-rows", "replace")).result).toBe("moved");
    expect(await row(at.client, LEFT)).toEqual({ log: 1, strict: 1, note: 1, keys: 3 });
  });

  it("are told of where their row is gone", async () => {
    const at = await place(USERS.replace("(1, 'mine'), ", ""), AUDIT);
    const report = reportOf(await migrate(at, "--existing-rows", "replace"));
    expect(report).toMatchObject({
      warnings: expect.arrayContaining([
        expect.stringMatching(/"log_uid_fkey" of table "audit\.log" stays NOT VALID/),
      ]),
    });
    expect(await row(at.client, LEFT)).toEqual({ log: 1, strict: 1, note: 1, keys: 0 });
  });

  it("stay where they are when the move is given up at any of its steps", { timeout: 180_000 }, async () => {
    let steps = 1;
    for (; ; steps++) {
      const at = await place(USERS, AUDIT);
      if (!(await killIn(at, steps, "--existing-rows", "replace"))) break;
      await abort(at);
      expect(await row(at.client, LEFT)).toEqual({ log: 1, strict: 1, note: 1, keys: 3 });
      expect(await row(at.client, "select string_agg(name, ',') as users from users")).toEqual({
        users: "seeded",
      });
    }
    expect(steps).toBeGreaterThan(3);
  });
});

describe("a move that is given up", () => {
  it("lets go of tables whose kept rows the source's rows exclude", async () => {
    const at = await place(
      `create table a (id integer primary key); insert into a values (1), (2);
       create table b (id integer primary key, a integer, note text); insert into b values (5, 1, 'x')`,
      `create table a (id int primary key);
       create table b (id int, a int references a, note text, exclude (id with =));
       create function touch() returns trigger language plpgsql as $$ begin new.note = 'touched'; return new; end $$;
       create trigger touch before insert on b for each row execute function touch();
       insert into b values (5, null, 'kept')`,
    );
    const failed = await migrate(at, "--existing-rows", "keep");
    expect(failed.code).toBe(1);
    await abort(at);
    expect(
      await row(
        at.client,
        `select (select count(*)::int from a) as a, (select string_agg(note, ',') from b) as b,
                (select count(*)::int from pg_constraint where contype = 'f' and convalidated and connamespace = 'public'::regnamespace) as keys,
                (select tgenabled::text from pg_trigger where tgname = 'touch') as trigger`,
      ),
    ).toEqual({ a: 0, b: "touched", keys: 1, trigger: "O" });
  });

  it("puts back what it can where a person did some of it, and says so", async () => {
    const at = await place(
      "create table parent (id integer primary key); create table t (id integer primary key, p integer)",
      `create table parent (id int primary key);
       create table t (id int primary key, p int references parent, check (p > 0))`,
    );
    expect(await killIn(at, 2)).toBe(true);
    await at.client.query("alter table t add constraint t_p_check check (p > 1)");
    const { notes } = await abort(at);
    expect(notes).toEqual([
      expect.stringMatching(/^check "t_p_check" of table "t" was not put back: .* already exists/),
    ]);
    const { rows } = await at.client.query(
      "select conname, pg_get_constraintdef(oid) as what from pg_constraint where conrelid = 't'::regclass and contype in ('c', 'f') order by 1",
    );
    expect(rows).toEqual([
      { conname: "t_p_check", what: "CHECK ((p > 1))" },
      { conname: "t_p_fkey", what: "FOREIGN KEY (p) REFERENCES parent(id)" },
    ]);
  });

  it("takes out its own rows alone", async () => {
    const at = await place(
      `create table t (id integer primary key, name text); insert into t values (1, 'a'), (2, 'b');
       create table u (id integer primary key, name text unique); insert into u values (1, 'a')`,
      "create table t (id int primary key, name text); create table u (id int primary key, name text)",
    );
    // t is copied, u is about to be.
    expect(await killIn(at, 2)).toBe(true);
    await at.client.query(
      "insert into t values (3, 'theirs'); update t set name = 'theirs now' where id = 2",
    );
    const { notes } = await abort(at);
    expect(notes).toEqual([
      expect.stringMatching(/^1 rows that the move brought into table "t" were changed/),
    ]);
    expect((await at.client.query("select id, name from t order by id")).rows).toEqual([
      { id: 2, name: "theirs now" },
      { id: 3, name: "theirs" },
    ]);
  });

  it("puts rows back as they were: JSON to the letter, generated columns and all", async () => {
    const at = await place(
      "create table t (id integer primary key, a integer); insert into t values (1, 1); create table u (id integer primary key); insert into u values (1)",
      `create table t (id bigint generated always as identity primary key, a int, twice int generated always as (a * 2) stored,
         j json, b jsonb, c char(5), n numeric, ts timestamptz, by bytea, arr text[], r tstzrange, tail int);
       create table u (id bigint primary key);
       insert into t (a, j, b, c, n, ts, by, arr, r) values
         (21, '{"b": 1,  "a":2, "a":3}', 'null', 'ab', 'NaN', 'infinity', '\\x00ff', '[0:1]={a,"b,c"}', '[2024-01-01,)'),
         (22, 'null', '{}', null, 1.500, '0044-03-15 BC', '', '{}', 'empty')`,
    );
    const content = "select json_agg(t::text order by id)::text as rows from t";
    const before = await row(at.client, content);
    expect(await killIn(at, 3, "--existing-rows", "replace")).toBe(true);
    expect(await row(at.client, content)).not.toEqual(before);
    await abort(at);
    expect(await row(at.client, content)).toEqual(before);
    expect(await row(at.client, "select count(*)::int as n from outgrow.quarantine")).toEqual({ n: 0 });
  });

  it("keeps a replaced row aside whose place was taken since, and says so", async () => {
    const at = await place(
      `${USERS}; create table other (id integer primary key); insert into other values (1)`,
      "create table users (id bigint primary key, name text); insert into users values (7, 'seeded'), (8, 'seeded')",
    );
    expect(await killIn(at, 3, "--existing-rows", "replace")).toBe(true);
    await at.client.query("insert into users values (7, 'theirs')");
    const { notes } = await abort(at);
    expect(notes).toEqual([
      expect.stringMatching(/^1 rows that the move replaced in table "users" stay in outgrow\.quarantine/),
    ]);
    expect((await at.client.query("select id::int, name from users order by id")).rows).toEqual([
      { id: 7, name: "theirs" },
      { id: 8, name: "seeded" },
    ]);
    expect(await row(at.client, "select count(*)::int as n from outgrow.quarantine")).toEqual({ n: 1 });
  });

  it("knows its rows in partitions too", async () => {
    const at = await place(
      `create table t (id integer primary key, name text); insert into t values (1, 'a'), (150, 'b');
       create table u (id integer primary key)`,
      `create table t (id bigint primary key, name text) partition by range (id);
       create table low partition of t for values from (0) to (100);
       create table high partition of t for values from (100) to (200);
       insert into t values (7, 'seeded'), (107, 'seeded')`,
    );
    expect(await killIn(at, 3, "--existing-rows", "replace")).toBe(true);
    expect(await row(at.client, "select string_agg(name, ',' order by id) as t from t")).toEqual({
      t: "a,b",
    });
    await at.client.query("insert into t values (50, 'theirs')");
    expect((await abort(at)).notes).toEqual([]);
    expect((await at.client.query("select id::int, name from t order by id")).rows).toEqual([
      { id: 7, name: "seeded" },
      { id: 50, name: "theirs" },
      { id: 107, name: "seeded" },
    ]);
  });

  it("may have ended with differences: replaced rows come back and keys are valid again", async () => {
    const at = await place(
      `create table parent (id integer primary key); insert into parent values (1);
       create table child (id integer primary key, parent integer); insert into child values (1, 1), (2, 77);
       create table fresh (id integer primary key); insert into fresh values (1)`,
      `create table parent (id int primary key); insert into parent values (5);
       create table child (id int primary key, parent int references parent); insert into child values (9, 5)`,
    );
    expect((await migrate(at, "--existing-rows", "replace")).code).toBe(4);
    await abort(at);
    expect(
      await row(
        at.client,
        `select (select string_agg(id::text, ',') from parent) as parent, (select string_agg(id::text, ',') from child) as child,
                to_regclass('fresh') as fresh, (select convalidated from pg_constraint where conname = 'child_parent_fkey') as valid`,
      ),
    ).toEqual({ parent: "5", child: "9", fresh: null, valid: true });
    expect((await migrate(at, "--abort")).code).toBe(5);
  });

  it("is another file's, and stays where it came to its end, however it ended", async () => {
    const at = await place(
      "create table t (id integer primary key, n integer); insert into t values (1, -1)",
      "create table t (id bigint primary key, n int check (n > 0))",
    );
    expect((await migrate(at)).code).toBe(4);
    const other = { ...at, file: makeSqlite("create table other (id integer primary key)") };
    expect(reportOf(await migrate(other, "--restart"))).toMatchObject({ result: "moved" });
    expect(await row(at.client, "select count(*)::int as n from t")).toEqual({ n: 1 });
  });

  it("does not take rows along that another program wrote into a table the move made", async () => {
    const at = await place(
      `create table t (id integer primary key, name text); insert into t values (1, 'a');
       create table u (id integer primary key)`,
      "",
    );
    expect(await killIn(at, 3)).toBe(true);
    await at.client.query("insert into t values (2, 'theirs')");
    const refused = await migrate(at, "--abort");
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(
      /1 rows of table "t", which the move made, were written or changed by another/,
    );
    await at.client.query("delete from t where id = 2");
    await abort(at);
    expect(await row(at.client, "select to_regclass('t') as t")).toEqual({ t: null });
  });
});
