// Reads rows as bytes: SQLite joins the fields of many rows into one value, so that JavaScript handles chunks
// of some hundred kilobytes and never a single value. Used by the copy and by the verification.

import { transcode } from "node:buffer";
import type { Database } from "better-sqlite3";
import type { SourceCatalog } from "./catalog.js";
import type { KeyRange } from "./profile.js";
import { outOfOrder } from "./read-errors.js";

export interface RowQuery {
  /** For messages. */
  table: string;
  /** SQL of one row's line (codec/row.ts). */
  row: string;
  /** SQL of the rows wanted; null for all. */
  where: string | null;
  /** `rowid`, `_rowid_` or `oid`; null where rows are read from front to back in one statement. */
  rowid: string | null;
  range: KeyRange;
  /** ORDER BY terms where `rowid` is null; empty for the order the table is stored in. */
  orderBy: readonly string[];
  /** The table's largest row in bytes (dbstat): bounds how many rows go into one chunk. */
  largestRowBytes: number;
  encoding: SourceCatalog["encoding"];
  /** How the table stands in a FROM (table-scan.ts): no index is to be read in its place. */
  from: string;
}

export interface RowChunk {
  /** UTF-8, each line with its newline. */
  bytes: Buffer;
  rows: number;
  /** The rowid of the last row; null where rows are read without one. */
  lastKey: bigint | null;
}

/** What a chunk aims at; below about 64 KB the calls cost more than the rows. */
const AIM_BYTES = 512 * 1024;
/** What a chunk may reach where a table has rows of very different sizes. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ROWS = 8192;
const FIRST_ROWS = 256;

/**
 * The rows of a range in key order, chunk by chunk. The connection is busy while a chunk is being made, and in
 * row-at-a-time reading (large rows, tables without a rowid) until the generator ends.
 */
export function* readRows(db: Database, query: RowQuery): Generator<RowChunk> {
  const mostRows = Math.floor(MOST_BYTES / Math.max(query.largestRowBytes, 1));
  if (query.rowid === null || mostRows < 16) {
    yield* readSingly(db, query);
  } else {
    yield* readJoined(db, query, query.rowid, Math.min(mostRows, MOST_ROWS));
  }
}

function* readJoined(db: Database, query: RowQuery, rowid: string, mostRows: number): Generator<RowChunk> {
  const sql = (bounded: boolean) => `
    select cast(group_concat(l, char(10)) || char(10) as blob), count(*), max(r)
      from (select ${query.row} as l, ${rowid} as r
              from ${query.from}
             where ${conditions(query, rowid, bounded)}
             order by ${rowid} limit :rows)`;
  const first = db
    .prepare(sql(query.range.after !== null))
    .raw()
    .safeIntegers();
  const next = query.range.after === null ? db.prepare(sql(true)).raw().safeIntegers() : first;
  let after = query.range.after;
  let rows = Math.min(FIRST_ROWS, mostRows);
  for (;;) {
    const statement = after === null ? first : next;
    const [blob, count, last] = statement.get(bindings(after, query.range.upTo, rows)) as [
      Buffer | null,
      bigint,
      bigint | null,
    ];
    if (blob === null || last === null) {
      return;
    }
    if (after !== null && last <= after) {
      throw outOfOrder(db.name, query.table);
    }
    yield { bytes: utf8(blob, query.encoding), rows: Number(count), lastKey: last };
    if (Number(count) < rows) {
      return;
    }
    after = last;
    rows = Math.max(1, Math.min(mostRows, rows * 4, Math.round((rows * AIM_BYTES) / blob.length)));
  }
}

function* readSingly(db: Database, query: RowQuery): Generator<RowChunk> {
  const { rowid, range } = query;
  const order = rowid === null ? query.orderBy.join(", ") : rowid;
  const statement = db
    .prepare(
      `select cast(${query.row} || char(10) as blob), ${rowid ?? "null"}
         from ${query.from}
        where ${rowid === null ? (query.where ?? "1") : conditions(query, rowid, range.after !== null)}
        ${order === "" ? "" : `order by ${order}`}`,
    )
    .raw()
    .safeIntegers();
  let parts: Buffer[] = [];
  let bytes = 0;
  let lastKey: bigint | null = null;
  for (const row of statement.iterate(rowid === null ? {} : bindings(range.after, range.upTo, null))) {
    const [line, key] = row as [Buffer, bigint | null];
    parts.push(line);
    bytes += line.length;
    lastKey = key;
    if (bytes >= AIM_BYTES) {
      yield { bytes: utf8(joined(parts), query.encoding), rows: parts.length, lastKey };
      parts = [];
      bytes = 0;
    }
  }
  if (parts.length > 0) {
    yield { bytes: utf8(joined(parts), query.encoding), rows: parts.length, lastKey };
  }
}

/** A row of hundreds of megabytes is not copied once more. */
function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

/** Not `true` where there are none: SQLite reads that as a column where the table has one of that name. */
function conditions(query: RowQuery, rowid: string, hasLower: boolean): string {
  return [
    hasLower ? `${rowid} > :after` : null,
    query.range.upTo === null ? null : `${rowid} <= :upTo`,
    query.where === null ? null : `(${query.where})`,
  ]
    .filter((condition) => condition !== null)
    .join(" and ")
    .replace(/^$/, "1");
}

/** better-sqlite3 refuses names that the statement does not use, so only those in use are bound. */
function bindings(
  after: bigint | null,
  upTo: bigint | null,
  rows: number | null,
): Record<string, bigint | number> {
  return {
    ...(after === null ? {} : { after }),
    ...(upTo === null ? {} : { upTo }),
    ...(rows === null ? {} : { rows }),
  };
}

/** A blob cast from text has the file's encoding ("PRAGMA encoding"); PostgreSQL is given UTF-8. */
function utf8(bytes: Buffer, encoding: SourceCatalog["encoding"]): Buffer {
  if (encoding === "UTF-8") {
    return bytes;
  }
  return transcode(encoding === "UTF-16be" ? Buffer.from(bytes).swap16() : bytes, "utf16le", "utf8");
}
