// One column for every codec, with values of both engines written down by hand, and the smallest change to one of them.
import type { SqliteValue, TestColumn } from "./two-sides.js";

export interface CodecCase extends TestColumn {
  /** The value in SQLite, and what PostgreSQL's input function makes the same value of. */
  values: (readonly [SqliteValue, string])[];
  /** What stands in PostgreSQL in place of the first value, and must be found. */
  changed: string;
}

const hex = (text: string) => Buffer.from(text, "hex");

export const everyCodec: CodecCase[] = [
  {
    name: "big",
    codec: "int64",
    type: "bigint",
    values: [
      [9223372036854775807n, "9223372036854775807"],
      [-9223372036854775808n, "-9223372036854775808"],
      [0n, "0"],
    ],
    changed: "9223372036854775806",
  },
  { name: "medium", codec: "int32", type: "integer", values: [[7n, "7"]], changed: "6" },
  { name: "small", codec: "int16", type: "smallint", values: [[-32768n, "-32768"]], changed: "-32767" },
  {
    name: "flag",
    codec: "bool",
    type: "boolean",
    values: [
      [1n, "t"],
      [0n, "f"],
    ],
    changed: "f",
  },
  {
    name: "word",
    codec: "bool(false,true)",
    type: "boolean",
    values: [
      ["true", "t"],
      ["false", "f"],
    ],
    changed: "f",
  },
  {
    name: "note",
    codec: "text",
    type: "text",
    values: [
      ["plain", "plain"],
      ["tab\tnewline\nreturn\r\n", "tab\tnewline\nreturn\r\n"],
      ["\x01quote\x01\x01", "\x01quote\x01\x01"],
      ["\\.", "\\."],
      ["\n\\.\n", "\n\\.\n"],
      ["\\N", "\\N"],
      ["", ""],
      [" ", " "],
      ["zażółć 🐘 \u{10ffff}", "zażółć 🐘 \u{10ffff}"],
    ],
    changed: "plaim",
  },
  { name: "name", codec: "varchar(9)", type: "varchar(9)", values: [["anna", "anna"]], changed: "Anna" },
  {
    name: "image",
    codec: "blob",
    type: "bytea",
    values: [
      [hex("00ff5c01"), "\\x00ff5c01"],
      [hex(""), "\\x"],
    ],
    changed: "\\x00ff5c00",
  },
  {
    name: "document",
    codec: "json",
    type: "json",
    values: [['{"a":1.0, "a":2}', '{"a":1.0, "a":2}']],
    changed: '{"a":1.0,"a":2}',
  },
  {
    name: "tree",
    codec: "jsonb",
    type: "jsonb",
    values: [
      [
        '{"b":[1.50,"\\u00e9"],"a":1e5,"a":12345678901234567890}',
        '{"a":12345678901234567890,"b":[1.50,"é"]}',
      ],
      ["[]", "[]"],
    ],
    changed: '{"a":12345678901234567891,"b":[1.50,"é"]}',
  },
  {
    name: "weight",
    codec: "double",
    type: "double precision",
    values: [
      [0.1 + 0.2, "0.30000000000000004"],
      [5.5, "5.5"],
      [3.0, "3"],
      [-0.0, "-0"],
      [5e-324, "5e-324"],
      [1.7976931348623157e308, "1.7976931348623157e308"],
      [Number.POSITIVE_INFINITY, "Infinity"],
      [Number.NEGATIVE_INFINITY, "-Infinity"],
    ],
    changed: "0.3",
  },
  {
    name: "price",
    codec: "numeric(2)",
    type: "numeric(10,2)",
    values: [
      [19.99, "19.99"],
      [5n, "5.00"],
    ],
    changed: "19.98",
  },
  {
    name: "exact",
    codec: "numeric-text",
    type: "numeric",
    values: [["123456789012345678901234567890.10", "123456789012345678901234567890.10"]],
    changed: "123456789012345678901234567890.11",
  },
  {
    name: "amount",
    codec: "numeric-text(2)",
    type: "numeric(12,2)",
    values: [["10.00", "10.00"]],
    changed: "10.01",
  },
  { name: "huge", codec: "numeric-int", type: "numeric", values: [[12n, "12"]], changed: "13" },
  {
    name: "created",
    codec: "iso(space,none,none)",
    type: "timestamp",
    values: [["2024-02-29 23:59:59", "2024-02-29 23:59:59"]],
    changed: "2024-02-29 23:59:59.000001",
  },
  {
    name: "python",
    codec: "iso(space,0or6,none)",
    type: "timestamp",
    values: [
      ["2024-02-29 23:59:59.000100", "2024-02-29 23:59:59.0001"],
      ["2024-01-01 00:00:00", "2024-01-01"],
    ],
    changed: "2024-02-29 23:59:59.000101",
  },
  {
    name: "zoned",
    codec: "iso(T,3,Z)",
    type: "timestamptz",
    values: [["2024-02-29T23:59:59.120Z", "2024-02-29 23:59:59.12Z"]],
    changed: "2024-02-29 23:59:59.121Z",
  },
  { name: "day", codec: "date", type: "date", values: [["2024-02-29", "2024-02-29"]], changed: "2024-02-28" },
  {
    name: "hour",
    codec: "time(none)",
    type: "time",
    values: [["12:30:00", "12:30:00"]],
    changed: "12:30:00.000001",
  },
  {
    name: "seconds",
    codec: "epoch-s",
    type: "timestamptz",
    values: [[1700000000n, "2023-11-14 22:13:20Z"]],
    changed: "2023-11-14 22:13:21Z",
  },
  {
    name: "millis",
    codec: "epoch-ms",
    type: "timestamptz",
    values: [[-1n, "1969-12-31 23:59:59.999Z"]],
    changed: "1970-01-01 00:00:00Z",
  },
  {
    name: "micros",
    codec: "epoch-us",
    type: "timestamptz",
    values: [[1700000000000001n, "2023-11-14 22:13:20.000001Z"]],
    changed: "2023-11-14 22:13:20Z",
  },
  {
    name: "ticks",
    codec: "ticks",
    type: "timestamptz",
    values: [[621355968000000010n, "1970-01-01 00:00:00.000001Z"]],
    changed: "1970-01-01 00:00:00Z",
  },
  {
    name: "julian",
    codec: "julian",
    type: "timestamptz",
    values: [[2440587.5, "1970-01-01 00:00:00Z"]],
    changed: "1970-01-01 12:00:00Z",
  },
  {
    name: "ref",
    codec: "uuid",
    type: "uuid",
    values: [["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"]],
    changed: "6ba7b810-9dad-11d1-80b4-00c04fd430c9",
  },
  {
    name: "guid",
    codec: "uuid-blob",
    type: "uuid",
    values: [[hex("6ba7b8109dad11d180b400c04fd430c8"), "6ba7b810-9dad-11d1-80b4-00c04fd430c8"]],
    changed: "6ba7b810-9dad-11d1-80b4-00c04fd430c9",
  },
];
