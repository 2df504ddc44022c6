// Moves into tables that an application made before: its types hold, its constraints and triggers come back.

import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { makeShop } from "#outgrow/sample/make-shop.js";
import { outgrow } from "../support/command.js";
import { makeSqlite, tempDir } from "../support/files.js";
import { testDatabase } from "../support/server.js";

interface Report {
  result: string;
  tables: { source: string; rows: number; setAside: number; substituted: number; verified: number }[];
  findings: {
    code: string;
    severity: string;
    table: string | null;
    column: string | null;
    count: number;
    choices: { name: string; recommended: boolean; options: string[] }[];
  }[];
  verified: { rows: number; differences: number } | null;
}

/** The tables of an e-shop as its own PostgreSQL migration makes them: serial keys, lengths, decimals, jsonb, triggers. */
const SHOP = `
  create table users (
    id serial primary key, email varchar(255) unique not null, password varchar(255) not null,
    first_name varchar(100) not null, last_name varchar(100) not null, phone varchar(20), avatar varchar(500),
    email_verified boolean default false, is_active boolean default true,
    created_at timestamp default current_timestamp, updated_at timestamp default current_timestamp);
  create table categories (
    id serial primary key, name varchar(100) unique not null, slug varchar(100) unique not null, description text,
    icon varchar(100), image varchar(500), parent_id integer references categories(id), sort_order integer default 0,
    is_active boolean default true, created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp);
  create function touch() returns trigger as $$ begin new.updated_at = current_timestamp; return new; end; $$ language plpgsql;
  create trigger touch_users before insert or update on users for each row execute function touch();
  create trigger touch_categories before update on categories for each row execute function touch();`;

async function migrate(
  file: string,
  url: string,
  ...more: string[]
): Promise<{ code: number | null; report: Report; stderr: string }> {
  const ended = await outgrow(["migrate", file, url, "--json", "-q", ...more]);
  return { code: ended.code, report: ended.json() as Report, stderr: ended.stderr };
}

