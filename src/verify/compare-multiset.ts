// Compares a table whose rows have no order in common, as multisets of rows: every row of the source is in the
// target as often as in the source, and no other row is.

import { setImmediate } from "node:timers/promises";
import type { ClientBase } from "pg";
import type { Codec } from "../codec/codec.js";
import type { PlannedTable } from "../plan/plan.js";
import { readRows } from "../source/read-rows.js";
import { canonicalRows } from "./canonical-row.js";
import { type CompareOptions, throwIfStopped } from "./compare-range.js";
import { expectFields } from "./compare-rows.js";
import { emptyComparison, type TableComparison } from "./comparison.js";
import { describeDifferingRows } from "./describe-rows.js";
import { findDifferingRows } from "./differing-rows.js";
import { readTarget } from "./read-target.js";
import type { RowFields } from "./row-fields.js";
import { rowStream } from "./row-stream.js";
import { addRow, differingBuckets, newRowHash, newRowSums, type RowHash, type RowSums } from "./row-sums.js";
import {
  type ComparedSource,
  columnCodecs,
  countSubstituted,
  sourceQuery,
  targetCopy,
} from "./table-sides.js";

/** One pass over all rows of a side. The row is used again for the next. */
export type RowPass = (onRow: (row: RowFields, rowHash: Buffer) => void) => Promise<void>;

/** Both sides of a table, each to be read as often as needed. */
export interface Sides {
  table: PlannedTable;
  codecs: readonly Codec[];
  source: RowPass;
  target: RowPass;
}

/** How often progress is told. */
const PROGRESS_ROWS = 10_000;

const WHOLE = { after: null, upTo: null };

/**
 * Compares a table whole. Sums of 128-bit hashes tell whether the sides are equal; where they are not, the rows are
 * read again to tell which. A sample saves nothing without an order, so `options.sample` is not looked at.
 */
export async function compareMultiset(
  source: ComparedSource,
  client: ClientBase,
  schema: string,
  table: PlannedTable,
  options: CompareOptions,
): Promise<TableComparison> {
  const result = emptyComparison();
  if (table.columns.length === 0) {
    result.notes.push("no column of the table is in the target, so there is nothing to compare");
    return result;
  }
  const sides = openSides(source, client, schema, table, options);
  const [ofSource, ofTarget] = await both(sumRows(sides.source, options.onRows), sumRows(sides.target));
  const sums = { source: ofSource, target: ofTarget };
  result.rows = sums.source.rows;
  const substituted = countSubstituted(source, table, WHOLE, options);
  result.substituted = substituted.fields;
  result.substitutedRows = substituted.rows;

  const buckets = differingBuckets(sums.source, sums.target);
  let missing = 0;
  if (buckets.length > 0) {
    const found = await findDifferingRows(
      buckets,
      sums,
      (onHash) => sides.source((_, rowHash) => onHash(rowHash)),
      (onHash) => sides.target((_, rowHash) => onHash(rowHash)),
      table.existingRows === "keep",
    );
    missing = await describeDifferingRows(sides, found, result);
  }
  result.values = (result.rows - missing) * sides.codecs.length - result.substituted;
  return result;
}

function openSides(
  source: ComparedSource,
  client: ClientBase,
  schema: string,
  table: PlannedTable,
  options: CompareOptions,
): Sides {
  const codecs = columnCodecs(table);
  const canonical = canonicalRows(codecs);
  const hashRow: RowHash = newRowHash();
  const stream = (side: string, onRow: (row: RowFields, rowHash: Buffer) => void) =>
    rowStream((row) => {
      expectFields(table, row, side);
      onRow(row, hashRow(canonical(row)));
    });
  return {
    table,
    codecs,
    async source(onRow) {
      const rows = stream("source", onRow);
      for (const chunk of readRows(source.db, sourceQuery(source, table, WHOLE, options))) {
        throwIfStopped(options.signal);
        rows.push(chunk.bytes);
        // Lets what has come from the server be taken in between, so that both engines work at once.
        await setImmediate();
      }
      rows.end();
    },
    async target(onRow) {
      throwIfStopped(options.signal);
      const rows = stream("target", onRow);
      await readTarget(client, targetCopy(schema, table, null, WHOLE), (piece) => rows.push(piece));
      rows.end();
    },
  };
}

async function sumRows(side: RowPass, onRows?: (rows: number) => void): Promise<RowSums> {
  const sums = newRowSums();
  let reported = 0;
  await side((_, rowHash) => {
    addRow(sums, rowHash);
    if (sums.rows - reported >= PROGRESS_ROWS) {
      onRows?.(sums.rows - reported);
      reported = sums.rows;
    }
  });
  onRows?.(sums.rows - reported);
  return sums;
}

/** Both results, or the first failure once both have ended: a COPY may not be left running behind an error. */
async function both<T>(first: Promise<T>, second: Promise<T>): Promise<[T, T]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}
