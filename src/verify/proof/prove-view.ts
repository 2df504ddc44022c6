// Reads a view on both sides, whole, and compares the rows as a multiset.

import { quoteName, quotePath } from "../../base/quote.js";
import { codecFor } from "../../codec/index.js";
import type { PlannedView } from "../../plan/plan.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";
import { sameRows } from "./same-rows.js";

/** A view of more rows is not compared: all of them are held in memory. */
const MOST_ROWS = 100_000;

export async function proveView(sides: Sides, view: PlannedView): Promise<Pick<Proof, "outcome" | "detail">> {
  const { db, client, schema } = sides;
  const rows = Number(
    db
      .prepare(`select count(*) from ${quoteName(view.source)}`)
      .pluck()
      .get(),
  );
  if (rows > MOST_ROWS) {
    return {
      outcome: "not compared",
      detail: `it has ${rows} rows; ${MOST_ROWS} are the most that are compared`,
    };
  }
  const here = db
    .prepare(
      `select ${view.columns.map(({ name, codec }) => sourceField(quoteName(name), codec)).join(", ")} from ${quoteName(view.source)}`,
    )
    .raw()
    .safeIntegers()
    .all() as unknown[][];
  const fields = view.columns.map(({ name, codec }) => targetField(quoteName(name), codec));
  const there = await client.query<unknown[]>({
    text: `select ${fields.join(", ")} from ${quotePath(schema, view.target)}`,
    rowMode: "array",
  });
  const difference = sameRows(
    here,
    there.rows,
    view.columns.map(({ name, class: valueClass, codec }) => ({
      name,
      isNumber: isNumber(valueClass, codec),
      isJson: codec === "jsonb",
    })),
  );
  return difference === null
    ? {
        outcome: "equal",
        detail: `${rows} ${rows === 1 ? "row" : "rows"}, ${rows * view.columns.length} values`,
      }
    : { outcome: "differs", detail: difference };
}

const isNumber = (valueClass: string, codec: string | null) =>
  valueClass === "real" ||
  valueClass === "number" ||
  (codec !== null && codecFor(codec).equality === "double");

/** SQLite's value; of a column that crossed by a codec as PostgreSQL's `decode` prints it. */
export function sourceField(name: string, codec: string | null): string {
  return codec === null || codecFor(codec).quoted ? name : codecFor(codec).canonical(name);
}

export function targetField(name: string, codec: string | null): string {
  if (codec === null) {
    return name;
  }
  const decoded = codecFor(codec).decode(name);
  // A cast prints true, COPY and the codecs t.
  return codecFor(codec).type === "boolean" && decoded === name
    ? `case when ${name} then 't' when not ${name} then 'f' end`
    : `(${decoded})::text`;
}
