// Finds which rows make two multisets differ, with memory for a bounded number of hashes at a time.

import type { RowSums } from "./row-sums.js";
import { bucketOf } from "./row-sums.js";

/** One pass over a side: calls back with the hash of every row. */
export type HashPass = (onHash: (rowHash: Buffer) => void) => Promise<void>;

export interface DifferingRows {
  /** Hashes (latin1) of rows that one side has more often, and how much more often; at most `MOST_HASHES` each. */
  missing: Map<string, number>;
  extra: Map<string, number>;
  /** Those of `extra` that the source has too: the row is in the target more than once. */
  doubled: Set<string>;
  /** All of them, described or not. */
  missingCount: number;
  extraCount: number;
  /** Differing buckets that were not looked into, so that the counts are the least there can be. */
  unexamined: number;
}

/** How many hashes of the source are held at once: about 100 bytes each. */
const ROWS_A_PASS = 200_000;
/** A pass reads both sides whole. So many say enough about tables that differ everywhere. */
const MOST_PASSES = 4;
const MOST_HASHES = 1_000;

/** Looks into differing buckets, some at a time. `thorough`: into all, however many passes that takes. */
export async function findDifferingRows(
  buckets: readonly number[],
  sums: { source: RowSums; target: RowSums },
  source: HashPass,
  target: HashPass,
  thorough: boolean,
): Promise<DifferingRows> {
  const found: DifferingRows = {
    missing: new Map(),
    extra: new Map(),
    doubled: new Set(),
    missingCount: 0,
    extraCount: 0,
    unexamined: 0,
  };
  const passes = dealOut(buckets, sums.source.counts);
  const examined = thorough ? passes : passes.slice(0, MOST_PASSES);
  for (const pass of examined) {
    await matchHashes(new Set(pass), source, target, found);
  }
  for (const bucket of passes.slice(examined.length).flat()) {
    const surplus = (sums.target.counts[bucket] ?? 0) - (sums.source.counts[bucket] ?? 0);
    found.missingCount += surplus < 0 ? -surplus : surplus === 0 ? 1 : 0;
    found.extraCount += Math.max(surplus, surplus === 0 ? 1 : 0);
    found.unexamined += 1;
  }
  return found;
}

/** Buckets in groups of at most 200,000 rows of the source; a bucket above that is a group of its own. */
function dealOut(buckets: readonly number[], counts: Float64Array): number[][] {
  const groups: number[][] = [];
  let room = 0;
  for (const bucket of buckets) {
    const rows = counts[bucket] ?? 0;
    const group = groups.at(-1);
    if (group !== undefined && rows <= room) {
      group.push(bucket);
    } else {
      groups.push([bucket]);
      room = ROWS_A_PASS;
    }
    room -= rows;
  }
  return groups;
}

async function matchHashes(buckets: Set<number>, source: HashPass, target: HashPass, found: DifferingRows) {
  const open = new Map<string, number>();
  await source((rowHash) => {
    if (buckets.has(bucketOf(rowHash))) {
      const name = rowHash.toString("latin1");
      open.set(name, (open.get(name) ?? 0) + 1);
    }
  });
  await target((rowHash) => {
    if (!buckets.has(bucketOf(rowHash))) {
      return;
    }
    const name = rowHash.toString("latin1");
    const left = open.get(name);
    if (left !== undefined && left > 0) {
      open.set(name, left - 1);
      return;
    }
    found.extraCount += 1;
    note(found.extra, name, 1);
    if (left !== undefined && found.extra.has(name)) {
      found.doubled.add(name);
    }
  });
  for (const [name, left] of open) {
    if (left > 0) {
      found.missingCount += left;
      note(found.missing, name, left);
    }
  }
}

function note(hashes: Map<string, number>, name: string, count: number): void {
  if (hashes.has(name) || hashes.size < MOST_HASHES) {
    hashes.set(name, (hashes.get(name) ?? 0) + count);
  }
}
