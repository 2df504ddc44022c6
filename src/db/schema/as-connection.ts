// What runMigrations takes: a connection of the runner, or an open one of either driver.

import Database from "better-sqlite3";
import type { SchemaConnection } from "./connection.js";
import { type PostgresClient, postgresConnection } from "./postgres.js";
import { sqliteConnection } from "./sqlite.js";

export type Migratable = SchemaConnection | PostgresClient | Database.Database;

export async function asConnection(database: Migratable): Promise<SchemaConnection> {
  if ("engine" in database) {
    return database;
  }
  return database instanceof Database
    ? sqliteConnection(database)
    : postgresConnection(database as PostgresClient);
}
