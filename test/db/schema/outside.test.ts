// Files that run without a transaction: what stands when they stop in the middle, and how to go on.
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { runMigrations, schemaStatus } from "#outgrow/db/schema/index.js";
import { lockTarget } from "#outgrow/target/lock-target.js";
import { clientToolsDir, serverMajor } from "../../support/server.js";
import { ENGINES, exec, folder, place, put, recorded, refusal, tables } from "./places.js";

const BASE = "create table t (a integer);\ninsert into t values (1), (1);\n";
const NO = "-- outgrow: no-transaction\n";
/** The third statement fails while a is not unique. */
const STOPS = `${NO}create table s (a integer);\ninsert into s values (1);\ncreate unique index u on t (a);\ncreate table last (a integer);\n`;

/** A body that is no string; PostgreSQL 14 brought it. */
const ATOMIC =
  serverMajor() < 14
    ? ""
    : "create function g() returns int language sql begin atomic select 1; select 2; end;";

describe.each(ENGINES)("on %s", (engine) => {
  async function stopped() {
    const one = await place(engine);
    const dir = folder({ "001_t.sql": BASE, "002_s.sql": STOPS, "003_z.sql": "create table z (a integer)" });
    const refused = await refusal(runMigrations(await one.open(), dir));
    return { one, dir, refused };
  }

  it("is recorded as failed, with what stands and how to go on", async () => {
    const { one, dir, refused } = await stopped();
    expect(refused.code).toBe("failed");
    expect(refused.message).toMatch(/^"002_s.sql", line 4: .*, in: create unique index u on t \(a\)$/);
    expect(refused.hint).toContain("outgrow schema up --after-failure retry");
    expect(refused.hint).toContain("statement 3");
    expect(await tables(one)).toEqual(["s", "t"]);
    expect(await recorded(one)).toEqual(["1 t applied", "2 s failed 2"]);
    const again = await refusal(runMigrations(await one.open(), dir));
    expect(again).toMatchObject({
      code: "wrong-state",
      message: expect.stringMatching(/^"002_s.sql" failed on 20.* after 2 statements/),
    });
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({
      ok: false,
      problems: [{ code: "failed" }],
      files: [{ state: "applied" }, { state: "failed" }, { state: "pending" }],
    });
  });

  it("goes on with the statement that failed", async () => {
    const { one, dir } = await stopped();
    await exec(one, "delete from t");
    const result = await runMigrations(await one.open(), dir, { afterFailure: "resume" });
    expect(result.files.map(({ number }) => number)).toEqual([2, 3]);
    expect(await one.rows("select count(*) as n from s")).toEqual([{ n: engine === "postgres" ? "1" : 1 }]);
    expect(await recorded(one)).toEqual(["1 t applied", "2 s applied 4", "3 z applied"]);
  });

  it("does not go on in a file that was changed since", async () => {
    const { one, dir } = await stopped();
    put(dir, { "002_s.sql": `${STOPS}-- changed\n` });
    const refused = await refusal(runMigrations(await one.open(), dir, { afterFailure: "resume" }));
    expect(refused).toMatchObject({
      code: "wrong-state",
      message: expect.stringContaining("was changed since"),
    });
  });

  it("runs the corrected file from its first statement", async () => {
    const { one, dir } = await stopped();
    put(dir, { "002_s.sql": `${NO}create table if not exists s (a integer);\ncreate index u on t (a);\n` });
    await runMigrations(await one.open(), dir, { afterFailure: "retry" });
    expect(await recorded(one)).toEqual(["1 t applied", "2 s applied 2", "3 z applied"]);
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ ok: true, pendingCount: 0 });
  });

  it("takes it as done where a person says so", async () => {
    const { one, dir } = await stopped();
    await runMigrations(await one.open(), dir, { afterFailure: "done" });
    expect(await recorded(one)).toEqual(["1 t applied", "2 s applied 4", "3 z applied"]);
    expect(await tables(one)).toEqual(["s", "t", "z"]);
  });

  it("refuses to go on after a failure where there was none", async () => {
    const one = await place(engine);
    const refused = await refusal(
      runMigrations(await one.open(), folder({ "001_t.sql": BASE }), { afterFailure: "retry" }),
    );
    expect(refused.code).toBe("usage");
    expect(await tables(one)).toEqual([]);
  });

  it("may begin and commit by itself; what it rolls back is not counted as done", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_t.sql": BASE,
      "002_own.sql": `${NO}create table a (a integer);\nbegin;\ncreate table b (a integer);\ncreate unique index u on t (a);\ncommit;\n`,
    });
    expect((await refusal(runMigrations(await one.open(), dir))).message).toMatch(/line 5: /);
    expect(await tables(one)).toEqual(["a", "t"]);
    expect(await recorded(one)).toEqual(["1 t applied", "2 own failed 1"]);
    await exec(one, "delete from t");
    await runMigrations(await one.open(), dir, { afterFailure: "resume" });
    expect(await tables(one)).toEqual(["a", "b", "t"]);
    expect(await recorded(one)).toEqual(["1 t applied", "2 own applied 5"]);
  });

  it("may not leave its own transaction open", async () => {
    const one = await place(engine);
    const dir = folder({
      "001_t.sql": `${NO}create table a (a integer);\nbegin;\ncreate table b (a integer);`,
    });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.message).toBe('"001_t.sql" left a transaction open, which was rolled back');
    expect(await tables(one)).toEqual(["a"]);
    expect(await recorded(one)).toEqual(["1 t failed 1"]);
  });
});

