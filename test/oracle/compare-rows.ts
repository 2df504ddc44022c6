// Pairs the rows of both sides and compares every value: by key where the table has one, else as multisets.
import { cellOf, type KeptAside, substituteFor } from "./kept-aside.js";
import { type SqliteRow, type SqliteTable, type SqliteValue, showSqlite } from "./read-sqlite.js";
import { heapOfSource, heapOfTarget, isSameValue, type OracleColumn } from "./same-value.js";
import type { Disagree } from "./verdict.js";

type TargetRow = (string | null)[];

/** A row of the source as it should be in the target: the values one of which each column must hold; null for any. */
interface ExpectedRow {
  key: string;
  values: (SqliteValue[] | null)[];
}

/** Gives the number of values compared. */
export function compareRows(
  table: SqliteTable,
  columns: readonly OracleColumn[],
  targetRows: readonly TargetRow[],
  kept: KeptAside,
  disagree: Disagree,
): number {
  const places = columns.map((column) => table.columns.findIndex(({ name }) => name === column.source));
  const expected = table.rows
    .filter((row) => !kept.setAside.has(row.key))
    .map((row) => expectedRow(row, columns, places, kept));
  const key = keyPlaces(table, columns, expected);
  const heapPlaces =
    key ?? columns.map((_, i) => i).filter((i) => expected.every((row) => row.values[i]?.length === 1));
  const heaps = new Map<string, TargetRow[]>();
  for (const row of targetRows) {
    const heap = heapPlaces.map((i) => heapOfTarget(row[i] ?? null, at(columns, i))).join("\u0001");
    const others = heaps.get(heap);
    if (others === undefined) heaps.set(heap, [row]);
    else others.push(row);
  }
  const unpaired: ExpectedRow[] = [];
  for (const row of expected) {
    const heap =
      heaps.get(
        heapPlaces
          .map((i) => heapOfSource(row.values[i]?.[0] ?? { class: "null" }, at(columns, i)))
          .join("\u0001"),
      ) ?? [];
    const partner = heap.findIndex((target) => differingColumns(row, target, columns).length === 0);
    if (partner >= 0) heap.splice(partner, 1);
    else unpaired.push(row);
  }
  describeUnpaired(unpaired, [...heaps.values()].flat(), columns, key, disagree);
  return expected.length * columns.length;
}

const at = (columns: readonly OracleColumn[], i: number): OracleColumn =>
  columns[i] ?? { source: "", target: "", type: "", codec: null };

function expectedRow(
  row: SqliteRow,
  columns: readonly OracleColumn[],
  places: readonly number[],
  kept: KeptAside,
): ExpectedRow {
  return {
    key: row.key,
    values: columns.map((column, i) => {
      const value = row.values[places[i] ?? -1] ?? { class: "null" };
      const code = kept.substituted.get(cellOf(row.key, column.source));
      return code === undefined ? [value] : substituteFor(value, code, column.type);
    }),
  };
}

/** The places of the primary key's columns, where all are moved, never NULL and never substituted by just anything. */
function keyPlaces(
  table: SqliteTable,
  columns: readonly OracleColumn[],
  expected: readonly ExpectedRow[],
): number[] | null {
  const key = table.columns.filter((column) => column.keyPosition > 0);
  const places = key.map(({ name }) => columns.findIndex((column) => column.source === name));
  const isUsable = places.every(
    (i) =>
      i >= 0 && expected.every((row) => row.values[i]?.length === 1 && row.values[i][0]?.class !== "null"),
  );
  return key.length > 0 && isUsable ? places : null;
}

function differingColumns(row: ExpectedRow, target: TargetRow, columns: readonly OracleColumn[]): number[] {
  return columns
    .map((_, i) => i)
    .filter((i) => {
      const values = row.values[i];
      return (
        values !== null &&
        values !== undefined &&
        !values.some((value) => isSameValue(value, target[i] ?? null, at(columns, i)))
      );
    });
}

/** The first fifty rows without their like: told column by column where a row of the same key is left, else as missing. */
function describeUnpaired(
  unpaired: readonly ExpectedRow[],
  left: TargetRow[],
  columns: readonly OracleColumn[],
  key: readonly number[] | null,
  disagree: Disagree,
): void {
  for (const row of unpaired.slice(0, 50)) {
    const candidates = left
      .map((target, place) => ({ target, place, differing: differingColumns(row, target, columns) }))
      .filter(({ differing }) =>
        key === null ? differing.length < columns.length : !key.some((i) => differing.includes(i)),
      )
      .sort((a, b) => a.differing.length - b.differing.length);
    const nearest = candidates[0];
    if (nearest === undefined) {
      const values = row.values.map((one) => (one?.[0] === undefined ? "any" : showSqlite(one[0])));
      disagree(`is not in the target (${values.join(", ").slice(0, 300)})`, row.key);
      continue;
    }
    left.splice(nearest.place, 1);
    for (const i of nearest.differing) {
      const values = row.values[i]?.map(showSqlite).join(" or ");
      const { type, codec, source } = at(columns, i);
      disagree(
        `${values} became ${JSON.stringify(nearest.target[i])} (${type}, ${codec ?? "no codec known"})`,
        row.key,
        source,
      );
    }
  }
  for (const row of left.slice(0, 50))
    disagree(`the target has a row too many: ${JSON.stringify(row).slice(0, 300)}`);
}
