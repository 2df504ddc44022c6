// The part of a profile that SQLite cannot make: whether texts are valid, and which shapes they have.

import { isUtf8 } from "node:buffer";
import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { countShapes, shapeOf } from "../codec/shapes.js";
import type { SourceCatalog } from "./catalog.js";
import { type ProfiledColumn, valuesOf } from "./column-aggregates.js";
import { decodeText, hasNul, isValidText } from "./functions.js";
import type { ColumnProfile } from "./profile.js";

/** Divides the texts of one column in one string. A text that holds it itself is noticed by the count. */
const DIVIDER = "\x1e";

/** V8 holds no string of 2^29 characters; a text of so many bytes is `other` unseen. */
const LONGEST_STRING_BYTES = 400_000_000;

/** The rows that are looked at: the end of a SELECT from FROM on, and what to bind. */
export interface Rows {
  from: string;
  where: string;
  values: bigint[];
  /** The rowid that all of them lie behind; null where that is open. */
  after: bigint | null;
}

/** Stands between texts that are only looked at as bytes: ASCII, and nothing that COPY needs quotes for. */
const BETWEEN = "'\x1f'";

/** SQL of one value that holds all texts of these columns, as bytes; null without columns. */
export function joinedTexts(columns: readonly ProfiledColumn[]): string | null {
  const row = rowOfTexts(columns);
  return row === null ? null : `cast(group_concat(${row}, ${BETWEEN}) as blob)`;
}

/** SQL of one value that holds all texts of a column, for `countJoinedShapes`. */
export function joinedColumn(column: ProfiledColumn): string {
  return `group_concat(${valuesOf(column, "text")}, char(30))`;
}

function rowOfTexts(columns: readonly ProfiledColumn[]): string | null {
  const values = columns.map((column) => valuesOf(column, "text")).filter((value) => value !== null);
  return values.length > 1 ? `concat_ws(${BETWEEN}, ${values.join(", ")})` : (values[0] ?? null);
}

/** What COPY needs quotes for, beside the empty text (codec/row.ts): the quote itself, tab, newline, carriage return. */
const NEEDS_QUOTES = [1, 9, 10, 13];

export function needsQuotes(joined: Buffer | null): boolean {
  return joined !== null && NEEDS_QUOTES.some((byte) => joined.includes(byte));
}

/** Those of the columns whose texts hold such a byte, each looked at by itself. */
export function columnsWithQuotes(
  db: Database,
  columns: readonly ProfiledColumn[],
  rows: Rows,
): ProfiledColumn[] {
  return columns.filter((column) => {
    const all = joinedTexts([column]);
    const texts = db.prepare<bigint[], Buffer | null>(`select ${all} ${rows.from} ${rows.where}`).pluck();
    return needsQuotes(texts.get(...rows.values) ?? null);
  });
}

/** Whether all of them are UTF-8 without U+0000. What stands between them keeps halves of two apart. */
export function areClean(joined: Buffer | null): boolean {
  return joined === null || (isUtf8(joined) && !joined.includes(0));
}

/**
 * The shapes of the texts that `joinedColumn` gave, whether they are clean, and whether they need no quotes: decoding
 * has put U+FFFD where one is not valid (a text may also hold it rightly: look closer). Null where a text holds the
 * divider.
 */
export function countJoinedShapes(
  joined: string,
  texts: number,
): { shapes: Record<string, number>; clean: boolean; plain: boolean } | null {
  if (isAllTimestamps(joined, texts)) {
    return { shapes: { [TIMESTAMP_SHAPE]: texts }, clean: true, plain: true };
  }
  const parts = joined.split(DIVIDER);
  if (parts.length !== texts) {
    return null;
  }
  return {
    shapes: countShapes(parts),
    clean: !joined.includes("\0") && !joined.includes("\ufffd"),
    plain: !NEEDS_QUOTES.some((byte) => joined.includes(String.fromCharCode(byte))),
  };
}

/** The shape of what SQLite's CURRENT_TIMESTAMP makes, by far the most common of all. */
const TIMESTAMP_SHAPE = "dt| |0|";
const TIMESTAMP_CHARS = "YYYY-MM-DD HH:MM:SS".length;

/** A timestamp of that shape on a day that every year has; the rest is left to shapeOf. */
const TIMESTAMP =
  /(?!0000)\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8])) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/y;

/**
 * Whether every text is such a timestamp, told without making a string of each: they stand at equal distances.
 * A third of what splitting and shapeOf cost.
 */
function isAllTimestamps(joined: string, texts: number): boolean {
  const stride = TIMESTAMP_CHARS + DIVIDER.length;
  if (texts === 0 || joined.length !== texts * stride - DIVIDER.length) {
    return false;
  }
  for (let at = 0; at < joined.length; at += stride) {
    TIMESTAMP.lastIndex = at;
    const end = at + TIMESTAMP_CHARS;
    const isTimestamp = TIMESTAMP.test(joined) || shapeOf(joined.slice(at, end)) === TIMESTAMP_SHAPE;
    if (!isTimestamp || (end < joined.length && joined.charAt(end) !== DIVIDER)) {
      return false;
    }
  }
  return true;
}

/** Counts the shapes row by row. */
export function countShapesSingly(db: Database, column: ProfiledColumn, rows: Rows): Record<string, number> {
  const value = quoteName(column.column.name);
  const short = `iif(octet_length(${value}) > ${LONGEST_STRING_BYTES}, '?', ${value})`;
  const texts = db.prepare<bigint[], string>(`select ${short} ${rows.from} ${alsoText(rows, value)}`).pluck();
  return countShapes(texts.iterate(...rows.values));
}

/** Whether all texts of the rows are clean, read row by row. */
export function areCleanSingly(db: Database, columns: readonly ProfiledColumn[], rows: Rows): boolean {
  const row = rowOfTexts(columns);
  if (row === null) {
    return true;
  }
  const texts = db
    .prepare<bigint[], Buffer | null>(`select cast(${row} as blob) ${rows.from} ${rows.where}`)
    .pluck();
  for (const text of texts.iterate(...rows.values)) {
    if (!areClean(text)) {
      return false;
    }
  }
  return true;
}

/**
 * Looks at each text of one column, and puts the counts of those that are not clean into its profile. SQLite's
 * length() stops at U+0000, so the longest of these is counted here, if asked for.
 */
export function countUnclean(
  db: Database,
  column: ProfiledColumn,
  encoding: SourceCatalog["encoding"],
  rows: Rows,
  profile: ColumnProfile,
): void {
  const value = quoteName(column.column.name);
  const texts = db
    .prepare<bigint[], Buffer>(`select cast(${value} as blob) ${rows.from} ${alsoText(rows, value)}`)
    .pluck();
  profile.nulTexts = 0;
  profile.invalidTexts = 0;
  for (const text of texts.iterate(...rows.values)) {
    profile.invalidTexts += isValidText(text, encoding) ? 0 : 1;
    if (hasNul(text, encoding)) {
      profile.nulTexts++;
      if (column.needs.length) {
        profile.maxTextChars = Math.max(profile.maxTextChars, [...decodeText(text, encoding)].length);
      }
    }
  }
}

function alsoText(rows: Rows, value: string): string {
  return `${rows.where === "" ? "where" : `${rows.where} and`} typeof(${value}) = 'text'`;
}