describe("PostgreSQL", () => {
  it("builds indexes concurrently, one statement at a time", async () => {
    const one = await place("postgres");
    const dir = folder({
      "001_t.sql": "create table t (a integer, b integer)",
      "002_i.sql": `${NO}/* é ; /* nested ; */ */ create index concurrently i on t (a);\n\n-- and\nalter table t add c integer; create index concurrently j on t (b);`,
    });
    const { files } = await runMigrations(await one.open(), dir);
    expect(files[1]).toMatchObject({ inTransaction: false, statements: 3 });
    expect(
      await one.rows(
        "select indexrelid::regclass::text as i from pg_index where indrelid = 't'::regclass order by 1",
      ),
    ).toEqual([{ i: "i" }, { i: "j" }]);
  });

  it("names the invalid index that a failed build leaves", async () => {
    const one = await place("postgres");
    const dir = folder({
      "001_t.sql": BASE,
      "002_i.sql": `${NO}create unique index concurrently "I x" on t (a)`,
    });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.hint).toContain('an invalid index was left: drop index concurrently public."I x"; ');
    expect(await recorded(one)).toEqual(["1 t applied", "2 i failed 0"]);
  });

  it.each([
    "create index concurrently i on t (a)",
    "drop index concurrently i",
    "reindex table concurrently t",
    "reindex (concurrently) table t",
    "reindex schema public",
    "cluster",
    "discard all",
    "alter system set work_mem = '1MB'",
    "create database d",
    "drop database if exists d",
    "alter table t detach partition p concurrently",
    "vacuum (analyze) t",
  ])("refuses %s in a transaction before anything runs", async (statement) => {
    const one = await place("postgres");
    const dir = folder({ "001_t.sql": BASE, "002_i.sql": `select 1;\n${statement};` });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.message).toMatch(/^"002_i.sql", line 2: .* cannot run inside a transaction$/);
    expect(refused.hint).toContain("-- outgrow: no-transaction");
    expect(await tables(one)).toEqual([]);
  });

  it("has a syntax error told before anything runs", async () => {
    const one = await place("postgres");
    const dir = folder({ "001_t.sql": BASE, "002_b.sql": "select '😀';\n selec 1;" });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused).toMatchObject({
      code: "settings",
      message: '"002_b.sql", line 2: syntax error at or near "selec"',
    });
    expect(await tables(one)).toEqual([]);
    put(dir, { "002_b.sql": "\\connect other\nselect 1;" });
    expect((await refusal(runMigrations(await one.open(), dir))).hint).toMatch(/for psql/);
  });

  it("runs function bodies whole, dollar quotes and all", async () => {
    const one = await place("postgres");
    const dir = folder({
      "001_f.sql": `create function f() returns text language plpgsql as $body$
begin
  -- commit; rollback;
  perform 1; return $$a;b$$;
end $body$;
do $$ begin perform 1; end $$;
${ATOMIC}`,
      "002_n.sql": `${NO}create function h() returns text language sql as 'select '';'';'; create function k() returns int language plpgsql as $x$ begin return 1; end; $x$;`,
    });
    await runMigrations(await one.open(), dir);
    expect(await one.rows("select f(), h(), k()")).toEqual([{ f: "a;b", h: ";", k: 1 }]);
    if (ATOMIC !== "") expect(await one.rows("select g()")).toEqual([{ g: 2 }]);
  });

  it("keeps what one file sets out of the next", async () => {
    const one = await place("postgres");
    const dir = folder({
      "001_a.sql": `create schema other; set search_path = other; set time zone 'Asia/Tokyo';
        create table in_other (a int); set session statement_timeout = '1h'; set role pg_read_all_data;`,
      "002_b.sql":
        "create table in_public (a timestamptz); insert into in_public values ('2024-01-01 00:00')",
      "003_c.sql": `${NO}select set_config('search_path', '', false);\ncreate table public.c (a int);`,
      "004_d.sql": "create table d (a int)",
    });
    await runMigrations(await one.open(), dir);
    expect(await tables(one)).toEqual(["c", "d", "in_public"]);
    expect(await one.rows("select to_char(a at time zone 'UTC', 'HH24:MI') as a from in_public")).toEqual([
      { a: "00:00" },
    ]);
    expect(await recorded(one)).toHaveLength(4);
  });

  it("tries a file again whose lock was not given in time, and gives up in the end", async () => {
    const one = await place("postgres");
    const dir = folder({ "001_t.sql": BASE });
    await runMigrations(await one.open(), dir);
    put(dir, { "002_c.sql": "alter table t add column c int" });
    const holder = (await one.open()) as pg.Client;
    await holder.query("begin; select * from t");
    const waiting = runMigrations(await one.open(), dir, { lockTimeoutMs: 300 });
    await new Promise((done) => setTimeout(done, 1_200));
    await holder.query("commit");
    expect((await waiting).files).toHaveLength(1);
    put(dir, { "003_d.sql": "alter table t add column d int" });
    await holder.query("begin; select * from t");
    const refused = await refusal(runMigrations(await one.open(), dir, { lockTimeoutMs: 20 }));
    await holder.query("rollback");
    expect(refused).toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/^"003_d.sql".*lock timeout/),
    });
    expect(refused.hint).toContain("--lock-timeout");
  });

  it("does not take a file for done whose procedure ends the transaction", async () => {
    const one = await place("postgres");
    const dir = folder({
      "001_p.sql": "create procedure p() language plpgsql as $$ begin commit; end $$",
      "002_c.sql": "create table t (a int); call p()",
    });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.message).toMatch(/invalid transaction termination/);
    expect(await tables(one)).toEqual([]);
  });

  it("tells that a file ended its transaction where it was too long to be looked at before", async () => {
    const one = await place("postgres");
    const dir = folder({ "001_p.sql": `create table t (a int);\n-- ${"x".repeat(8_000_000)}\ncommit;` });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.message).toMatch(/^"001_p.sql" ended the transaction in which it ran/);
    expect(await recorded(one)).toEqual([]);
  });

  it("does not run while a move of outgrow has the schema", async () => {
    const one = await place("postgres");
    await lockTarget((await one.open()) as pg.Client, "public");
    const dir = folder({ "001_t.sql": BASE });
    const refused = await refusal(runMigrations(await one.open(), dir, { lockWaitMs: 100 }));
    expect(refused).toMatchObject({
      code: "precondition",
      message: expect.stringContaining('schema "public"'),
    });
    expect(await tables(one)).toEqual([]);
  });

  it("does not go on where a file gives the lock away", async () => {
    const one = await place("postgres");
    const dir = folder({ "001_p.sql": "create table t (a int); select pg_advisory_unlock_all()" });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(refused.message).toBe('"001_p.sql" gave up the lock that keeps two runners apart');
    expect(await tables(one)).toEqual([]);
  });

  it.skipIf(clientToolsDir() === null)(
    "runs what pg_dump writes (skipped where there is no pg_dump)",
    async () => {
      const one = await place("postgres");
      await runMigrations(await one.open(), folder({ "001_t.sql": BASE }));
      const script = one.dump().replace(/^COPY [\s\S]*?^\\\.$/gm, "");
      const other = await place("postgres");
      const dir = folder({
        "001_dump.sql": script.replaceAll("outgrow_migrations", "something"),
        "002_u.sql": "create table u (a int)",
      });
      await runMigrations(await other.open(), dir);
      expect(await tables(other)).toEqual(["something", "t", "u"]);
    },
  );
});

