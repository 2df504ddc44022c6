// What texts look like, and which codec follows from it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecFor } from "#outgrow/codec/index.js";
import {
  ambiguousTexts,
  boolCodecFor,
  countShapes,
  epochUnitFor,
  isoCodecFor,
  mergeShapes,
  numericTextCodecFor,
  shapeOf,
  uuidCodecFor,
} from "#outgrow/codec/shapes.js";
import { profileOf, type Value } from "./crossing.js";
import { day } from "./values.js";

const EXAMPLES: Record<string, string[]> = {
  "dt| |0|": ["2024-02-29 23:59:59", "0001-01-01 00:00:00", "9999-12-31 00:00:00"],
  "dt|T|0|": ["2024-01-01T00:00:00"],
  "dt|T|3|Z": ["2024-01-01T00:00:00.123Z"],
  "dt|T|3z|Z": ["2024-01-01T00:00:00.120Z", "2024-01-01T00:00:00.010Z"],
  "dt|T|3zz|Z": ["2024-01-01T00:00:00.000Z"],
  "dt| |6| +00:00": ["2024-01-01 00:00:00.000001 +00:00"],
  "dt| |0|+00:00": ["2024-01-01 00:00:00+00:00"],
  "dt| |1|-0730": ["2024-01-01 00:00:00.5-0730"],
  "dt| |m|": ["2024-01-01 00:00"],
  "dt|T|m|+05": ["2024-01-01T00:00+05"],
  date: ["2000-02-29", "0001-01-01", "2023-12-31"],
  "time|0": ["00:00:00", "23:59:59"],
  "time|m": ["12:30"],
  "time|3z": ["12:30:00.120"],
  "time|1zz": ["12:30:00.0"],
  "uuid|lower": ["6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"],
  "uuid|upper": ["6F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"],
  "uuid|mixed": ["6F1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"],
  "uuid|digits": ["00000000-0000-0000-0000-000000000000"],
  "uuid32|lower": ["6f1e2d3c4b5a69788796a5b4c3d2e1f0"],
  "uuid32|digits": ["00000000000000000000000000000000"],
  int: ["0", "-1", "9223372036854775807", "-9223372036854775808", "20240101"],
  "dec|0|19": ["9223372036854775808", "-9223372036854775809"],
  "dec|2|1": ["0.50", "-1.00", "0.00"],
  "dec|2|30": ["123456789012345678901234567890.12"],
  number: [
    "007",
    "+1",
    "1e5",
    "1.0e+22",
    "-0",
    "-0.00",
    ".5",
    "5.",
    "Inf",
    "-Inf",
    "Infinity",
    "0x1F",
    " 5",
    "5\n",
    "0.0e0",
  ],
  "bool|true": ["true"],
  "bool|TRUE": ["TRUE"],
  "bool|True": ["True"],
  "bool|T": ["T"],
  "bool|n": ["n"],
  "bool|Off": ["Off"],
  empty: [""],
  datelike: [
    "0000-00-00",
    "0000-01-01 00:00:00",
    "2024-02-30",
    "2023-02-29",
    "1900-02-29",
    "2024-04-31 00:00:00",
    "2024-13-01",
    "2024-01-01 24:00:00",
    "2024-01-01 00:00:60",
    "2024-01-01 00:00:00.1234567",
    "2024-01-01T00:00:00.123456789Z",
    "2024-01-01 00:00:00+16:00",
    "2024-01-01 00:00:00 +0000 UTC",
    "2024-01-01 00:00:00.123456789 +0000 UTC m=+0.000000001",
    "2024/01/31",
    "31/01/2024",
    "1/31/24",
    "31.01.2024",
    "24:00:00",
    "9:30",
    "9:30 PM",
    "Mon, 02 Jan 2006 15:04:05 MST",
    "Mon Jan 02 2006",
    "Jan 2, 2006",
    "2 January 2006",
    "2024-01-01t00:00:00z",
    "2024-1-1",
  ],
  "json-like": [
    '{"a":1}',
    "[]",
    ' "x"',
    "[not json",
    "null",
    '{"a":{"b":1},"b":[{"a":1}]}',
    '["\\u0041\\ud83d\\ude00"]',
  ],
  "json-odd": [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '[{"b":1,"b":1}]',
    '"\\u0000"',
    '["\\ud800"]',
    '["\\udc00\\ud800"]',
    "[-0]",
    "[-0.00e5]",
    "[1e1000]",
    `[${"1".repeat(20_000)}]`,
  ],
  padded: ["a ", " ", "5 ", "2024-01-01 "],
  other: ["a", "tRUE", "-", ".", "e5", "10.0.0.1", "1.2.3", "Inf.", "nan", "20240101T000000"],
};

