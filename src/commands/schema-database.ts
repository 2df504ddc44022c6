// The database whose schema is kept: from the argument or the environment to an open connection of the runner.

import { existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import { guardRuntime, libraryVersion } from "../base/sqlite-library.js";
import {
  type Engine,
  postgresConnection,
  type SchemaConnection,
  sqliteConnection,
} from "../db/schema/index.js";
import { openFailure } from "../source/explain-open-failure.js";
import { refuseUnlessDatabaseFile } from "../source/refuse-path.js";
import { sourcePath } from "../source/source-location.js";
import { withClient } from "../target/connect.js";
import { parseTarget, type TargetSettings, targetFromEnvironment } from "../target/settings.js";

export type SchemaDatabase =
  | { engine: "postgres"; settings: TargetSettings; shown: string }
  | { engine: "sqlite"; path: string; shown: string };

/** Throws `usage` where neither names a database, `settings` for a URL that is none. */
export function schemaDatabase(argument: string | undefined): SchemaDatabase {
  const found = argument === undefined ? fromEnvironment(process.env) : fromArgument(argument);
  if (found === null) {
    throw new OutgrowError("usage", "no database given", {
      hint: "add postgres://user@host/database or the path of a SQLite file, or set DATABASE_URL",
    });
  }
  return found;
}

/** Which engine the environment's database is; null where it names none. */
export function engineOfEnvironment(): Engine | null {
  return fromEnvironment(process.env)?.engine ?? null;
}

const POSTGRES = /^\s*postgres(?:ql)?(?:\+[a-z0-9]+)?:/i;
const SQLITE = /^\s*(?:sqlite3?|file):/i;

function fromArgument(text: string): SchemaDatabase {
  if (POSTGRES.test(text)) {
    return ofSettings(parseTarget(text, process.env));
  }
  if (!SQLITE.test(text) && /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new OutgrowError(
      "usage",
      `"${text.slice(0, text.indexOf(":"))}" is a kind of database that is not known here`,
      {
        hint: "give postgres://user@host/database, sqlite:FILE or the path of a SQLite file",
      },
    );
  }
  return ofPath(text);
}

function fromEnvironment(env: NodeJS.ProcessEnv): SchemaDatabase | null {
  const url = env.DATABASE_URL;
  // Unlike a move's target, this may be the application's SQLite.
  if ((env.OUTGROW_TARGET ?? "") === "" && url !== undefined && SQLITE.test(url)) {
    return ofPath(url.trim());
  }
  const settings = targetFromEnvironment(env);
  return settings === null ? null : ofSettings(settings);
}

function ofSettings(settings: TargetSettings): SchemaDatabase {
  return { engine: "postgres", settings, shown: settings.displayUrl };
}

function ofPath(location: string): SchemaDatabase {
  const path = sourcePath(location);
  return { engine: "sqlite", path, shown: path };
}

/** `make` lets SQLite make a file that is not there; `imagine` takes an empty one in memory for it. */
export type Absent = "refuse" | "make" | "imagine";

/** Runs `use` with a connection of its own. Errors of server, network and file come out as OutgrowError. */
export async function withSchemaConnection<T>(
  database: SchemaDatabase,
  options: { schema: string | null; absent: Absent; readonly: boolean },
  use: (connection: SchemaConnection) => Promise<T>,
): Promise<T> {
  if (database.engine === "postgres") {
    const { settings } = database;
    for (const warning of settings.warnings) {
      process.stderr.write(`warning: ${printable(warning)}\n`);
    }
    const schema = options.schema ?? settings.schema;
    return withClient(settings, async (client) => use(await postgresConnection(client, { schema })));
  }
  if (options.schema !== null) {
    throw new OutgrowError("usage", "--schema is for PostgreSQL; a SQLite file has no schemas", {
      hint: "leave it out",
    });
  }
  return withSqlite(database.path, options, use);
}

async function withSqlite<T>(
  path: string,
  options: { absent: Absent; readonly: boolean },
  use: (connection: SchemaConnection) => Promise<T>,
): Promise<T> {
  guardRuntime(process.versions.node, libraryVersion());
  const isThere = existsSync(path);
  if (!isThere) {
    refuseAbsent(path, options.absent);
  } else if (statSync(path).size > 0) {
    // An empty file is a database that has nothing yet.
    refuseUnlessDatabaseFile(path);
  }
  let db: Database.Database | null = null;
  try {
    db = open(path, isThere, options);
    return await use(sqliteConnection(db));
  } catch (error) {
    throw sqliteFailure(error, path);
  } finally {
    db?.close();
    if (!isThere && statSync(path, { throwIfNoEntry: false })?.size === 0) {
      // Nothing came of the file that SQLite made.
      rmSync(path);
    }
  }
}

function open(
  path: string,
  isThere: boolean,
  options: { absent: Absent; readonly: boolean },
): Database.Database {
  if (!isThere && options.absent === "imagine") {
    return new Database(":memory:");
  }
  const file = isThere ? realpathSync(path) : path;
  // better-sqlite3 trims the name it is given; a URL keeps blanks at its end.
  const name = file === file.trim() ? file : pathToFileURL(file).href;
  const db = new Database(name, { readonly: options.readonly, timeout: 5_000 });
  try {
    // The first look at the file, so that what is no database is told as that.
    db.prepare("select count(*) from sqlite_schema").get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseAbsent(path: string, absent: Absent): void {
  if (absent === "refuse") {
    throw new OutgrowError("source-missing", `"${printable(path)}" does not exist`, {
      hint: "check the path; outgrow schema up makes the file and its tables",
    });
  }
  if (!existsSync(dirname(path))) {
    throw new OutgrowError("source-missing", `the folder "${printable(dirname(path))}" does not exist`, {
      hint: "check the path, or make the folder first",
    });
  }
}

function sqliteFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) {
    return error;
  }
  const name = `"${printable(path)}"`;
  if (/^SQLITE_(?:READONLY(?!_ROLLBACK)|PERM|CANTOPEN)/.test(error.code)) {
    return new OutgrowError("missing-right", `${name} cannot be written: ${error.message} (${error.code})`, {
      hint: "run outgrow as a user that may write the file and its folder",
      cause: error,
    });
  }
  if (error.code === "SQLITE_FULL") {
    return new OutgrowError("disk-full", `there is no disk space left for ${name}`, {
      hint: "make room, then run the same command again",
      cause: error,
    });
  }
  return openFailure(error, path, path);
}
