// Divides a table into ranges of its rowid, and tells how large it is.

import type { Database } from "better-sqlite3";
import type { SourceTable } from "./catalog.js";
import { idRange, isGapless } from "./id-range.js";
import type { KeyRange } from "./profile.js";
import { namingTable, outOfOrder } from "./read-errors.js";
import { tableScan } from "./table-scan.js";

export const WHOLE: KeyRange = { after: null, upTo: null };

/**
 * Ranges of `rowsPerRange` rows each (the last may have fewer), which together cover every rowid there can be.
 * One range where the table has no rowid or is virtual. The boundaries are rowids that exist, because rowids may
 * lie anywhere in 64 bits; finding them costs a walk along the table, under 0.1 µs a row, which is spared where the
 * number of `rows` says that the ids leave no gap.
 */
export function planRanges(
  db: Database,
  table: SourceTable,
  rowsPerRange: number,
  rows: number | null = null,
): KeyRange[] {
  if (table.kind === "virtual") {
    return [WHOLE];
  }
  const ids = rows === null ? null : idRange(db, table);
  if (ids !== null && rows !== null && isGapless(ids, rows)) {
    const parts = [...equalParts(ids.low - 1n, ids.high, rowsPerRange)];
    return parts.map(({ after, upTo }, i) => ({
      after: i === 0 ? null : after,
      upTo: i === parts.length - 1 ? null : upTo,
    }));
  }
  return [...splitRange(db, table, WHOLE, rowsPerRange)];
}

/** Integers between, each part with so many. */
function* equalParts(after: bigint, upTo: bigint, size: number): Generator<{ after: bigint; upTo: bigint }> {
  for (let from = after; from < upTo; from += BigInt(size)) {
    const to = from + BigInt(size);
    yield { after: from, upTo: to < upTo ? to : upTo };
  }
}

/** Up to so many parts are made by counting ids, since none then has more rows than asked for. */
const MOST_EQUAL_PARTS = 16;

/** Parts of a range with at most so many rows each. At least one. */
export function* splitRange(
  db: Database,
  table: SourceTable,
  range: KeyRange,
  rows: number,
): Generator<KeyRange> {
  const rowid = table.rowidName;
  if (rowid === null) {
    yield range;
    return;
  }
  const { after: low, upTo: high } = range;
  if (low !== null && high !== null && low < high && high - low <= BigInt(rows * MOST_EQUAL_PARTS)) {
    yield* equalParts(low, high, rows);
    return;
  }
  let after = range.after;
  for (;;) {
    const upTo = boundary(db, table, rowid, { after, upTo: range.upTo }, rows);
    if (upTo !== null && after !== null && upTo <= after) {
      throw outOfOrder(db.name, table.name);
    }
    yield { after, upTo: upTo ?? range.upTo };
    if (upTo === null) {
      return;
    }
    after = upTo;
  }
}

/** The rowid of the range's row number `rows`, where further rows follow it; else null. */
function boundary(
  db: Database,
  table: SourceTable,
  rowid: string,
  range: KeyRange,
  rows: number,
): bigint | null {
  const { where, values } = rangeCondition(rowid, range);
  const sql = `select ${rowid} from ${tableScan(table)} ${where} order by ${rowid} limit 2 offset ${rows - 1}`;
  const found = namingTable(db.name, table.name, () =>
    db
      .prepare<bigint[], bigint>(sql)
      .pluck()
      .safeIntegers()
      .all(...values),
  );
  const [at, next] = found;
  return at === undefined || next === undefined ? null : at;
}

/** The WHERE of a range, empty where both ends are open, and the values to bind. */
export function rangeCondition(rowid: string, range: KeyRange): { where: string; values: bigint[] } {
  const terms = [
    ...(range.after === null ? [] : [`${rowid} > ?`]),
    ...(range.upTo === null ? [] : [`${rowid} <= ?`]),
  ];
  return {
    where: terms.length === 0 ? "" : `where ${terms.join(" and ")}`,
    values: [range.after, range.upTo].filter((bound) => bound !== null),
  };
}

/**
 * Bytes of all rows and of the largest, as the b-tree holds them (dbstat). Reads every page of the table, also
 * overflow pages. A virtual table has none of its own: 0.
 */
export function tableSize(
  db: Database,
  table: SourceTable,
): { payloadBytes: number; largestRowBytes: number } {
  const row = namingTable(db.name, table.name, () =>
    db
      .prepare<[string], { payload: number | null; largest: number | null }>(
        "select payload, mx_payload as largest from dbstat where schema = 'main' and name = ? and aggregate = 1",
      )
      .get(table.name),
  );
  return { payloadBytes: row?.payload ?? 0, largestRowBytes: row?.largest ?? 0 };
}
