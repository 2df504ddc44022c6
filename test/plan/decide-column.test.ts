// What a column becomes, by its declared type and the values that are in it.
import { describe, expect, it, onTestFinished } from "vitest";
import { decideColumn } from "#outgrow/plan/decide-column.js";
import { furtherNeeds, needsOf } from "#outgrow/plan/needs.js";
import { openSource } from "#outgrow/source/open-source.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { profileRange } from "#outgrow/source/read-profile.js";
import { makeSqlite } from "../support/files.js";

/** Declared type, values as SQL, the type and codec it becomes, codes of the findings. */
type Case = [declared: string, values: string[], type: string, codec: string, codes: string[]];

const INTEGERS: Case[] = [
  ["INTEGER", ["1", "-9223372036854775808"], "bigint", "int64", []],
  ["INTEGER", ["1", "'abc'"], "text", "mixed-text", ["mixed-types"]],
  ["INTEGER", ["1", "''"], "text", "mixed-text", ["mixed-types"]],
  ["INTEGER", ["1", "2.5"], "double precision", "double", ["type-from-values"]],
  ["INTEGER", ["'a'", "'b'"], "text", "text", ["type-from-values"]],
  ["INTEGER", [], "bigint", "int64", []],
  ["", ["1", "'1'"], "text", "mixed-text", ["number-or-text"]],
  ["", ["1", "'x'"], "text", "mixed-text", ["mixed-types"]],
  ["", ["1", "2"], "bigint", "int64", []],
  ["", ["9007199254740993", "0.5"], "text", "mixed-text", []],
];

const BOOLEANS: Case[] = [
  ["BOOLEAN", ["0", "1", "null"], "boolean", "bool", []],
  ["TINYINT(1)", ["0", "1"], "boolean", "bool", []],
  ["BOOLEAN", ["0", "2"], "bigint", "int64", ["boolean-other-values"]],
  ["BOOLEAN", ["'t'", "'f'"], "boolean", "bool(f,t)", []],
  ["BOOLEAN", ["'true'", "'false'"], "boolean", "bool(false,true)", []],
  ["BOOLEAN", ["'true'", "1"], "text", "mixed-text", ["mixed-types", "boolean-other-values"]],
  ["INTEGER", ["0", "1"], "bigint", "int64", []],
];

const TIMES: Case[] = [
  ["DATETIME", ["'2024-02-29 23:59:59'"], "timestamp", "iso(space,none,none)", ["time-without-zone"]],
  ["DATETIME", ["'2024-02-30 00:00:00'"], "text", "text", ["time-as-text"]],
  ["DATETIME", ["'2024-01-31T10:00:00.120Z'"], "timestamptz", "iso(T,3,Z)", []],
  ["TIMESTAMP", ["'2024-01-31 10:00:00.123 +00:00'"], "timestamptz", "iso(space,3, +00:00)", []],
  ["DATETIME", ["'2024-01-31 10:00:00.1234567'"], "text", "text", ["time-as-text"]],
  ["DATETIME", ["1706695200", "0"], "timestamptz", "epoch-s", ["time-from-number"]],
  ["DATETIME", ["1706695200000"], "timestamptz", "epoch-ms", ["time-from-number"]],
  ["DATETIME", ["0", "1706695200", "1706695200000"], "bigint", "int64", ["time-as-number"]],
  ["DATETIME", ["0", "2460340", "2460340.5"], "double precision", "double", ["time-as-number"]],
  ["DATETIME", ["1706695200000000"], "timestamptz", "epoch-us", ["time-from-number"]],
  ["DATETIME", ["13350000000000000"], "timestamptz", "webkit", ["time-from-number"]],
  ["DATETIME", ["638422560000000000"], "timestamptz", "ticks", ["time-from-number"]],
  ["DATETIME", ["2460340.5"], "timestamptz", "julian", ["time-from-number"]],
  ["DATETIME", ["500000000"], "bigint", "int64", ["time-as-number"]],
  ["DATETIME", ["20240101123000", "20231231235959"], "bigint", "int64", ["time-as-number"]],
  ["TIMESTAMP", ["202401011230", "202312312359"], "bigint", "int64", ["time-as-number"]],
  ["TIMESTAMP", ["20240101123000", "1706695200000"], "timestamptz", "epoch-ms", ["time-from-number"]],
  [
    "DATETIME",
    ["1706695200", "'2024-01-31 10:00:00'"],
    "text",
    "mixed-text",
    ["mixed-types", "time-as-text"],
  ],
  ["DATE", ["'2024-02-29'"], "date", "date", []],
  ["DATETIME", ["'2024-02-29'"], "date", "date", ["type-from-values"]],
  ["DATETIME", [], "timestamp", "iso(space,min,none)", ["time-without-zone"]],
  ["TIME", ["'10:11:12'"], "time", "time(none)", []],
  ["DATE", ["'0000-00-00'"], "text", "text", ["time-as-text"]],
];

