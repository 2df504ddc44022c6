// Where a placeholder stands, and where something only looks like one.
import { describe, expect, it } from "vitest";
import { arrange, parseStatement } from "#outgrow/db/sql/placeholders.js";

type Engine = "sqlite" | "postgres";
const written = (sql: string, engine: Engine = "postgres") => parseStatement(sql, engine).text;

describe("placeholders for PostgreSQL", () => {
  it.each([
    ["select ?, ?", "select $1, $2"],
    ["select $2, $1, $2", "select $1, $2, $1"],
    ["select :a, :b, :a", "select $1, $2, $1"],
    ["select '?', \"?\", ? -- ?\n, ?", "select '?', \"?\", $1 -- ?\n, $2"],
    ["select /* ? /* ? */ ? */ ?", "select /* ? /* ? */ ? */ $1"],
    ["select $$ ? $1 :a $$, $tag$ ? $$ $tag$, ?", "select $$ ? $1 :a $$, $tag$ ? $$ $tag$, $1"],
    ["select e'\\'?', ?", "select e'\\'?', $1"],
    ["select 'it''s ?', ?", "select 'it''s ?', $1"],
    ["select ?::int, x::text, :a_1::jsonb".replace("?", ":b"), "select $1::int, x::text, $2::jsonb"],
    ["select a[1:2], a[lo:hi], :x", "select a[1:2], a[lo:hi], $1"],
    ["select j ?? 'k', j ??| array[?]", "select j ? 'k', j ?| array[$1]"],
    ["select j ? 'k' and id = $1", "select j ? 'k' and id = $1"],
    ["select j ? 'k' and id = :id", "select j ? 'k' and id = $1"],
    ["select j @? '$.a', ?", "select j @? '$.a', $1"],
    ["select a$1, ?", "select a$1, $1"],
    ["select ?||?", "select $1||$2"],
    ["select f(a := ?)", "select f(a := $1)"],
    ["select ? ;; -- the end", "select $1"],
  ])("%s", (sql, expected) => {
    expect(written(sql)).toBe(expected);
  });
});

describe("placeholders for SQLite", () => {
  it.each([
    ["select ?, ?", "select ?, ?"],
    ["select $2, $1, $2", "select ?, ?, ?"],
    ["select :a, :b, :a", "select ?, ?, ?"],
    ["select [?], `?`, \"?\", '?', ?", "select [?], `?`, \"?\", '?', ?"],
    ["select /* /* ? */ ?", "select /* /* ? */ ?"],
    ["select json->'$.a', :a", "select json->'$.a', ?"],
  ])("%s", (sql, expected) => {
    expect(written(sql, "sqlite")).toBe(expected);
  });

  it("repeat a value that stands there twice", () => {
    expect(arrange(parseStatement("select $2, $1, $2", "sqlite"), ["a", "b"], "sqlite")).toEqual([
      "b",
      "a",
      "b",
    ]);
    expect(arrange(parseStatement("select :x, :y, :x", "sqlite"), { x: 1, y: 2 }, "sqlite")).toEqual([
      1, 2, 1,
    ]);
  });
});

describe("statements that are refused", () => {
  it.each([
    ["select $1, :a", /two kinds/],
    ["select $1, $3", /no \$2/],
    ["select $0", /\$0/],
    ["", /empty/],
    [" ; -- x", /empty/],
    ["select 1; select 2", /several statements/],
  ])("%s", (sql, message) => {
    for (const engine of ["sqlite", "postgres"] as const) {
      expect(() => parseStatement(sql, engine)).toThrow(message);
    }
  });

  it("but not the body of a trigger or a function", () => {
    const trigger = "create trigger t after insert on a begin update a set b = 1; delete from c; end";
    expect(parseStatement(trigger, "sqlite").text).toBe(trigger);
  });

  it("with parameters that do not fit them", () => {
    const one = parseStatement("select ?", "postgres");
    expect(() => arrange(one, [], "postgres")).toThrow("1 parameter, and 0 were given");
    expect(() => arrange(one, { a: 1 }, "postgres")).toThrow("an object was given");
    const named = parseStatement("select :a", "postgres");
    expect(() => arrange(named, [1], "postgres")).toThrow(":name");
    expect(() => arrange(named, { toString: 1 }, "postgres")).toThrow("no value was given for :a");
  });
});

describe("a plain INSERT", () => {
  it.each([
    ["insert into t values (1)", "t"],
    ['INSERT INTO public."T x" (a) select 1', 'public."T x"'],
    ["insert or ignore into t(a) values (1)", "t"],
    ["replace into t values (1)", "t"],
    ["insert into t default values", "t"],
    ["insert into t values (1) returning id", null],
    ["with a as (select 1) insert into t select * from a", null],
    ["select 'insert into t'", null],
    ["update t set a = 1", null],
  ])("%s", (sql, table) => {
    expect(parseStatement(sql, "sqlite").insert?.table ?? null).toBe(table);
  });
});
