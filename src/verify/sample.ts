// Chooses which parts of a table are compared where not all are.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { PlannedTable } from "../plan/plan.js";
import type { KeyRange } from "../source/profile.js";

export interface Sample {
  /** How much of each table, above 0 and up to 1. */
  fraction: number;
  /** The same seed chooses the same parts of the same file. */
  seed: number;
}

const WINDOW_ROWS = 5_000;

/**
 * Cuts a range into windows of 5,000 rows and chooses about `fraction` of them, at least one. The windows cover the
 * range without gaps, so rows that only the target has are found where a window is chosen.
 */
export function sampleWindows(
  db: Database,
  table: PlannedTable,
  range: KeyRange,
  sample: Sample,
): { chosen: KeyRange[]; of: number } {
  const windows = cutWindows(db, table, range);
  const random = randomFrom(sample.seed, range.after);
  const drawn = windows.map((window) => ({ window, draw: random() }));
  const wanted = Math.max(1, Math.round(windows.length * sample.fraction));
  const limit = drawn.map(({ draw }) => draw).sort((a, b) => a - b)[wanted - 1] ?? 1;
  return {
    chosen: drawn.filter(({ draw }) => draw <= limit).map(({ window }) => window),
    of: windows.length,
  };
}

function cutWindows(db: Database, table: PlannedTable, range: KeyRange): KeyRange[] {
  if (table.read.by !== "rowid") {
    return [range];
  }
  const name = table.read.name;
  const lower = (after: bigint | null) => (after === null ? "1" : `${name} > ${after}`);
  const upper = range.upTo === null ? "1" : `${name} <= ${range.upTo}`;
  const windows: KeyRange[] = [];
  let after = range.after;
  for (;;) {
    const last = db
      .prepare(
        `select ${name}
           from ${quoteName(table.source)}
          where ${lower(after)} and ${upper}
          order by ${name} limit 1 offset ${WINDOW_ROWS - 1}`,
      )
      .pluck()
      .safeIntegers()
      .get() as bigint | undefined;
    if (last === undefined) {
      return [...windows, { after, upTo: range.upTo }];
    }
    windows.push({ after, upTo: last });
    after = last;
  }
}

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number, after: bigint | null): () => number {
  let state = (seed ^ Number(BigInt.asUintN(32, (after ?? 0n) * 2654435761n))) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
