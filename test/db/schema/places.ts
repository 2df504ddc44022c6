// The runner's tests on both engines: new databases, and folders of files.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import type pg from "pg";
import type { Engine, Migratable } from "#outgrow/db/schema/index.js";
import { whenOver } from "../../support/lifetime.js";
import { clientToolsDir, tempDir, testDatabase } from "../../support/server.js";

export interface Place {
  engine: Engine;
  /** What the command takes. */
  url: string;
  /** A connection of its own. */
  open(): Promise<Migratable>;
  /** Rows as plain values, by a connection that the runner does not use. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** All that is in it, as text. */
  dump(): string;
}

export const ENGINES: Engine[] = ["postgres", "sqlite"];

export async function place(engine: Engine): Promise<Place> {
  return engine === "postgres" ? postgresPlace() : sqlitePlace();
}

async function postgresPlace(): Promise<Place> {
  const database = await testDatabase("schema");
  let client: Promise<pg.Client> | undefined;
  const asking = () => {
    client ??= database.client();
    return client;
  };
  return {
    engine: "postgres",
    url: database.url,
    open: () => database.client(),
    rows: async (sql) => (await (await asking()).query(sql)).rows,
    dump: () => {
      const tools = clientToolsDir();
      if (tools === null) throw new Error("this server has no pg_dump; look at clientToolsDir() first");
      return execFileSync(join(tools, "pg_dump"), [database.url], { encoding: "utf8" }).replace(
        /^\\(?:un)?restrict .*\n/gm,
        "",
      );
    },
  };
}

function sqlitePlace(): Place {
  const path = join(tempDir(), "shop.db");
  const open = () => {
    const db = new Database(path, { timeout: 20_000 });
    whenOver(() => {
      db.close();
    });
    return db;
  };
  open().exec("select 1");
  return {
    engine: "sqlite",
    url: path,
    open: async () => open(),
    rows: async (sql) => open().prepare<[], Record<string, unknown>>(sql).all(),
    dump: () => readFileSync(path, "hex"),
  };
}

/** A new folder with these files; those of value null are left out. */
export function folder(files: Record<string, string | Buffer | null>): string {
  const dir = join(tempDir(), "migrations");
  mkdirSync(dir);
  put(dir, files);
  return dir;
}

export function put(dir: string, files: Record<string, string | Buffer | null>): void {
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
}

/** Runs statements that the runner does not know of. */
export async function exec(one: Place, ...sql: string[]): Promise<void> {
  const db = await one.open();
  for (const statement of sql) {
    if (db instanceof Database) db.exec(statement);
    else await (db as pg.Client).query(statement);
  }
}

/** Names of the tables but the runner's own, sorted. */
export async function tables(one: Place): Promise<string[]> {
  const rows = await one.rows(
    one.engine === "postgres"
      ? "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'outgrow_migrations' order by 1"
      : "select name from sqlite_schema where type = 'table' and name <> 'outgrow_migrations' and name not like 'sqlite%' order by 1",
  );
  return rows.map(({ name }) => String(name));
}

/** `1 first applied`, in order. */
export async function recorded(one: Place): Promise<string[]> {
  const rows = await one.rows(
    "select number, name, state, statements_done from outgrow_migrations order by number",
  );
  return rows.map(({ number, name, state, statements_done: done }) =>
    [number, name, state, ...(done === null ? [] : [done])].join(" "),
  );
}

/** What `work` threw: its code, message and hint. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; hint: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return { code, message, hint };
  }
  throw new Error("nothing was refused");
}