const OTHERS: Case[] = [
  ["DECIMAL(10,2)", ["1.25", "3"], "numeric(10,2)", "numeric(2)", []],
  ["DECIMAL(10,2)", ["1.255"], "double precision", "double", ["decimal-inexact"]],
  ["DECIMAL(4,2)", ["123.45"], "double precision", "double", ["decimal-inexact"]],
  ["NUMERIC", ["1", "2"], "numeric", "numeric-int", []],
  ["LONG", ["1", "5777027480664824042"], "bigint", "int64", []],
  ["STRING", ["'a'"], "text", "text", []],
  ["BINARY", [], "bytea", "blob", []],
  ["POINT", ["x'47500001'"], "bytea", "blob", []],
  ["bytea", ["'text'"], "text", "text", ["type-from-values"]],
  ["JSON", ["x'7b7d'"], "bytea", "blob", ["type-from-values"]],
  ["REAL", ["0.1", "9e999"], "double precision", "double", []],
  ["UUID", ["'0190163d-8694-739b-aea5-966c26f8ad91'"], "uuid", "uuid", []],
  ["UUID", ["'0190163D-8694-739B-AEA5-966C26F8AD91'"], "uuid", "uuid-upper", []],
  ["CHAR(32)", ["'0190163d8694739baea5966c26f8ad91'"], "uuid", "uuid-hex", []],
  ["UUID", ["'nobody'"], "text", "text", ["type-from-values"]],
  ["JSON", [`'{"a":1}'`], "json", "json", []],
  ["JSON", ["'{a'"], "text", "text", ["json-invalid"]],
  ["TEXT", ["'a'", "char(0)"], "text", "text", ["text-not-storable"]],
  ["TEXT", ["cast(x'ff' as text)"], "text", "text", ["text-not-storable"]],
  ["TEXT", ["'a'", "x'ff'"], "bytea", "blob", ["bytes-and-text"]],
  ["BLOB", ["x'00'"], "bytea", "blob", []],
  ["BLOB", ["'text'"], "text", "text", ["type-from-values"]],
  ["VARCHAR(3)", ["'longer than three'"], "text", "text", []],
];

describe.each([
  ["integers", INTEGERS],
  ["booleans", BOOLEANS],
  ["times", TIMES],
  ["other values", OTHERS],
] as const)("%s", (_, cases) => {
  it.each(cases)("declared %j with %j becomes %s by %s", (declared, values, type, codec, codes) => {
    const decision = decide(declared, values);
    expect({
      type: decision.type,
      codec: decision.codec,
      codes: decision.concerns.map((one) => one.code),
    }).toEqual({
      type,
      codec,
      codes,
    });
  });
});

it("keeps an integer with the name of a time, and offers timestamptz", () => {
  const decision = decide("INTEGER", ["1706695200"], "created_at");
  expect(decision).toMatchObject({
    type: "bigint",
    concerns: [{ code: "epoch-integer", automatic: "bigint" }],
  });
  expect(decision.concerns[0]?.choices.map((choice) => choice.name)).toEqual(["bigint", "timestamptz"]);
});

it("says of a column without values that its type was chosen without a zone, and warns where values were read so", () => {
  expect(decide("DATETIME", []).concerns[0]).toMatchObject({ severity: "note", automatic: "timestamp" });
  expect(decide("DATETIME", ["'2024-01-31 10:00:00'"]).concerns[0]).toMatchObject({ severity: "warning" });
});

it("offers to keep the numbers that it takes for instants", () => {
  const [concern] = decide("DATETIME", ["1706695200000"]).concerns;
  expect(concern).toMatchObject({ code: "time-from-number", severity: "warning", automatic: "instant" });
  expect(concern?.reason).toContain("milliseconds since 1970");
  expect(concern?.choices.find(({ name }) => name === "number")?.effect.column).toEqual({
    type: "bigint",
    codec: "int64",
  });
});

it("names the forms of times in words, and gives no row with NULL as an example", () => {
  const [concern] = decide("DATETIME", ["'2024-01-31 10:00:00'", "''", "null"]).concerns;
  expect(concern?.reason).toContain("YYYY-MM-DD HH:MM:SS, empty text");
  expect(concern?.where).toContain("<> 'null' and");
});

it("leaves the count to the move where texts may hold both U+0000 and bytes that are no UTF-8", () => {
  const [concern] = decide("TEXT", ["cast(x'ff00' as text)", "cast(x'fe' as text)"]).concerns;
  expect(concern).toMatchObject({ code: "text-not-storable", count: 0 });
});

it("recommends exactly one way where a person must decide", () => {
  for (const [declared, values] of [...INTEGERS, ...TIMES, ...OTHERS]) {
    for (const concern of decide(declared, values).concerns.filter((one) => one.severity === "blocker")) {
      expect(concern.choices.filter((choice) => choice.recommended)).toHaveLength(1);
    }
  }
});

function decide(declared: string, values: readonly string[], name = "v") {
  const source = openSource(
    makeSqlite((db) => {
      db.exec(`create table t (${name} ${declared})`);
      for (const value of values) {
        db.exec(`insert into t values (${value})`);
      }
    }),
  );
  onTestFinished(() => source.close());
  const [table] = readCatalog(source).tables;
  const [column] = table?.columns ?? [];
  if (table === undefined || column === undefined) {
    throw new Error("the table was not read");
  }
  const whole = { after: null, upTo: null };
  const needs = needsOf(column, null, false);
  const [first] = profileRange(source, table, [needs], whole, 1000);
  const more = first && furtherNeeds(column, first, needs);
  const [profile] = more ? profileRange(source, table, [more], whole, 1000) : [first];
  if (profile === undefined) {
    throw new Error("the column was not profiled");
  }
  return decideColumn("t", column, profile);
}
