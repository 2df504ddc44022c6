// Generators of values: the edges of each storage class, and texts that nearly look like something.
import fc from "fast-check";
import { RawText, type Value } from "./crossing.js";

export const MAX = 2n ** 63n - 1n;
export const MIN = -(2n ** 63n);

export const int = (min: bigint, max: bigint) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min, max }) },
    fc.constantFrom(min, max, ...[0n, 1n, -1n, 999n, -999n, 1_000n].filter((n) => n >= min && n <= max)),
  );

export const anyInt = int(MIN, MAX);

/** Every bit pattern but NaN, which SQLite cannot store. */
export const anyReal = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1.7976931348623157e308,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    1e22,
    1e15,
    1e16,
    0.1 + 0.2,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
  fc.integer().map((n) => n / 100),
  fc.integer(),
);

const trouble = [
  "",
  " ",
  "\x01",
  "\x01\x01",
  "\t",
  "\n",
  "\r",
  "\r\n",
  "\\.",
  "\n\\.\n",
  "\\N",
  "\\",
  '"',
  "'",
  '""',
  "\ufeff",
  "\u2028",
  "\x7f",
  "\u0080",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "\u{10ffff}",
  "é",
  "e\u0301",
  "NULL",
  "null",
  "a\tb\nc",
  "blank ",
  "\x1e",
  "%",
  "\\x61",
  "{}",
  "{",
  "[1,",
  "t",
  "f",
  "1",
  "0",
];

/** Unicode texts of whole characters, without U+0000. */
export const cleanText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.toWellFormed().replaceAll("\0", "0")),
  fc.constantFrom(...trouble),
  fc.array(fc.constantFrom(...trouble), { maxLength: 4 }).map((parts) => parts.join("")),
);

const pad = (value: number, width: number) => String(value).padStart(width, "0");

/** Days that exist, 0001-01-01 to 9999-12-31, edges of months and leap years among them. */
export const day = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 1, max: 9999 }),
      fc.constantFrom(1, 4, 100, 400, 1900, 1969, 2000, 2024, 9999),
    ),
    fc.integer({ min: 1, max: 12 }),
    fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constantFrom(29, 30, 31)),
  )
  .filter(([year, month, date]) => daysIn(year, month) >= date)
  .map(([year, month, date]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`);

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

export const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => pad(part, 2)).join(":"));

export const digits = (count: number) =>
  fc
    .oneof(
      fc.integer({ min: 0, max: 10 ** count - 1 }),
      fc.constantFrom(0, 10 ** (count - 1), 10 ** count - 1),
    )
    .map((n) => `.${pad(n, count)}`);

const DATES = [
  "2024-02-29",
  "2023-02-29",
  "2024-02-30",
  "0000-01-01",
  "0000-00-00",
  "2024-13-01",
  "10000-01-01",
  "20240229",
  "20230229",
  "99991231",
];
const TIMES = [
  "",
  " 00:00:00",
  " 24:00:00",
  " 23:59:60",
  " 12:34:56.7",
  " 12:34:56.123",
  " 12:34:56.000",
  " 12:34:56.120000",
  " 12:34:56.1234567",
  "T12:34:56Z",
  "T12:34:56.789Z",
  "T12:34:56+00:00",
  " 12:34:56.000000 +00:00",
  " 12:34:56-07:00",
  " 12:34:56+16:00",
  " 12:34",
  "T12:34",
  "t12:34:56z",
  " 12:34:56 UTC",
  " BC",
  " 12:34:56.123+0000",
  "T12:34:56.5+00",
];

const UUIDS = [
  "6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  "00000000-0000-0000-0000-000000000000",
  "6F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
  "6F1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  "{6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}",
  "6f1e2d3c4b5a69788796a5b4c3d2e1f0",
  "6F1E2D3C4B5A69788796A5B4C3D2E1F0",
  "00000000000000000000000000000000",
  "6f1e-2d3c-4b5a-6978-8796-a5b4-c3d2-e1f0",
];

const NUMBERS = [
  "0",
  "-0",
  "00",
  "+1",
  "1.",
  ".5",
  "-0.0",
  "-0.50",
  "0.50",
  "12.30",
  "1e5",
  "1.0e+22",
  "Inf",
  "-Inf",
  "Infinity",
  "NaN",
  "0x1f",
  " 1",
  "1 ",
  "1\n",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "123456789012345678901234567890.12",
  "1_000",
  "12,5",
  "--1",
  "1-",
  "-",
];

const JSONS = [
  '{"a":1}',
  '{"a":1,"a":2}',
  '{"a":{"b":1},"b":{"b":2}}',
  '"\\u0000"',
  '"\\\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00"',
  "[1e400]",
  "[1e200000]",
  "[1e-20000]",
  "[-0]",
  "[-0.0]",
  "[-0.5]",
  "[1.50]",
  '{"a" :1, "\\u0061":2}',
  " [1] ",
  "[1] ",
  '"x"',
  '{"n":"-0"}',
  "[]",
  "[[],{}]",
  "true",
  "TRUE",
  "[01]",
  "[1.]",
  '["\t"]',
  "{a:1}",
  "[1,]",
  "// x\n1",
  "'a'",
  "[NaN]",
  "\f1",
  "1e5",
  "-0",
  "null ",
];

/** Texts near one shape or another, and texts that PostgreSQL cannot hold. */
export const oddText = fc.oneof(
  fc.tuple(fc.constantFrom(...DATES), fc.constantFrom(...TIMES)).map((parts) => parts.join("")),
  fc.constantFrom(...TIMES.map((time) => time.trim())),
  fc.constantFrom(...UUIDS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...JSONS),
  fc.constantFrom("t", "f", "T", "F", "true", "False", "YES", "no", "Y", "n", "on", "Off", "tRUE"),
  fc.constantFrom("a\0", "\0", "5\0", "2024-01-01\0", "{}\0"),
  cleanText,
);

export const invalidText = fc
  .constantFrom("e9", "c328", "eda080", "f4908080", "c080", "6162ff", "31e9")
  .map((hex) => new RawText(Buffer.from(hex, "hex")));

export const anyBlob = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
);

/** Anything that SQLite stores. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  anyInt,
  fc.constantFrom(
    0n,
    1n,
    2n,
    -1n,
    1_700_000_000n,
    1_700_000_000_000n,
    MIN,
    MAX,
    638_000_000_000_000_000n,
    638_000_000_000_000_001n,
  ),
  anyReal,
  fc.constantFrom(2_451_545, 2_460_000.123, 1.5, 1e-7, 700_000_000.123456, 1_700_000_000.1234567),
  oddText,
  oddText,
  invalidText,
  anyBlob,
);
