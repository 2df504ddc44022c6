// What SQLite's result codes and messages say, in the codes of DatabaseError (rescode.html).

import { DatabaseError, type DatabaseErrorCode, type ErrorDetails } from "../errors.js";
import type { ThreadError } from "./messages.js";

const CODES: readonly [RegExp, DatabaseErrorCode][] = [
  [/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/, "unique"],
  [/^SQLITE_CONSTRAINT_FOREIGNKEY$/, "foreign-key"],
  [/^SQLITE_CONSTRAINT_CHECK$/, "check"],
  [/^SQLITE_CONSTRAINT_NOTNULL$/, "not-null"],
  [/^SQLITE_CONSTRAINT_(DATATYPE)$|^SQLITE_(MISMATCH|TOOBIG|RANGE)$/, "bad-value"],
  [/^SQLITE_CONSTRAINT/, "raised"],
  // A snapshot that is no longer the newest one cannot become a writer: the transaction has to begin again (isolation.html).
  [/^SQLITE_BUSY_SNAPSHOT$/, "serialization"],
  [/^SQLITE_(BUSY|LOCKED)/, "busy"],
  [/^SQLITE_READONLY/, "read-only"],
  [/^SQLITE_(PERM|AUTH)/, "forbidden"],
  [/^SQLITE_(CANTOPEN|IOERR)/, "connection"],
  [/^SQLITE_FULL/, "disk-full"],
  [/^SQLITE_(CORRUPT|NOTADB)/, "corrupt"],
  [/^SQLITE_ERROR/, "syntax"],
];

export function fromThread(error: ThreadError, path: string): DatabaseError {
  const cause = Object.assign(new Error(error.message), { code: error.code, stack: error.stack });
  if (error.code === "") {
    if (/^Cannot open database/.test(error.message)) {
      return new DatabaseError(
        "connection",
        "sqlite",
        `${path} cannot be opened: its folder does not exist`,
        {
          cause,
        },
      );
    }
    const isMisuse = /stream\(\)|busy executing|more than one statement/.test(error.message);
    return new DatabaseError(isMisuse ? "misuse" : "failed", "sqlite", error.message, { cause });
  }
  const code = CODES.find(([pattern]) => pattern.test(error.code))?.[1] ?? "failed";
  const details: ErrorDetails = { ...placeOf(code, error.message), ...hintOf(code, path), cause };
  return new DatabaseError(code, "sqlite", error.message, details);
}

/** `UNIQUE constraint failed: users.email, users.shop` and its like (sqlite3UniqueConstraint in insert.c). */
function placeOf(code: DatabaseErrorCode, message: string): ErrorDetails {
  const said = /constraint failed: ([\s\S]*)$/.exec(message)?.[1];
  if (said === undefined) {
    return {};
  }
  const index = /^index '(.*)'$/.exec(said)?.[1];
  if (index !== undefined || code === "check") {
    return { constraint: index ?? said };
  }
  const places = said.split(", ").map((place) => /^(.*)\.([^.]*)$/.exec(place));
  const table = places[0]?.[1];
  const columns = places.flatMap((place) => place?.[2] ?? []);
  return table === undefined ? {} : { table, columns };
}

function hintOf(code: DatabaseErrorCode, path: string): ErrorDetails {
  switch (code) {
    case "busy":
      return { hint: "another process holds the write lock; see busyTimeoutMs" };
    case "connection":
      return { hint: `check that ${path} exists, and that this user may read and write it and its folder` };
    case "corrupt":
      return { hint: "restore a backup; `pragma integrity_check` tells what is damaged" };
    default:
      return {};
  }
}
