// Files that cannot be moved, or only in part: refused before anything is created, or moved with all that can be read.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { overwritePage } from "../source/overwrite-page.js";
import { makeSqlite, outgrow, type TestDatabase, tempDir, testDatabase } from "../support/server.js";
import { end, expectBlocked, expectRefusal, holding } from "./refusal.js";
import { type MoveDocument, reportOf } from "./whole-move.js";

const SCHEMA = `
  create table t (id integer primary key, b text, c blob);
  create index t_b on t (b);
  create table w (k text primary key, n integer) without rowid;
  create table other (x integer primary key, y text);
  with recursive i (i) as (select 1 union all select i + 1 from i where i < 3000)
    insert into t select i, 'value ' || i, zeroblob(20) from i;
  insert into w select b, id from t;
  insert into other values (1, 'one'), (2, 'two'), (3, printf('%.*c', 20000, 'x'));`;

function file(name: string, content: string | Buffer): string {
  const path = join(tempDir(), name);
  writeFileSync(path, content);
  return path;
}

const DISORDER = "its rows are not in the order of their rowids";

describe("a source that cannot be moved is refused", () => {
  let target: TestDatabase;
  beforeAll(async () => {
    target = await testDatabase("refused");
  });

  it("because there is no such file", async () => {
    const path = join(tempDir(), "shop.sqlite");
    writeFileSync(join(path, "../shop.db"), "");
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-missing", message: /^".*\/shop\.sqlite" does not exist$/ },
      hint: /^check the path: there is ".*\/shop\.db"$/,
    });
  });

  it("because it is a folder", async () => {
    const path = join(tempDir(), "data");
    mkdirSync(path);
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-not-a-file", message: /^".*\/data" is a folder, not a SQLite file$/ },
      hint: /^give one of the files in it/,
    });
  });

  it("because it is no database", async () => {
    await expectRefusal(file("notes.txt", "Dear diary,\n".repeat(100)), target, {
      ...{ exit: 6, code: "source-not-a-database", message: /^".*\/notes\.txt" is not a SQLite database$/ },
      hint: /begins with the words SQLite format 3$/,
    });
  });

  it("because it is empty", async () => {
    await expectRefusal(file("empty.db", ""), target, {
      ...{ exit: 6, code: "source-empty", message: /^".*\/empty\.db" is empty: no database is in it$/ },
      hint: /look for the right one$/,
    });
  });

  it("because it is cut off", async () => {
    const path = makeSqlite(SCHEMA, "cut.db");
    truncateSync(path, 10 * 4096);
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-corrupt", message: /^".*\/cut\.db" is cut off: its header says \d+ pages/ },
      hint: /copy it again/,
    });
  });

  it("because it looks encrypted", async () => {
    await expectRefusal(file("secret.db", randomBytes(8192)), target, {
      ...{ exit: 6, code: "source-encrypted", message: /is encrypted \(SQLCipher/ },
      hint: /^export it without encryption first/,
    });
  });

  it.each([
    ["a page of a table", "t", "name = 't' and pagetype = 'leaf' limit 1 offset 5"],
    ["a page of a table WITHOUT ROWID", "w", "name = 'w' and pagetype = 'leaf' limit 1 offset 5"],
    ["the root of a table", "t", "name = 't' and pagetype = 'internal'"],
  ])("because %s is damaged", async (_what, table, page) => {
    const path = makeSqlite(SCHEMA, "damaged.db");
    overwritePage(path, `select pageno from dbstat where ${page}`);
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-corrupt" },
      message: new RegExp(
        `^table "${table}" in ".*/damaged\\.db" is damaged: database disk image is malformed$`,
      ),
      hint: /\.recover/,
    });
  });

  it("because the end of a long value is damaged", async () => {
    const path = makeSqlite(SCHEMA, "damaged.db");
    overwritePage(
      path,
      "select pageno from dbstat where name = 'other' and pagetype = 'overflow' limit 1 offset 1",
    );
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-corrupt" },
      message:
        /^table "other" in ".*\/damaged\.db" is damaged: Tree 5 page 5 cell 2: invalid page number \d+$/,
      hint: /\.recover/,
    });
  });

  it.each([
    [
      "so that one is there twice",
      3000,
      [[2500, 200]],
      "Tree 2 page \\d+ cell \\d+: Rowid 2499 out of order",
    ],
    ["in a large table", 130_000, [[9000, 16_000]], `${DISORDER}: 9001 follows one that is not below it`],
    [
      "in a large table, where two have changed places",
      130_000,
      [
        [9000, 9001],
        [9001, 9000],
      ],
      `${DISORDER}: 9000 follows one that is not below it`,
    ],
    ["in a large table, at the end of what is read at once", 130_000, [[8192, 8194]], DISORDER],
    ["in a large table, so that one is there twice", 130_000, [[2500, 2501]], `${DISORDER}: 2501 .*`],
  ])("because rowids are out of order %s", async (_what, rows, changes, reason) => {
    const path = makeSqlite(
      `create table t (id integer primary key, a text);
       with recursive i (i) as (select 1 union all select i + 1 from i where i < ${rows})
         insert into t select i, 'value ' || i from i`,
      "disorder.db",
    );
    for (const [from = 0, to = 0] of changes) changeRowid(path, from, to, `value ${from}`);
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-corrupt" },
      message: new RegExp(`^table "t" in ".*/disorder\\.db" is damaged: ${reason}`),
      hint: /\.recover/,
    });
  });

  it("because another program has it locked, and moves when that is over", async () => {
    const path = makeSqlite("create table t (a); insert into t values (1)", "locked.db");
    const holder = await holding(path, "begin exclusive");
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-locked", message: /^".*\/locked\.db" is locked by another program$/ },
      hint: /^stop the program/,
    });
    await end(holder);
    const own = await testDatabase("was locked");
    expect(reportOf(await outgrow(["migrate", path, own.url, "--json"])).result).toBe("moved");
  });

  it("because a writer was killed in a transaction, and moves when that is rolled back", async () => {
    const path = makeSqlite("create table t (a integer primary key); insert into t values (1)", "hot.db");
    const writer = await holding(
      path,
      `pragma cache_size = 5; begin;
       with recursive i (i) as (select 2 union all select i + 1 from i where i < 20000) insert into t select i from i`,
    );
    await end(writer);
    await expectRefusal(path, target, {
      ...{ exit: 6, code: "source-hot-journal", message: /hot\.db-journal" must be rolled back first$/ },
      hint: /sqlite3 .*hot\.db/,
    });
    const db = new Database(path);
    db.prepare("select count(*) from t").get();
    db.close();
    const own = await testDatabase("was hot");
    const report = reportOf(await outgrow(["migrate", path, own.url, "--json"]));
    expect(report.tables.map(({ rows }) => rows)).toEqual([1]);
  });
});

