// R-Trees: a table with the same columns, and a GiST index over the boxes that they are. Queries and INSERTs stay as they are;
// to be found by the index a box is asked for with && (PostgreSQL, "Geometric Functions and Operators").

import { quoteName } from "../../base/quote.js";
import { rtreeOf } from "../../source/virtual-tables.js";
import { note } from "../concern.js";
import type { TableDraft } from "../make-table.js";
import { NameBook } from "../names.js";
import { type Converting, convert, leave } from "./conversions.js";

/** Where the table is an R-Tree. */
export function planRTree({ table, planned }: TableDraft, relations: NameBook, converting: Converting): void {
  const rtree = rtreeOf(table);
  if (rtree === null) {
    return;
  }
  const subject = { kind: "R-Tree" as const, table: table.name, name: table.name, source: table.sql };
  const bounds = rtree.dimensions.map(({ least, most }) => ({
    least: planned.columns.find(({ source }) => source === least)?.target,
    most: planned.columns.find(({ source }) => source === most)?.target,
  }));
  const [x, y] = bounds;
  const isNumber = ({ type }: { type: string }) => /^(?:double precision|bigint|integer)$/.test(type);
  const wanted = rtree.dimensions.flatMap(({ least, most }) => [least, most]);
  if (
    x?.least === undefined ||
    x.most === undefined ||
    !planned.columns.filter(({ source }) => wanted.includes(source)).every(isNumber)
  ) {
    leave(converting, subject, "its bounds do not move as numbers");
    return;
  }
  const corner = (of: "least" | "most") =>
    `point(${quoteName(x[of] ?? "")}, ${y?.[of] === undefined ? "0" : quoteName(y[of])})`;
  const key = `box(${corner("least")}, ${corner("most")})`;
  const made = convert(converting, subject, () => {
    const name = relations.take(`${planned.target}_box`, "index");
    return { target: `using gist (${key})`, made: name };
  });
  if (made === null) {
    return;
  }
  planned.indexes.push({
    name: made.made,
    columns: [x.least, x.most, ...(y === undefined ? [] : [y.least ?? "", y.most ?? ""])],
    unique: false,
    descending: [false],
    source: table.name,
    keys: [key],
    method: "gist",
  });
  const names = new NameBook(planned.checks.map(({ name }) => name));
  for (const [i, { least, most }] of bounds.entries()) {
    const dimension = rtree.dimensions[i];
    if (least !== undefined && most !== undefined && dimension !== undefined) {
      planned.checks.push({
        name: names.take(`${planned.target}_${least}_${most}_check`, "check"),
        validate: true,
        target: `${quoteName(least)} <= ${quoteName(most)}`,
        source: `${quoteName(dimension.least)} <= ${quoteName(dimension.most)}`,
      });
    }
  }
  converting.ledger.raise(
    note(
      "note",
      "r-tree",
      { table: table.name, object: table.module?.name ?? "" },
      `it becomes an ordinary table with a GiST index, which a query uses that says where ${key} && box(point(…, …), point(…, …))${
        rtree.dimensions.length > 2
          ? `; the index is over the first two of its ${rtree.dimensions.length} dimensions`
          : ""
      }${rtree.integers ? "" : "; numbers written to it are kept to 53 bits, no longer rounded to 24"}`,
    ),
  );
}