describe("shapeOf", () => {
  it.each(Object.entries(EXAMPLES))("knows %s", (shape, texts) => {
    expect(Object.fromEntries(texts.map((text) => [text, shapeOf(text)]))).toEqual(
      Object.fromEntries(texts.map((text) => [text, shape])),
    );
  });

  it("calls the same days dates as JavaScript's calendar does", () => {
    const anyDay = fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
      )
      .map(
        ([y, m, d]) =>
          `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`,
      );
    fc.assert(
      fc.property(fc.oneof(anyDay, day), (text) => {
        const time = new Date(`${text}T00:00:00Z`);
        const isReal =
          !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text) && !text.startsWith("0000");
        expect(shapeOf(text)).toBe(isReal ? "date" : "datelike");
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives an answer for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(shapeOf(text)).toMatch(/^[a-z]/);
      }),
    );
  });

  it("reads long texts in time that grows with their length", () => {
    // What takes the square of 300,000 steps takes minutes.
    for (const piece of ["1", "\\", '"', "[", '{"a":', " ", "1e", "-", "0 ", "\\u0000", "\n", "a"]) {
      const long = piece.repeat(300_000);
      const started = performance.now();
      for (const text of [long, `${long}x`, `1${long}x`, `"${long}`, `-0.${long}`, `2024-01-01 ${long}`])
        shapeOf(text);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});

describe("countShapes", () => {
  it("counts", () => {
    expect(countShapes(["1", "2", "", "x"])).toEqual({ int: 2, empty: 1, other: 1 });
  });

  it("keeps to 64 shapes with parameters, and adds up", () => {
    const texts = Array.from({ length: 200 }, (_, i) => `0.${"1".repeat(i + 1)}`);
    const all = countShapes([...texts, "x", "2024-01-01 00:00:00"]);
    expect(Object.keys(all)).toHaveLength(67);
    expect(all).toMatchObject({ number: 136, other: 1, datelike: 1 });
    const halves = mergeShapes(
      countShapes(texts.slice(0, 100)),
      countShapes([...texts.slice(100), "x", "2024-01-01 00:00:00"]),
    );
    expect(halves).toEqual(all);
  });

  it("leaves no doubt about numbers among more shapes than it counts", () => {
    const texts = Array.from(
      { length: 70 },
      (_, i) => `2024-01-01 00:00:00+${String(i % 16).padStart(2, "0")}:${i % 60 < 10 ? "0" : ""}${i % 60}`,
    );
    const profile = profileOf([...texts, "5.5"]);
    expect(ambiguousTexts(profile)).toBeGreaterThan(0);
    expect(codecFor("mixed-text").refuses(profile)).not.toBeNull();
  });
});

describe("isoCodecFor", () => {
  it.each([
    [["2024-01-01 00:00:00"], "iso(space,none,none)"],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.123456"], "iso(space,0or6,none)"],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.123450"], "iso(space,0or6,none)"],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.123"], "iso(space,0or3,none)"],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.000"], null],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.1", "2024-01-01 00:00:00.12"], "iso(space,min,none)"],
    [["2024-01-01 00:00:00", "2024-01-01 00:00:00.10"], null],
    [["2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.123Z"], "iso(T,3,Z)"],
    [["2024-01-01 00:00:00.000 +00:00"], "iso(space,3, +00:00)"],
    [["2024-01-01 00:00:00", "2024-01-01T00:00:00"], null],
    [["2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00"], null],
    [["2024-01-01 00:00"], "iso(space,minute,none)"],
    [["2024-01-01"], "date"],
    [["2024-01-01", "2024-01-01 00:00:00"], null],
    [["10:00:00", "10:00:00.5"], "time(min)"],
    [["10:00"], "time(minute)"],
    [["10:00", "10:00:00"], null],
    [["2024-01-01", "10:00"], null],
    [["x"], null],
    [[], null],
  ])("finds for %j %s", (texts, codec) => {
    expect(isoCodecFor(countShapes(texts))).toBe(codec);
    if (codec !== null) expect(codecFor(codec).refuses(profileOf(texts))).toBeNull();
  });
});

