import { describe, expect, it } from "vitest";
import { plannedTable, type TestRow, twoSides } from "./two-sides.js";

const text = { name: "note", codec: "text", type: "text" };

describe("substituted values", () => {
  const table = plannedTable([text]);
  const note = table.columns[1];
  note?.substitutions.push(
    { code: "text-nul", predicate: `instr("note", char(0)) > 0`, replacement: `replace("note", 'x', 'y')` },
    { code: "too-long", predicate: `length("note") > 5`, replacement: "NULL" },
  );
  const rows: TestRow[] = [
    [1n, ["short", "short"]],
    [2n, ["much too long", null]],
    [3n, [null, null]],
    [4n, ["fine", "fine"]],
  ];

  it("are compared with their replacement and counted apart", async () => {
    const sides = await twoSides([text], rows);
    const expected = { rows: 4, values: 7, substituted: 1, substitutedRows: 1, differenceCount: 0 };
    expect(await sides.byRange({}, table)).toMatchObject(expected);
    expect(await sides.byMultiset({}, table)).toMatchObject(expected);
  });

  it("are found where the target holds the original", async () => {
    const sides = await twoSides([text], rows);
    await sides.client.query(`update public.t set note = 'much too long' where id = 2`);
    for (const result of [await sides.byRange({}, table), await sides.byMultiset({}, table)]) {
      expect(result.differences).toEqual([
        { kind: "value", key: "2", column: "note", source: null, target: "much too long" },
      ]);
    }
  });
});

describe("rows set aside", () => {
  const table = plannedTable([text], { setAside: [{ code: "orphan", predicate: `"note" = 'orphan'` }] });

  it("are not looked for in the target, and found there they are extra", async () => {
    const sides = await twoSides(
      [text],
      [
        [1n, [null, null]],
        [2n, ["orphan", "orphan"]],
        [3n, ["c", "c"]],
      ],
    );
    for (const result of [await sides.byRange({}, table), await sides.byMultiset({}, table)]) {
      expect(result).toMatchObject({ rows: 2, values: 4, differences: [{ kind: "extra", key: "2" }] });
    }
    await sides.client.query("delete from public.t where id = 2");
    expect(await sides.byRange({}, table)).toMatchObject({ rows: 2, values: 4, differenceCount: 0 });
    expect(await sides.byMultiset({}, table)).toMatchObject({ rows: 2, values: 4, differenceCount: 0 });
  });
});

describe("rows kept", () => {
  const table = plannedTable([text], { origin: "existing", existingRows: "keep" });

  it("are counted apart, while a changed or missing row is still found", async () => {
    const sides = await twoSides(
      [text],
      [
        [1n, ["a", "a"]],
        [2n, ["b", "b"]],
        [3n, ["c", "c"]],
      ],
    );
    await sides.client.query("insert into public.t select n, 'kept' from generate_series(100, 10099) as n");
    for (const result of [await sides.byRange({}, table), await sides.byMultiset({}, table)]) {
      expect(result).toMatchObject({ rows: 3, values: 6, differenceCount: 0, kept: 10_000 });
    }
    await sides.client.query("update public.t set note = 'x' where id = 2");
    await sides.client.query("delete from public.t where id = 3");
    for (const result of [await sides.byRange({}, table), await sides.byMultiset({}, table)]) {
      expect(result).toMatchObject({
        rows: 3,
        values: 4,
        differenceCount: 2,
        kept: 10_000,
        differences: [
          { kind: "value", key: "2", column: "note", source: "b", target: "x" },
          { kind: "missing", key: "3" },
        ],
      });
    }
  });
});

describe("a sample", () => {
  it("compares the parts its seed chooses, and says how many", async () => {
    const rows: TestRow[] = Array.from({ length: 12_000 }, (_, i) => [BigInt(3 * i), ["a", "a"]]);
    const sides = await twoSides([text], rows);
    const third = await sides.byRange({ sample: { fraction: 0.3, seed: 1 } });
    expect(third).toMatchObject({ sampled: { parts: 1, of: 3 }, differenceCount: 0 });
    expect(third.rows).toBeLessThan(6000);
    expect(await sides.byRange({ sample: { fraction: 0.3, seed: 1 } })).toEqual(third);
    await sides.client.query("insert into public.t values (-5, 'x'), (7, 'x'), (15001, 'x'), (99999, 'x')");
    const all = await sides.byRange({ sample: { fraction: 1, seed: 1 } });
    expect(all).toMatchObject({
      rows: 12_000,
      values: 24_000,
      sampled: { parts: 3, of: 3 },
      differenceCount: 4,
    });
  });
});
