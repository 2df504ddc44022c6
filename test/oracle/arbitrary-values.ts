// What columns may hold, as fast-check arbitraries: one theme a column, since real columns have one, and mixtures.
import fc from "fast-check";
import type { ModelValue } from "./database-model.js";

type Values = fc.Arbitrary<ModelValue>;

const integer = (value: bigint | number): ModelValue => ({ kind: "integer", value: String(value) });
const text = (content: string): ModelValue => ({ kind: "text", text: content });
const real = (double: number): ModelValue => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(double);
  return { kind: "real", bits: bytes.toString("hex") };
};

const MAX = 2n ** 63n - 1n;
const EDGES = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  32767n,
  32768n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  MAX,
  -MAX - 1n,
];

const smallIntegers: Values = fc.integer({ min: -5, max: 40 }).map(integer);
const bits01: Values = fc.constantFrom(0, 1).map(integer);
const anyIntegers: Values = fc
  .oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: -MAX - 1n, max: MAX }))
  .map(integer);

const DOUBLES = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.1 + 0.2,
  1 / 3,
  5e-324,
  2.2250738585072014e-308,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  1e15,
  1e16,
  2 ** 53,
  2 ** 53 + 2,
  1e22,
  1e23,
  9.2233720368547758e18,
  123456789.125,
  Infinity,
  -Infinity,
  4.35,
  1e-7,
  100000000000000.02,
];

const bitPatterns = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((pattern) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(pattern);
    return bytes.readDoubleBE();
  })
  .filter((double) => !Number.isNaN(double)); // SQLite stores NULL for it
const anyReals: Values = fc.oneof(fc.constantFrom(...DOUBLES), bitPatterns).map(real);
const money: Values = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((cents) => real(cents / 100));
const wholeReals: Values = fc.integer({ min: -1000, max: 1000 }).map(real);
const bigWholeReals: Values = fc
  .constantFrom(1e17, 1e18, 9.3e18, 1e20, 1.2345678901234566e25, -1e22, 1e300)
  .map(real);

/** Code points that some step of a move might treat apart. */
const CHARACTERS = [
  "a",
  "Z",
  "0",
  " ",
  "'",
  '"',
  "\\",
  "\\.",
  "\\N",
  "\t",
  "\n",
  "\r",
  "\x01",
  "\x7f",
  ",",
  ".",
  "-",
  "ä",
  "ß",
  "é",
  "e\u0301",
  "ﷺ",
  "\u200b",
  "\ufeff",
  "\u2028",
  "\ufffd",
  "\uffff",
  "\ufffe",
  "😀",
  "👩‍👩‍👧",
  "\u{10ffff}",
  "\u{10000}",
];
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...CHARACTERS) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 0x10ffff })
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code)),
  },
);
const cleanText = fc.array(character, { maxLength: 8 }).map((parts) => parts.join(""));
const words: Values = fc
  .constantFrom("", "a", "b", "A", " a", "a ", "null", "NULL", "true", "Żółw", "\\.", "x'00'")
  .map(text);
const anyTexts: Values = cleanText.map(text);
const longTexts: Values = fc
  .integer({ min: 2000, max: 6000 })
  .map((length) =>
    text(Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * i * 7 + length) % 90))).join("")),
  );
const nulTexts: Values = fc.tuple(cleanText, cleanText).map(([a, b]) => text(`${a}\0${b}`));
const brokenTexts: Values = fc.oneof(
  fc
    .constantFrom(
      "ff",
      "c3",
      "c328",
      "e28228",
      "f0288cbc",
      "610062",
      "eda080",
      "edb080",
      "c080",
      "f4908080",
      "6180",
      "00",
      "d800",
      "00d8",
      "dc00",
      "00dc6100",
      "3100",
      "0031",
    )
    .map((hex): ModelValue => ({ kind: "raw", hex })),
  fc.constantFrom("\ud800", "a\udc00", "\ud83d\ude00\ud83d", "\udfff\ud800").map(text),
);
const blobs: Values = fc.oneof(
  fc
    .constantFrom("", "00", "ff", "5c", "27", "3031", "61", "31", "0a0d09")
    .map((hex): ModelValue => ({ kind: "blob", hex })),
  fc
    .uint8Array({ maxLength: 24 })
    .map((bytes): ModelValue => ({ kind: "blob", hex: Buffer.from(bytes).toString("hex") })),
);
const uuidBlobs: Values = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes): ModelValue => ({ kind: "blob", hex: Buffer.from(bytes).toString("hex") }));
const numberTexts: Values = fc
  .constantFrom(
    "0",
    "1",
    "01",
    "1.0",
    "1.50",
    "-1",
    "+1",
    "1e5",
    "1.0e+22",
    "0x10",
    " 1",
    "1 ",
    "-0",
    "-0.0",
    "Inf",
    "9223372036854775808",
    "12345678901234567890.12",
    "0.1",
    ".5",
    "5.",
    "1_000",
    "NaN",
  )
  .map(text);
