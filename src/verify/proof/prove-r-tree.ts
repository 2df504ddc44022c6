// Asks an R-Tree and the table that it became which rows meet a box: the whole, each of some rows' own, and boxes between them.

import { quoteName, quotePath } from "../../base/quote.js";
import type { PlannedIndex, PlannedTable } from "../../plan/plan.js";
import type { SourceTable } from "../../source/catalog.js";
import { type RTree, rtreeOf } from "../../source/virtual-tables.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";

/** Rows whose boxes are asked for. */
const TRIAL_ROWS = 10;

export async function proveRTree(
  sides: Sides,
  source: SourceTable,
  table: PlannedTable,
  index: PlannedIndex,
): Promise<Pick<Proof, "outcome" | "detail">> {
  const rtree = rtreeOf(source);
  if (rtree === null) {
    return { outcome: "not compared", detail: "it is no R-Tree" };
  }
  const boxes = boxesOf(sides, source, rtree);
  let found = 0;
  for (const box of boxes) {
    const here = inSqlite(sides, source, rtree, box);
    const there = await inPostgres(sides, table, rtree, index, box);
    if (here !== there) {
      return {
        outcome: "differs",
        detail: `in the box ${box.join(", ")} SQLite finds rows ${brief(here)}, PostgreSQL ${brief(there)}`,
      };
    }
    found += here === "" ? 0 : here.split(",").length;
  }
  return { outcome: "equal", detail: `${boxes.length} boxes asked for, ${found} rows found` };
}

const brief = (ids: string) => (ids === "" ? "none" : ids.slice(0, 60));

/** Bounds in the order of the columns, as numbers that both engines read alike. */
function boxesOf({ db }: Sides, source: SourceTable, rtree: RTree): number[][] {
  const bounds = rtree.dimensions.flatMap(({ least, most }) => [least, most]);
  const names = bounds.map(quoteName).join(", ");
  const rows = db
    .prepare(
      `select ${names} from ${quoteName(source.name)} order by ${quoteName(rtree.id)} limit ${TRIAL_ROWS}`,
    )
    .raw()
    .all() as number[][];
  const whole = bounds.map((_, i) => (i % 2 === 0 ? -1e30 : 1e30));
  // From the lower bound of one to the upper one of the next, which may well be empty or inside out.
  const between = rows
    .slice(1)
    .map((row, i) => row.map((value, at) => (at % 2 === 0 ? (rows[i]?.[at] ?? 0) : value)));
  return [whole, ...rows, ...between].filter((box) => box.every(Number.isFinite));
}

/** Rows that overlap it: none of their bounds lies beyond its opposite one. */
const overlap = (rtree: RTree, name: (column: string) => string, value: (at: number) => string) =>
  rtree.dimensions
    .map(({ least, most }, i) => `${name(least)} <= ${value(2 * i + 1)} and ${name(most)} >= ${value(2 * i)}`)
    .join(" and ");

function inSqlite({ db }: Sides, source: SourceTable, rtree: RTree, box: readonly number[]): string {
  const ids = db
    .prepare(
      `select ${quoteName(rtree.id)} from ${quoteName(source.name)} where ${overlap(rtree, quoteName, (at) => String(box[at]))}`,
    )
    .pluck()
    .safeIntegers()
    .all() as bigint[];
  return ids.map(String).sort().join(",");
}

async function inPostgres(
  { client, schema }: Sides,
  table: PlannedTable,
  rtree: RTree,
  index: PlannedIndex,
  box: readonly number[],
): Promise<string> {
  const target = (name: string) =>
    quoteName(table.columns.find((column) => column.source === name)?.target ?? "");
  const [key = ""] = index.keys ?? [];
  const [x0, x1, y0 = 0, y1 = 0] = box;
  // PostgreSQL's boxes are equal within 1e-6 ("Geometric Functions and Operators"), so the bounds decide.
  const { rows } = await client.query<{ id: unknown }>(
    `select ${target(rtree.id)} as id from ${quotePath(schema, table.target)}
      where ${key} && box(point(${x0}, ${y0}), point(${x1}, ${y1}))
        and ${overlap(rtree, target, (at) => String(box[at]))}`,
  );
  return rows
    .map(({ id }) => String(id))
    .sort()
    .join(",");
}
