// Looks at the first bytes of a file that SQLite refused, to say what it is instead.
// Only for files that no connection of this process has open: closing such a file here drops SQLite's locks.

import { closeSync, openSync, readSync, statSync } from "node:fs";

export interface FileHead {
  bytes: Buffer;
  sizeBytes: number;
}

const HEAD_BYTES = 1024;

/** The first kilobyte and the size. Throws what node:fs throws. */
export function readHead(file: string): FileHead {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const length = readSync(descriptor, bytes, 0, HEAD_BYTES, 0);
    return { bytes: bytes.subarray(0, length), sizeBytes: statSync(file).size };
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the file begins as "Database File Format" 1.3.1 says. */
export function hasSqliteHeader(head: FileHead): boolean {
  return head.bytes.length >= 100 && head.bytes.toString("latin1", 0, 16) === "SQLite format 3\0";
}

/** Whether the header says WAL ("Database File Format" 1.3.3: read version 2). */
export function isWalMode(head: FileHead): boolean {
  return hasSqliteHeader(head) && head.bytes[19] === 2;
}

/** The size the header promises, in bytes and pages; null where it promises none (1.3.7: written by an old SQLite). */
export function promisedSize(head: FileHead): { bytes: number; pages: number; pageBytes: number } | null {
  if (!hasSqliteHeader(head) || head.bytes.readUInt32BE(24) !== head.bytes.readUInt32BE(92)) {
    return null;
  }
  const stored = head.bytes.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65536 : stored;
  const pages = head.bytes.readUInt32BE(28);
  return { bytes: pages * pageBytes, pages, pageBytes };
}

/**
 * Bytes that look random and a size of whole blocks: SQLCipher and its kin encrypt from the first byte. 512 random
 * bytes hold 221 different values on average (standard deviation 5).
 */
export function looksEncrypted(head: FileHead): boolean {
  const first = head.bytes.subarray(0, 512);
  return head.sizeBytes % 512 === 0 && new Set(first).size > 190;
}

interface Kind {
  is: string;
  hint: string;
}

const UNPACK = "unpack it first and give the file inside";
const LOAD = "make a database of it first: `sqlite3 new.db < FILE`";

/** What the first bytes say the file is, where they say something; patterns are matched as Latin-1. */
export function recognise(head: FileHead): Kind | null {
  const start = head.bytes.toString("latin1");
  return KINDS.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}

const KINDS: [RegExp, Kind][] = [
  [/^\x1f\x8b/, { is: "a gzip archive", hint: UNPACK }],
  [/^PK\x03\x04/, { is: "a zip archive", hint: UNPACK }],
  [/^BZh[1-9]/, { is: "a bzip2 archive", hint: UNPACK }],
  [/^\xfd7zXZ\0/, { is: "an xz archive", hint: UNPACK }],
  [/^\x28\xb5\x2f\xfd/, { is: "a zstd archive", hint: UNPACK }],
  [/^7z\xbc\xaf\x27\x1c/, { is: "a 7-Zip archive", hint: UNPACK }],
  [/^[\s\S]{257}ustar/, { is: "a tar archive", hint: UNPACK }],
  [/^PGDMP/, { is: "a PostgreSQL dump", hint: "restore it with pg_restore: it needs no move" }],
  [/^\x37\x7f\x06[\x82\x83]/, { is: "a write-ahead log", hint: "give the database beside it, without -wal" }],
  [
    /^\xd9\xd5\x05\xf9\x20\xa1\x63\xd7/,
    { is: "a rollback journal", hint: "give the database beside it, without -journal" },
  ],
  [
    /^\*\* This file contains an SQLite 2/,
    { is: "a SQLite 2 database", hint: "turn it into SQLite 3 first: `sqlite OLD .dump | sqlite3 new.db`" },
  ],
  [/^[\s\S]{8}DUCK/, { is: "a DuckDB database", hint: "outgrow reads SQLite 3 files" }],
  [
    /^\0\x01\0\0Standard (?:Jet|ACE) DB/,
    { is: "a Microsoft Access database", hint: "outgrow reads SQLite 3 files" },
  ],
  [
    /^version https:\/\/git-lfs/,
    { is: "a Git LFS pointer, not the file itself", hint: "run `git lfs pull`" },
  ],
  [
    /^\s*<(?:!doctype|html|\?xml)/i,
    { is: "a web page or XML", hint: "the download may have failed: fetch the file again" },
  ],
  [
    /^(?:\xef\xbb\xbf)?(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:pragma|begin|create|insert|drop|set)\s/i,
    { is: "SQL text", hint: LOAD },
  ],
];
