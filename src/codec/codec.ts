// What a codec is: a pair of SQL expressions, one for each engine, by which a column crosses and comes back.
// Pure text; nothing here touches a database. The families stand in files of their own, index.ts finds one by id.

/** How two fields are compared when their bytes differ. */
export type Equality =
  /** Not at all: different bytes are different values. */
  | "bytes"
  /** As IEEE 754 doubles, bit for bit; the engines print them differently. */
  | "double"
  /** As JSON values: key order, white space and the spelling of numbers do not count. */
  | "json";

/**
 * The format both engines write, one line a row: fields divided by a tab, NULL is nothing, text between
 * \x01 with \x01 doubled (COPY … FORMAT csv, DELIMITER E'\t', QUOTE E'\x01', NULL '').
 *
 * Every expression takes the SQL of one value (a quoted column name, for instance) and yields the field as
 * text. A SQLite expression yields NULL for NULL; the caller wraps it in ifnull(…, '').
 */
export interface Codec {
  /** Names the codec and its parameters, stable, in the plan file: `int64`, `iso(T,3,Z)`, `numeric(2)`. */
  readonly id: string;
  /** The PostgreSQL type it is meant for when outgrow makes the table; `numeric(10,2)` comes from the plan. */
  readonly type: string;
  /** SQLite: the field of a COPY line. */
  encode(value: string): string;
  /** SQLite: the source value as PostgreSQL's `decode` prints it. */
  canonical(value: string): string;
  /** PostgreSQL: the same text, made from the stored value. */
  decode(value: string): string;
  /** Whether `decode` yields text that must be put between quotes (text, json, anything with tabs or newlines). */
  readonly quoted: boolean;
  /** Whether a text crosses as it is, but for its quotes: where it needs none, the value itself is the field. */
  readonly verbatim: boolean;
  readonly equality: Equality;
  /** What is not kept of the values, though the values are: their form, in a few words; null where all is. */
  readonly normalises: string | null;
  /**
   * SQLite: true for every non-NULL value that this codec would change or cannot carry. It may call the functions
   * that source/functions.ts registers: outgrow_shape(v) and outgrow_clean(cast(v as blob)).
   */
  misfit(value: string): string;
  /** Whether every value of the profiled column crosses unchanged: null if so, else the reason in a few words. */
  refuses(column: CodecEvidence): string | null;
}

/** The part of a column's profile that codecs look at (structurally source/profile.ts's ColumnProfile). */
export interface CodecEvidence {
  nulls: number;
  integers: number;
  reals: number;
  texts: number;
  blobs: number;
  nulTexts: number;
  invalidTexts: number;
  negativeZeros: number;
  infinities: number;
  integerMin: bigint | null;
  integerMax: bigint | null;
  realMin: number | null;
  realMax: number | null;
  /** The smallest but for zeros, which mean "never" among epochs. */
  integerMinNonzero: bigint | null;
  realMinNonzero: number | null;
  maxTextChars: number;
  maxTextBytes: number;
  maxBlobBytes: number;
  shapes: Record<string, number> | null;
  notDecimal: number | null;
  notJson: number | null;
  fractions: number | null;
  remainders: number | null;
  /**
   * Codec id → how many values its `misfit` is true for, where that predicate was run over the whole column.
   * It settles what the counts above cannot: shortest blob, trailing blanks, single precision.
   */
  misfits?: Record<string, number>;
}
