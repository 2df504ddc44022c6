// The parts of the comparison that need no database.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "#outgrow/verify/canonical-json.js";
import { fieldText, newRowFields, readFields } from "#outgrow/verify/row-fields.js";
import { rowStream } from "#outgrow/verify/row-stream.js";
import { addRow, differingBuckets, newRowHash, newRowSums } from "#outgrow/verify/row-sums.js";
import { showPair } from "#outgrow/verify/show-values.js";
import { typeName } from "#outgrow/verify/type-names.js";

describe("the canonical text of JSON", () => {
  it.each([
    ['{"b":1,"a":[1.00,2]}', '{ "a" : [1,2.0] , "b":10e-1 }'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['"\\u00e9\\n\\/\\ud83d\\ude00"', '"é\\u000a/😀"'],
    ["100000", "1e5"],
    ["-0", "0.000"],
    ["0.1e1000", "1e999"],
    [" [ ] ", "[]"],
  ])("is the same for %s and %s", (a, b) => {
    expect(canonicalJson(a)).not.toBeNull();
    expect(canonicalJson(a)).toBe(canonicalJson(b));
  });

  it.each([
    ["1", '"1"'],
    ["12345678901234567890", "12345678901234567891"],
    ["0.1", "0.10000000000000001"],
    ["1", "-1"],
    ["[1,2]", "[2,1]"],
    ["[1,2]", "[12]"],
    ['["a,b"]', '["a","b"]'],
    ['{"a":1}', '{"a":1,"b":null}'],
    ["null", '"null"'],
    ["[]", "{}"],
    ['{"a":{}}', '{"a":[]}'],
    ['"a\\\\u0041"', '"a\\u0041"'],
    ['"a"', '"a "'],
    ['"á"', '"a\u0301"'],
  ])("is another for %s and %s", (a, b) => {
    expect(canonicalJson(a)).not.toBeNull();
    expect(canonicalJson(b)).not.toBeNull();
    expect(canonicalJson(a)).not.toBe(canonicalJson(b));
  });

  it.each([
    "",
    "{",
    "[1,]",
    "[1 2]",
    '{"a"}',
    '{"a":1,}',
    "{a:1}",
    "nul",
    '"a',
    '"\\x"',
    "1 2",
    "]",
    '["a":1]',
    "+1",
    "NaN",
  ])("is none for %s", (text) => {
    expect(canonicalJson(text)).toBeNull();
  });

  it("agrees with JSON.parse about what is equal", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(JSON.stringify(value));
        expect(text).not.toBeNull();
        expect(canonicalJson(JSON.stringify(value, null, 2))).toBe(text);
      }),
    );
  });

  it("of a hundred thousand nested lists needs no stack", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(canonicalJson(deep)).toBe(deep);
  });

  it("of a string of four megabytes is itself", () => {
    const long = JSON.stringify(`${"ab\\\n".repeat(1_000_000)}`);
    expect(canonicalJson(long)).toBe(long);
  });
});

describe("rows of the COPY format", () => {
  const field = fc.option(
    fc.string({ unit: fc.constantFrom("a", "\x01", "\t", "\n", "\\", ".", "é", "🐘"), maxLength: 8 }),
    { nil: null },
  );
  const line = (fields: readonly (string | null)[]) =>
    `${fields.map((one) => (one === null ? "" : `\x01${one.replaceAll("\x01", "\x01\x01")}\x01`)).join("\t")}\n`;

  it("come out as they went in, wherever the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 3, maxLength: 3 })),
        fc.integer({ min: 1, max: 9 }),
        (rows, step) => {
          const bytes = Buffer.from(rows.map(line).join(""));
          const read: (string | null)[][] = [];
          const stream = rowStream((row) => read.push([0, 1, 2].map((i) => fieldText(row, i))));
          for (let at = 0; at < bytes.length; at += step) stream.push(bytes.subarray(at, at + step));
          stream.end();
          expect(read).toEqual(rows);
        },
      ),
    );
  });

  it("that end within a row are an error", () => {
    const stream = rowStream(() => undefined);
    stream.push(Buffer.from("a\tb"));
    expect(() => stream.end()).toThrow("ended within a row");
  });

  it("of tens of megabytes in small pieces are read in linear time", () => {
    let rows = 0;
    const stream = rowStream(() => {
      rows += 1;
    });
    const piece = Buffer.alloc(16_384, "x");
    for (let i = 0; i < 3000; i += 1) stream.push(piece);
    stream.push(Buffer.from("\n"));
    stream.end();
    expect(rows).toBe(1);
  }, 5_000);

  it("keep the number of their fields", () => {
    const row = newRowFields();
    expect(readFields(Buffer.from("\t\t\n"), 0, row)).toBe(true);
    expect(row.count).toBe(3);
    expect(readFields(Buffer.from("\n"), 0, row)).toBe(true);
    expect(row.count).toBe(1);
  });
});

