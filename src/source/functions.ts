// The SQL functions that predicates and replacements of a plan call on a source connection.
//
// better-sqlite3 hands a text argument to JavaScript as a string in which invalid UTF-8 has already become
// U+FFFD (and in a UTF-16 file SQLite has already joined an unpaired surrogate with its neighbour). Where that
// matters the argument is the value's bytes, and the SQL says so:
//
//   outgrow_shape(v)                       the column as it is
//   outgrow_clean(cast(v as blob))         a text argument is an error, not a guess
//   outgrow_repair(cast(v as blob))        likewise
//   outgrow_strip_nul(v), or of the blob   both work; the blob is also right for unpaired surrogates
//   outgrow_utf8_hex(v), outgrow_f64hex(v) the column as it is

import { isUtf8 } from "node:buffer";
import type { Database } from "better-sqlite3";
import { instantOf } from "../codec/instant-text.js";
import { shapeOf } from "../codec/shapes.js";
import type { SourceCatalog } from "./catalog.js";

type Encoding = SourceCatalog["encoding"];

/**
 * Registers, all NULL for NULL:
 * - `outgrow_shape(v)`: the shape of a text (codec/shapes.ts); NULL for every other storage class.
 * - `outgrow_clean(b)`: 1 where the bytes are text of this file's encoding that PostgreSQL can hold, which is
 *   valid and without U+0000; else 0.
 * - `outgrow_strip_nul(v)`: text without U+0000; what is invalid becomes U+FFFD.
 * - `outgrow_repair(b)`: text in which every invalid sequence is U+FFFD (WHATWG Encoding 4.1, maximal subparts).
 * - `outgrow_utf8_hex(v)`: lower-case hex of the text's UTF-8 bytes, whatever the file's encoding.
 * - `outgrow_instant(v)`: the instant of a text, or of so many microseconds since 1970 (codec/instant-text.ts);
 *   `outgrow_instant_cut(v)` cuts what is finer than a microsecond.
 * - `outgrow_fold(v)`: the text without the case of its letters, coarser than lower() of any locale; NULL for others.
 * - `outgrow_round(v, n)`: a number to n decimals, halves away from zero, as PostgreSQL's numeric rounds what it is written
 *   as: 162.315 is 162.32, though the double is a little less. NULL for what is no number.
 * - `outgrow_f64hex(v)`: a number's IEEE 754 double as 16 lower-case hex digits, big-endian, as PostgreSQL's
 *   float8send gives it.
 */
export function registerFunctions(db: Database, encoding: Encoding): void {
  const options = { deterministic: true, directOnly: true, safeIntegers: false };
  const register = (name: string, call: (value: unknown) => string | number | null) => {
    db.function(name, options, (value: unknown) => (value === null ? null : call(value)));
  };
  register("outgrow_shape", (value) => (typeof value === "string" ? shapeOf(value) : null));
  register("outgrow_clean", (value) => (isCleanText(bytesOf(value, "outgrow_clean"), encoding) ? 1 : 0));
  register("outgrow_repair", (value) => decodeText(bytesOf(value, "outgrow_repair"), encoding));
  register("outgrow_strip_nul", (value) =>
    (typeof value === "string"
      ? value
      : decodeText(bytesOf(value, "outgrow_strip_nul"), encoding)
    ).replaceAll("\0", ""),
  );
  register("outgrow_utf8_hex", (value) =>
    typeof value === "string" ? Buffer.from(value).toString("hex") : null,
  );
  register("outgrow_instant", (value) => instantOf(value));
  register("outgrow_instant_cut", (value) => instantOf(value, true));
  register("outgrow_fold", (value) => (typeof value === "string" ? foldCase(value) : null));
  db.function("outgrow_round", options, (value: unknown, places: unknown) =>
    typeof value === "number" ? roundDecimal(value, Number(places)) : null,
  );
  register("outgrow_f64hex", (value) => (typeof value === "number" ? doubleHex(value) : null));
}

/** The decimal that JavaScript writes for a double is the shortest that is read as it (ECMA-262, Number::toString). */
function roundDecimal(value: number, places: number): number {
  const [, units = "", fraction = ""] = /^-?(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (units === "" || fraction.length <= places) {
    return Math.abs(value) < 1 ? Number(value.toFixed(places)) : value; // written with an exponent: very large, or near 0
  }
  const kept = BigInt(units + fraction.slice(0, places)) + (fraction.charAt(places) >= "5" ? 1n : 0n);
  const digits = String(kept).padStart(places + 1, "0");
  const end = digits.length - places;
  return Number(`${value < 0 ? "-" : ""}${digits.slice(0, end)}.${digits.slice(end)}`);
}

/**
 * citext compares what lower() makes of a text in the locale of its database. Locales differ in the dotless i, the dot above
 * a capital I, and a sigma at the end of a word (Unicode, SpecialCasing.txt); here these are all one.
 */
function foldCase(text: string): string {
  return text
    .replace(/[\u0130\u0131]/g, "i")
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .replaceAll("\u03c2", "\u03c3");
}

/** Whether bytes stored as text in a file of that encoding are valid and hold no U+0000. */
export function isCleanText(bytes: Buffer, encoding: Encoding): boolean {
  return isValidText(bytes, encoding) && !hasNul(bytes, encoding);
}

/**
 * Whether bytes stored as text are valid UTF-8, or UTF-16 that survives SQLite's conversion to UTF-8 and back: that
 * joins an unpaired surrogate with what follows it, and turns U+FFFE and U+FFFF into U+FFFD (utf.c, sqlite3Utf8Read).
 */
export function isValidText(bytes: Buffer, encoding: Encoding): boolean {
  if (encoding === "UTF-8") {
    return isUtf8(bytes);
  }
  return bytes.length % 2 === 0 && !CHANGED.test(utf16Of(bytes, encoding));
}

/** Whether bytes stored as text hold U+0000. */
export function hasNul(bytes: Buffer, encoding: Encoding): boolean {
  return encoding === "UTF-8" ? bytes.includes(0) : utf16Of(bytes, encoding).includes("\0");
}

/** The text, with U+FFFD in place of every invalid sequence. */
export function decodeText(bytes: Buffer, encoding: Encoding): string {
  return encoding === "UTF-8"
    ? bytes.toString("utf8")
    : utf16Of(bytes, encoding).replace(ALL_CHANGED, "\ufffd");
}

/** With the flag u a pair is one code point, so only an unpaired surrogate has this category. */
const CHANGED = /[\p{Cs}\ufffe\uffff]/u;
const ALL_CHANGED = /[\p{Cs}\ufffe\uffff]/gu;

function utf16Of(bytes: Buffer, encoding: Encoding): string {
  if (encoding === "UTF-16le") {
    return bytes.toString("utf16le");
  }
  const whole = bytes.length - (bytes.length % 2);
  return Buffer.from(bytes.subarray(0, whole)).swap16().toString("utf16le");
}

const scratch = Buffer.alloc(8);

function doubleHex(value: number): string {
  scratch.writeDoubleBE(value);
  return scratch.toString("hex");
}

function bytesOf(value: unknown, name: string): Buffer {
  if (!Buffer.isBuffer(value)) {
    throw new TypeError(`${name} takes bytes: write ${name}(cast(v as blob))`);
  }
  return value;
}
