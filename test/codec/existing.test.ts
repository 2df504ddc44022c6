// Which codec feeds a column that exists already.
import { describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { codecFor, codecForExisting, documentedCodecs } from "#outgrow/codec/index.js";
import { type ProfileNeeds, profileOf, type Value } from "./crossing.js";

const bytes16 = Buffer.alloc(16, 7);

type Row = [type: string, values: Value[], codec: string, refuses: RegExp | null, needs?: ProfileNeeds];

const ROWS: Row[] = [
  ["bigint", [1n], "int64", null],
  ["bigint", [1n, 2.5], "int64", /1 real/],
  ["integer", [1n], "int32", null],
  ["integer", [2n ** 31n], "int32", /2147483648/],
  ["smallint", [1n], "int16", null],
  ["double precision", [1n, 0.5], "double", null],
  ["real", [1, 2n], "real32", null],
  ["real", [0.1], "real32", /not profiled/],
  ["boolean", [0n, 1n], "bool", null],
  ["boolean", [2n], "bool", /up to 2/],
  ["boolean", ["t", "f"], "bool(f,t)", null],
  ["boolean", ["maybe"], "bool('0','1')", /1 text/],
  ["numeric(10,2)", [1n, 2.5], "numeric(2)", null, { scale: 2 }],
  ["numeric(10,2)", [1n, 2.555], "numeric(2)", /another scale/, { scale: 2 }],
  ["numeric(10,2)", [100_000_000n], "numeric(2)", /more than 8 digits/, { scale: 2 }],
  ["numeric(10,2)", ["1.50"], "numeric-text(2)", null],
  ["numeric(10,2)", ["123456789.50"], "numeric-text(2)", /9 digits/],
  ["numeric(10,2)", ["1.5"], "numeric-text(2)", /1 text/],
  ["numeric(20,0)", [2n ** 62n], "numeric-int", null],
  ["numeric", [2n ** 62n, 2 ** 70], "numeric-int", null],
  ["numeric", [1, 2 ** 70], "numeric-real", null],
  ["numeric", [2n ** 62n, 1.5], "numeric-int", /64-bit/],
  ["numeric", [1.5, 2n], "numeric-real", null],
  ["numeric", ["1.50", "2"], "numeric-text", null],
  ["numeric(3,-1)", [10n], "numeric-int", /rounds/],
  ["text", ["a"], "text", null],
  ["text", ["a", 1n], "mixed-text", null],
  ["text", ["1", 1n], "text", /1 integer/],
  ["text", ["a\0"], "text", /U\+0000/],
  ["citext", ["a"], "text", null],
  ["public.citext", ["a", 1n], "mixed-text", null],
  ["character varying(5)[]", ["{a}"], "input", null],
  ['"char"', ["a"], "input", null],
  ["character varying", ["a"], "text", null],
  ["character varying(3)", ["abc"], "varchar(3)", null],
  ["character varying(3)", ["abcd"], "varchar(3)", /4 characters/],
  ["character varying(3)", [123n], "mixed-text", null],
  ["character varying(3)", [1234n], "varchar(3)", /1 integer/],
  ["character(2)", ["de", ""], "char(2)", null],
  ["character(2)", ["d "], "char(2)", /blank/],
  ["bpchar", ["d"], "char(1)", null],
  ["bytea", [bytes16], "blob", null],
  ["bytea", ["a", bytes16], "bytes", null],
  ["json", ["{}", 5n], "json", null],
  ["jsonb", ['{"a":1}'], "jsonb", null],
  ["jsonb", ["null", "true", "1.50"], "jsonb", null],
  ["jsonb", ['{"a":1,"a":2}'], "jsonb", /jsonb keeps/],
  ["jsonb", ["{"], "jsonb", /not JSON/],
  ["uuid", ["6F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"], "uuid-upper", null],
  ["uuid", ["x"], "uuid", /1 text/],
  ["uuid", [bytes16], "uuid-blob", /not profiled/],
  ["date", ["2024-01-01"], "date", null],
  ["date", ["2024-02-30"], "date", /1 text/],
  ["date", ["20240101"], "date-compact", /not profiled/],
  ["time without time zone", ["10:00"], "time(minute)", null],
  ["time(3) without time zone", ["10:00:00.1234"], "time(4)", /4 fraction digits/],
  ["timestamp without time zone", ["2024-01-01 00:00:00"], "iso(space,none,none)", null],
  ["timestamp without time zone", ["2024-01-01T00:00:00.123Z"], "iso(T,3,Z,naive)", null],
  ["timestamp without time zone", ["2024-01-01T00:00:00-07:00"], "iso(T,none,-07:00)", /zone -07:00/],
  ["timestamp(3) without time zone", ["2024-01-01 00:00:00.123"], "iso(space,3,none)", null],
  ["timestamp(3) without time zone", ["2024-01-01 00:00:00.1234"], "iso(space,4,none)", /4 fraction digits/],
  ["timestamp(3) without time zone", [1_700_000_000_123n], "epoch-ms(timestamp)", null],
  ["timestamp(0) without time zone", [1_700_000_000_123n], "epoch-ms(timestamp)", /3 fraction digits/],
  ["timestamp without time zone", [700_000_000n], "epoch-s(timestamp)", /since 2001/],
  ["timestamp without time zone", [5n], "epoch-s(timestamp)", /no known unit/],
  ["timestamp without time zone", ["2024-01-01 00:00:00", "", ""], "iso(space,none,none)", /2 texts/],
  ["timestamp with time zone", ["2024-01-01 00:00:00"], "iso(space,none,none,utc)", null],
  ["timestamp with time zone", ["2024-01-01 00:00:00.000 +00:00"], "iso(space,3, +00:00)", null],
  ["timestamp with time zone", [1_700_000_000n], "epoch-s", null],
  ["timestamptz", [2_460_000.5], "julian", null],
  ["inet", ["10.0.0.1"], "input", null],
  ["integer[]", ["{1,2}"], "input", null],
  ["shop.status", ["new", 1n], "input", null],
  ["interval", [bytes16], "input", /1 blob/],
  ["timestamp with time zone", [], "iso(space,none,none,utc)", null],
];

describe("codecForExisting", () => {
  it.each(ROWS.map((row) => [titleOf(row), row] as const))(
    "%s",
    (_, [type, values, codec, refuses, needs]) => {
      const found = codecForExisting(type, profileOf(values, needs));
      expect(found.codec).toBe(codec);
      if (refuses === null) expect(found.refuses).toBeNull();
      else expect(found.refuses).toMatch(refuses);
    },
  );

  it("reads the texts of UTF-16 files as UTF-8 bytes", () => {
    expect(codecForExisting("bytea", profileOf(["a"]), "UTF-16le").codec).toBe("bytes(utf16)");
  });

  it("refuses nothing of an empty column, whatever the type", () => {
    for (const [type] of ROWS) {
      if (type !== "numeric(3,-1)")
        expect([type, codecForExisting(type, profileOf([null])).refuses]).toEqual([type, null]);
    }
  });

  it("takes a count of misfits as the last word", () => {
    const blobs = { ...profileOf([bytes16]), misfits: { "uuid-blob": 0 } };
    expect(codecForExisting("uuid", blobs)).toEqual({ codec: "uuid-blob", refuses: null });
    expect(codecFor("uuid-blob").refuses({ ...blobs, misfits: { "uuid-blob": 2 } })).toBe("2 values");
  });
});

describe("codecFor", () => {
  it("gives one object for one id", () => {
    expect(codecFor("iso(T,3,Z)")).toBe(codecFor("iso(T,3,Z)"));
    expect(codecFor("iso(space,3, +00:00)").id).toBe("iso(space,3, +00:00)");
  });

  it.each([
    ["int46", /int64/],
    ["iso(T,7,Z)", /iso\(SEP,FRACTION,ZONE\)/],
    ["iso(T,3,none,naive)", /iso/],
    ["iso(T,3,-07:00,naive)", /iso/],
    ["iso(T,3,Z,utc)", /iso/],
    ["epoch-ms(date)", /epoch-ms\(timestamp\)/],
    ["numeric(02)", /numeric\(S\)/],
    ["varchar(0)", /varchar\(N\)/],
    ["bool(f,true)", /bool\(FALSEWORD,TRUEWORD\)/],
    ["timestamp", /time\(FRACTION\)/],
    ["frobnicate", /int64.*iso/],
    ["", /int64/],
    ["toString", /int64/],
  ])("throws for %j, with a hint", (id, hint) => {
    const error = catchError(() => codecFor(id));
    expect(error).toBeInstanceOf(OutgrowError);
    expect(error).toMatchObject({ code: "settings", message: `there is no codec ${JSON.stringify(id)}` });
    expect((error as OutgrowError).hint).toMatch(hint);
  });
});

describe("documentedCodecs", () => {
  it("has a line for each family", () => {
    expect(documentedCodecs()).toContainEqual({ id: "int64", type: "bigint", does: "integers" });
    expect(new Set(documentedCodecs().map(({ id }) => id)).size).toBe(documentedCodecs().length);
  });
});

function titleOf([type, values, codec, refuses]: Row): string {
  const column = values
    .map((value) => (Buffer.isBuffer(value) ? "a blob" : `${typeof value} ${value}`))
    .join(", ");
  return `feeds ${type} with ${column || "nothing"} by ${codec}${refuses ? `, refused: ${refuses.source}` : ""}`;
}

function catchError(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
