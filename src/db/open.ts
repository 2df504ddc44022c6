// Opens the database that a URL, settings or the environment name.

import { OutgrowError } from "../base/errors.js";
import type { Database, Isolation } from "./contract.js";
import { OpenedDatabase } from "./database.js";
import { DatabaseError } from "./errors.js";
import type { Hooks, LogLine } from "./events.js";
import { type PoolSettings, poolSettings, wholeNumber } from "./postgres/settings.js";
import type { EngineSession } from "./session.js";
import {
  type ConnectionSettings,
  connectionFromEnvironment,
  isPostgresUrl,
  parseConnectionUrl,
} from "./settings/connection-settings.js";
import { type Environment, setting } from "./settings/environment.js";
import { parseSqliteUrl, type SqliteSettings } from "./sqlite/settings.js";
import { type ColumnType, isColumnType } from "./values/column-type.js";

export interface DatabaseSettings {
  /** `sqlite:shop.db` or `postgres://USER@HOST:5432/DATABASE`; without one the environment names the database. */
  url?: string;
  /** The process's own unless given. */
  env?: Environment;
  sqlite?: Omit<SqliteSettings, "path">;
  pool?: PoolSettings;
  /** How long a call waits for a connection, or in SQLite for its turn; DB_POOL_CONNECTION_TIMEOUT, 2,000, on SQLite 5,000. */
  acquireTimeoutMs?: number;
  /** How long a statement may run; 30,000. 0 for ever. */
  statementTimeoutMs?: number;
  /** How long a transaction may do nothing before it is rolled back; 60,000. 0 for ever. */
  idleTransactionTimeoutMs?: number;
  /** After how long an open transaction is reported, with the place that began it; 5,000. 0 for never. */
  heldTooLongMs?: number;
  /** Of transactions; serializable. A statement outside of one is read committed in PostgreSQL. */
  isolation?: Isolation;
  /** How often transaction() runs its function at most; 5. */
  attempts?: number;
  /** Types of columns by `table.column`, where the declared one is not what the application means. */
  columns?: Readonly<Record<string, ColumnType>>;
  /** Writes to stderr unless given; null for silence. */
  log?: ((line: LogLine) => void) | null;
  hooks?: Hooks;
}

/**
 * Opens a SQLite file at once; connects to PostgreSQL with the first statement. Without a URL the environment decides:
 * DATABASE_URL, then DB_HOST … , then PG*. Throws DatabaseError: `settings`, and what SQLite says of the file.
 */
export async function openDatabase(urlOrSettings: string | DatabaseSettings = {}): Promise<Database> {
  const settings = typeof urlOrSettings === "string" ? { url: urlOrSettings } : urlOrSettings;
  const checked = { ...settings, log: settings.log === null ? () => {} : (settings.log ?? toStderr) };
  for (const [column, type] of Object.entries(settings.columns ?? {})) {
    if (!isColumnType(type) || !column.includes(".")) {
      throw new DatabaseError("settings", null, `columns names "${column}" with the type "${String(type)}"`, {
        hint: 'write { "table.column": "decimal(10,2)" } with a type of docs/db-values.md',
      });
    }
  }
  const session = await inWordsOfDatabase(() => openSession(checked));
  return new OpenedDatabase(session, {
    log: checked.log,
    hooks: settings.hooks ?? {},
    statementTimeoutMs: settings.statementTimeoutMs ?? 30_000,
    idleTransactionTimeoutMs: settings.idleTransactionTimeoutMs ?? 60_000,
    heldTooLongMs: settings.heldTooLongMs ?? 5_000,
    isolation: settings.isolation ?? "serializable",
    attempts: settings.attempts ?? 5,
  });
}

type Checked = DatabaseSettings & { log: (line: LogLine) => void };

async function openSession(settings: Checked): Promise<EngineSession> {
  const env = settings.env ?? process.env;
  const url = settings.url ?? setting(env, "DATABASE_URL");
  if (url !== null && /^\s*(sqlite3?|file):/i.test(url)) {
    return openSqliteAt(url, settings);
  }
  if (url !== null && !isPostgresUrl(url)) {
    throw new DatabaseError(
      "settings",
      null,
      "the database's URL begins with neither sqlite: nor postgres:",
      {
        hint: "write sqlite:shop.db or postgres://USER@HOST:5432/DATABASE",
      },
    );
  }
  // In production TLS is on and verified, also on this machine, unless something says otherwise.
  const defaults = new Map(env.NODE_ENV === "production" ? [["sslmode", "verify-full"]] : []);
  const connection =
    settings.url === undefined
      ? connectionFromEnvironment(env, defaults)
      : parseConnectionUrl(settings.url, env, "argument", defaults);
  if (connection === null) {
    throw new DatabaseError("settings", null, "no database is named", {
      hint: "set DATABASE_URL to sqlite:shop.db or postgres://USER@HOST:5432/DATABASE, or DB_HOST, DB_NAME, DB_USER and DB_PASSWORD",
    });
  }
  return openPostgresAt(connection, settings, env);
}

async function openSqliteAt(url: string, settings: Checked): Promise<EngineSession> {
  const { openSqlite } = await import("./sqlite/engine.js");
  return openSqlite({
    settings: { ...parseSqliteUrl(url), ...settings.sqlite },
    columns: settings.columns ?? {},
    acquireTimeoutMs: settings.acquireTimeoutMs ?? 5_000,
    hooks: settings.hooks ?? {},
    onFirstUse: (message) => settings.log({ level: "info", message }),
  });
}

async function openPostgresAt(
  connection: ConnectionSettings,
  settings: Checked,
  env: Environment,
): Promise<EngineSession> {
  for (const message of connection.warnings) {
    settings.log({ level: "warn", message });
  }
  const { openPostgres } = await import("./postgres/engine.js");
  return openPostgres({
    connection,
    pool: poolSettings(settings.pool ?? {}, env),
    columns: settings.columns ?? {},
    acquireTimeoutMs: settings.acquireTimeoutMs ?? wholeNumber(env, "DB_POOL_CONNECTION_TIMEOUT") ?? 2_000,
    statementTimeoutMs: settings.statementTimeoutMs ?? 30_000,
    idleTransactionTimeoutMs: settings.idleTransactionTimeoutMs ?? 60_000,
    log: settings.log,
    hooks: settings.hooks ?? {},
  });
}

/** An application sees one class of errors. */
async function inWordsOfDatabase<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof OutgrowError)) {
      throw error;
    }
    const details = { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    throw new DatabaseError("settings", null, error.message, details);
  }
}

function toStderr({ message, stack }: LogLine): void {
  process.stderr.write(`database: ${message}\n${stack === undefined ? "" : `${stack}\n`}`);
}