describe("a schema that the application made", () => {
  it("takes the rows by its own types, with serials advanced and triggers as they were", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(SHOP);
    const file = `${tempDir()}/shop.db`;
    makeShop(file, { orders: 40 });
    const { code, report } = await migrate(file, database.url, "--include", "users,categories");
    expect(code, JSON.stringify(report.findings)).toBe(0);
    expect(report.verified).toMatchObject({ differences: 0 });
    const { rows } = await client.query(
      `select (select count(*)::int from users where updated_at <> created_at) as touched,
              (select count(*)::int from pg_trigger where tgname like 'touch%' and tgenabled = 'O') as triggers,
              (select count(*)::int from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and connamespace = 'public'::regnamespace) as keys`,
    );
    // A trigger that had fired during the load would have touched every row.
    const source = new Database(file, { readonly: true });
    const touched = source.prepare("select count(*) from users where updated_at <> created_at").pluck().get();
    source.close();
    expect(rows).toEqual([{ touched, triggers: 2, keys: 1 }]);
    const next = await client.query(
      "insert into categories (name, slug) values ('new', 'new') returning id, (select max(id) from categories) as last",
    );
    expect(next.rows[0].id).toBeGreaterThan(next.rows[0].last);
  });

  it("asks about values that its types do not hold, and keeps the originals of what it changes", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table t (id integer primary key, code varchar(3) not null, price numeric(6,2), small smallint, day date);
       create table "left" (id integer primary key, note text)`,
    );
    const file = makeSqlite(
      `create table t (id integer primary key, code text, price real, small integer, day text);
       insert into t values (1, 'abc', 1.25, 5, '2024-02-29'), (2, 'abcde', 1.257, 40000, 'never'), (3, 'x', 2, null, null);
       create table "left" (id integer primary key, note text, extra text);
       insert into "left" values (1, 'a', 'kept'), (2, 'b', null)`,
    );
    const blocked = await migrate(file, database.url);
    expect(blocked.code).toBe(3);
    const open = blocked.report.findings.filter((finding) => finding.severity === "blocker");
    expect(open.map(({ code, column, count }) => [code, column, count])).toEqual([
      ["value-does-not-fit", "code", 1],
      ["value-does-not-fit", "price", 1],
      ["value-does-not-fit", "small", 1],
      ["value-does-not-fit", "day", 1],
      ["target-column-missing", "extra", 1],
    ]);
    expect(
      (await client.query("select count(*)::int as n from pg_namespace where nspname = 'outgrow'")).rows,
    ).toEqual([{ n: 0 }]);

    const moved = await migrate(file, database.url, "--decide", "recommended");
    expect(moved.code, moved.stderr).toBe(0);
    expect(moved.report.tables.map(({ source, rows, substituted }) => [source, rows, substituted])).toEqual([
      ["t", 3, 4],
      ["left", 2, 1],
    ]);
    const { rows } = await client.query("select code, price::text, small, day from t where id = 2");
    expect(rows).toEqual([{ code: "abc", price: "1.26", small: null, day: null }]);
    const originals = await client.query(
      "select column_name, class, value from outgrow.originals order by 1",
    );
    expect(originals.rows).toEqual([
      { column_name: "code", class: "text", value: "abcde" },
      { column_name: "day", class: "text", value: "never" },
      { column_name: "extra", class: "text", value: "kept" },
      { column_name: "price", class: "real", value: "1.257" },
      { column_name: "small", class: "integer", value: "40000" },
    ]);
  });

  it("stops at rows that are there; replace keeps them in quarantine, and --restart puts them back", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      "create table t (id integer primary key, name text); insert into t values (1, 'seeded'), (9, 'seeded too')",
    );
    const file = makeSqlite(
      "create table t (id integer primary key, name text); insert into t values (1, 'mine'), (2, 'other')",
    );
    const blocked = await migrate(file, database.url);
    expect(blocked.code).toBe(3);
    expect(blocked.report.findings[0]).toMatchObject({ code: "existing-rows", severity: "blocker" });
    expect((await client.query("select count(*)::int as n from t")).rows).toEqual([{ n: 2 }]);
    const moved = await migrate(file, database.url, "--existing-rows", "replace");
    expect(moved.code, moved.stderr).toBe(0);
    expect((await client.query("select id, name from t order by id")).rows).toEqual([
      { id: 1, name: "mine" },
      { id: 2, name: "other" },
    ]);
    expect(
      (
        await client.query(
          "select source_row from outgrow.quarantine where code = 'existing-rows' order by id",
        )
      ).rows,
    ).toEqual([{ source_row: { id: "1", name: "seeded" } }, { source_row: { id: "9", name: "seeded too" } }]);
  });

  it("keeps rows that are there beside the source's where asked", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      "create table t (id integer primary key, name text); insert into t values (9, 'seeded')",
    );
    const file = makeSqlite(
      "create table t (id integer primary key, name text); insert into t values (1, 'mine')",
    );
    const { code, report } = await migrate(file, database.url, "--existing-rows", "keep");
    expect(code).toBe(0);
    expect(report.tables[0]).toMatchObject({ rows: 1, verified: 1, kept: 1 });
  });

  it("stops before the first write where rows to be kept have a key of the source's", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table t (id integer primary key, code numeric(6,2), token text, unique (code, token));
       insert into t values (9, 1.5, 's3cr3t'), (10, 2, null)`,
    );
    const file = makeSqlite(
      `create table t (id integer primary key, code numeric, token text);
       insert into t values (1, 1.5, 's3cr3t'), (2, 1.5, 'other'), (3, 2, null), (10, 3, 'x')`,
    );
    const { code, report } = await migrate(file, database.url, "--existing-rows", "keep");
    expect(code).toBe(3);
    expect(report.findings.filter((one) => one.code === "existing-key-conflict")).toMatchObject([
      { count: 1, object: "t_code_token_key", examples: [{ key: "code=1.50 token=…" }] },
      { count: 1, object: "t_pkey", examples: [{ key: "id=10" }] },
    ]);
    expect(
      (await client.query("select to_regnamespace('outgrow') as outgrow, (select count(*)::int from t) as n"))
        .rows,
    ).toEqual([{ outgrow: null, n: 2 }]);
  });

  it("leaves a constraint NOT VALID that the rows contradict, and says so", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table parent (id integer primary key);
       create table child (id integer primary key, parent integer references parent (id), age integer check (age > 0))`,
    );
    const file = makeSqlite(
      `create table parent (id integer primary key); insert into parent values (1);
       create table child (id integer primary key, parent integer, age integer);
       insert into child values (1, 1, 5), (2, 77, -1)`,
    );
    const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
    expect(ended.code).toBe(4);
    const document = ended.json() as { result: string; verified: { structure: { object: string }[] } };
    expect(document.result).toBe("differs");
    expect(document.verified.structure.map((one) => one.object).sort()).toEqual([
      expect.stringContaining("child_age_check"),
      expect.stringContaining("child_parent_fkey"),
    ]);
    expect((await client.query("select count(*)::int as n from child")).rows).toEqual([{ n: 2 }]);
  });

  it.each([
    [
      "null",
      1,
      [
        { id: 1, parent: 1 },
        { id: 2, parent: null },
      ],
    ],
    ["set-aside", 1, [{ id: 1, parent: 1 }]],
    [
      "not-valid",
      1,
      [
        { id: 1, parent: 1 },
        { id: 2, parent: 77 },
      ],
    ],
  ])(
    "asks about orphans before the first write, where both sides have the foreign key: %s",
    async (choice, count, left) => {
      const database = await testDatabase("existing");
      const client = await database.client();
      await client.query(
        `create table parent (id integer primary key);
       create table child (id integer primary key, parent integer references parent (id) on delete cascade)`,
      );
      const file = makeSqlite(
        `create table parent (id integer primary key); insert into parent values (1);
       create table child (id integer primary key, parent integer references parent);
       insert into child values (1, 1), (2, 77)`,
      );
      const asked = await migrate(file, database.url);
      expect(asked.code).toBe(3);
      expect(asked.report.findings.filter(({ severity }) => severity === "blocker")).toMatchObject([
        { code: "foreign-key-orphans", table: "child", column: "parent", count },
      ]);
      expect((await client.query("select * from parent")).rows).toEqual([]);
      const moved = await migrate(
        file,
        database.url,
        "--decide",
        `foreign-key-orphans:child.parent=${choice}`,
      );
      expect(moved.code, moved.stderr).toBe(0);
      expect(moved.report.verified).toMatchObject({ differences: 0 });
      expect((await client.query("select id, parent from child order by id")).rows).toEqual(left);
      const { rows } = await client.query(
        "select convalidated, confdeltype from pg_constraint where conname = 'child_parent_fkey'",
      );
      expect(rows).toEqual([{ convalidated: choice !== "not-valid", confdeltype: "c" }]);
    },
  );

  it("matches names without case, leaves migration tables alone and makes what is missing", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table people (id integer primary key, "fullName" text);
       create table knex_migrations (id integer primary key, name text); insert into knex_migrations values (1, 'pg')`,
    );
    const file = makeSqlite(
      `create table People (ID integer primary key, FULLNAME text); insert into People values (1, 'Ada');
       create table knex_migrations (id integer primary key, name text); insert into knex_migrations values (7, 'sqlite');
       create table fresh (id integer primary key); insert into fresh values (3)`,
    );
    const { code, report } = await migrate(file, database.url);
    expect(code, JSON.stringify(report.findings)).toBe(0);
    expect(report.findings.map((finding) => finding.code)).toEqual(
      expect.arrayContaining(["bookkeeping-left-alone", "table-created"]),
    );
    expect((await client.query('select "fullName" from people')).rows).toEqual([{ fullName: "Ada" }]);
    expect((await client.query("select name from knex_migrations")).rows).toEqual([{ name: "pg" }]);
    expect((await client.query("select id::int from fresh")).rows).toEqual([{ id: 3 }]);
  });
});

