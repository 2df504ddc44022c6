// What is really in the columns, as plain data. Made by read-profile.ts range by range; ranges merge by addition.

/** What to find out about a column beyond its storage classes. Each costs time on every row. */
export interface ColumnNeeds {
  /** Smallest and largest INTEGER and REAL. */
  range?: boolean;
  /** Longest text in characters and bytes, longest blob in bytes. */
  length?: boolean;
  /** The shapes of the texts (`shapeOf` in codec/shapes.ts), counted. */
  shapes?: boolean;
  /**
   * How many numbers are not a decimal with at most `scale` places and `precision` digits.
   * Exact by `v = round(v*10^scale)/10^scale` for |v|*10^scale < 10^15 (15 digits survive a double).
   */
  decimal?: { precision: number; scale: number };
  /** How many texts are no JSON (RFC 8259). */
  json?: boolean;
  /** How many REALs are not a whole number that a 64-bit integer holds. */
  fractions?: boolean;
  /** How many INTEGERs leave a remainder when divided by this (10 for .NET ticks, 1000 for nanoseconds). */
  remainder?: number;
  /** How many values are not between these two, in SQLite's order of values. */
  within?: { low: bigint; high: bigint };
}

export interface ColumnProfile {
  /** Rows by storage class. Their sum is the number of rows. */
  nulls: number;
  integers: number;
  reals: number;
  texts: number;
  blobs: number;
  /** Texts that hold U+0000, and texts that are no valid UTF-8 (or hold an unpaired surrogate in a UTF-16 file). */
  nulTexts: number;
  invalidTexts: number;
  /**
   * Whether all values are texts that a line of COPY can hold as they are (codec/row.ts): not empty, without U+0001, tab
   * or end of line. False where that was not looked at.
   */
  plain: boolean;
  /** REALs that are negative zero; only a column without affinity can hold one. */
  negativeZeros: number;
  /** REALs that are +Inf or -Inf. */
  infinities: number;
  integerMin: bigint | null;
  integerMax: bigint | null;
  realMin: number | null;
  realMax: number | null;
  integerMinNonzero: bigint | null;
  realMinNonzero: number | null;
  maxTextChars: number;
  maxTextBytes: number;
  maxBlobBytes: number;
  /** Shape → count; at most 64 shapes, the rest under `other`. Null where not asked for. */
  shapes: Record<string, number> | null;
  notDecimal: number | null;
  notJson: number | null;
  fractions: number | null;
  remainders: number | null;
  outside: number | null;
  /** Codec id → how many values it would change; only where move/count-misfits.ts asked. */
  misfits?: Record<string, number>;
}

export interface TableProfile {
  table: string;
  rows: number;
  /** Bytes of the table's b-tree payload, and of its largest row (dbstat). */
  payloadBytes: number;
  largestRowBytes: number;
  /** Parallel to the table's columns. */
  columns: ColumnProfile[];
}

/** What a table's largest key entries and its widest row measure (limits.ts), in bytes. */
export interface TableLimits {
  /** By index name. */
  keyBytes: Readonly<Record<string, number>>;
  widestRowBytes: number;
}

/** Part of a rowid table: `after < rowid <= upTo`; null is open. A table that is read whole has one range with both null. */
export interface KeyRange {
  after: bigint | null;
  upTo: bigint | null;
}
