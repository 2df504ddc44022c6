// Closes a source so that its folder looks as it did before.

import { statSync } from "node:fs";
import Database from "better-sqlite3";

/**
 * Closes a read-only connection that had found neither `-wal` nor `-shm` beside the file. Reading a file in WAL
 * mode makes both (an empty `-wal`), and only a connection that may write removes them, when it closes last.
 * Left there they are harmless to SQLite, but may belong to another user than the application's. So such a
 * connection is opened for a moment. It never writes to the file, because there is nothing to write back while
 * the `-wal` is empty; and where an application has begun to write meanwhile, it closes first, not last.
 */
export function closeAndTidy(db: Database.Database, file: string): void {
  const helper = isEmptyFile(`${file}-wal`) ? openForWriting(file) : null;
  if (helper !== null && isEmptyFile(`${file}-wal`)) {
    db.close();
    helper.close();
  } else {
    helper?.close();
    db.close();
  }
}

function isEmptyFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function openForWriting(file: string): Database.Database | null {
  try {
    const db = new Database(file, { fileMustExist: true, timeout: 0 });
    db.prepare("select count(*) from sqlite_schema").get();
    return db;
  } catch (error) {
    // Locked, or gone: then the two files stay, which costs nothing.
    if (error instanceof Database.SqliteError) {
      return null;
    }
    throw error;
  }
}
