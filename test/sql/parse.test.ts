// The grammar, with SQLite as the judge: what is parsed and printed again makes the same schema and gives the same values.
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExpression, parseStatement, SqlSyntaxError } from "#outgrow/sql/parse.js";
import { printExpr, printStatement } from "#outgrow/sql/print.js";
import { describeFixtures, fixture, fixtureNames } from "../support/files.js";

interface Entry {
  type: string;
  name: string;
  sql: string;
}

/** What SQLite understood: columns, indexes and keys of each table, columns of each view; or why it refuses. */
function understood(statements: readonly string[]): string {
  const db = new Database(":memory:");
  try {
    for (const sql of statements) db.exec(sql);
    return described(db);
  } catch (error) {
    return `refused: ${(error as Error).message.replace(/.*: /, "")}`;
  } finally {
    db.close();
  }
}

function described(db: Database.Database): string {
  const entries = db
    .prepare<[], Entry>("select type, name, sql from sqlite_schema order by type, name")
    .all();
  return entries
    .map(({ type, name }) => {
      const ask = (pragma: string, of: string) =>
        JSON.stringify(db.prepare(`select * from ${pragma}(?)`).all(of));
      if (type === "index") return `${name} ${ask("pragma_index_xinfo", name)}`;
      if (type === "trigger") return name;
      const columns = ask("pragma_table_xinfo", name).replace(/"dflt_value":"(?:[^"\\]|\\.)*"/g, (text) =>
        defaultOf(text),
      );
      return `${name} ${columns} ${ask("pragma_index_list", name)} ${ask("pragma_foreign_key_list", name)}`;
    })
    .join("\n");
}

