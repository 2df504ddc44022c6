import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { SourceCatalog, SourceTable } from "#outgrow/source/catalog.js";
import { openSource } from "#outgrow/source/open-source.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { describeFixtures, fixtureNames, makeSqlite } from "../support/files.js";

function catalogOf(content: string | ((db: Database.Database) => void)): SourceCatalog {
  return catalogOfFile(makeSqlite(content));
}

function catalogOfFile(file: string): SourceCatalog {
  const source = openSource(file);
  try {
    return readCatalog(source);
  } finally {
    source.close();
  }
}

function tableOf(content: string): SourceTable {
  const [table] = catalogOf(content).tables;
  if (table === undefined) {
    throw new Error("no table");
  }
  return table;
}

describe("readCatalog", () => {
  it("tells the file's settings", () => {
    const catalog = catalogOf((db) => {
      db.pragma("encoding = 'UTF-16be'");
      db.pragma("page_size = 1024");
      db.pragma("journal_mode = wal");
      db.exec("create table t (a)");
      db.pragma("user_version = -7");
      db.pragma("application_id = 42");
    });
    expect(catalog).toMatchObject({
      encoding: "UTF-16be",
      pageSize: 1024,
      pageCount: 2,
      journalMode: "wal",
      userVersion: -7,
      applicationId: 42,
    });
    expect(catalog.sqliteVersion).toMatch(/^3\.\d+\.\d+$/);
  });

  it("reads columns with types, affinities, defaults, keys and generated columns", () => {
    const table = tableOf(`create table t (
      id integer primary key, "odd ""name" varchar(20) not null default 'x', amount decimal(10,2) default (1 + 2),
      f floating point, b blob, n, twice as (id * 2), kept text generated always as (upper(n)) stored)`);
    expect(
      table.columns.map((c) => [
        c.name,
        c.declaredType,
        c.affinity,
        c.notNull,
        c.defaultSql,
        c.keyPosition,
        c.generated,
      ]),
    ).toEqual([
      ["id", "INTEGER", "INTEGER", false, null, 1, null],
      ['odd "name', "varchar(20)", "TEXT", true, "'x'", 0, null],
      ["amount", "decimal(10,2)", "NUMERIC", false, "1 + 2", 0, null],
      ["f", "floating point", "INTEGER", false, null, 0, null],
      ["b", "BLOB", "BLOB", false, null, 0, null],
      ["n", "", "BLOB", false, null, 0, null],
      ["twice", "", "BLOB", false, null, 0, "virtual"],
      ["kept", "TEXT", "TEXT", false, null, 0, "stored"],
    ]);
  });

  it("gives the affinity SQLite itself gives, for odd types too", () => {
    const types = [
      "INT",
      "CHARINT",
      "FLOATING POINT",
      "DOUBLE",
      "BLOB REAL",
      "REAL BLOB",
      "TEXT BLOB",
      "XBLOB CLOB",
      "STRING",
      "DATE",
      "BOOLEAN",
      "ANY",
      "REALITY",
      "varchar",
      "İNT",
    ];
    const columns = types.map((type, i) => `c${i} ${type}`);
    const file = makeSqlite((db) => {
      db.exec(`create table t (${columns.join(", ")})`);
      db.exec(`insert into t values (${types.map(() => "'5.0'").join(", ")})`);
      db.exec(`insert into t values (${types.map(() => "5").join(", ")})`);
    });
    const db = new Database(file);
    const observed = types.map((_, i) => {
      const [text, number] = db.prepare(`select typeof(c${i}) from t order by rowid`).pluck().all();
      return `${text} ${number}`;
    });
    db.close();
    // INTEGER and NUMERIC store alike; they differ only in CAST.
    const stores = {
      INTEGER: "integer integer",
      NUMERIC: "integer integer",
      REAL: "real real",
      TEXT: "text text",
      BLOB: "text integer",
    };
    const affinities = catalogOfFile(file).tables[0]?.columns.map((column) => stores[column.affinity]);
    expect(affinities).toEqual(observed);
  });

  it.each([
    ["id integer primary key", "id", "rowid"],
    ["id integer primary key autoincrement", "id", "rowid"],
    ["rowid integer primary key", "rowid", "rowid"],
    ["id integer primary key, rowid text", "id", "_rowid_"],
    ["id integer primary key desc", null, "rowid"],
    ["id int primary key", null, "rowid"],
    ["a integer, b integer, primary key (a, b)", null, "rowid"],
    ["id integer, primary key (id)", "id", "rowid"],
    ["a text primary key", null, "rowid"],
    ["ROWID text, _RowId_ text, a", null, "oid"],
    ["rowid, _rowid_, oid", null, null],
    ["_rowid_ integer primary key, rowid, oid", "_rowid_", "_rowid_"],
    ["a", null, "rowid"],
  ])("finds the rowid of (%s)", (columns, alias, name) => {
    const table = tableOf(`create table t (${columns})`);
    expect([table.rowidAlias, table.rowidName]).toEqual([alias, name]);
  });

  it("reads WITHOUT ROWID and STRICT tables", () => {
    const table = tableOf("create table t (b any, a text, primary key (a desc, b)) without rowid, strict");
    expect(table).toMatchObject({
      withoutRowid: true,
      strict: true,
      rowidAlias: null,
      rowidName: null,
      primaryKey: ["a", "b"],
    });
    expect(table.columns.map((column) => [column.affinity, column.notNull])).toEqual([
      ["BLOB", true],
      ["TEXT", true],
    ]);
  });

  it("reads collations, CHECK and AUTOINCREMENT from tokens, not from what is in quotes or comments", () => {
    const table = tableOf(`create table t ( -- collate nocase check
      id integer primary key /* autoincrement */, a text default 'collate nocase check (1)' collate "nocase",
      "collate" text, [b] collate rtrim collate BINARY, c text default (('x' collate nocase)),
      d text constraint x collate RTRIM, unique (a collate binary))`);
    expect(table.columns.map((column) => column.collation)).toEqual([
      "BINARY",
      "NOCASE",
      "BINARY",
      "BINARY",
      "BINARY",
      "RTRIM",
    ]);
    expect([table.hasCheck, table.autoincrement, table.sequence]).toEqual([false, false, null]);
    const other = tableOf("create table t (id integer primary key autoincrement, a check (a > 0))");
    expect([other.hasCheck, other.autoincrement, other.sequence]).toEqual([true, true, null]);
  });

  it("reads the highest id given out, whatever stands in sqlite_sequence", () => {
    const catalog = catalogOf(`
      create table a (id integer primary key autoincrement); insert into a values (9223372036854775807); delete from a;
      create table b (id integer primary key autoincrement); insert into b values (1);
      create table c (id integer primary key autoincrement);
      update sqlite_sequence set seq = 'x' where name = 'b'`);
    expect(catalog.tables.map((table) => table.sequence)).toEqual([9223372036854775807n, null, null]);
  });

  it("reads indexes in the order they were made", () => {
    const table = tableOf(`create table t (a text collate nocase unique, b, primary key (b, a));
      create unique index i on t (a desc, lower(b), b collate rtrim) where b > 1`);
    expect(table.indexes.map((i) => [i.name, i.unique, i.origin, i.partial, i.sql === null])).toEqual([
      ["sqlite_autoindex_t_1", true, "u", false, true],
      ["sqlite_autoindex_t_2", true, "pk", false, true],
      ["i", true, "c", true, false],
    ]);
    expect(table.indexes[2]?.columns).toEqual([
      { name: "a", descending: true, collation: "NOCASE" },
      { name: null, descending: false, collation: "BINARY" },
      { name: "b", descending: false, collation: "RTRIM" },
    ]);
  });

  it("reads foreign keys as declared", () => {
    const table = tableOf(`create table t (a references Parent, b, c,
      foreign key (b, c) references p (x, y) on delete cascade on update set null)`);
    expect(table.foreignKeys).toEqual([
      {
        id: 1,
        columns: ["a"],
        parentTable: "Parent",
        parentColumns: null,
        onUpdate: "NO ACTION",
        onDelete: "NO ACTION",
      },
      {
        id: 0,
        columns: ["b", "c"],
        parentTable: "p",
        parentColumns: ["x", "y"],
        onUpdate: "SET NULL",
        onDelete: "CASCADE",
      },
    ]);
  });

  it("lists virtual tables with their module, and their shadow tables apart", () => {
    const catalog =
      catalogOf(`create virtual table f using fts5 (title, "body, too" unindexed, tokenize = 'porter ascii');
      create table t (a); create virtual table r using rtree (id, low, high)`);
    expect(catalog.tables.map((table) => [table.name, table.kind, table.module])).toEqual([
      [
        "f",
        "virtual",
        { name: "fts5", arguments: ["title", '"body, too" unindexed', "tokenize = 'porter ascii'"] },
      ],
      ["t", "table", null],
      ["r", "virtual", { name: "rtree", arguments: ["id", "low", "high"] }],
    ]);
    expect(catalog.tables[0]?.columns.map((column) => column.name)).toEqual(["title", "body, too", "rowid"]);
    expect(catalog.shadowTables).toContain("f_data");
    expect(catalog.shadowTables).toContain("r_node");
  });

  it("reads the rest where a module, a function, a collation or a table is missing", () => {
    const catalog = catalogOf((db) => {
      db.exec(
        "create table good (a); create table orders (a text collate mine_not)".replace(
          " collate mine_not",
          "",
        ),
      );
      db.exec("create view fine as select a from good; create view broken as select * from gone");
      db.exec("create view quoted as select 'x' as a");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec(`insert into sqlite_schema values ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING spellfix1');
        update sqlite_schema set sql = 'CREATE TABLE orders (a text collate mine_not)' where name = 'orders';
        update sqlite_schema set sql = 'CREATE VIEW quoted AS SELECT "x" AS a' where name = 'quoted'`);
    });
    expect(catalog.tables.map((table) => table.name)).toEqual(["good", "orders"]);
    expect(catalog.tables[1]?.columns[0]?.collation).toBe("MINE_NOT");
    expect(catalog.unreadable).toEqual([{ name: "v", reason: "no such module: spellfix1" }]);
    expect(catalog.views.map((view) => [view.name, view.readable, view.reason])).toEqual([
      ["fine", true, null],
      ["broken", false, "no such table: main.gone"],
      ["quoted", false, expect.stringContaining('no such column: "x"')],
    ]);
  });

  it("leaves out a table whose SQL cannot be parsed, and says so in SQLite's words", () => {
    const catalog = catalogOf((db) => {
      db.exec("create table a (x); create table b (x); create table c (x); insert into c values (1)");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set sql = 'CREATE TABLE b (x default (raise(ignore)))' where name = 'b'");
    });
    expect(catalog.tables.map((table) => table.name)).toEqual(["a", "c"]);
    expect(catalog.unreadable).toEqual([
      { name: "b", reason: expect.stringMatching(/^malformed database schema \(b\)/) },
    ]);
  });

  it("loses no table whose row in the schema is of no known type", () => {
    const catalog = catalogOf((db) => {
      db.exec("create table a (x); create table b (y); insert into b values (1)");
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set type = 'tablf' where name = 'b'");
    });
    expect([...catalog.tables, ...catalog.unreadable].map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("reads a table without the generated columns that cannot be computed, and names those", () => {
    const catalog = catalogOf((db) => {
      db.function("of_the_app", { deterministic: true }, (x) => x as string);
      db.exec(`
        create table k (id integer primary key, j text); insert into k values (1, 'not json');
        alter table k add column c as (json_extract(j, '$.x'));
        alter table k add column d as (lower(j));
        create table f (id integer primary key, a text, g as (of_the_app(a)));
        insert into f (a) values ('x')`);
    });
    expect(catalog.unreadable).toEqual([]);
    expect(
      catalog.tables.map(({ columns, uncomputable }) => [columns.map(({ name }) => name), uncomputable]),
    ).toEqual([
      [["id", "j", "d"], [{ name: "c", reason: "malformed JSON" }]],
      [["id", "a"], [{ name: "g", reason: expect.stringMatching(/function.*of_the_app/) }]],
    ]);
  });

  it("tells of a full-text index that keeps no text, and reads what is left of one whose tokenizer is unknown", () => {
    const catalog = catalogOf((db) => {
      db.exec(`create virtual table empty using fts4 (content="", t); insert into empty (docid, t) values (1, 'x');
        create virtual table porter using fts4 (t); insert into porter values ('kept')`);
      db.unsafeMode();
      db.pragma("writable_schema = on");
      db.exec("update sqlite_schema set sql = replace(sql, 'fts4 (t)', 'fts4 (t, tokenize=mozporter)')");
    });
    expect(catalog.unreadable).toEqual([{ name: "porter", reason: expect.stringMatching(/tokenizer/) }]);
    expect(catalog.tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["empty", "porter_content"]),
    );
    expect(catalog.shadowTables).toContain("empty_docsize");
  });

  it("leaves SQLite's own tables out, and keeps names that only look like them", () => {
    const catalog =
      catalogOf(`create table t (id integer primary key autoincrement); create index i on t (id);
      insert into t values (1); analyze; create table sqlitex (a); create table "weird ""name; --" (a)`);
    expect(catalog.tables.map((table) => table.name)).toEqual(["t", "sqlitex", 'weird "name; --']);
  });

  it("lists triggers", () => {
    const catalog = catalogOf(
      "create table t (a); create trigger after_t after insert on t begin select 1; end",
    );
    expect(catalog.triggers).toEqual([
      { name: "after_t", table: "t", sql: expect.stringMatching(/^CREATE TRIGGER/i) },
    ]);
  });
});

describeFixtures("real files", (copy) => {
  it.each(fixtureNames().filter((name) => !name.includes("CORRUPT")))(
    "have every table of sqlite_schema in one of the lists: %s",
    (name) => {
      const file = copy(name);
      const catalog = catalogOfFile(file);
      const listed = [
        ...catalog.tables.map((t) => t.name),
        ...catalog.shadowTables,
        ...catalog.unreadable.map((t) => t.name),
      ];
      const db = new Database(file, { readonly: true });
      db.unsafeMode();
      db.pragma("writable_schema = on");
      const tables = db
        .prepare("select name from sqlite_schema where type = 'table' and substr(name, 1, 7) <> 'sqlite_'")
        .pluck()
        .all();
      db.close();
      expect(listed.sort()).toEqual(tables.sort());
    },
  );
});