describe("an unfinished move that is given up", () => {
  it("leaves the target as it was: rows, constraints, triggers, no tables of ours", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table parent (id integer primary key);
       create table child (id integer primary key, parent integer references parent (id), name text unique);
       insert into parent values (1); insert into child values (1, 1, 'seeded')`,
    );
    const file = makeSqlite(
      `create table parent (id integer primary key); insert into parent values (5);
       create table child (id integer primary key, parent integer, name text);
       insert into child values (7, 5, 'twice'), (8, 5, 'twice');
       create table fresh (id integer primary key); insert into fresh values (1)`,
    );
    const failed = await outgrow([
      "migrate",
      file,
      database.url,
      "--json",
      "-q",
      "--existing-rows",
      "replace",
    ]);
    expect(failed.code).not.toBe(0);
    expect(
      (await client.query("select count(*)::int as n from outgrow.moves where state = 'loading'")).rows,
    ).toEqual([{ n: 1 }]);
    const aborted = await outgrow(["migrate", file, database.url, "--abort"]);
    expect(aborted.code, aborted.stderr).toBe(0);
    const { rows } = await client.query(
      `select (select string_agg(name, ',') from child) as child, (select string_agg(id::text, ',') from parent) as parent,
              to_regclass('public.fresh') as fresh,
              (select count(*)::int from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace) as keys`,
    );
    expect(rows).toEqual([{ child: "seeded", parent: "1", fresh: null, keys: 1 }]);
    const again = await outgrow(["migrate", file, database.url, "--abort"]);
    expect(again.code).toBe(5);
  });
});

describe("sequences of a schema that the application made", () => {
  it("go on above every value of each column that they fill, and are never lowered", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query(
      `create table plain (id bigserial primary key, name text);
       create sequence tickets increment 10 start 5;
       create table drawn (id integer primary key default nextval('tickets'), no serial, name text);
       create table ahead (id integer generated by default as identity (start 1000) primary key);
       create table kept (id serial primary key, name text); insert into kept values (50, 'there');
       create table down (id integer primary key, no integer not null default 0);
       create sequence falling increment -1; alter table down alter no set default nextval('falling')`,
    );
    const file = makeSqlite(
      `create table plain (id int primary key, name text); insert into plain values (1, 'a'), (7, 'b');
       create table drawn (id integer primary key, no int, name text); insert into drawn values (42, 9, 'a');
       create table ahead (id integer primary key); insert into ahead values (7);
       create table kept (id integer primary key, name text); insert into kept values (3, 'mine');
       create table down (id integer primary key, no int); insert into down values (1, -4)`,
    );
    const { code, report } = await migrate(file, database.url, "--existing-rows", "keep");
    expect(code, JSON.stringify(report)).toBe(0);
    const next = async (sequence: string) =>
      Number((await client.query("select nextval($1) as n", [sequence])).rows[0].n);
    expect(await next("plain_id_seq")).toBe(8);
    expect(await next("tickets")).toBe(45);
    expect(await next("drawn_no_seq")).toBe(10);
    expect(await next("ahead_id_seq")).toBe(1000);
    expect(await next("kept_id_seq")).toBe(51);
    expect(await next("falling")).toBe(-5);

    await client.query("select setval('tickets', 5)");
    const verified = await outgrow(["verify", file, database.url, "--json", "-q"]);
    expect(verified.code).toBe(4);
    expect(verified.stdout).toContain("next id of drawn.id");
  });

  it("end where their column ends, with a warning where SQLite had gone further", async () => {
    const database = await testDatabase("existing");
    const client = await database.client();
    await client.query("create table t (id serial primary key, name text)");
    const file = makeSqlite(
      `create table t (id integer primary key autoincrement, name text);
       insert into t values (3000000000, 'gone'), (5, 'here'); delete from t where id > 5`,
    );
    const { code, report, stderr } = await migrate(file, database.url);
    expect(code, stderr).toBe(0);
    expect(report.findings).toEqual([
      expect.objectContaining({ code: "sequence-too-short", severity: "warning", column: "id" }),
    ]);
    expect((await client.query("insert into t (name) values ('new') returning id")).rows).toEqual([
      { id: 6 },
    ]);
  });
});

describe("a foreign key of a table that outgrow makes", () => {
  it("refers to tables that were there only where PostgreSQL can, and says so of the others before the first write", async () => {
    const database = await testDatabase("existing parents");
    const client = await database.client();
    await client.query(`
      create table named (code varchar(20) primary key);
      create table keyless (id bigint);
      create table lettered (id text primary key);
      create table later (id bigint, unique (id) deferrable)`);
    const file = makeSqlite(`
      create table named (code text primary key);
      create table keyless (id integer primary key);
      create table lettered (id integer primary key);
      create table later (id integer primary key);
      create table child (id integer primary key, a text references named (code), b integer references keyless (id),
        c integer references lettered (id), d integer references later (id));
      insert into named values ('x'); insert into keyless values (1); insert into lettered values (1);
      insert into later values (1); insert into child values (1, 'x', 1, 1, 1)`);
    const { code, report, stderr } = await migrate(file, database.url, "--decide", "recommended");
    expect(code, stderr).toBe(0);
    const told = report.findings.filter((finding) => finding.code === "foreign-key-not-carried");
    expect(told.map(({ column }) => column).sort()).toEqual(["b", "c", "d"]);
    const { rows } = await client.query(
      "select conname from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace",
    );
    expect(rows).toEqual([{ conname: "child_a_fkey" }]);
  });
});

it("makes no table of the name that an enum of the schema has", async () => {
  const database = await testDatabase("existing enum");
  const client = await database.client();
  await client.query("create type status as enum ('new', 'old')");
  const file = makeSqlite("create table status (id integer primary key); insert into status values (1)");
  const { code, report, stderr } = await migrate(file, database.url);
  expect(code, stderr).toBe(0);
  expect(report.findings.map((finding) => finding.code)).toEqual(["name-changed", "ids-go-on"]);
  const { rows } = await client.query(
    "select typname from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e'",
  );
  expect(rows).toEqual([{ typname: "status" }]);
});
