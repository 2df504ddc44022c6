// Comments of a CREATE: which belong to what, and that none is taken for another's.
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStatement } from "#outgrow/sql/parse.js";
import { describeFixtures, fixture, fixtureNames } from "../support/files.js";

/** Of the table under "", of each column under its name. */
function commentsIn(sql: string): Record<string, string> {
  const statement = parseStatement(sql);
  if (statement.kind !== "createTable") {
    return "comment" in statement && statement.comment !== null ? { "": statement.comment } : {};
  }
  const all: [string, string | null][] = [
    ["", statement.comment],
    ...statement.columns.map(({ name, comment }): [string, string | null] => [name, comment]),
  ];
  return Object.fromEntries(all.filter(([, comment]) => comment !== null)) as Record<string, string>;
}

/** As sqlite_schema gives it back, where SQLite takes it. */
function stored(sql: string): string {
  const db = new Database(":memory:");
  try {
    db.exec(sql);
    return (
      db
        .prepare<[], string>(
          "select sql from sqlite_schema where sql is not null order by rowid desc limit 1",
        )
        .pluck()
        .get() ?? ""
    );
  } finally {
    db.close();
  }
}

describe("a table's comments", () => {
  it.each<[string, string, Record<string, string>]>([
    [
      "at the end of lines",
      "create table t (\n  id integer, -- the id\n  a text /* what it says */, b int, -- of b\n  c int -- the last\n)",
      { id: "the id", a: "what it says", b: "of b", c: "the last" },
    ],
    [
      "with commas at the begin of lines",
      "create table t (\n  id integer -- the id\n, a text -- of a\n, b int\n)",
      { id: "the id", a: "of a" },
    ],
    [
      "above the columns",
      "create table t (\n  -- the id\n  id integer,\n  -- of a,\n  -- in two lines\n  a text,\n\n  /* of b */\n  b int)",
      { id: "the id", a: "of a,\nin two lines", b: "of b" },
    ],
    [
      "between name and first column",
      "create table t\n-- the table\n(\n  id integer, -- the id\n  a text)",
      { "": "the table", id: "the id" },
    ],
    ["after the parenthesis", "create table t ( -- the table\n  id integer,\n  a text)", { "": "the table" }],
    [
      "on lines of their own before the first column",
      "create table t (\n  -- the table\n  -- goes on\n  id integer, -- the id\n  a text)",
      { "": "the table\ngoes on", id: "the id" },
    ],
    [
      "of the table, and right above the first column",
      "create table t ( -- the table\n  -- the id\n  id integer,\n  a text)",
      { "": "the table", id: "the id" },
    ],
    [
      "apart from the first column",
      "create table t (\n  -- the table\n\n  -- the id\n  id integer,\n  a text)",
      { "": "the table", id: "the id" },
    ],
    [
      "after all",
      "create table t (id integer primary key, a) -- the table\n without rowid",
      { "": "the table" },
    ],
    [
      "on one line",
      "create table t (/* of a */ a int, b int /* of b */, /* of c */ c int)",
      { a: "of a", b: "of b", c: "of c" },
    ],
    [
      "that go on below, further right",
      "create table t (\n  a int,   -- first\n           -- second\n  -- of b\n  b int,   -- of b too\n           -- and more\n  c int)",
      { a: "first\nsecond", b: "of b\nof b too\nand more" },
    ],
    [
      "decorated",
      "create table t (\n  /*****\n   * The id,\n   *   of a row.\n   *****/\n  id int, ---- the other ----\n  b int, /* of b **/\n  -- =====\n  c int)",
      { "": "The id,\nof a row.", id: "the other", b: "of b" },
    ],
    [
      "with the line ends of Windows",
      "create table t (\r\n  id int, -- the id\r\n  a int /* one\r\n two */\r\n)",
      { id: "the id", a: "one\ntwo" },
    ],
    [
      "before table constraints",
      "create table t (\n  a int, -- of a\n         -- and more\n  -- not a column's\n  unique (a) -- nor this\n  -- nor this\n)",
      { a: "of a\nand more" },
    ],
    ["of SQL that was taken out", "create table t (\n  a int,\n  -- b int,\n  c int -- drop this;\n)", {}],
    [
      "apart from what follows",
      "create table t (\n  a int,\n\n  -- a heading\n\n  b int\n  -- nothing more\n)",
      {},
    ],
    ["without text", "create table t (\n  a int, --\n  b int, /**/\n  c int /***/, d int -- ----\n)", {}],
  ])("%s", (_, sql, wanted) => {
    expect(commentsIn(sql)).toEqual(wanted);
    // The stored text is without what stands before the name, which is all that SQLite takes away.
    expect(commentsIn(stored(sql))).toEqual(wanted);
  });

  it("inside of a definition are nobody's, and no string is one", () => {
    const sql = `create table t (
      a /* x */ text -- x
        default ('-- no' || /* x */ '/* no */') check (a <> '--' /* x */ and a /* x
        */ <> "a"), "b -- no" text default '*/ -- no', [c /* no */] int)`;
    expect(commentsIn(sql)).toEqual({});
    expect(commentsIn(stored(sql))).toEqual({});
  });

  it("outlast a column that ALTER TABLE adds", () => {
    const db = new Database(":memory:");
    db.exec("create table t (\n  a int -- of a\n); alter table t add column b int");
    expect(commentsIn(db.prepare<[], string>("select sql from sqlite_schema").pluck().get() ?? "")).toEqual({
      a: "of a",
    });
    db.close();
  });

  it("are read in no time, however long", () => {
    const started = performance.now();
    for (const piece of ["*", "-", "/*", "\n", " - ", "--\n", "'", "* x\n"]) {
      const long = piece.repeat(100_000 / piece.length);
      commentsIn(
        `create table t (a int, /* ${long.replaceAll("*/", "")}x */\n -- ${long.replaceAll("\n", "")}x\n b int)`,
      );
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("the comment of a view or trigger", () => {
  it.each([
    ["create view v as -- the view\nselect 1 as a -- not this\n", "the view"],
    ["create view v /* one */ (a /* not this */) /* two */ as /* three */ select 1", "one\ntwo\nthree"],
    ["create view v as select /* not this */ 1", undefined],
    ["create view v as\n-- select 2;\nselect 1", undefined],
    [
      "create trigger r -- the trigger\n after insert on t when /* not this */ new.a begin select 1; end",
      "the trigger",
    ],
    ["create trigger r after insert on t /* one */ begin -- two\n select 1; end", "one\ntwo"],
    ["create trigger r after insert on t /* one */ when 1 /* two */ begin select 1; end", "one\ntwo"],
    ["create trigger r after insert on t begin\n -- the first of two\n select 1; select 2; end", undefined],
  ])("stands at its head: %s", (sql, wanted) => {
    expect(commentsIn(sql)[""]).toBe(wanted);
    expect(commentsIn(stored(`create table t (a); ${sql}`))[""]).toBe(wanted);
  });
});

it("comments in any gap break nothing, and are taken whole or not at all", () => {
  const words =
    "create table t ( a integer primary key , b text not null default ( 'x -- y' ) check ( b <> '/* z */' ) , c int as ( a + 1 ) , unique ( b ) )".split(
      /\s(?![-/*yz])/,
    );
  const bare = { ...parseStatement(words.join(" ")) };
  const gap = fc.constantFrom(
    " ",
    " ",
    "\n",
    " /* K */ ",
    " -- K\n",
    "\n\n",
    "\n/* K\n*/\n",
    "\n  -- K\n",
    " /* ' */ ",
    ' -- "K\n',
    " /* -- K */ ",
  );
  fc.assert(
    fc.property(fc.array(gap, { minLength: words.length, maxLength: words.length }), (gaps) => {
      const sql = words.map((word, i) => `${word}${gaps[i]}`).join("");
      const found = commentsIn(sql);
      for (const text of Object.values(found)) {
        expect(text).toMatch(/^(?:(?:-- )?K|'|"K)(?:\n(?:(?:-- )?K|'|"K))*$/);
      }
      const parsed = parseStatement(sql);
      expect(parsed.kind).toBe("createTable");
      if (parsed.kind === "createTable" && bare.kind === "createTable") {
        const shape = ({ columns, constraints }: typeof parsed) =>
          JSON.stringify([
            columns.map(({ name, type, constraints: own }) => [name, type, own.map(({ kind }) => kind)]),
            constraints.length,
          ]);
        expect(shape(parsed)).toBe(shape(bare));
      }
    }),
    { numRuns: 2000, seed: 5 },
  );
});

describeFixtures("the comments of real files", () => {
  it("are found in some, and look like prose", () => {
    const found = fixtureNames().flatMap((name) => {
      try {
        const db = new Database(fixture(name) ?? "", { readonly: true });
        const all = db
          .prepare<[], string>(
            "select sql from sqlite_schema where type = 'table' and sql like 'create table%'",
          )
          .pluck()
          .all();
        db.close();
        return all.flatMap((sql) =>
          Object.entries(commentsIn(sql)).map(([of, text]) => `${name} ${of}: ${text}`),
        );
      } catch {
        return [];
      }
    });
    expect(found.length).toBeGreaterThan(20);
    if (process.env.OUTGROW_SHOW) console.error(found.join("\n"));
  });
});
