// Turns what SQLite says while it reads an open file into a sentence that names the table and the file.

import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";

/** Runs `read`; what SQLite throws in it becomes an OutgrowError (`readError`) that names table and file. */
export function namingTable<T>(file: string, table: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readError(`table "${printable(table)}" in "${printable(file)}"`, error);
  }
}

/** As `namingTable`, for what is read of the schema. */
export function namingSchema<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readError(`the schema of "${printable(file)}"`, error);
  }
}

/**
 * The error to throw where SQLite could not read something: `source-corrupt` for damage, `source-locked`, or
 * `source-unreadable` (a generated column that fails on a row). An error that is not SQLite's stays as it is.
 */
export function readError(what: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) {
    return error;
  }
  if (error.code === "SQLITE_FULL") {
    // Also what SQLite says of a page number beyond the largest that a file can have.
    return new OutgrowError(
      "source-unreadable",
      `${what} is damaged, or there is no room for temporary files`,
      {
        hint: "make room in the folder that TMPDIR names; if there is room, restore a backup or try `sqlite3 FILE .recover`",
        cause: error,
      },
    );
  }
  if (/^SQLITE_(?:CORRUPT|NOTADB|IOERR)/.test(error.code)) {
    return damaged(what, error.message, error);
  }
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(error.code)) {
    return new OutgrowError("source-locked", `${what} is locked by another program`, {
      hint: "stop the program that has it open, or try again when it is at rest",
      cause: error,
    });
  }
  return new OutgrowError("source-unreadable", `${what} cannot be read: ${printable(error.message)}`, {
    hint: "see what the sqlite3 shell says when it reads it",
    cause: error,
  });
}

/** For a table whose rows SQLite reads without a word, but not all of them by every way. */
export function damagedTable(file: string, table: string, how: string): OutgrowError {
  return damaged(`table "${printable(table)}" in "${printable(file)}"`, how);
}

/** A range of rows then lacks some. `rowid` is one that stands where it does not belong, where that is known. */
export function outOfOrder(file: string, table: string, rowid?: bigint): OutgrowError {
  const where = rowid === undefined ? "" : `: ${rowid} follows one that is not below it`;
  return damagedTable(file, table, `its rows are not in the order of their rowids${where}`);
}

function damaged(what: string, how: string, cause?: Error): OutgrowError {
  return new OutgrowError("source-corrupt", `${what} is damaged: ${printable(how)}`, {
    hint: "restore a backup, or save what is left: sqlite3 FILE .recover | sqlite3 recovered.db",
    ...(cause === undefined ? {} : { cause }),
  });
}
