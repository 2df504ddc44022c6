// A lock between processes that the kernel gives back when its holder dies: SQLite's own, on a small file beside the database.
// The database itself stays free for its application while a file of several transactions runs.

import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";

export interface HeldLock {
  /** Gives the lock back and takes the file away; may be called twice. */
  release(): void;
}

/** The lock of `path`, or null where another holds it longer than `waitMs`. */
export async function takeLockFile(path: string, waitMs: number): Promise<HeldLock | null> {
  const until = performance.now() + waitMs;
  let errors = 0;
  for (;;) {
    const result = tryLock(path);
    if (result === "busy") {
      if (performance.now() >= until) {
        return null;
      }
      errors = 0;
      await sleep(Math.min(100, Math.max(1, until - performance.now())));
    } else if ("release" in result) {
      return result;
    } else {
      // A file that its last holder takes away at this moment fails in several ways, but not for long.
      errors += 1;
      if (errors === MOST_ERRORS) {
        throw result.error;
      }
      await sleep(5);
    }
  }
}

const MOST_ERRORS = 5;

/** Whether anyone holds it now. Makes no file. */
export function isLockFileHeld(path: string): boolean {
  if (!existsSync(path)) {
    return false;
  }
  const result = tryLock(path);
  if (result !== "busy" && "release" in result) {
    result.release();
    return false;
  }
  return true;
}

/**
 * A write inside an exclusive transaction that is never committed. SQLite refuses it with READONLY_DBMOVED where the file that is
 * open is no longer the one of that name (pager.c, databaseIsUnmoved; not for an empty file, hence the table): the holder before
 * may have taken it away since it was opened, and a lock on it would be one that nobody else sees.
 */
function tryLock(path: string): HeldLock | "busy" | { error: unknown } {
  let db: Database.Database;
  try {
    db = new Database(path, { timeout: 0 });
  } catch (error) {
    return { error };
  }
  try {
    db.pragma("synchronous = off");
    db.exec("create table if not exists held (by integer)");
    db.exec("begin exclusive");
    db.exec(`insert into held values (${process.pid})`);
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && /^SQLITE_(?:BUSY|READONLY_DBMOVED)/.test(error.code)) {
      return "busy";
    }
    return { error };
  }
  return {
    release: () => {
      if (db.open) {
        // In this order: what is no longer there cannot be locked by the next one.
        rmSync(path, { force: true });
        db.close();
      }
    },
  };
}
