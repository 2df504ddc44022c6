// Makes the JavaScript value of a stored value, the same on both engines. SQLite hands over its storage classes,
// PostgreSQL its text. A value that its type does not explain is an error that names it, never another value.

import { type ColumnType, scaleOf } from "./column-type.js";
import { decimalOf } from "./decimal.js";
import { instantOf, isDay } from "./instant.js";

/** What an engine hands over; a whole number beyond 2^53 is a bigint. */
export type Stored = number | bigint | string | Uint8Array;

/** Throws Unreadable. */
export type ReadValue = (stored: Stored) => unknown;

/** The value is none of its type. Whoever knows table and column says so. */
export class Unreadable extends Error {}

export function readerOf(type: ColumnType): ReadValue {
  const known = readers.get(type);
  if (known !== undefined) {
    return known;
  }
  const scale = scaleOf(type);
  const reader: ReadValue = (stored) => decimalOf(stored, scale) ?? unreadable();
  readers.set(type, reader);
  return reader;
}

const asStored: ReadValue = (stored) => (stored instanceof Uint8Array ? asBuffer(stored) : stored);

const READERS = {
  integer(stored) {
    if (typeof stored === "bigint" || (typeof stored === "number" && Number.isInteger(stored))) {
      return stored;
    }
    return typeof stored === "string" && /^-?\d+$/.test(stored) ? wholeNumber(stored) : unreadable();
  },
  real(stored) {
    if (typeof stored === "number") {
      return stored;
    }
    if (stored instanceof Uint8Array || (typeof stored === "string" && !FLOAT.test(stored))) {
      return unreadable();
    }
    const number = Number(stored);
    return typeof stored === "bigint" && BigInt(number) !== stored ? unreadable() : number;
  },
  boolean(stored) {
    const text = String(stored).toLowerCase();
    return TRUE.has(text) ? true : FALSE.has(text) ? false : unreadable();
  },
  text(stored) {
    return stored instanceof Uint8Array ? unreadable() : String(stored);
  },
  timestamp(stored) {
    return (typeof stored === "string" ? instantOf(stored) : null) ?? unreadable();
  },
  "timestamp-seconds": (stored) => instantFrom(stored, 1000),
  "timestamp-milliseconds": (stored) => instantFrom(stored, 1),
  date(stored) {
    return typeof stored === "string" && isDay(stored) ? stored : unreadable();
  },
  json(stored) {
    // SQLite makes the column's numbers numbers: JSON declares NUMERIC affinity ("Datatypes In SQLite" 3.1).
    if (typeof stored !== "string") {
      return stored instanceof Uint8Array ? unreadable() : stored;
    }
    try {
      return JSON.parse(stored) as unknown;
    } catch {
      return unreadable();
    }
  },
  blob(stored) {
    return stored instanceof Uint8Array ? asBuffer(stored) : unreadable();
  },
  any: asStored,
} satisfies Partial<Record<ColumnType, ReadValue>>;

/** Those of decimals come as their scales are met. */
const readers = new Map<ColumnType, ReadValue>(Object.entries(READERS) as [ColumnType, ReadValue][]);

const TRUE = new Set(["1", "t", "true"]);
const FALSE = new Set(["0", "f", "false"]);
const FLOAT = /^(-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|-?Infinity|NaN)$/i;

function unreadable(): never {
  throw new Unreadable();
}

/** A number where a double holds it exactly, else a bigint. */
export function wholeNumber(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function instantFrom(stored: Stored, milliseconds: number): Date {
  const count = typeof stored === "string" && /^-?\d+$/.test(stored) ? Number(stored) : stored;
  const date = typeof count === "number" ? new Date(count * milliseconds) : null;
  return date === null || Number.isNaN(date.getTime()) ? unreadable() : date;
}

/** Bytes that crossed from a thread have lost their class. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
