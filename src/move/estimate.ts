// A rough guess at how long a move takes and how large the target becomes, with what the guess rests on.

import type { Plan } from "../plan/plan.js";
import type { TableProfile } from "../source/profile.js";

export interface Range {
  low: number;
  high: number;
}

export interface Estimate {
  /** The whole move with its comparison. */
  seconds: Range;
  /** Tables and indexes in PostgreSQL. */
  bytes: Range;
  /** What the figures rest on, for people. */
  assumption: string;
}

/**
 * From `npm run bench:move` with the sample shop (140 bytes a row), profile to comparison, on 2 cores against a server
 * on the same machine: the whole takes this long a row or a byte of payload, whichever is more.
 */
const ROWS_PER_SECOND = 110_000;
const BYTES_PER_SECOND = 16_000_000;

/** A busy machine took twice as long; a server behind a network or on slow disks easily takes four times. */
const FASTER = 1.5;
const SLOWER = 4;

/** Threads, connections, checks of the server. */
const START_SECONDS = 0.5;

/** PostgreSQL 73.6: 23 bytes of header and the null bitmap, aligned to 32, and 4 for the pointer in the page. */
const ROW_OVERHEAD_BYTES = 36;
/** An index entry: 8 bytes of header, 4 of pointer, the key aligned to 8 or 16; pages are left 90 % full. */
const INDEX_ENTRY_BYTES = 24;
/** The least a table and its TOAST index take, and an index with its first page: pages of 8 kB. */
const TABLE_BYTES = 2 * 8192;
const INDEX_BYTES = 2 * 8192;

export function estimateMove(profiles: readonly TableProfile[], plan: Plan): Estimate {
  const rows = profiles.reduce((sum, table) => sum + table.rows, 0);
  const payload = profiles.reduce((sum, table) => sum + table.payloadBytes, 0);
  const work = Math.max(rows / ROWS_PER_SECOND, payload / BYTES_PER_SECOND);
  const indexBytes = plan.tables.reduce(
    (sum, table) => sum + indexesOf(table) * (INDEX_BYTES + table.rows * INDEX_ENTRY_BYTES),
    0,
  );
  const size = payload + rows * ROW_OVERHEAD_BYTES + plan.tables.length * TABLE_BYTES + indexBytes;
  return {
    seconds: { low: round(START_SECONDS + work / FASTER), high: round(2 * START_SECONDS + work * SLOWER) },
    bytes: { low: Math.round(size * 0.8), high: Math.round(size * 1.6) },
    assumption:
      `${ROWS_PER_SECOND.toLocaleString("en")} rows or ${BYTES_PER_SECOND / 1e6} MB a second for everything, ` +
      "comparison included, as measured on 2 cores with the server on the same machine; " +
      "a server across a network, or slow disks, may take longer than the upper figure",
  };
}

function indexesOf(table: Plan["tables"][number]): number {
  return (table.primaryKey === null ? 0 : 1) + table.uniques.length + table.indexes.length;
}

/** To a tenth of a second. */
function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
