// Expressions are asked of both engines over the same rows: what is translated answers alike, or is refused.

import type Database from "better-sqlite3";
import fc from "fast-check";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../support/server.js";
import { ask, postgresTable, sqliteTable } from "./two-engines.js";

let db: Database.Database;
let client: pg.Client;
const known = new Set<string>();

beforeAll(async () => {
  db = sqliteTable();
  client = await (await testDatabase("translate")).client();
  await postgresTable(client);
});

/** Each is translated, and answers alike on every row. */
const ALIKE = `
  n + 1 | n - m | n * 2 | m / 2 | m % 4 | n / 0 | m % 0 | -m | +m | ~m | m & 3 | m << 2 | m >> 1 | r + 1 | r * m | r / 2 | m / 2.0 | r - 0.5
  5 / 2 | -7 / 2 | 7 % -3 | 5.0 / 2 | 1 / 3.0 | 0x1F + 1 | 1_000 | .5 + r | 2. * r
  m = 2 | m == 2 | m <> 2 | m != 2 | n < m | n <= 5 | r > 0.1 | r = 2.5 | m = 2.0 | m > 1.5 | n = '5' | '5' = n | n = 'abc' | n < 'abc' | m is null | m is not null
  m isnull | m notnull | m is 2 | m is not 2 | n is m | null is null | 1 is not distinct from m | m is distinct from 2 | s is 'abc' | n = null
  s = 'abc' | s < 'abc' | s >= 'B' | u = 'abc' | 'abc' = u | u < 'b' | s = 'ABC' collate nocase | s collate nocase = 'aBC' | u collate binary = 'abc' | s = u | u = s | s = 5 | code = 12 | s > 5
  s = ' x' collate rtrim | s is not 'abc' | b = x'616263' | b is null | b > x'00' | b = 'abc' | s < b | n < b
  flag | not flag | flag = 1 | flag = 0 | flag <> 1 | flag is 1 | flag is not 1 | flag is true | flag is not false | flag and m > 1 | flag or n | not n | not r | flag = (m > 1) | flag + 1 | flag in (0, 1) | flag is null | -flag | flag > 0
  n is true | n is not true | m and r | m or null | not (m > 1 or r is null) | n between 0 and 9 | n not between -1 and 1 | s between 'A' and 'b' | r between m and n
  m in (1, 2, 3) | m not in (1, 2) | m in () | m not in () | s in ('abc', 'ABC') | u in ('abc', 'x') | m in (1, null) | m not in (1, null) | n in ('5', '10') | s in (1, 2)
  case when m > 1 then 'big' when m < 0 then 'less' else 'small' end | case m when 1 then 10 when 2 then 20 end | case when flag then 1 else 2.5 end | case u when 'abc' then 1 else 0 end | case when n then m else null end
  s like 'a%' | s like 'A%' | s not like '%b%' | s like 'a\\%b%' escape '\\' | s like 'a_c' | u like 'äb' | s like '%😀' | n like '1%' | s like u | like('a%', s) | s glob 'a*' | s glob '[A-C]*' | s glob '?b?' | s not glob '*[^a-z]*' | s glob '*%*'
  s || '-' || u | n || s | m || '' | s || null | flag || ''
  length(s) | length(n) | length(b) | lower(s) | upper(s) | upper(u) | trim(s) | ltrim(s) | rtrim(s) | trim(s, 'ab') | substr(s, 2) | substr(s, 2, 2) | substr(s, -2) | substr(s, -2, 1) | substr(s, 0, 2) | substr(s, 3, -2) | substr(s, m) | substr(s, m, -1) | substr(s, -m, 2) | replace(s, 'b', 'x') | replace(s, '', 'x') | instr(s, 'b') | instr(s, '') | unicode(s) | char(65) | hex(s) | hex(b) | hex(n) | quote(s) | quote(n) | octet_length(s)
  coalesce(n, m, 0) | ifnull(s, 'none') | nullif(m, 2) | nullif(u, 'ABC') | iif(m > 1, 'a', 'b') | abs(n) | abs(r) | sign(n) | sign(r) | round(r) | round(r, 1) | round(n) | round(2.5) | round(-2.5) | ceil(r) | floor(r) | min(n, m) | max(n, m) | max(s, u) | max(m, r) | min(m, 0.5) | min(1, null) | likely(m) | typeof(n) | typeof(s) | typeof(r) | typeof(b) | typeof(flag) | typeof(null) | concat(s, n, '!')
  cast(r as integer) | cast(-2.7 as integer) | cast(s as integer) | cast(code as integer) | cast(code as real) | cast(n as text) | cast(n as real) | cast(m as numeric) | cast(s as text) | cast(flag as integer) | cast(s as blob) | cast(null as integer) | cast('12abc' as int) | cast(code as int) + 1
  at | at = '2024-01-31 10:20:30' | at > '2024' | at < '2024-02-01' | substr(at, 1, 7) | at like '2024-%' | date(at) | time(at) | datetime(at) | strftime('%Y-%m', at) | strftime('%d.%m.%Y %H:%M', at) | strftime('%s', at) | strftime('%s', at) + 1 | strftime('%w', at) | strftime('%j', at) | julianday(at) | unixepoch(at) | date(at, '+1 month') | date(at, '-1 month') | date(at, '+1 year') | date(at, 'start of month') | date(at, 'start of month', '+1 month', '-1 day') | datetime(at, '+1 day', '-3 hours') | date(at, 'weekday 0') | datetime(n, 'unixepoch') | date(at, '+45 days') | strftime('%Y', at) = '2024' | datetime(at, '+1.5 hours') | date('2024-02-30') | datetime('2024-01-01T10:00:00Z') | datetime('2024-01-01 10:00:00+02:00') | date('nonsense') | date(s) | time('10:11')
  json_valid(s) | json_extract('{"a": {"b": [1, "zwei"]}}', '$.a.b[1]') = 'zwei' | n > 2 or s = 'abc' and not flag
  1 < 2 < 3 | 1 = 1 = 1 | not 1 = 2 | - - 5 | 1 + 2 * 3 - 4 | 'a' || 'b' = 'ab' | m & 3 = 1 | not m is null | m is null = 0
  current_timestamp > '2020' | length(current_date) | length(current_time)
`;