const plainDecimals: Values = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 4 }))
  .map(([whole, places]) => text(places === 0 ? String(whole) : `${whole}.${"123456".slice(0, places)}`));
const boolWords: Values[] = [
  ["t", "f"],
  ["true", "false"],
  ["True", "False"],
  ["yes", "no"],
  ["Y", "N"],
  ["ON", "OFF"],
  ["1", "0"],
  ["T", "true"],
].map((pair) => fc.constantFrom(...pair).map(text));

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const dashed = hex(32).map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
const uuids: Values[] = [
  dashed.map(text),
  dashed.map((id) => text(id.toUpperCase())),
  hex(32).map(text),
  fc
    .oneof(
      dashed,
      dashed.map((id) => id.toUpperCase()),
    )
    .map(text),
  fc.oneof(dashed, fc.constant("no uuid")).map(text),
];

const JSONS = [
  "{}",
  "[]",
  "null",
  "true",
  '"a"',
  "1",
  "1.50",
  "-0",
  "1e400",
  "1e5",
  '{"a":1,"a":2}',
  '{"b":[1,2,{"c":"\\u0000"}]}',
  '"\\ud800"',
  ' { "a" : 1 } ',
  "[1,2.0,12345678901234567890]",
  '{"ä":"😀"}',
  '"\t"',
  '["\\u0001\\n"]',
];
const jsons: Values = fc.oneof(fc.constantFrom(...JSONS), fc.json({ maxDepth: 2 })).map(text);
const notJsons: Values = fc
  .constantFrom("{", "{a:1}", "[1,]", "'a'", "NaN", "", "{'a':1}", "undefined", "// c\n1", "0x1F", "[1] x")
  .map(text);

/** Years 1 to 9999, days that exist, one form a column. */
const day = fc
  .record({
    year: fc.oneof(
      fc.integer({ min: 1970, max: 2037 }),
      fc.constantFrom(1, 99, 1582, 1899, 1900, 2000, 9999),
    ),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    leap: fc.boolean(),
  })
  .map(({ year, month, day: d, leap }) =>
    leap && year === 2000 ? "2000-02-29" : `${String(year).padStart(4, "0")}-${two(month)}-${two(d)}`,
  );
const two = (n: number) => String(n).padStart(2, "0");
const clock = fc.oneof(
  fc.constantFrom("00:00:00", "23:59:59", "12:30:45"),
  fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m, s]) => `${two(h)}:${two(m)}:${two(s)}`),
);
const fraction = (digits: number) =>
  fc
    .oneof(
      fc.constantFrom("0".repeat(digits), "9".repeat(digits), `${"1".repeat(digits - 1)}0`),
      fc.integer({ min: 0, max: 10 ** digits - 1 }).map((n) => String(n).padStart(digits, "0")),
    )
    .map((digitsText) => `.${digitsText}`);
const ZONES = [
  "",
  "Z",
  "+00:00",
  " +00:00",
  "-00:00",
  "+02:00",
  "-05:30",
  "+0200",
  "+05",
  "+14:00",
  "-15:59",
];
const instants: Values[] = [" ", "T"].flatMap((separator) =>
  ZONES.flatMap((zone) =>
    [
      fc.constant(""),
      fraction(3),
      fraction(6),
      fc.oneof(fc.constant(""), fraction(6)),
      fc.oneof(fc.constant(""), fraction(1), fraction(2)),
    ].map((part) => fc.tuple(day, clock, part).map(([d, t, f]) => text(`${d}${separator}${t}${f}${zone}`))),
  ),
);
const minutes: Values = fc.tuple(day, clock).map(([d, t]) => text(`${d} ${t.slice(0, 5)}`));
const dates: Values = day.map(text);
const compactDates: Values = day.map((d) => text(d.replaceAll("-", "")));
const times: Values[] = [
  clock.map(text),
  fc.tuple(clock, fraction(3)).map(([t, f]) => text(t + f)),
  clock.map((t) => text(t.slice(0, 5))),
];
const oddDates: Values = fc
  .constantFrom(
    "2024-02-30",
    "0000-00-00",
    "0000-01-01",
    "2024-01-01 24:00:00",
    "2023-06-30 23:59:60",
    "31.12.2023",
    "12/31/2023",
    "now",
    "10000-01-01",
    "-0001-01-01",
    "2024-1-1",
    "2024-01-01T00:00:00.1234567",
    "2024-01-01 00:00:00 UTC",
    "20240101",
    "infinity",
    "epoch",
    "today",
  )
  .map(text);

