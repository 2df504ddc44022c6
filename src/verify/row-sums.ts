// Sums of keyed hashes by which two multisets of rows are compared in one pass and constant memory: MSet-Add-Hash of
// Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions" (ASIACRYPT 2003).

import { hash, randomBytes } from "node:crypto";

const BUCKETS = 4_096;
const KEY_BYTES = 16;
/** A row's hash is the first 128 bits of SHA-256: 2 µs for an ordinary row, and present in FIPS builds too. */
const HASH_BYTES = 16;

/** The hash of a row under this run's key, 16 bytes; the buffer it is made of is used again. */
export type RowHash = (row: Buffer) => Buffer;

/** A new random key a run, so that no file can be made whose rows collide. */
export function newRowHash(): RowHash {
  let input = Buffer.alloc(4096);
  randomBytes(KEY_BYTES).copy(input);
  return (row) => {
    if (input.length < KEY_BYTES + row.length) {
      input = Buffer.concat([input.subarray(0, KEY_BYTES)], 2 * (KEY_BYTES + row.length));
    }
    row.copy(input, KEY_BYTES);
    return hash("sha256", input.subarray(0, KEY_BYTES + row.length), "buffer").subarray(0, HASH_BYTES);
  };
}

/** One of 4,096 buckets, by bits of the hash. */
export function bucketOf(rowHash: Buffer): number {
  return rowHash.readUInt16LE(0) & (BUCKETS - 1);
}

export interface RowSums {
  rows: number;
  /** Rows a bucket. */
  readonly counts: Float64Array;
  /** Sums modulo 2^128 a bucket: four 32-bit words each, the lowest first. */
  readonly words: Uint32Array;
}

export function newRowSums(): RowSums {
  return { rows: 0, counts: new Float64Array(BUCKETS), words: new Uint32Array(4 * BUCKETS) };
}

export function addRow(sums: RowSums, rowHash: Buffer): void {
  const bucket = bucketOf(rowHash);
  let carry = 0;
  for (let word = 0; word < 4; word += 1) {
    const sum = (sums.words[4 * bucket + word] ?? 0) + rowHash.readUInt32LE(4 * word) + carry;
    sums.words[4 * bucket + word] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
  sums.counts[bucket] = (sums.counts[bucket] ?? 0) + 1;
  sums.rows += 1;
}

/** The buckets whose rows are not the same on both sides; none where the multisets are equal. */
export function differingBuckets(a: RowSums, b: RowSums): number[] {
  const differing: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const same =
      a.counts[bucket] === b.counts[bucket] &&
      [0, 1, 2, 3].every((word) => a.words[4 * bucket + word] === b.words[4 * bucket + word]);
    if (!same) {
      differing.push(bucket);
    }
  }
  return differing;
}