describe("the other codecs by shape", () => {
  it.each([
    [["t", "f"], "bool(f,t)"],
    [["True"], "bool(False,True)"],
    [["YES", "NO"], "bool(NO,YES)"],
    [["t", "false"], null],
    [["t", ""], null],
    [[], null],
  ])("finds for %j %s", (texts, codec) => {
    expect(boolCodecFor(countShapes(texts))).toBe(codec);
    if (codec !== null) expect(codecFor(codec).refuses(profileOf(texts))).toBeNull();
  });

  const nil = "00000000-0000-0000-0000-000000000000";
  it.each([
    [["6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", nil], "uuid"],
    [["6F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0", nil], "uuid-upper"],
    [["6f1e2d3c4b5a69788796a5b4c3d2e1f0"], "uuid-hex"],
    [["6F1E2D3C4B5A69788796A5B4C3D2E1F0"], "uuid-hex-upper"],
    [[nil], "uuid"],
    [["6F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0", "6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"], null],
    [["x"], null],
    [[], null],
  ])("finds for %j %s", (texts, codec) => {
    expect(uuidCodecFor(countShapes(texts))).toBe(codec);
    if (codec !== null) expect(codecFor(codec).refuses(profileOf(texts))).toBeNull();
  });

  it.each([
    [["1.50", "20.00"], "numeric-text(2)"],
    [["1", "9223372036854775808"], "numeric-text(0)"],
    [["1", "1.5"], "numeric-text"],
    [["1", "01"], null],
    [[], null],
  ])("finds for %j %s", (texts, codec) => {
    expect(numericTextCodecFor(countShapes(texts))).toBe(codec);
    if (codec !== null) expect(codecFor(codec).refuses(profileOf(texts))).toBeNull();
  });
});

describe("epochUnitFor", () => {
  const rows: [Value[], bigint, string | null, boolean][] = [
    [[1_700_000_000n, 1_000_000_000n], 1n, "epoch-s", true],
    [[100_000_000n, 978_307_199n], 1n, "epoch-s", false],
    [[0n, 1_700_000_000n], 1n, "epoch-s", true],
    [[5n, 1_700_000_000n], 1n, null, false],
    [[1_700_000_000_000n], 1n, "epoch-ms", true],
    [[1_700_000_000_000_000n], 1n, "epoch-us", true],
    [[13_300_000_000_000_000n, 0n], 1n, "webkit", true],
    [[638_000_000_000_000_000n], 10n, "ticks", true],
    [[638_000_000_000_000_001n], 10n, null, false],
    [[1_700_000_000_000_000_000n], 1_000n, "epoch-ns", true],
    [[1_700_000_000_000_000_001n], 1_000n, null, false],
    [[1_700_000_000n, 1_700_000_000_000n], 1n, null, false],
    [[0n], 1n, null, false],
    [[-1n, 1_700_000_000n], 1n, null, false],
    [[2_460_000.5, 2_451_545.25], 1n, "julian", true],
    [[1_700_000_000.25], 1n, "epoch-s-real", true],
    [[1_700_000_000.25, 1_700_000_000n], 1n, "epoch-s-real", true],
    [[700_000_000.123], 1n, "cocoa", false],
    [[1.5], 1n, null, false],
    [["2024-01-01", 1_700_000_000n], 1n, null, false],
    [[], 1n, null, false],
  ];
  const titled = rows.map(
    (row) => [`sees ${row[2]} in ${row[0].join(", ")} (remainder ${row[1]})`, row] as const,
  );
  it.each(titled)("%s", (_, [values, remainder, codec, certain]) => {
    expect(epochUnitFor(profileOf(values, { remainder }))).toEqual(
      codec === null ? null : { codec, certain },
    );
  });

  it("guesses nothing without a range", () => {
    expect(
      epochUnitFor({ ...profileOf([1_700_000_000n]), integerMinNonzero: null, integerMax: null }),
    ).toBeNull();
  });
});
