// Compares a range of a table's rows, value by value, in the order of the rowid on both sides.

import type { ClientBase } from "pg";
import { OutgrowError } from "../base/errors.js";
import type { PlannedTable } from "../plan/plan.js";
import type { KeyRange } from "../source/profile.js";
import { type RowChunk, readRows } from "../source/read-rows.js";
import { type ChunkContext, compareChunk } from "./compare-chunk.js";
import { emptyComparison, type TableComparison } from "./comparison.js";
import { readTarget } from "./read-target.js";
import { type Sample, sampleWindows } from "./sample.js";
import {
  type ComparedSource,
  columnCodecs,
  countSubstituted,
  keyField,
  type SourceTableFacts,
  sourceQuery,
  targetCopy,
  targetCopyWithoutKey,
} from "./table-sides.js";

export interface CompareOptions extends SourceTableFacts {
  /** Compares a part of the table only; null for all of it. */
  sample: Sample | null;
  signal?: AbortSignal;
  /** Called after each chunk with the rows compared since the last call. */
  onRows?: (rows: number) => void;
}

/**
 * Compares `after < rowid <= upTo` of a table with a key order (`hasKeyOrder`). Rows of the target between,
 * below and above the source's are found too where the bounds are open. The client carries outgrow's session
 * settings (target/connect.ts); on them rests that equal values print alike.
 */
export async function compareRange(
  source: ComparedSource,
  client: ClientBase,
  schema: string,
  table: PlannedTable,
  range: KeyRange,
  options: CompareOptions,
): Promise<TableComparison> {
  const key = keyField(table);
  if (key === null) {
    throw new Error(`table ${table.source} has no key order; it is compared as a multiset`);
  }
  const context = { table, codecs: columnCodecs(table), key };
  const result = emptyComparison();
  const windows = options.sample ? sampleWindows(source.db, table, range, options.sample) : null;
  for (const window of windows?.chosen ?? [range]) {
    await compareWindow(source, client, schema, context, window, options, result);
  }
  if (windows) {
    result.sampled = { parts: windows.chosen.length, of: windows.of };
  } else if (range.after === null && mayLackKey(table, key)) {
    const copy = targetCopyWithoutKey(schema, table, table.columns[key]?.target ?? "");
    await compareWith(client, copy, context, NO_ROWS, result);
  }
  return result;
}

const NO_ROWS: RowChunk = { bytes: Buffer.alloc(0), rows: 0, lastKey: null };

/**
 * The COPY of a chunk runs in the server while SQLite makes the next one. After the last chunk the rest of the
 * range is read from the target alone, where nothing may be.
 */
async function compareWindow(
  source: ComparedSource,
  client: ClientBase,
  schema: string,
  context: ChunkContext,
  window: KeyRange,
  options: CompareOptions,
  result: TableComparison,
): Promise<void> {
  const key = context.table.columns[context.key]?.target ?? "";
  let after = window.after;
  let running: Promise<void> = Promise.resolve();
  try {
    for (const chunk of readRows(source.db, sourceQuery(source, context.table, window, options))) {
      await running;
      throwIfStopped(options.signal);
      options.onRows?.(chunk.rows);
      const copy = targetCopy(schema, context.table, key, { after, upTo: chunk.lastKey });
      running = compareWith(client, copy, context, chunk, result);
      after = chunk.lastKey;
    }
  } finally {
    // Also when SQLite fails: the connection is of use only when its COPY has ended.
    await running;
  }
  const rest = targetCopy(schema, context.table, key, { after, upTo: window.upTo });
  await compareWith(client, rest, context, NO_ROWS, result);
  const substituted = countSubstituted(source, context.table, window, options);
  result.substituted += substituted.fields;
  result.substitutedRows += substituted.rows;
  result.values -= substituted.fields;
}

async function compareWith(
  client: ClientBase,
  copy: string,
  context: ChunkContext,
  chunk: RowChunk,
  result: TableComparison,
): Promise<void> {
  const comparison = compareChunk(context, chunk, result);
  await readTarget(client, copy, (piece) => comparison.push(piece));
  comparison.end();
}

/** Whether the target may hold rows with NULL for a key: an existing table without the constraint. */
function mayLackKey(table: PlannedTable, key: number): boolean {
  const column = table.columns[key];
  return column !== undefined && !column.notNull && !table.primaryKey?.columns.includes(column.target);
}

export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new OutgrowError("interrupted", "the comparison was stopped", {
      hint: "run `outgrow verify SOURCE TARGET` to compare from the start",
      cause: signal.reason,
    });
  }
}
