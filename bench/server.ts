// The PostgreSQL server under a bench: the one --url names, or a throw-away one from the system's own binaries.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { quoteName } from "#outgrow/base/quote.js";
import { startEmbedded } from "#outgrow/target/embedded.js";
import { findSystemPostgres } from "#outgrow/target/system-postgres.js";

/** What a small machine with a database on it would be set to; everything else is PostgreSQL's default. */
const SETTINGS = { shared_buffers: "1GB", max_wal_size: "4GB", fsync: "on", wal_level: "replica" };

const SHOWN = [
  ...Object.keys(SETTINGS),
  "server_version",
  "synchronous_commit",
  "full_page_writes",
  "maintenance_work_mem",
  "max_parallel_maintenance_workers",
  "autovacuum",
];

export interface BenchServer {
  /** Connection string of a database of this server, with the password. */
  urlOf(database: string): string;
  /** The environment psql needs to reach that database without a password in its arguments. */
  environmentOf(database: string): NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Throws `precondition` where no --url is given and the machine has no PostgreSQL. */
export async function openServer(
  url: string | undefined,
  folder: string,
  keep: boolean,
): Promise<BenchServer> {
  if (url !== undefined) return describe(url, async () => {});
  const system = findSystemPostgres({ path: process.env.PATH ?? "" });
  if (system === null) throw new Error("no PostgreSQL found here: install one, or give --url postgres://…");
  const server = await startEmbedded({
    dataDir: join(folder, "server"),
    binDir: system.binDir,
    durable: true,
    settings: SETTINGS,
  });
  return describe(server.url, async () => {
    await server.stop();
    if (keep) return;
    await rm(server.dataDir, { recursive: true, force: true });
    await rm(join(folder, "server.server.json"), { force: true });
  });
}

function describe(url: string, stop: () => Promise<void>): BenchServer {
  const urlOf = (database: string): string => {
    const other = new URL(url);
    other.pathname = `/${database}`;
    return other.href;
  };
  const { hostname, port, username, password } = new URL(url);
  const environment: Record<string, string> = {
    PGHOST: decodeURIComponent(hostname),
    PGPORT: port || "5432",
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
  };
  return { urlOf, environmentOf: (database) => ({ ...environment, PGDATABASE: database }), stop };
}

/** The settings that the figures depend on, one `name = value` a line. */
export async function describeSettings(server: BenchServer): Promise<string[]> {
  return withClient(server, "postgres", async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      "select name, current_setting(name) as setting from pg_settings where name = any($1) order by name",
      [SHOWN],
    );
    return rows.map((row) => `${row.name} = ${row.setting}`);
  });
}

/** An empty database of this name; one that was there is dropped. Ends with a checkpoint, so nobody pays for another's writes. */
export async function freshDatabase(server: BenchServer, database: string): Promise<void> {
  await withClient(server, "postgres", async (client) => {
    await client.query(`drop database if exists ${quoteName(database)} with (force)`);
    await client.query(`create database ${quoteName(database)} template template0 encoding 'UTF8'`);
    await client.query("checkpoint");
  });
}

export async function dropDatabase(server: BenchServer, database: string): Promise<void> {
  await withClient(server, "postgres", async (client) => {
    await client.query(`drop database if exists ${quoteName(database)} with (force)`);
  });
}

export async function withClient<T>(
  server: BenchServer,
  database: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: server.urlOf(database) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