describe("SQLite", () => {
  it("rebuilds a table as SQLite's documents say, with foreign keys off", async () => {
    const one = await place("sqlite");
    const dir = folder({
      "001_t.sql":
        "create table p (id integer primary key); create table c (p references p (id) on delete cascade); insert into p values (1); insert into c values (1);",
      "002_rebuild.sql": `${NO}pragma foreign_keys = off;
begin;
create table new_p (id integer primary key, name text);
insert into new_p (id) select id from p;
drop table p;
alter table new_p rename to p;
pragma foreign_key_check;
commit;`,
      "003_orphan.sql": "insert into c values (99)",
    });
    const refused = await refusal(runMigrations(await one.open(), dir));
    expect(await one.rows("select p from c")).toEqual([{ p: 1 }]);
    // The pragma of 002 ended with it.
    expect(refused.message).toMatch(/^"003_orphan.sql", line 1: FOREIGN KEY constraint failed/i);
  });

  it.each([
    "pragma foreign_keys = off",
    "PRAGMA foreign_keys(0)",
    "pragma main.journal_mode = wal",
    "vacuum into 'x'",
  ])("refuses %s in a transaction", async (statement) => {
    const one = await place("sqlite");
    const dir = folder({ "001_t.sql": `create table t (a);\n${statement};` });
    expect((await refusal(runMigrations(await one.open(), dir))).message).toMatch(
      /^"001_t.sql", line 2: .*inside a transaction/,
    );
    expect(await tables(one)).toEqual([]);
  });

  it("takes pragmas that only ask, and savepoints", async () => {
    const one = await place("sqlite");
    const dir = folder({
      "001_t.sql":
        "pragma foreign_keys; savepoint a; create table t (a); rollback to a; release a; create table u (a);",
    });
    await runMigrations(await one.open(), dir);
    expect(await tables(one)).toEqual(["u"]);
  });

  it("runs triggers whole", async () => {
    const one = await place("sqlite");
    const dir = folder({
      "001_t.sql": `create table t (a, b);
create temp trigger x after insert on t begin select case when 1 then 2 end; end;
/* c */ create trigger if not exists [end; tr] after insert on t when new.a > 0
begin
  update t set b = case new.a when 1 then 'one; end;' else 'more' end where rowid = new.rowid;
  insert into t select 0, 'from; trigger' where new.a = 1;
end;
insert into t (a) values (1);`,
    });
    const { files } = await runMigrations(await one.open(), dir);
    expect(files[0]?.statements).toBe(4);
    expect(await one.rows("select a, b from t order by a")).toEqual([
      { a: 0, b: "from; trigger" },
      { a: 1, b: "one; end;" },
    ]);
  });
});
