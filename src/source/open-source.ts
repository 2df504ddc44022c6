// Opens the SQLite file read-only. The file itself is never written; close-source.ts says what SQLite puts beside it.

import { existsSync, realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { guardRuntime, libraryVersion } from "../base/sqlite-library.js";
import type { SourceCatalog } from "./catalog.js";
import { closeAndTidy } from "./close-source.js";
import { isUnsharedWal, openFailure } from "./explain-open-failure.js";
import { fingerprint } from "./fingerprint.js";
import { registerFunctions } from "./functions.js";
import { refuseUnlessDatabaseFile } from "./refuse-path.js";
import { sourcePath } from "./source-location.js";
import { copyToTemp } from "./temp-copy.js";

export interface Source {
  /** Absolute path of the user's file. */
  path: string;
  /** The file that is open: `path`, or a temporary copy of it. Further connections open this one. */
  openedPath: string;
  /** The fingerprint of `path` before the temporary copy was made; null where `path` itself is open. */
  copiedAs: string | null;
  db: Database.Database;
  encoding: SourceCatalog["encoding"];
  /** SQLite's words where an entry of the schema cannot be parsed and was left out, else null. */
  schemaError: string | null;
  /** May be called twice. */
  close(): void;
}

export interface OpenOptions {
  /** How long to wait for another program's lock. */
  busyTimeoutMs?: number;
}

/**
 * Opens a path or `sqlite:` URL. Throws OutgrowError: `usage` for no file name, `precondition` for a library that
 * does not run on this Node, and the `source-…` codes for a file that cannot be read.
 */
export function openSource(location: string, options: OpenOptions = {}): Source {
  guardRuntime(process.versions.node, libraryVersion());
  const path = sourcePath(location);
  refuseUnlessDatabaseFile(path);
  const timeout = options.busyTimeoutMs ?? 5000;
  const file = realpathSync(path);
  const hadSideFiles = existsSync(`${file}-wal`) || existsSync(`${file}-shm`);
  try {
    const connection = connect(file, timeout);
    const { db } = connection;
    return asSource(path, file, null, connection, () => (hadSideFiles ? db.close() : closeAndTidy(db, file)));
  } catch (error) {
    if (!isUnsharedWal(error, file)) {
      throw openFailure(error, path, file);
    }
  }
  return openCopy(path, file, timeout);
}

function openCopy(path: string, file: string, timeout: number): Source {
  const copiedAs = fingerprint(path);
  const copy = copyToTemp(file);
  try {
    const connection = connect(copy.file, timeout);
    return asSource(path, copy.file, copiedAs, connection, () => {
      connection.db.close();
      copy.remove();
    });
  } catch (error) {
    copy.remove();
    throw openFailure(error, path, copy.file);
  }
}

interface Connection {
  db: Database.Database;
  encoding: SourceCatalog["encoding"];
  schemaError: string | null;
}

function connect(file: string, timeout: number): Connection {
  // better-sqlite3 trims the name it is given; a URL keeps blanks at its end.
  const name = file === file.trim() ? file : pathToFileURL(file).href;
  const db = new Database(name, { readonly: true, fileMustExist: true, timeout });
  try {
    const schemaError = readSchema(db);
    for (const setting of SETTINGS) {
      db.pragma(setting);
    }
    const encoding = db.pragma("encoding", { simple: true }) as SourceCatalog["encoding"];
    registerFunctions(db, encoding);
    return { db, encoding, schemaError };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The file is untrusted (sqlite.org/security.html); mapped pages would count as memory and are no faster. */
const SETTINGS = [
  "trusted_schema = off",
  "cell_size_check = on",
  "query_only = on",
  "foreign_keys = off",
  "mmap_size = 0",
  "cache_size = -4000",
];

/**
 * Makes SQLite read the schema, which is also the first look at the file. An entry that this SQLite cannot parse
 * (RAISE in a DEFAULT, which earlier versions let through) must not keep the other tables from being read:
 * `writable_schema` makes SQLite go on without it, and on a read-only connection it permits nothing else.
 */
function readSchema(db: Database.Database): string | null {
  const look = () => db.prepare("select count(*) from sqlite_schema").get();
  try {
    look();
    return null;
  } catch (error) {
    if (
      !(error instanceof Database.SqliteError) ||
      !error.message.startsWith("malformed database schema (")
    ) {
      throw error;
    }
    db.unsafeMode(true);
    db.pragma("writable_schema = on");
    db.unsafeMode(false);
    look();
    return error.message;
  }
}

function asSource(
  path: string,
  openedPath: string,
  copiedAs: string | null,
  connection: Connection,
  closeOnce: () => void,
): Source {
  const { db, encoding, schemaError } = connection;
  return {
    path,
    openedPath,
    copiedAs,
    db,
    encoding,
    schemaError,
    close() {
      if (db.open) {
        if (db.inTransaction) {
          db.exec("rollback");
        }
        closeOnce();
      }
    },
  };
}
