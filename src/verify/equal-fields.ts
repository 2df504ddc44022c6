// Whether two fields whose bytes may differ hold the same value, by the equality that the codec declares.

import type { Equality } from "../codec/codec.js";
import { canonicalJson } from "./canonical-json.js";
import { fieldText, type RowFields } from "./row-fields.js";

/** Compares field `field` of two rows. NULL equals NULL alone. */
export function fieldsEqual(equality: Equality, a: RowFields, b: RowFields, field: number): boolean {
  if (sameBytes(a, b, field)) {
    return true;
  }
  if (equality === "bytes" || isNull(a, field) || isNull(b, field)) {
    return false;
  }
  return equality === "double" ? sameDouble(a, b, field) : sameJson(a, b, field);
}

/** Short fields are compared here: a call into native code costs as much as forty bytes. */
const SHORT_BYTES = 40;

export function sameBytes(a: RowFields, b: RowFields, field: number): boolean {
  const aStart = a.starts[field] ?? 0;
  const aEnd = a.ends[field] ?? 0;
  const bStart = b.starts[field] ?? 0;
  const length = aEnd - aStart;
  if (length !== (b.ends[field] ?? 0) - bStart) {
    return false;
  }
  if (length > SHORT_BYTES) {
    return a.bytes.compare(b.bytes, bStart, bStart + length, aStart, aEnd) === 0;
  }
  for (let i = 0; i < length; i += 1) {
    if (a.bytes[aStart + i] !== b.bytes[bStart + i]) {
      return false;
    }
  }
  return true;
}

export function isNull(row: RowFields, field: number): boolean {
  return row.starts[field] === row.ends[field];
}

/** The 64 bits count: -0 is not 0. A text that is no number is never equal to anything. */
function sameDouble(a: RowFields, b: RowFields, field: number): boolean {
  const value = doubleOf(a, field);
  return !Number.isNaN(value) && Object.is(value, doubleOf(b, field));
}

/** Reads SQLite's and PostgreSQL's spelling of a double, and `Inf` beside `Infinity`. */
export function doubleOf(row: RowFields, field: number): number {
  const text = asciiText(row, field);
  const value = Number(text);
  return Number.isNaN(value) ? (INFINITIES.get(text) ?? Number.NaN) : value;
}

const INFINITIES = new Map([
  ["Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
]);

/** Above this a piece of rows is not made one string: it could pass the longest that V8 makes. */
const MOST_STRING_BYTES = 16 * 1024 * 1024;

/** A field of ASCII characters. Cutting it from one string for all rows takes half the time of asking the bytes. */
function asciiText(row: RowFields, field: number): string {
  const { bytes } = row;
  const start = row.starts[field];
  const end = row.ends[field];
  if (bytes.length > MOST_STRING_BYTES) {
    return bytes.toString("latin1", start, end);
  }
  if (row.stringOf !== bytes) {
    row.stringOf = bytes;
    row.string = bytes.toString("latin1");
  }
  return row.string.slice(start, end);
}

function sameJson(a: RowFields, b: RowFields, field: number): boolean {
  const value = canonicalJson(fieldText(a, field) ?? "");
  return value !== null && value === canonicalJson(fieldText(b, field) ?? "");
}
