import { describe, expect, it } from "vitest";
import { plannedTable, type TestRow, twoSides } from "./two-sides.js";

const text = { name: "note", codec: "text", type: "text" };
const five: TestRow[] = [10n, 20n, 30n, 40n, 50n].map((id) => [id, [`n${id}`, `n${id}`]]);

/** The same table as the plan would have it without a column for the rowid. */
const keyless = plannedTable([text], {
  primaryKey: null,
  read: { largestRowBytes: 1000, by: "scan", orderBy: [] },
});

describe("rows", () => {
  it.each([10, 30, 50])("that are missing are found: %i", async (id) => {
    const sides = await twoSides([text], five);
    await sides.client.query(`delete from public.t where id = $1`, [id]);
    const found = {
      rows: 5,
      values: 8,
      differenceCount: 1,
      differences: [{ kind: "missing", key: String(id) }],
    };
    expect(await sides.byRange()).toMatchObject(found);
    expect(await sides.byMultiset()).toMatchObject(found);
  });

  it.each([
    ["before the first", -9223372036854775808n],
    ["just before the first", 9n],
    ["in a gap", 25n],
    ["just after the last", 51n],
    ["far after the last", 9223372036854775807n],
  ])("that are extra are found: %s", async (_, id) => {
    const sides = await twoSides([text], five);
    await sides.client.query(`insert into public.t values ($1, 'more')`, [id]);
    const found = {
      rows: 5,
      values: 10,
      differenceCount: 1,
      differences: [{ kind: "extra", key: String(id) }],
    };
    expect(await sides.byRange()).toMatchObject(found);
    expect(await sides.byMultiset()).toMatchObject(found);
  });

  it("that are there twice are found as doubled", async () => {
    for (const id of [10, 30, 50]) {
      const sides = await twoSides([text], five, false);
      await sides.client.query(`insert into public.t select * from public.t where id = $1`, [id]);
      const found = { values: 10, differenceCount: 1, differences: [{ kind: "doubled", key: String(id) }] };
      expect(await sides.byRange()).toMatchObject(found);
      expect(await sides.byMultiset()).toMatchObject(found);
      expect(await sides.byMultiset({}, keyless)).toMatchObject({
        differenceCount: 1,
        differences: [{ kind: "doubled", key: `id=${id}, note=n${id}` }],
      });
    }
  });

  it("without a key are found by their content", async () => {
    const sides = await twoSides([text], five);
    await sides.client.query(`update public.t set note = 'other' where id = 20`);
    const result = await sides.byMultiset({}, keyless);
    expect(result.differenceCount).toBe(2);
    expect(result.differences).toEqual([
      { kind: "extra", key: "id=20, note=other" },
      { kind: "missing", key: "id=20, note=n20" },
    ]);
  });

  it("that hold no key at all are found in a target without the constraint", async () => {
    const sides = await twoSides([text], five, false);
    await sides.client.query(`insert into public.t values (null, 'nobody')`);
    const table = plannedTable([text], { primaryKey: null });
    expect(await sides.byRange({}, table)).toMatchObject({
      differenceCount: 1,
      differences: [{ kind: "extra", key: "NULL" }],
    });
  });

  it("that are equal in number but swapped are found", async () => {
    const sides = await twoSides([text], five);
    await sides.client.query(
      `update public.t set note = case id when 10 then 'n20' else 'n10' end where id in (10, 20)`,
    );
    for (const result of [await sides.byRange(), await sides.byMultiset()]) {
      expect(result.differences.map((one) => one.key).sort()).toEqual(["10", "20"]);
    }
  });

  it("of an empty table are none on both sides", async () => {
    const sides = await twoSides([text], []);
    for (const result of [
      await sides.byRange(),
      await sides.byMultiset(),
      await sides.byMultiset({}, keyless),
    ]) {
      expect(result).toMatchObject({ rows: 0, values: 0, differenceCount: 0 });
    }
    await sides.client.query(`insert into public.t values (1, null)`);
    for (const result of [
      await sides.byRange(),
      await sides.byMultiset(),
      await sides.byMultiset({}, keyless),
    ]) {
      expect(result).toMatchObject({
        rows: 0,
        values: 0,
        differenceCount: 1,
        differences: [{ kind: "extra" }],
      });
    }
  });

  it("with nothing but NULL are equal, and one value among them is not", async () => {
    const rows: TestRow[] = Array.from({ length: 3000 }, (_, i) => [BigInt(i), [null, null]]);
    const sides = await twoSides([text], rows);
    expect(await sides.byRange()).toMatchObject({ rows: 3000, values: 6000, differenceCount: 0 });
    await sides.client.query(`update public.t set note = '' where id = 2999`);
    for (const result of [await sides.byRange(), await sides.byMultiset()]) {
      expect(result.differences).toEqual([
        { kind: "value", key: "2999", column: "note", source: null, target: "" },
      ]);
    }
  });

  it("of one nullable column without a key are compared as well", async () => {
    const sides = await twoSides(
      [text],
      [
        [1n, [null, null]],
        [2n, ["", ""]],
        [3n, [null, null]],
      ],
    );
    const only = { ...keyless, columns: keyless.columns.filter((one) => one.source === "note") };
    expect(await sides.byMultiset({}, only)).toMatchObject({ rows: 3, values: 3, differenceCount: 0 });
    await sides.client.query(`update public.t set note = '' where id = 1`);
    expect((await sides.byMultiset({}, only)).differences).toEqual([
      { kind: "doubled", key: "note=" },
      { kind: "missing", key: "note=NULL" },
    ]);
  });
});

describe("a wide table", () => {
  it("of 1,200 columns is compared to the last", async () => {
    const columns = Array.from({ length: 1200 }, (_, i) => ({ name: `c${i}`, codec: "text", type: "text" }));
    const row = (id: bigint): TestRow => [id, ...columns.map((one) => [one.name, one.name] as const)];
    const sides = await twoSides(columns, [row(1n), row(2n)]);
    expect(await sides.byRange({ largestRowBytes: 10_000 })).toMatchObject({
      values: 2402,
      differenceCount: 0,
    });
    await sides.client.query(`update public.t set c1199 = '' where id = 2`);
    for (const result of [await sides.byRange(), await sides.byMultiset()]) {
      expect(result.differences).toMatchObject([
        { kind: "value", key: "2", column: "c1199", source: "c1199", target: "" },
      ]);
    }
  });
});

describe("many differences", () => {
  it("are all counted, and twenty of them kept", async () => {
    const rows: TestRow[] = Array.from({ length: 5000 }, (_, i) => [BigInt(i), ["a", "a"]]);
    const sides = await twoSides([text], rows);
    await sides.client.query(`update public.t set note = 'b' where id % 2 = 0`);
    const byRange = await sides.byRange();
    expect(byRange.differenceCount).toBe(2500);
    expect(byRange.differences).toHaveLength(20);
    const byMultiset = await sides.byMultiset();
    expect(byMultiset.differenceCount).toBeGreaterThanOrEqual(2500);
    expect(byMultiset.differences).toHaveLength(20);
    expect(byMultiset.notes).toHaveLength(1);
  });
});
