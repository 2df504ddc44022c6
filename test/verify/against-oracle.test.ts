// Random damage to a table of several chunks, found by the comparison and by a plain diff of both sides alike.
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { plannedTable, type TestColumn, type TwoSides, twoSides } from "./two-sides.js";

const columns: TestColumn[] = [
  { name: "note", codec: "text", type: "text" },
  { name: "v", codec: "double", type: "double precision" },
  { name: "tree", codec: "jsonb", type: "jsonb" },
];

/** A small generator with a seed, so that a failure can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

interface Row {
  id: string;
  note: string | null;
  v: string | null;
  tree: string | null;
}

/** What differs, by a full outer join of the rows as both drivers return them. */
async function plainDiff(sides: TwoSides): Promise<string[]> {
  const { rows: target } = await sides.client.query<Row>(
    `select id::text, note, v::text, tree::text from public.t`,
  );
  const source = sides.source.db.prepare("select cast(id as text) as id, note, v, tree from t").all() as {
    id: string;
    note: string | null;
    v: number | null;
    tree: string | null;
  }[];
  const left = new Map<string, Row[]>();
  for (const row of target) left.set(row.id, [...(left.get(row.id) ?? []), row]);
  const found: string[] = [];
  for (const row of source) {
    const partners = left.get(row.id) ?? [];
    left.delete(row.id);
    const [partner, ...doubles] = partners;
    if (partner === undefined) {
      found.push(`missing ${row.id}`);
      continue;
    }
    for (const _ of doubles) found.push(`doubled ${row.id}`);
    if (row.note !== partner.note) found.push(`value ${row.id} note`);
    if (!Object.is(row.v, partner.v === null ? null : Number(partner.v))) found.push(`value ${row.id} v`);
    const tree = (text: string | null): unknown => (text === null ? undefined : JSON.parse(text));
    if (!isDeepStrictEqual(tree(row.tree), tree(partner.tree))) found.push(`value ${row.id} tree`);
  }
  for (const [id, rows] of left) for (const _ of rows) found.push(`extra ${id}`);
  return found.sort();
}

function told(result: Awaited<ReturnType<TwoSides["byRange"]>>): string[] {
  return result.differences
    .map((one) => (one.kind === "value" ? `value ${one.key} ${one.column}` : `${one.kind} ${one.key}`))
    .sort();
}

const DAMAGES: ((id: number) => string)[] = [
  (id) => `delete from public.t where id = ${id}`,
  (id) => `update public.t set note = coalesce(note, '') || ' ' where id = ${id}`,
  (id) => `update public.t set note = null where id = ${id}`,
  (id) => `update public.t set v = v * (1 + 2.220446049250313e-16) where id = ${id}`,
  (id) => `update public.t set v = null, note = 'x' where id = ${id}`,
  (id) => `update public.t set tree = '{"a":[1,2,{"b":null}]}' where id = ${id}`,
  (id) => `insert into public.t select * from public.t where id = ${id} limit 1`,
  (id) => `insert into public.t values (${id + 1}, 'new', 1, '1')`,
];

describe("random damage", () => {
  it.each([1, 2, 3])("is found as a plain diff finds it, seed %i", async (seed) => {
    const random = randomFrom(seed);
    const texts = ["", " ", "a\tb", "a\nb", "\x01", "żółw", "🐘"];
    const sides = await twoSides(
      columns,
      Array.from({ length: 2500 }, (_, i) => {
        const note = random(5) === 0 ? null : `${texts[random(texts.length)]}${random(1000)}`;
        const v = random(5) === 0 ? null : random(2) === 0 ? random(1000) / 100 : random(1e9) / 7;
        const tree = random(5) === 0 ? null : JSON.stringify({ b: random(100) / 4, a: [note] });
        return [BigInt(3 * i), [note, note], [v, v === null ? null : String(v)], [tree, tree]];
      }),
      false,
    );
    const keyed = plannedTable(columns, { primaryKey: { name: "t_pkey", columns: ["id"] } });
    expect(await plainDiff(sides)).toEqual([]);
    for (let round = 0; round < 6; round += 1) {
      await sides.client.query("begin");
      for (let i = 0; i < 1 + random(6); i += 1) {
        // No two damages to one row: a doubled row that also changed has more than one true description.
        const id = 3 * (400 * i + random(400));
        await sides.client.query(DAMAGES[random(DAMAGES.length)]?.(id) ?? "");
      }
      const expected = await plainDiff(sides);
      for (const result of [await sides.byRange({}, keyed), await sides.byMultiset({}, keyed)]) {
        expect(told(result)).toEqual(expected);
        expect(result.differenceCount).toBe(expected.length);
      }
      await sides.client.query("rollback");
    }
    expect(await sides.byRange()).toMatchObject({ rows: 2500, values: 10_000, differenceCount: 0 });
  });
});