/** An `|` of SQL would divide them too, so it is asked for elsewhere. */
function listed(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line) => line.trim().split(" | "))
    .filter((part) => part !== "");
}

describe("an expression of which both engines know all", () => {
  it.each([...listed(ALIKE), "m | 8"])("answers alike: %s", async (expression) => {
    expect(await ask(db, client, expression, known)).toMatchObject({ kind: "alike" });
  });
});

describe("what PostgreSQL would answer otherwise", () => {
  it.each([
    ["s + 1", "computed with as a number"],
    ["s and 1", "used as a condition"],
    ["r || ''", "used as text"],
    ["n + nowhere", 'names "nowhere"'],
    ["2 * 3 || 4", "computed with as a number"],
    ["soundex(s)", "calls soundex()"],
    ["s match 'a'", "MATCH"],
    ["s like 'a' escape 'x'", "escape"],
    ["datetime(at, 'localtime')", "localtime"],
    ["case when n then 'a' else 1 end", "storage classes"],
    ["coalesce(n, s)", "storage classes"],
    ["s = 'a' collate german", "GERMAN"],
    ["n << m", "shifts"],
    ["r % 2", "remainder"],
    ["(select 1)", "subquery"],
    ["?1 = n", "parameter"],
    ["rowid", "rowid"],
  ])("is refused: %s", async (expression, reason) => {
    expect(await ask(db, client, expression, known)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining(reason),
    });
  });
});

const leaf = fc.constantFrom(
  "n",
  "m",
  "r",
  "s",
  "u",
  "b",
  "flag",
  "at",
  "code",
  "0",
  "1",
  "-3",
  "2.5",
  "'abc'",
  "'5'",
  "''",
  "null",
  "x'00'",
  "true",
);
const operator = fc.constantFrom(
  "+",
  "-",
  "*",
  "/",
  "%",
  "=",
  "<>",
  "<",
  ">=",
  "and",
  "or",
  "||",
  "is",
  "is not",
  "&",
  "like",
);
const unaryCall = fc.constantFrom(
  "length",
  "lower",
  "upper",
  "abs",
  "trim",
  "typeof",
  "hex",
  "round",
  "date",
  "not",
  "-",
);
const tree: fc.Memo<string> = fc.memo((depth) =>
  depth <= 1
    ? leaf
    : fc.oneof(
        leaf,
        fc.tuple(tree(), operator, tree()).map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc
          .tuple(unaryCall, tree())
          .map(([name, a]) => (/^(?:not|-)$/.test(name) ? `(${name} ${a})` : `${name}(${a})`)),
        fc.tuple(tree(), tree(), tree()).map(([a, b, c]) => `case when ${a} then ${b} else ${c} end`),
        fc.tuple(tree(), tree()).map(([a, b]) => `coalesce(${a}, ${b})`),
        fc.tuple(tree(), tree(), tree()).map(([a, b, c]) => `(${a} in (${b}, ${c}))`),
        fc.tuple(tree(), tree(), tree()).map(([a, b, c]) => `(${a} between ${b} and ${c})`),
      ),
);

/** A number out of range, where SQLite goes over to REAL, and a date before the year 1: an error, and no wrong answer. */
const OUT_OF_RANGE = /^(?:22003|22008)$/;

it("never answers otherwise, whatever the expression", async () => {
  let translated = 0;
  await fc.assert(
    fc.asyncProperty(tree(4), async (expression) => {
      const asked = await ask(db, client, expression, known);
      translated += asked.kind === "alike" ? 1 : 0;
      if (asked.kind === "differs" || (asked.kind === "error" && !OUT_OF_RANGE.test(asked.code))) {
        throw new Error(JSON.stringify(asked));
      }
    }),
    {
      numRuns: Number(process.env.OUTGROW_CASES ?? 1500),
      seed: Number(process.env.OUTGROW_SEED ?? 20261125),
    },
  );
  expect(translated).toBeGreaterThan(200);
});