const SECOND = { min: 978_307_200n, max: 4_102_444_800n };
const epoch = (perSecond: bigint, zero = 0n) =>
  fc.bigInt({ min: (SECOND.min + zero) * perSecond, max: (SECOND.max + zero) * perSecond });
const epochs: Values[] = [
  epoch(1n).map(integer),
  epoch(1_000n).map(integer),
  epoch(1_000_000n).map(integer),
  epoch(1_000_000n).map((micros) => integer(micros * 1_000n)),
  epoch(1_000_000_000n).map(integer),
  epoch(1_000_000n, 62_135_596_800n).map((micros) => integer(micros * 10n)),
  epoch(10_000_000n, 62_135_596_800n).map(integer),
  epoch(1_000_000n, 11_644_473_600n).map(integer),
  fc.oneof(fc.constant(0n), epoch(1_000n)).map(integer),
  epoch(1n).map((seconds) => integer(seconds - 978_307_200n)),
  fc.integer({ min: 978_307_200_000, max: 2_000_000_000_000 }).map((ms) => real(ms / 1000)),
  fc.double({ min: 1e9, max: 2e9, noNaN: true }).map(real),
  fc.integer({ min: 0, max: 800_000_000 }).map((s) => real(s + 0.5)),
  fc.double({ min: 2_400_000, max: 2_500_000, noNaN: true }).map(real),
  fc.integer({ min: 2_400_000, max: 2_500_000 }).map((days) => real(days + 0.5)),
];

/** Themes by what a declared type would lead one to expect, so that types and values meet often but not always. */
export const THEMES = {
  integer: [smallIntegers, anyIntegers, bits01, ...epochs],
  real: [anyReals, money, wholeReals, bigWholeReals, fc.oneof(smallIntegers, anyReals)],
  decimal: [money, wholeReals, plainDecimals, anyIntegers, fc.oneof(money, smallIntegers), bigWholeReals],
  boolean: [bits01, ...boolWords, fc.oneof(bits01, fc.constant(integer(2)))],
  text: [
    words,
    anyTexts,
    anyTexts,
    nulTexts,
    brokenTexts,
    longTexts,
    numberTexts,
    fc.oneof(anyTexts, brokenTexts),
  ],
  time: [
    ...instants,
    minutes,
    dates,
    compactDates,
    ...times,
    oddDates,
    fc.oneof(dates, ...instants.slice(0, 5)),
    ...epochs,
  ],
  uuid: [...uuids, uuidBlobs],
  json: [jsons, fc.oneof(jsons, notJsons), fc.oneof(jsons, smallIntegers, anyReals)],
  blob: [blobs, uuidBlobs, fc.oneof(blobs, anyTexts)],
} satisfies Record<string, Values[]>;

/** Everything at once, as in a column that three applications wrote to. */
export const anything: Values = fc.oneof(
  smallIntegers,
  anyIntegers,
  anyReals,
  anyTexts,
  numberTexts,
  blobs,
  nulTexts,
  brokenTexts,
  jsons,
  dates,
);

/** Pairs that clash where storage classes are folded together. */
export const clashing: Values = fc.oneof(
  fc.constantFrom(0, 1, 5).map(integer),
  fc.constantFrom(0, -0, 1, 5, 0.5, 1e22, 9.2233720368547758e18).map(real),
  fc.constantFrom("0", "1", "5", "5.0", "0.5", "a", "1.0e+22", "a\0", "", "-0.0").map(text),
  fc.constantFrom("", "30", "31", "61", "352e30").map((bytes): ModelValue => ({ kind: "blob", hex: bytes })),
);
