import { describe, expect, it } from "vitest";
import { readDamage } from "#outgrow/source/damage.js";
import { openSource, type Source } from "#outgrow/source/open-source.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { describeFixtures, fixtureNames, makeSqlite } from "../support/files.js";
import { overwritePage } from "./overwrite-page.js";

const SCHEMA = `
  create table t (a integer primary key, b, c);
  create index plain on t (b); create index part on t (c) where b > 2000; create index expression on t (b + c);
  create table w (k text primary key, v) without rowid; create index of_w on w (v);
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 4000) insert into t select i, i, i % 7 from n;
  insert into w select 'key ' || a, b from t`;

function damageOf(file: string) {
  return withSource(file, (source) =>
    readCatalog(source).tables.flatMap((table) => readDamage(source, table).damage),
  );
}

function withSource<T>(file: string, use: (source: Source) => T): T {
  const source = openSource(file);
  try {
    return use(source);
  } finally {
    source.close();
  }
}

describe("readDamage", () => {
  it("finds nothing in a sound file", () => {
    expect(damageOf(makeSqlite(SCHEMA))).toEqual([]);
  });

  it("compares by the index, which may tell apart what the column does not", () => {
    const file = makeSqlite(
      `create table t (v text collate nocase); create unique index u on t (v collate binary);
       insert into t values ('A'), ('a')`,
    );
    expect(damageOf(file)).toEqual([]);
  });

  it.each(["plain", "part", "expression", "of_w"])("tells that the index %s lacks entries", (index) => {
    const file = makeSqlite((db) => {
      db.exec(SCHEMA);
      // An index of its own b-tree, but with the root page of an empty one.
      db.exec("create table empty (a); create index of_empty on empty (a)");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      const [page] = db.prepare("select rootpage from sqlite_schema where name = 'of_empty'").pluck().all();
      db.exec("delete from sqlite_schema where name = 'of_empty'");
      db.prepare("update sqlite_schema set rootpage = ? where name = ?").run(page, index);
    });
    const rows = index === "part" ? 2000 : 4000;
    expect(damageOf(file)).toEqual([
      { index, table: index === "of_w" ? "w" : "t", reason: `has 0 entries for ${rows} rows`, duplicates: 0 },
    ]);
  });

  it("tells that a unique index holds values twice", () => {
    const file = makeSqlite((db) => {
      db.exec("create table t (a integer primary key, b, c); create index plain on t (b, c)");
      db.exec("insert into t (b, c) values (1, 'x'), (2, 'y'), (1, 'x'), (1, 'x'), (null, 'x'), (null, 'x')");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec(
        "update sqlite_schema set sql = replace(sql, 'CREATE INDEX', 'CREATE UNIQUE INDEX') where name = 'plain'",
      );
    });
    // NULLs, also where the column came to be NOT NULL later, are not values twice.
    const later = makeSqlite((db) => {
      db.exec("create table t (a unique); insert into t values (null), (null)");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set sql = replace(sql, 'unique', 'unique not null')");
    });
    expect(damageOf(later)).toEqual([]);
    expect(damageOf(file)).toEqual([
      { index: "plain", table: "t", reason: "holds values twice that it is to keep apart", duplicates: 2 },
    ]);
  });

  it("tells that a page of an index cannot be read", () => {
    const file = makeSqlite(SCHEMA);
    overwritePage(file, "select pageno from dbstat where name = 'plain' and pagetype = 'leaf' limit 1");
    expect(damageOf(file)).toEqual([
      { index: "plain", table: "t", reason: expect.stringMatching(/malformed/), duplicates: 0 },
    ]);
  });

  it("throws where a page of a table cannot be read, and names the table", () => {
    const file = makeSqlite(SCHEMA);
    overwritePage(file, "select pageno from dbstat where name = 't' and pagetype = 'leaf' limit 1");
    expect(() => damageOf(file)).toThrow(/^table "t" in ".*test\.db" is damaged: .*malformed$/);
  });
});

describeFixtures("real files", (copy) => {
  it("names all six damaged indexes of a PocketBase log", () => {
    const damage = damageOf(copy("pocketbase_logs_DAMAGED.db"));
    expect(damage).toHaveLength(6);
    expect(new Set(damage.map((each) => each.reason))).toEqual(new Set(["has 23 entries for 235 rows"]));
  });

  it("refuses the file that is cut off", () => {
    expect(() => openSource(copy("mbtiles_CORRUPT.db"))).toThrow(
      /is cut off: its header says 16 pages of 1024 bytes/,
    );
  });

  it.each(fixtureNames().filter((name) => !/CORRUPT|DAMAGED/.test(name)))("are sound: %s", (name) => {
    expect(damageOf(copy(name))).toEqual([]);
  });
});
