// Turns what SQLite says when a file cannot be opened into a sentence that names the file and what to do.

import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import {
  hasSqliteHeader,
  isWalMode,
  looksEncrypted,
  promisedSize,
  readHead,
  recognise,
} from "./file-head.js";

/**
 * Whether a file in WAL mode could not be opened because the `-shm` it needs is missing and cannot be made:
 * the folder or the file is not writable for this user. A copy elsewhere can be read.
 */
export function isUnsharedWal(error: unknown, file: string): boolean {
  if (!(error instanceof Database.SqliteError)) {
    return false;
  }
  const isAboutWriting = error.code.startsWith("SQLITE_CANTOPEN") || error.code.startsWith("SQLITE_READONLY");
  return isAboutWriting && error.code !== "SQLITE_READONLY_ROLLBACK" && isWalMode(readHead(file));
}

/** `file` is what SQLite tried to open, `shown` what the user called it. Every code ends a command with exit 6. */
export function openFailure(error: unknown, shown: string, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) {
    return error;
  }
  const name = `"${printable(shown)}"`;
  const [, primary = "", extended = ""] = /^SQLITE_([A-Z]+)_?(.*)$/.exec(error.code) ?? [];
  if (primary === "BUSY" || primary === "LOCKED" || primary === "PROTOCOL") {
    return new OutgrowError("source-locked", `${name} is locked by another program`, {
      hint: "stop the program that has it open, or try again when it is at rest",
      cause: error,
    });
  }
  if (primary === "READONLY" && extended === "ROLLBACK") {
    return new OutgrowError(
      "source-hot-journal",
      `${name} was left in the middle of a transaction, and ${name.slice(0, -1)}-journal" must be rolled back first`,
      {
        hint: `open it once with its application, or type: sqlite3 ${shellWord(shown)} "select 1 from sqlite_schema"`,
        cause: error,
      },
    );
  }
  if (primary === "NOTADB") {
    return notADatabase(name, file, error);
  }
  if (primary === "CORRUPT") {
    return corrupt(name, shown, file, error);
  }
  return new OutgrowError(
    "source-unreadable",
    `${name} cannot be read: ${printable(error.message)} (${error.code})`,
    {
      hint: "check the disk, and the rights to the file and its folder",
      cause: error,
    },
  );
}

function notADatabase(name: string, file: string, cause: Error): OutgrowError {
  const head = readHead(file);
  const kind = recognise(head);
  if (kind !== null) {
    return new OutgrowError("source-not-a-database", `${name} is not a SQLite database but ${kind.is}`, {
      hint: kind.hint,
      cause,
    });
  }
  if (!hasSqliteHeader(head) && looksEncrypted(head)) {
    return new OutgrowError(
      "source-encrypted",
      `${name} is not a SQLite database, or is encrypted (SQLCipher, SQLite SEE, SQLite3MultipleCiphers)`,
      {
        hint: "export it without encryption first, in SQLCipher: attach database 'plain.db' as plain key ''; select sqlcipher_export('plain')",
        cause,
      },
    );
  }
  return new OutgrowError("source-not-a-database", `${name} is not a SQLite database`, {
    hint: hasSqliteHeader(head)
      ? "its header is damaged, or was written by a newer SQLite; try `sqlite3 FILE .recover`"
      : "give the path of a SQLite 3 file: it begins with the words SQLite format 3",
    cause,
  });
}

function corrupt(name: string, shown: string, file: string, cause: Error): OutgrowError {
  const head = readHead(file);
  const promised = promisedSize(head);
  const recover = `restore a backup, or save what is left: sqlite3 ${shellWord(shown)} .recover | sqlite3 recovered.db`;
  if (promised !== null && promised.bytes > head.sizeBytes) {
    return new OutgrowError(
      "source-corrupt",
      `${name} is cut off: its header says ${promised.pages} pages of ${promised.pageBytes} bytes (${promised.bytes} bytes), the file has ${head.sizeBytes}`,
      { hint: `copy it again if it was copied; else ${recover}`, cause },
    );
  }
  return new OutgrowError("source-corrupt", `${name} is corrupt: ${printable(cause.message)}`, {
    hint: recover,
    cause,
  });
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", "'\\''")}'`;
}
