// New databases on the test run's PostgreSQL server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { quoteName } from "#outgrow/base/quote.js";
import { whenOver } from "./lifetime.js";

export { outgrow } from "./command.js";
export { describeFixtures, fixture, fixtureNames, makeSqlite, tempDir } from "./files.js";

export interface TestDatabase {
  name: string;
  /** Connection string with the password. */
  url: string;
  /** A new connection, closed with the database. */
  client(): Promise<pg.Client>;
  /** Drops it now; otherwise it goes with the test, or stays when the test failed. */
  drop(): Promise<void>;
}

/** Major version of the run's server: `15`. */
export function serverMajor(): number {
  return Number.parseInt(inject("postgres").version, 10);
}

/** The folder of the server's programs, among them psql and pg_dump; null where it has none (embedded). */
export function clientToolsDir(): string | null {
  return inject("postgres").binDir;
}

let count = 0;

/** A new, empty database, UTF8 and C, that lives as long as the test (or the file, in beforeAll). */
export async function testDatabase(label = "db"): Promise<TestDatabase> {
  const name = `${label.replace(/\W+/g, "_").slice(0, 30)}_${process.pid}_${++count}`;
  const url = databaseUrl(name);
  const clients: pg.Client[] = [];
  let dropped: Promise<void> | undefined;
  const drop = async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await dropDatabase(name);
  };
  const database: TestDatabase = {
    name,
    url,
    client: async () => {
      const client = new pg.Client(url);
      client.on("error", (error) => console.error(`${name}: connection lost: ${error.message}`));
      await client.connect();
      clients.push(client);
      return client;
    },
    drop: () => (dropped ??= drop()),
  };
  whenOver(async (failed) => {
    if (!failed) return database.drop();
    await Promise.all(clients.splice(0).map((client) => client.end()));
    if (!dropped) console.error(`kept for you to look at (OUTGROW_TEST_KEEP=1 outlasts the run): ${url}`);
  });
  await administer(`create database ${quoteName(name)} template template0 encoding 'UTF8' locale 'C'`);
  return database;
}

/** The connection string of a database on the run's server; of its superuser unless `user` is given. */
export function databaseUrl(name: string, user?: { name: string; password: string }): string {
  const url = new URL(inject("postgres").url);
  url.pathname = `/${encodeURIComponent(name)}`;
  if (user) {
    url.username = encodeURIComponent(user.name);
    url.password = encodeURIComponent(user.password);
  }
  return url.href;
}

/**
 * DROP DATABASE waits for a checkpoint of the whole server ("DROP DATABASE" in dbcommands.c), which files of other
 * databases that go at the same moment can make fail: it is asked for again, and the server's log says why.
 */
async function dropDatabase(name: string): Promise<void> {
  const statement = `drop database if exists ${quoteName(name)} with (force)`;
  for (let attempt = 1; ; attempt++) {
    try {
      return await administer(statement);
    } catch (error) {
      if (attempt === 3 || !String(error).includes("checkpoint request failed")) throw error;
      const log = readFileSync(join(inject("postgres").dataDir, "server.log"), "utf8");
      console.error(`${statement}: checkpoint request failed; the server's log:\n${log.slice(-2_000)}`);
    }
  }
}

/** Runs one statement on the run's server as superuser, outside any test's database. */
export async function administer(statement: string): Promise<void> {
  const client = new pg.Client(inject("postgres").url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