/** A default as it is written, but for white space and the form of what it quotes. */
const defaultOf = (text: string) => text.replace(/\\?["'`\s()]/g, "").toLowerCase();

describeFixtures("the schemas of real files", () => {
  it.each(fixtureNames())(
    "are parsed and printed alike: %s",
    (name) => {
      let entries: Entry[];
      try {
        const db = new Database(fixture(name) ?? "", { readonly: true });
        entries = db
          .prepare<[], Entry>(
            "select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\'",
          )
          .all();
        db.close();
      } catch {
        return; // a file that this SQLite cannot open has a test of its own
      }
      for (const { type, sql } of entries) {
        const printed = printStatement(parseStatement(sql));
        // Printing again changes nothing more.
        expect(printStatement(parseStatement(printed))).toBe(printed);
        if (type === "table" && !/^create\s+virtual/i.test(sql)) {
          expect(understood([printed])).toBe(understood([sql]));
        }
      }
      const tables = entries.filter(({ type, sql }) => type === "table" && !/^create\s+virtual/i.test(sql));
      const others = entries.filter(({ type }) => type !== "table");
      const before = tables.map(({ sql }) => sql);
      for (const { sql } of others) {
        expect(understood([...before, printStatement(parseStatement(sql))]), sql).toBe(
          understood([...before, sql]),
        );
      }
    },
    60_000,
  );
});

const EXPRESSIONS = `
1 + 2 * 3
- 2 * 3 || 4
1 || 2 + 3
not 1 = 2
not not 1 is null
1 < 2 = 1
1 = 1 < 2
1 | 2 = 3
1 << 2 + 1
~ 1 + 2
- - 5
+ - + 5
1 is not null and 2 isnull or 3 notnull
5 not null
1 between 0 and 2 and 3
1 not between 0 and 2 or 1
3 in (1, 2, 3) + 1
3 not in () = 1
'a' like 'A' escape 'x' || ''
'a' not like 'b' = 1
'abc' glob 'a*' is 1
1 is distinct from 2
1 is not distinct from null
case 1 when 1 then 'a' else 'b' end || 'c'
case when 1 then 2 end
cast('12' as integer) + 1
cast(1 as varchar(10))
'a' collate nocase = 'A'
'b' < 'A' collate nocase
x'0aFF'
0x1F + 1_000
1e3 + .5 + 5.
'it''s' || "x"
(1, 2) = (1, 2)
(1, 2) < (1, 3)
exists (select 1)
not exists (select 1 where 0)
(select max(a) from (select 1 as a union all select 2))
1 in (select 1 union select 2)
count(*) filter (where 1)
sum(1) over ()
row_number() over (order by 1 desc nulls last)
max(1, 2, 3)
replace('abc', 'b', 'x')
like('a%', 'abc')
glob('a*', 'abc')
"upper"('a')
'{"a":1}' -> '$.a' ->> '$'
iif(1, 2, 3)
true + 1
false is not true
current_date > '2000'
1 == 1
1 <> 2 and 1 != 2
5 % 3 / 2 * 4
1 and 2 or 3 and 0
1 or 2 and 0
group_concat('a', ',')
coalesce(null, 1) is 1
abs(-1)
'a' || 'b' collate nocase = 'AB'
2 -  -3
1 in (1) in (1)
1 is 1 is 1
-1 between -2 and 0
(values (1))
`
  .trim()
  .split("\n");

const value = (db: Database.Database, sql: string): unknown => {
  try {
    return JSON.stringify(db.prepare(`select ${sql}`).pluck().safeIntegers().get(), (_, one: unknown) =>
      typeof one === "bigint" ? `${one}n` : one,
    );
  } catch (error) {
    return (error as Error).message;
  }
};

describe("expressions", () => {
  const db = new Database(":memory:");
  it.each(EXPRESSIONS)("mean the same when printed: %s", (sql) => {
    const printed = printExpr(parseExpression(sql));
    expect(value(db, printed)).toBe(value(db, sql));
    expect(printExpr(parseExpression(printed))).toBe(printed);
  });

  it("bind as SQLite has them bind, whatever stands beside what", () => {
    const token = fc.constantFrom(
      "+",
      "-",
      "*",
      "/",
      "%",
      "||",
      "<",
      "<=",
      "=",
      "<>",
      "is",
      "is not",
      "and",
      "or",
      "&",
      "|",
      "<<",
      "like",
      "glob",
      "not in (2, 3) or",
      "between 1 and",
      "not between 0 and",
      "isnull and",
      "notnull +",
      "collate nocase =",
    );
    const term = fc.constantFrom(
      "1",
      "2",
      "3",
      "0",
      "null",
      "'a'",
      "'2'",
      "not 1",
      "- 2",
      "~ 3",
      "(4)",
      "not 0",
    );
    fc.assert(
      fc.property(term, fc.array(fc.tuple(token, term), { minLength: 1, maxLength: 6 }), (first, rest) => {
        const sql = [first, ...rest.flat()].join(" ");
        const isAccepted = !/syntax error|incomplete/.test(String(value(db, sql)));
        let printed: string;
        try {
          printed = printExpr(parseExpression(sql));
        } catch (error) {
          expect(error).toBeInstanceOf(SqlSyntaxError);
          expect(isAccepted, `${sql}: ${(error as Error).message}`).toBe(false);
          return;
        }
        expect(isAccepted, sql).toBe(true);
        expect(value(db, printed), `${sql}  as  ${printed}`).toBe(value(db, sql));
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

const STATEMENTS = [
  `create table t (key, desc, first int, rank text, "a b" real, [c d] blob, \`e\` numeric, 'f' any)`,
  "create table t (a integer primary key autoincrement, b varchar(10) not null on conflict replace default 'x' collate rtrim)",
  "create table t (a int constraint pk primary key desc, b double precision default -1.5e3, c default +2, d default word, e default (1 + 2))",
  "create table t (a, b, constraint u unique (a collate nocase desc, b) on conflict ignore, check (a > b) constraint n, primary key (b, a)) without rowid",
  "create table t (a int, b int as (a + 1), c int generated always as (a * 2) stored, d text as (upper(a)) virtual) strict".replace(
    "b int as",
    "b int generated always as",
  ),
  "create table p (a primary key); create table t (a references p, b references p (a) on delete set null on update cascade match full not deferrable initially immediate, c, foreign key (c) references p deferrable initially deferred)",
  "create table t (a unsigned big int, b native character(70), c decimal(10, 5), d varchar(+10, -2), e)",
  "create table t (a constraint x, b)",
  "create table t (a default true, b default current_timestamp, c default null, d default x'00')",
  "create table t (a, b); create unique index i on t (a collate nocase, b desc, lower(a) asc) where a is not null and b > 0",
  "create table t (a, b); create view v (x, y) as with recursive n(i) as (values (1) union all select i + 1 from n where i < 3) select a, i from t, n natural left outer join (select 1 as z) order by 1 desc limit 5 offset 1",
  'create table t (a, b); create view v as select t.*, count(*), a + b as "sum", max(a) from t as t not indexed where a in (select b from t) group by a, 2 having count(*) > 1',
  "create table t (a, b); create trigger r after update of a, b on t for each row when new.a > old.a begin insert or replace into t (a) values (new.a), (2); update t set a = 1, (a, b) = (2, 3) where b = old.b; delete from t where a = 1; select raise(abort, 'no') where new.a is null; end",
  "create table t (a primary key, b); create trigger r before insert on t begin insert into t select 1, 2 where true on conflict (a) do update set b = excluded.b where b > 1; end",
  "create table t (a); create view v as select * from t; create trigger r instead of delete on v begin select case when old.a then raise(ignore) end; end",
  "create table t (a, b); create view w as select row_number() over win as n, sum(a) filter (where b) over (partition by b order by a rows between 1 preceding and current row exclude ties) as s from t window win as (order by a)",
  "create view v as select * from json_each('[1]') as j cross join (select 2 as b) inner join (values (3)) on 1",
];

describe("statements", () => {
  it.each(STATEMENTS)("make the same schema when printed: %s", (sql) => {
    const parts = sql.split(/;\s*(?=create )/);
    const printed = parts.map((part) => printStatement(parseStatement(part)));
    const wanted = understood(parts);
    expect(wanted).not.toMatch(/^refused/);
    expect(understood(printed)).toBe(wanted);
  });

  it.each([
    ["create table t (a", 16],
    ["create table t (a,, b)", 18],
    ["create table select (a)", 13],
    ["select 1 from", 13],
    ["select 'open", 7],
    ["create table t (a) without nothing", 27],
    ["select 1; select 2", 10],
    ["create index on t (a)", 13],
  ])("are refused where SQLite refuses them: %s", (sql, position) => {
    const error = (() => {
      try {
        parseStatement(sql);
        return null;
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(SqlSyntaxError);
    expect((error as SqlSyntaxError).position).toBeGreaterThanOrEqual(position - 3);
  });
});
