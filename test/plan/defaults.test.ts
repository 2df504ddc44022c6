// Defaults that SQLite evaluates at each insert, as PostgreSQL writes them.
import { expect, it } from "vitest";
import { translateDefault } from "#outgrow/plan/defaults.js";

const SECOND = "date_trunc('second', statement_timestamp())";
const MS = "date_trunc('milliseconds', statement_timestamp())";

it.each([
  ["strftime('%Y-%m-%d %H:%M:%S','now')", "timestamp", `(${SECOND} at time zone 'UTC')`],
  ["(STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW'))", "timestamp", `(${MS} at time zone 'UTC')`],
  ["strftime('%Y-%m-%dT%H:%M:%fZ')", "timestamptz", MS],
  ["strftime('%Y-%m-%dT%H:%M:%fZ',CURRENT_TIMESTAMP)", "timestamptz", SECOND],
  [
    "strftime('%Y-%m-%dT%H:%M:%fZ','now')",
    "text",
    `to_char(${MS} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  ],
  [
    "strftime('%Y-%m-%d %H:%M:%S','now')",
    "text",
    `to_char(${SECOND} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`,
  ],
  ["strftime('%Y-%M-%d %H:%M:%S','now')", "timestamp", undefined],
  ["strftime('%Y-%m-%d %H:%M:%S','now','localtime')", "timestamp", undefined],
  ["strftime('%Y-%m-%d %H:%M:%S','now')", "bigint", undefined],
])("%s of a %s column", (sql, type, expected) => {
  const codec = type === "text" ? "text" : "iso(space,none,none)";
  expect(translateDefault(sql, { type, codec }, "TEXT")).toBe(expected);
});

it.each([
  ["0.0", "TEXT", "bigint", undefined],
  ["0", "TEXT", "bigint", "0"],
  ["007", "TEXT", "text", "'7'"],
  ["-0", "TEXT", "text", "'0'"],
  ["1e3", "TEXT", "text", undefined],
  ["0.0", "INTEGER", "bigint", "0"],
  ["'007'", "TEXT", "text", "'007'"],
  ["'007'", "INTEGER", "text", "'7'"],
  ["' 1.50 '", "NUMERIC", "text", undefined],
  ["'1.50'", "NUMERIC", "numeric(10,2)", "1.50"],
  ["5", "REAL", "text", undefined],
  ["'none'", "NUMERIC", "text", "'none'"],
  ["'+1'", "BLOB", "text", "'+1'"],
  ["'1970-01-01'", "NUMERIC", "text", "'1970-01-01'"],
  ["'10 items'", "INTEGER", "text", "'10 items'"],
  ["'1e2'", "INTEGER", "text", undefined],
  ["1.0", "NUMERIC", "json", undefined],
  ["7", "NUMERIC", "json", "'7'"],
  ["'[1.0]'", "NUMERIC", "json", "'[1.0]'"],
  ["'7'", "BLOB", "double precision", undefined],
  ["'7'", "NUMERIC", "double precision", "7"],
  ["-0.0", "BLOB", "double precision", "'-0'"],
  ["-0e1", "BLOB", "double precision", "'-0'"],
  ["-0.0", "REAL", "double precision", "0.0"],
  ["-0.0", "REAL", "json", undefined],
  ["-0", "BLOB", "double precision", "-0"],
  ["-.0", "BLOB", "numeric(5,2)", undefined],
  ["-0.0", "BLOB", "bigint", undefined],
  ["-0.0", "INTEGER", "bigint", "0"],
] as const)("%s of a column of %s affinity as %s", (sql, affinity, type, expected) => {
  expect(translateDefault(sql, { type, codec: "text" }, affinity)).toBe(expected);
});
