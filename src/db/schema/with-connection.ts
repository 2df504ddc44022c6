// What runMigrations takes: a URL, a connection of the runner, or an open one of either driver.

import Database from "better-sqlite3";
import pg from "pg";
import { clientConfig, mayTryOther, transports } from "../postgres/client-config.js";
import { fromConnecting } from "../postgres/errors.js";
import { isPostgresUrl, parseConnectionUrl } from "../settings/connection-settings.js";
import { parseSqliteUrl } from "../sqlite/settings.js";
import type { SchemaConnection } from "./connection.js";
import { type PostgresClient, postgresConnection } from "./postgres.js";
import { sqliteConnection } from "./sqlite.js";

/** `postgres://USER@HOST:5432/DATABASE` and `sqlite:FILE` are opened, and closed again at the end. */
export type Migratable = string | SchemaConnection | PostgresClient | Database.Database;

export async function withConnection<T>(
  database: Migratable,
  use: (connection: SchemaConnection) => Promise<T>,
): Promise<T> {
  if (typeof database === "string") {
    return isPostgresUrl(database) ? withPostgres(database, use) : withSqlite(database, use);
  }
  if ("engine" in database) {
    return use(database);
  }
  return use(
    database instanceof Database
      ? sqliteConnection(database)
      : await postgresConnection(database as PostgresClient),
  );
}

async function withPostgres<T>(url: string, use: (connection: SchemaConnection) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await use(await postgresConnection(client));
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const settings = parseConnectionUrl(url, process.env, "argument");
  const [first = "tls", second] = transports(settings);
  for (let transport: typeof first | undefined = first; transport !== undefined; ) {
    const client = new pg.Client(clientConfig(settings, transport));
    try {
      await client.connect();
      return client;
    } catch (error) {
      // sslmode allow and prefer have a second way.
      if (transport === second || second === undefined || !mayTryOther(error)) {
        throw fromConnecting(error, settings);
      }
      transport = second;
    }
  }
  throw new Error("a connection has no transport");
}

async function withSqlite<T>(url: string, use: (connection: SchemaConnection) => Promise<T>): Promise<T> {
  const { path, readOnly, create } = parseSqliteUrl(url);
  const db = new Database(path, {
    readonly: readOnly === true,
    fileMustExist: create === false,
    timeout: 5_000,
  });
  try {
    return await use(sqliteConnection(db));
  } finally {
    db.close();
  }
}
