// Names, widths and sizes at the limits of the two engines.
import { describe, expect, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";
import { expectBlocked } from "./refusal.js";
import { reportOf } from "./whole-move.js";

const NAMES = [
  ...['a"b', "it's", "new\nline", "tab\there", "smile 😀", "", "x".repeat(100), "é".repeat(50), "%s", "a.b"],
  ...[
    "select",
    "$1",
    "back\\slash",
    "--",
    "/*",
    "rowid",
    "oid",
    "ctid",
    "xmin",
    " blank ",
    "Upper",
    "UPPER2",
  ],
];

describe("a move", () => {
  it("carries tables, columns and indexes of any name", async () => {
    const path = makeSqlite((db) => {
      const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
      for (const name of NAMES) {
        db.exec(
          `create table ${quote(name)} (${quote(name || "id")} integer primary key, ${quote(`${name}2`)} text unique, "" text);
           insert into ${quote(name)} values (1, 'x', 'y'), (2, 'z', 'w');
           create index ${quote(`i${name}`)} on ${quote(name)} ("")`,
        );
      }
    }, "names.db");
    const target = await testDatabase("names");
    const report = reportOf(await outgrow(["migrate", path, target.url, "--json"]));
    expect(report.tables.map(({ source, rows }) => [source, rows])).toEqual(NAMES.map((name) => [name, 2]));
    expect(report.verified?.differences).toBe(0);
    expect(describeVerdict(await compareMove(path, target.url, { schema: "public", report }))).toBe("");
    const text = await outgrow(["migrate", path, target.url]);
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).not.toMatch(/[\t]|new\nline/);
  });

  it("stops before a table of 2,000 columns, and moves the others when told to", async () => {
    const columns = Array.from({ length: 2_000 }, (_, i) => `c${i}`);
    const path = makeSqlite(
      `create table wide (${columns.join(", ")}); insert into wide (c0) values (1);
       create table t (a); insert into t values (1)`,
      "wide.db",
    );
    const target = await testDatabase("wide");
    expect(await expectBlocked(path, target)).toMatchObject([
      {
        ...{
          code: "too-many-columns",
          table: "wide",
          reason: "the table has 2000 columns, PostgreSQL takes 1600",
        },
        choices: [
          { name: "keep-aside", options: ["--decide", "too-many-columns:wide=keep-aside"] },
          { name: "leave-out", options: ["--exclude", "wide"] },
        ],
      },
    ]);
    const report = reportOf(await outgrow(["migrate", path, target.url, "--json", "--exclude", "wide"]));
    expect(report.tables.map(({ source }) => source)).toEqual(["t"]);
  });

  it.each([
    ["2,000 columns", 2_000, "1", 1_008],
    ["rows wider than a page", 1_500, "'a text of some length'", 1_170],
  ])(
    "keeps the last columns of a table of %s beside it, by recommendation",
    async (_what, count, value, aside) => {
      const columns = Array.from({ length: count }, (_, i) => `c${i}`);
      const path = makeSqlite(
        `create table wide (${columns.join(", ")}, primary key (c${count - 1}));
       insert into wide values (${columns.map(() => value).join(", ")})`,
        "aside.db",
      );
      const target = await testDatabase("aside");
      const options = ["--json", "--decide", "recommended"];
      const report = reportOf(await outgrow(["migrate", path, target.url, ...options]));
      expect(report.tables).toMatchObject([{ source: "wide", rows: 1, setAside: 0, substituted: aside }]);
      const client = await target.client();
      const { rows } = await client.query(
        `select (select count(*)::int from outgrow.originals) as originals,
              (select count(*)::int from information_schema.columns where table_name = 'wide') as columns`,
      );
      expect(rows).toEqual([{ originals: aside, columns: count - aside }]);
      expect(describeVerdict(await compareMove(path, target.url, { schema: "public", report }))).toBe("");
    },
  );

  it("stops before a table whose rows are wider than a page of PostgreSQL", async () => {
    const columns = Array.from({ length: 1_500 }, (_, i) => `c${i} text`);
    const path = makeSqlite(
      `create table wide (${columns.join(", ")});
       insert into wide values (${columns.map((_, i) => `'a text of some length, number ${i}'`).join(", ")})`,
      "page.db",
    );
    expect(await expectBlocked(path, await testDatabase("page"))).toMatchObject([
      { code: "row-too-wide", table: "wide" },
    ]);
  });

  it("stops before a row that is longer than a line of COPY may be", async () => {
    const path = makeSqlite((db) => {
      db.pragma("journal_mode = off");
      db.pragma("synchronous = off");
      db.exec(
        "create table big (id integer primary key, data blob); insert into big values (1, zeroblob(520000000))",
      );
    }, "big.db");
    expect(await expectBlocked(path, await testDatabase("big"))).toMatchObject([
      {
        ...{
          code: "row-too-large",
          table: "big",
          reason: expect.stringMatching(/^a row of 5200000\d\d bytes .* the limit is 1000000000$/),
        },
        choices: [{ options: ["--exclude", "big"] }],
      },
    ]);
  });

  it("tells of keys and indexes that PostgreSQL has no room for, and moves the rows", async () => {
    const columns = Array.from({ length: 33 }, (_, i) => `c${i}`);
    const list = columns.join(", ");
    const path = makeSqlite(`
      create table many (${list}, primary key (${list}));
      create table indexed (${list}); create index on_all on indexed (${list}); create unique index all_once on indexed (${list});
      create table long (k text primary key, v) without rowid;
      create table short (k text, tag text, primary key (k, tag)) without rowid; create index on_tag on short (tag);
      create table lone (id integer primary key, t text, u text unique); create index on_t on lone (t);
      insert into lone values (1, hex(randomblob(2000)), hex(randomblob(2001))), (2, null, 'short');
      create table fine (k text primary key, v text) without rowid; create index on_v on fine (v);
      insert into long values (hex(randomblob(2000)), 1); insert into short values (hex(randomblob(2000)), 'x');
      insert into fine values ('k', 'v');`);
    const target = await testDatabase("keys");
    const report = reportOf(await outgrow(["migrate", path, target.url, "--json"]));
    const told = report.findings.filter(({ code }) => /^(unique|index)-not-carried$/.test(code));
    expect(told.map(({ code, table, object }) => `${code} ${table} ${object}`).sort()).toEqual([
      "index-not-carried indexed on_all",
      "unique-not-carried indexed all_once",
      "unique-not-carried long primary key",
      "unique-not-carried many primary key",
      "unique-not-carried short primary key",
    ]);
    expect(
      report.findings
        .filter(({ code }) => code === "index-too-long")
        .map(({ object, decided }) => [object, decided]),
    ).toEqual([
      ["sqlite_autoindex_lone_1", "md5"],
      ["on_t", "hash"],
    ]);
    expect(describeVerdict(await compareMove(path, target.url, { schema: "public", report }))).toBe("");
    const client = await target.client();
    const { rows } = await client.query(
      "select indexdef from pg_indexes where tablename = 'lone' order by 1",
    );
    expect(rows.map(({ indexdef }) => indexdef)).toEqual([
      "CREATE INDEX on_t ON public.lone USING hash (t)",
      "CREATE UNIQUE INDEX lone_key ON public.lone USING btree (md5(u))",
      "CREATE UNIQUE INDEX lone_pkey ON public.lone USING btree (id)",
    ]);
    await expect(
      client.query("insert into lone select 3, null, u from lone where id = 1"),
    ).rejects.toMatchObject({
      code: "23505",
    });
  });
});