describe("a source of which not all can be read", () => {
  /** Moves it and compares; with `like` where the oracle cannot read the file either. */
  async function moves(path: string, more: string[] = [], like = path): Promise<MoveDocument> {
    const target = await testDatabase("in part");
    const report = reportOf(await outgrow(["migrate", path, target.url, "--json", ...more]));
    expect(report.verified?.differences).toBe(0);
    expect(describeVerdict(await compareMove(like, target.url, { schema: "public", report }))).toBe("");
    return report;
  }

  it("moves whole where only an index is damaged, and says so", async () => {
    const path = makeSqlite(SCHEMA, "index.db");
    overwritePage(
      path,
      "select pageno from dbstat where name = 't_b' and pagetype = 'leaf' limit 1 offset 3",
    );
    const before = readFileSync(path);
    expect((await moves(path)).findings).toContainEqual(
      expect.objectContaining({ code: "index-damaged", table: "t", object: "t_b", severity: "warning" }),
    );
    expect(readFileSync(path)).toEqual(before);
  });

  describe("where a damaged unique index let rows in twice", () => {
    const twice = (): string =>
      makeSqlite((db) => {
        db.exec(`
          create table t (id integer primary key, n integer, name text unique);
          create table friend (of text references t (name));
          create table k (code text primary key);
          insert into t values (1, 7, 'ann'), (2, 7, 'bob'), (3, 7, null), (4, 7, null);
          insert into friend values ('ann'); insert into k values ('x'), ('y')`);
        db.unsafeMode();
        db.pragma("writable_schema = on");
        // Rows that came in while SQLite did not know of the indexes.
        const indexes = "name in ('sqlite_autoindex_t_1', 'sqlite_autoindex_k_1')";
        db.exec(`create temp table hidden as select rowid as at, * from sqlite_schema where ${indexes}`);
        db.exec(`delete from sqlite_schema where ${indexes}`);
        db.exec(
          "update sqlite_schema set sql = replace(replace(sql, ' unique', ''), ' primary key)', ')') where name in ('t', 'k')",
        );
        db.pragma("writable_schema = reset");
        db.exec("insert into t values (5, 8, 'ann'), (6, 9, 'ann'); insert into k values ('y')");
        db.unsafeMode();
        db.pragma("writable_schema = on");
        db.exec(
          "update sqlite_schema set sql = replace(sql, 'name text', 'name text unique') where name = 't'",
        );
        db.exec(
          "update sqlite_schema set sql = replace(sql, 'code text', 'code text primary key') where name = 'k'",
        );
        db.exec(
          "insert into sqlite_schema (rowid, type, name, tbl_name, rootpage, sql) select at, type, name, tbl_name, rootpage, sql from hidden",
        );
      }, "twice.db");

    it("stops, and moves without the keys by recommendation", async () => {
      const path = twice();
      const target = await testDatabase("twice");
      expect(await expectBlocked(path, target)).toMatchObject([
        { code: "unique-violated", table: "t", object: "sqlite_autoindex_t_1", count: 2 },
        { code: "unique-violated", table: "k", object: "sqlite_autoindex_k_1", count: 1 },
      ]);
      const report = reportOf(
        await outgrow(["migrate", path, target.url, "--json", "--decide", "recommended"]),
      );
      expect(report.tables.map(({ rows, setAside }) => [rows, setAside])).toEqual([
        [6, 0],
        [1, 0],
        [3, 0],
      ]);
    });

    it("keeps the first of each where told to set the others aside", async () => {
      const path = twice();
      const target = await testDatabase("twice");
      const decide = ["--decide", "unique-violated=set-aside"];
      const report = reportOf(await outgrow(["migrate", path, target.url, "--json", ...decide]));
      expect(report.tables.map(({ rows, setAside }) => [rows, setAside])).toEqual([
        [4, 2],
        [1, 0],
        [2, 1],
      ]);
      const client = await target.client();
      const { rows } = await client.query("select id::int from t order by id");
      expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
      await expect(client.query("insert into t (name) values ('bob')")).rejects.toThrow(/unique/);
      await expect(client.query("insert into k values ('y')")).rejects.toThrow(/unique/);
    });
  });

  it("moves without an index that SQLite cannot parse, and says so", async () => {
    const path = rewriteSchema(
      "create index broken on t (c)",
      "broken",
      "create index broken on t (c nonsense words",
    );
    expect((await moves(path, [], makeSqlite(SCHEMA))).findings).toContainEqual(
      expect.objectContaining({ code: "index-damaged", table: "t", object: "broken", severity: "warning" }),
    );
  });

  it("stops before a table that SQLite cannot parse, and moves the others when told to", async () => {
    const path = rewriteSchema(
      "create table broken (a, b)",
      "broken",
      "create table broken (a, b default (raise(ignore)))",
    );
    const target = await testDatabase("unparsable");
    expect(await expectBlocked(path, target)).toMatchObject([
      {
        ...{
          code: "unreadable-table",
          table: "broken",
          reason: expect.stringMatching(/^SQLite cannot read it: malformed/),
        },
        choices: [{ options: ["--decide", "unreadable-table:broken=leave-out"] }],
      },
    ]);
    const report = await moves(path, ["--decide", "unreadable-table:broken=leave-out"], makeSqlite(SCHEMA));
    expect(report.tables.map(({ source }) => source)).toEqual(["t", "w", "other"]);
  });

  it("moves tables whose indexes, checks, defaults and views need what this SQLite lacks", async () => {
    const path = makeSqlite((db) => {
      db.function("of_the_app", { deterministic: true }, (x) => x as string);
      db.exec(`
        ${SCHEMA}
        create table checked (id integer primary key, a text check (of_the_app(a) is not null));
        insert into checked values (1, 'x'), (2, 'y');
        create table stored (id integer primary key, a text, g text generated always as (of_the_app(a)) stored);
        insert into stored (id, a) values (1, 'x');
        create table defaults (id integer primary key, a text default (of_the_app('q')));
        insert into defaults (id) values (1);
        create index expression on other (of_the_app(y));
        create index partial on other (y) where of_the_app(y) > 'm';
        create view v as select of_the_app(y) from other;
        create table collated (id integer primary key, a text collate nocase);
        create index collated_a on collated (a);
        insert into collated values (1, 'b'), (2, 'A')`);
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec(
        "update sqlite_schema set sql = replace(sql, 'collate nocase', 'collate of_the_app') where name = 'collated'",
      );
    }, "functions.db");
    const report = await moves(path);
    expect(report.tables.map(({ source }) => source)).toEqual([
      ...["t", "w", "other", "checked", "stored", "defaults", "collated"],
    ]);
    const told = report.findings.map(({ code, table, object }) =>
      [code, table, object].filter((one) => one).join(" "),
    );
    expect(told).toEqual(
      expect.arrayContaining(["index-not-carried other expression", "index-not-carried other partial"]),
    );
  });
});

/** SCHEMA with one more object whose SQL is then replaced in sqlite_schema. */
function rewriteSchema(create: string, name: string, sql: string): string {
  return makeSqlite((db) => {
    db.exec(`${SCHEMA}; ${create}`);
    db.unsafeMode();
    db.pragma("writable_schema = on");
    db.prepare("update sqlite_schema set sql = ? where name = ?").run(sql, name);
  }, "rewritten.db");
}

/** Writes another rowid (both from 128 to 16,383) before the record that ends with `text`. */
function changeRowid(path: string, from: number, to: number, text: string): void {
  const varint = (value: number) => Buffer.from([0x80 | (value >> 7), value & 0x7f]);
  const bytes = readFileSync(path);
  // The cell of a table leaf: bytes of the record, rowid, header of the record, text ("Database File Format" 1.6).
  const record = Buffer.from([3, 0, text.length * 2 + 13, ...Buffer.from(text)]);
  const at = bytes.indexOf(Buffer.concat([varint(from), record]));
  expect(at).toBeGreaterThan(0);
  varint(to).copy(bytes, at);
  writeFileSync(path, bytes);
}
