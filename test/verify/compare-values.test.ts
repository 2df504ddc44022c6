import { describe, expect, it } from "vitest";
import { everyCodec } from "./every-codec.js";
import { type TestRow, twoSides } from "./two-sides.js";

const rowCount = Math.max(...everyCodec.map((one) => one.values.length));

/** One row for each value; columns with fewer values are NULL in the others. The last row is all NULL. */
const rows: TestRow[] = Array.from({ length: rowCount + 1 }, (_, i) => [
  BigInt(i + 1),
  ...everyCodec.map((one) => one.values[i] ?? ([null, null] as const)),
]);

describe("a table with every codec", () => {
  it("is found equal, and every value is counted", async () => {
    const sides = await twoSides(everyCodec, rows);
    const expected = {
      rows: rows.length,
      values: rows.length * (everyCodec.length + 1),
      substituted: 0,
      substitutedRows: 0,
      differences: [],
      differenceCount: 0,
      kept: 0,
      sampled: null,
      notes: [],
    };
    expect(await sides.byRange()).toEqual(expected);
    expect(await sides.byMultiset()).toEqual(expected);
  });

  it("shows the smallest change of each column with its row and column, by range and as a multiset", async () => {
    const sides = await twoSides(everyCodec, rows);
    for (const column of everyCodec) {
      const set = (text: string | null) =>
        sides.client.query(`update public.t set ${column.name} = $1::text::${column.type} where id = 1`, [
          text,
        ]);
      await set(column.changed);
      for (const result of [await sides.byRange(), await sides.byMultiset()]) {
        expect(result, column.name).toMatchObject({
          rows: rows.length,
          values: rows.length * (everyCodec.length + 1),
          differenceCount: 1,
          differences: [{ kind: "value", key: "1", column: column.name }],
        });
        const [difference] = result.differences;
        expect(difference?.kind === "value" && difference.source !== difference.target, column.name).toBe(
          true,
        );
      }
      await set(null);
      for (const result of [await sides.byRange(), await sides.byMultiset()]) {
        expect(result.differences, column.name).toMatchObject([
          { kind: "value", key: "1", column: column.name, target: null },
        ]);
      }
      await set(column.values[0]?.[1] ?? null);
    }
    expect(await sides.byRange()).toMatchObject({ differenceCount: 0 });
  });

  it("tells a value apart from the NULL it was", async () => {
    const sides = await twoSides(everyCodec, rows);
    for (const column of everyCodec) {
      const set = (text: string | null) =>
        sides.client.query(
          `update public.t set ${column.name} = $1::text::${column.type} where id = ${rows.length}`,
          [text],
        );
      await set(column.values[0]?.[1] ?? null);
      for (const result of [await sides.byRange(), await sides.byMultiset()]) {
        expect(result.differences, column.name).toMatchObject([
          { kind: "value", key: String(rows.length), column: column.name, source: null },
        ]);
      }
      await set(null);
    }
  });
});

const text = { name: "note", codec: "text", type: "text" };

const CHANGES: [string, string, string | null][] = [
  ["an empty text that became NULL", "", null],
  ["a space at the end that was lost", "a ", "a"],
  ["a space at the end that was added", "a", "a "],
  ["a letter and an accent that became one letter", "a\u0301", "\u00e1"],
  ["another emoji", "🐘", "🐄"],
  ["another skin colour", "👍🏽", "👍🏾"],
  ["a tab that became blanks", "a\tb", "a    b"],
  ["a newline that lost its return", "a\r\nb", "a\nb"],
  ["a quote character that was lost", "a\x01b", "ab"],
  ["a doubled quote character", "\x01", "\x01\x01"],
  ["an end-of-data mark", "\\.", "\\"],
  ["a null mark", "\\N", null],
  ["a byte order mark that was lost", "\ufeffa", "a"],
  ["a change behind a long common beginning", `${"x".repeat(5000)}1`, `${"x".repeat(5000)}2`],
];

describe("a change of a text", () => {
  it("is found however small, and the two values shown differ", async () => {
    const same = ["same\tas\nbefore", "same\tas\nbefore"] as const;
    const rows = CHANGES.flatMap(([, before, after], i): TestRow[] => [
      [BigInt(2 * i), [before, after]],
      [BigInt(2 * i + 1), same],
    ]);
    const sides = await twoSides([text], rows);
    for (const result of [await sides.byRange(), await sides.byMultiset()]) {
      expect(result).toMatchObject({
        rows: rows.length,
        values: 2 * rows.length,
        differenceCount: CHANGES.length,
      });
      for (const [i, [change]] of CHANGES.entries()) {
        const difference = result.differences.find((one) => one.key === String(2 * i));
        if (difference?.kind !== "value") throw new Error(`${change} is not found`);
        expect(difference.column, change).toBe("note");
        expect(difference.source, change).not.toBe(difference.target);
        expect((difference.source ?? "").length, change).toBeLessThan(200);
      }
    }
  });
});

describe("a NULL", () => {
  it("that became an empty text is found", async () => {
    const sides = await twoSides([text], [[1n, [null, ""]]]);
    expect((await sides.byRange()).differences).toEqual([
      { kind: "value", key: "1", column: "note", source: null, target: "" },
    ]);
    expect((await sides.byMultiset()).differences).toHaveLength(1);
  });
});

describe("doubles", () => {
  const double = { name: "v", codec: "double", type: "double precision" };

  it("are equal where the engines print them differently", async () => {
    const values = [
      1e22,
      1e15,
      123456789012345680,
      5e-324,
      2.5e-8,
      0.1,
      1 / 3,
      1e100,
      -1e-5,
      2251799813685249.5,
    ];
    const sides = await twoSides(
      [double],
      values.map((value, i) => [BigInt(i), [value, String(value)]]),
    );
    expect(await sides.byRange()).toMatchObject({ differenceCount: 0, values: 2 * values.length });
    expect(await sides.byMultiset()).toMatchObject({ differenceCount: 0, values: 2 * values.length });
  });

  it("that differ in one bit, a sign or a special value are found", async () => {
    const changes: [string, number, string][] = [
      ["one step", 1e22, "1.0000000000000002e22"],
      ["the smallest step", 5e-324, "0"],
      ["the sign of zero", -0, "0"],
      ["zero for negative zero", 0.0, "-0"],
      ["an infinity", Number.POSITIVE_INFINITY, "1.7976931348623157e308"],
      ["not a number", 1.5, "NaN"],
    ];
    const rows = changes.flatMap(([, before, after], i): TestRow[] => [
      [BigInt(2 * i), [before, after]],
      [BigInt(2 * i + 1), [1e22, "1e22"]],
    ]);
    const sides = await twoSides([double], rows);
    for (const result of [await sides.byRange(), await sides.byMultiset()]) {
      expect(result.differenceCount).toBe(changes.length);
      for (const [i, [change]] of changes.entries()) {
        expect(result.differences, change).toContainEqual(
          expect.objectContaining({ kind: "value", key: String(2 * i), column: "v" }),
        );
      }
    }
  });
});
