// Compares a chunk of rows from SQLite with the stream of the same keys from PostgreSQL: as bytes while they are
// equal, and from the first byte that differs row by row.

import type { Codec } from "../codec/codec.js";
import type { PlannedTable } from "../plan/plan.js";
import type { RowChunk } from "../source/read-rows.js";
import { compareRows, expectFields, showKey } from "./compare-rows.js";
import { addDifference, type TableComparison } from "./comparison.js";
import { sameBytes } from "./equal-fields.js";
import { fieldText, newRowFields, type RowFields, readFields } from "./row-fields.js";
import { type RowStream, rowStream } from "./row-stream.js";

/** What stays the same for all chunks of a table. */
export interface ChunkContext {
  table: PlannedTable;
  codecs: readonly Codec[];
  /** The place of the key among the fields. */
  key: number;
}

/**
 * Takes the pieces of the target's stream, in key order, and counts into `result`. Nothing is collected, so rows
 * that only the target has cost no memory, however many.
 */
export function compareChunk(context: ChunkContext, chunk: RowChunk, result: TableComparison): RowStream {
  const { bytes } = chunk;
  let equalBytes = 0;
  let merge: RowStream | null = null;
  result.rows += chunk.rows;

  const diverge = () => {
    const at = rowsBefore(context, bytes, equalBytes);
    result.values += at.rows * context.codecs.length;
    const rows = mergeRows(context, bytes, at.start, at.key, result);
    rows.push(bytes.subarray(at.start, equalBytes));
    return rows;
  };

  return {
    push(piece) {
      if (merge === null && equalBytes + piece.length <= bytes.length) {
        if (bytes.compare(piece, 0, piece.length, equalBytes, equalBytes + piece.length) === 0) {
          equalBytes += piece.length;
          return;
        }
      }
      merge ??= diverge();
      merge.push(piece);
    },
    end() {
      if (merge === null && equalBytes === bytes.length) {
        result.values += chunk.rows * context.codecs.length;
        return;
      }
      (merge ?? diverge()).end();
    },
  };
}

/** Where a field stands in the source's bytes. */
interface Span {
  start: number;
  end: number;
}

/** The complete rows in the first `length` bytes: how many, where the next begins, and the key of the last. */
function rowsBefore(context: ChunkContext, bytes: Buffer, length: number) {
  const row = newRowFields();
  const equal = bytes.subarray(0, length);
  let start = 0;
  let rows = 0;
  let key: Span | null = null;
  while (start < length && readFields(equal, start, row)) {
    start = row.next;
    rows += 1;
    key = { start: row.starts[context.key] ?? 0, end: row.ends[context.key] ?? 0 };
  }
  return { start, rows, key };
}

/** Both sides in step by key. `lastKey` is the key of the row before, so that its double is known as one. */
function mergeRows(
  context: ChunkContext,
  bytes: Buffer,
  start: number,
  lastKey: Span | null,
  result: TableComparison,
): RowStream {
  const { table, codecs, key } = context;
  const keyFields = [key];
  const source = newRowFields();
  const matched = { ...(lastKey ?? { start: 0, end: 0 }) };
  let more = readSource(start);

  function readSource(from: number): boolean {
    if (from >= bytes.length) {
      return false;
    }
    readFields(bytes, from, source);
    expectFields(table, source, "source");
    return true;
  }

  function isKey(span: Span, row: RowFields): boolean {
    const found = row.bytes.subarray(row.starts[key], row.ends[key]);
    return span.start < span.end && found.equals(bytes.subarray(span.start, span.end));
  }

  function missing(): void {
    addDifference(result, () => ({ kind: "missing", key: showKey(table, keyFields, source) }));
    more = readSource(source.next);
  }

  const target = rowStream((row) => {
    expectFields(table, row, "target");
    while (more && !sameBytes(source, row, key) && keyOf(source, key) < keyOf(row, key)) {
      missing();
    }
    if (more && sameBytes(source, row, key)) {
      compareRows(table, codecs, keyFields, source, row, result);
      matched.start = source.starts[key] ?? 0;
      matched.end = source.ends[key] ?? 0;
      more = readSource(source.next);
    } else if (isKey(matched, row)) {
      addDifference(result, () => ({ kind: "doubled", key: showKey(table, keyFields, row) }));
    } else if (table.existingRows === "keep") {
      result.kept += 1;
    } else {
      addDifference(result, () => ({ kind: "extra", key: showKey(table, keyFields, row) }));
    }
  });

  return {
    push: (piece) => target.push(piece),
    end() {
      target.end();
      while (more) {
        missing();
      }
    },
  };
}

/** Integer keys fit a BigInt always, and a double mostly not. */
function keyOf(row: RowFields, key: number): bigint {
  return BigInt(fieldText(row, key) ?? "");
}
