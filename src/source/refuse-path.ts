// Refuses what cannot be a SQLite file before SQLite looks at it. By stat and access only: opening and closing
// the file here would drop the locks that SQLite connections of this process hold on it (howtocorrupt.html 2.2).

import { accessSync, constants, readdirSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";

/** Throws `source-missing`, `source-not-a-file`, `source-unreadable` or `source-empty`. */
export function refuseUnlessDatabaseFile(file: string): void {
  const stats = statOf(file);
  const name = printable(file);
  if (stats.isDirectory()) {
    throw new OutgrowError("source-not-a-file", `"${name}" is a folder, not a SQLite file`, {
      hint: namesHint("give one of the files in it", databaseNames(file), file),
    });
  }
  if (!stats.isFile()) {
    throw new OutgrowError("source-not-a-file", `"${name}" is ${kindOf(stats)}, not a SQLite file`, {
      hint: "copy what it gives into a file, and give that",
    });
  }
  // SQLite takes a file of one byte for an empty one (os_unix.c, unixFileSize).
  if (stats.size <= 1) {
    throw new OutgrowError("source-empty", `"${name}" is empty: no database is in it`, {
      hint: "a program makes such a file when it opens a database by a wrong path: look for the right one",
    });
  }
  refuseUnlessReadable(file);
}

function statOf(file: string): Stats {
  try {
    return statSync(file);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "EACCES") {
      throw unreadable(file, cause);
    }
    if (code === "ELOOP") {
      throw new OutgrowError(
        "source-not-a-file",
        `"${printable(file)}" is a link that leads back to itself`,
        { cause },
      );
    }
    const reason = code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be found (${code})`;
    throw new OutgrowError("source-missing", `"${printable(file)}" ${reason}`, {
      hint: missingHint(file),
      cause,
    });
  }
}

function refuseUnlessReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): OutgrowError {
  return new OutgrowError("source-unreadable", `no permission to read "${printable(file)}"`, {
    hint: "run outgrow as a user that may read the file and enter its folder",
    cause,
  });
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) {
    return "a pipe";
  }
  return stats.isSocket() ? "a socket" : "a device";
}

function missingHint(file: string): string {
  const folder = path.dirname(file);
  const near = namesIn(folder).filter((name) => isNear(name, path.basename(file)));
  return namesHint("check the path", near.length > 0 ? near : databaseNames(folder), folder);
}

function namesHint(advice: string, names: string[], folder: string): string {
  if (names.length === 0) {
    return advice;
  }
  const shown = names.slice(0, 3).map((name) => `"${printable(path.join(folder, name))}"`);
  return `${advice}: there is ${shown.join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // The hint is a courtesy: a folder that cannot be listed has no names to offer.
    return [];
  }
}

function databaseNames(folder: string): string[] {
  return namesIn(folder).filter((name) => /\.(?:db3?|sqlite3?|s3db|sdb|sqlitedb)$/i.test(name));
}

/** The same stem, or at most two letters apart, without regard to case. */
function isNear(name: string, wanted: string): boolean {
  const [a, b] = [name.toLowerCase(), wanted.toLowerCase()];
  if (/-(?:wal|shm|journal)$/.test(a)) {
    return false;
  }
  const stem = (text: string) => text.replace(/\.[^.]*$/, "");
  return stem(a) === stem(b) || editDistance(a, b) <= 2;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
