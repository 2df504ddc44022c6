// Tells the rows by which two multisets differ: those of one key as values that differ, the others as rows.

import type { PlannedTable } from "../plan/plan.js";
import type { Sides } from "./compare-multiset.js";
import { compareRows, showKey } from "./compare-rows.js";
import { addDifference, type TableComparison } from "./comparison.js";
import type { DifferingRows } from "./differing-rows.js";
import { fieldText, newRowFields, type RowFields, readFields } from "./row-fields.js";

/** What the missing rows may take in memory; beyond it they are counted only. */
const MOST_BYTES = 32 * 1024 * 1024;

interface MissingRow {
  row: RowFields;
  count: number;
}

/**
 * Reads the differing rows once more and counts them into `result`. A row that is missing and one that is extra and
 * has the same key are one row with other values. Returns how many rows are missing altogether.
 */
export async function describeDifferingRows(
  sides: Sides,
  found: DifferingRows,
  result: TableComparison,
): Promise<number> {
  const { table, codecs } = sides;
  if (table.existingRows === "keep" && found.missingCount === 0) {
    result.kept = found.extraCount;
    return 0;
  }
  const keyFields = keyOfTable(table);
  const missing = await readMissing(sides, found);
  const byKey = rowsByKey(missing, keyFields);
  const keep = table.existingRows === "keep";
  let paired = 0;
  let described = 0;

  await sides.target((row, rowHash) => {
    const name = rowHash.toString("latin1");
    const surplus = found.extra.get(name) ?? 0;
    // Where rows are kept there are too many extra ones to remember: any row with the key of a missing one is it.
    if (surplus === 0 && !keep) {
      return;
    }
    const key = keyText(row, keyFields);
    const partner = key === null ? undefined : byKey.get(key);
    if (key !== null && partner !== undefined) {
      compareRows(table, codecs, keyFields, partner.row, row, result);
      byKey.delete(key);
      missing.delete(partner);
      paired += 1;
    } else if (!keep) {
      addDifference(result, () => ({
        kind: found.doubled.has(name) ? "doubled" : "extra",
        key: showKey(table, keyFields, row),
      }));
    }
    if (surplus > 0) {
      found.extra.set(name, surplus - 1);
      described += 1;
    }
  });

  let told = paired;
  for (const { row, count } of missing) {
    for (let i = 0; i < count; i += 1) {
      addDifference(result, () => ({ kind: "missing", key: showKey(table, keyFields, row) }));
    }
    told += count;
  }
  if (keep) {
    result.kept = found.extraCount - paired;
  }
  countOthers(found, found.missingCount - told + (keep ? 0 : found.extraCount - described), result);
  return found.missingCount - paired;
}

/** Differences that were counted but whose rows were not looked at. */
function countOthers(found: DifferingRows, others: number, result: TableComparison): void {
  result.differenceCount += others;
  if (found.unexamined > 0) {
    result.notes.push(
      "the rows differ in so many places that not all were looked into: there are at least as many differences as counted",
    );
  } else if (others > 0) {
    result.notes.push(`${others} more rows are missing or extra than were looked at one by one`);
  }
}

/** The places of the primary key's columns, or of a unique key's; none where the table has no key. */
function keyOfTable(table: PlannedTable): number[] {
  const keys = [table.primaryKey, ...table.uniques].flatMap((key) => (key === null ? [] : [key.columns]));
  const places = keys.map((columns) =>
    columns.map((name) => table.columns.findIndex((one) => one.target === name)),
  );
  return places.find((key) => key.length > 0 && !key.includes(-1)) ?? [];
}

/** The rows of the source whose hashes are missing, as many as memory allows, each once with its count. */
async function readMissing(sides: Sides, found: DifferingRows): Promise<Set<MissingRow>> {
  const rows = new Map<string, MissingRow>();
  let bytes = 0;
  await sides.source((row, rowHash) => {
    const name = rowHash.toString("latin1");
    const count = found.missing.get(name);
    if (count !== undefined && !rows.has(name) && bytes < MOST_BYTES) {
      const copy = newRowFields(row.count);
      readFields(Buffer.from(row.bytes.subarray(row.start, row.next)), 0, copy);
      rows.set(name, { row: copy, count });
      bytes += row.next - row.start;
    }
  });
  return new Set(rows.values());
}

/** Rows that are missing once, by key; a key that two of them share tells nothing. */
function rowsByKey(missing: Set<MissingRow>, keyFields: readonly number[]): Map<string, MissingRow> {
  const byKey = new Map<string, MissingRow>();
  const shared = new Set<string>();
  for (const one of missing) {
    const key = keyText(one.row, keyFields);
    if (key !== null && one.count === 1) {
      if (byKey.has(key)) {
        shared.add(key);
      }
      byKey.set(key, one);
    }
  }
  for (const key of shared) {
    byKey.delete(key);
  }
  return byKey;
}

/** Null where the table has no key, or the row has NULL in it: NULLs are never equal. */
function keyText(row: RowFields, keyFields: readonly number[]): string | null {
  const values = keyFields.map((field) => fieldText(row, field));
  return values.length === 0 || values.includes(null) ? null : JSON.stringify(values);
}