describe("sums of row hashes", () => {
  const rows = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });

  it("are equal for equal multisets, and for no others", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const hashRow = newRowHash();
        const sum = (texts: string[]) => {
          const sums = newRowSums();
          for (const text of texts) addRow(sums, hashRow(Buffer.from(text)));
          return sums;
        };
        const same = [...a].sort().join() === [...b].sort().join();
        expect(differingBuckets(sum(a), sum(b)).length === 0).toBe(same);
      }),
    );
  });

  it("differ from run to run", () => {
    expect(newRowHash()(Buffer.from("a"))).not.toEqual(newRowHash()(Buffer.from("a")));
  });

  it("carry from word to word as 128-bit numbers do", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 14, maxLength: 14 }), { minLength: 1 }), (tails) => {
        const sums = newRowSums();
        let expected = 0n;
        for (const tail of tails) {
          const hash = Buffer.concat([Buffer.from([5, 0]), tail]);
          addRow(sums, hash);
          expected += BigInt(`0x${Buffer.from(hash).reverse().toString("hex")}`);
        }
        const words = [3, 2, 1, 0].map((word) => BigInt(sums.words[4 * 5 + word] ?? 0));
        expect(words.reduce((sum, word) => (sum << 32n) | word, 0n)).toBe(BigInt.asUintN(128, expected));
      }),
    );
  });
});

describe("two values that differ", () => {
  it("are shown around the place where they do", () => {
    const long = "x".repeat(1000);
    const shown = showPair("note", `${long}abc`, `${long}abd`);
    expect(shown).toEqual({ source: `…${"x".repeat(18)}abc`, target: `…${"x".repeat(18)}abd` });
  });

  it("are spelt out where they look alike", () => {
    expect(showPair("note", "\u00e1", "a\u0301")).toEqual({ source: "\\u{e1}", target: "a\\u{301}" });
  });

  it("are hidden where the column's name says that they are secret", () => {
    expect(showPair("password_hash", "a", null)).toEqual({ source: "…", target: null });
  });

  it("never look the same unless they are secret", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        fc.pre(a !== b);
        const shown = showPair("note", a, b);
        expect(shown.source).not.toBe(shown.target);
      }),
    );
  });
});

describe("the name of a type", () => {
  it.each([
    ["varchar(20)", "character varying(20)"],
    ["VARCHAR (20)", "character varying(20)"],
    ["numeric(10, 2)", "numeric(10,2)"],
    ["decimal(10)", "numeric(10,0)"],
    ["char", "character(1)"],
    ["timestamptz(3)", "timestamp(3) with time zone"],
    ["timestamp (3) with time zone", "timestamp(3) with time zone"],
    ["time", "time without time zone"],
    ["timestamp", "timestamp without time zone"],
    ["int8", "bigint"],
    ["float8", "double precision"],
    ["text[]", "text[]"],
    ["int4[]", "integer[]"],
    ['public."Mood"', 'public."Mood"'],
  ])("%s is %s, as PostgreSQL prints it", (written, printed) => {
    expect(typeName(written)).toBe(printed);
    expect(typeName(printed)).toBe(printed);
  });
});
