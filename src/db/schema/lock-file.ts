// A lock between processes that the kernel gives back when its holder dies: SQLite's own, on a small file beside the database.
// The database itself stays free for its application while a file of several transactions runs.

import { rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";

export interface HeldLock {
  /** Gives the lock back and takes the file away; may be called twice. */
  release(): void;
}

/** The lock of `path`, or null where another holds it longer than `waitMs`. */
export async function takeLockFile(path: string, waitMs: number): Promise<HeldLock | null> {
  const until = performance.now() + waitMs;
  for (;;) {
    const held = tryLock(path);
    if (held !== null) {
      return held;
    }
    if (performance.now() >= until) {
      return null;
    }
    await sleep(Math.min(100, Math.max(1, until - performance.now())));
  }
}

/** Whether anyone holds it now. Makes no file. */
export function isLockFileHeld(path: string): boolean {
  if (inode(path) === null) {
    return false;
  }
  const held = tryLock(path);
  held?.release();
  return held === null;
}

function tryLock(path: string): HeldLock | null {
  const before = inode(path);
  const db = new Database(path, { timeout: 0 });
  try {
    // The holder before may have taken the file away between our look at it and now: then the lock is one on a file
    // that nobody else will find, and the next try makes a new one.
    const opened = inode(path);
    db.exec("begin exclusive");
    if (opened === null || (before !== null && before !== opened) || inode(path) !== opened) {
      db.close();
      return null;
    }
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && /^SQLITE_(BUSY|READONLY_DBMOVED|IOERR)/.test(error.code)) {
      return null;
    }
    throw error;
  }
  return {
    release: () => {
      if (db.open) {
        rmSync(path, { force: true });
        db.close();
      }
    },
  };
}

/** Null where there is no such file. */
function inode(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
