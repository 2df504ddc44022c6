// Starts the shop on the database that the environment names, or else on a seeded SQLite file of its own.

import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { baseline, type Database, DatabaseError, openDatabase, runMigrations } from "outgrow/db";
import { makeShop } from "outgrow/sample";
import { reindex } from "./admin/search-index.js";
import { sendMails } from "./outbox.js";
import { fakePayments } from "./payments.js";
import { buildServer } from "./serve.js";
import { settleForgotten } from "./settle.js";
import { SETTINGS, type Shop } from "./shop.js";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));
const DEFAULT_FILE = ".outgrow/shop.db";
const ORDERS = 300;

/** Between two looks at what waits: mails, orders whose payment was never heard of. */
const CHORES_MS = 10_000;

async function main(): Promise<void> {
  const { env } = process;
  const port = portOf(env.PORT);
  const isNamed = ["DATABASE_URL", "DB_HOST", "PGHOST", "PGSERVICE", "PGDATABASE"].some(
    (name) => (env[name] ?? "") !== "",
  );
  const url = isNamed ? null : await seeded(resolve(DEFAULT_FILE));
  const db = await openDatabase(url === null ? {} : { url });
  try {
    await refuseWithoutTables(db);
    await serve(db, port, env);
  } catch (error) {
    await db.close();
    throw error;
  }
}

function portOf(given = "3000"): number {
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) {
    throw new Error(`PORT is "${given}", which is no port; give a number up to 65535`);
  }
  return port;
}

/** The newest of them, so that a schema of last year is noticed before the first customer is. */
async function refuseWithoutTables(db: Database): Promise<void> {
  try {
    await db.get("select id from discounts where id = 0");
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "syntax") {
      throw new Error(
        "the database has not all tables of the shop; run: outgrow schema up URL --dir shop/migrations",
      );
    }
    throw error;
  }
}

/** Until a signal comes: what is under way is answered, then the database is closed. */
async function serve(db: Database, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  const shop: Shop = {
    db,
    payments: fakePayments(),
    settings: {
      ...SETTINGS,
      secureCookies: env.NODE_ENV === "production",
      publicUrl: env.PUBLIC_URL ?? `http://localhost:${port}`,
    },
    now: () => new Date(),
  };
  const app = await buildServer(shop, { logger: { level: env.LOG_LEVEL ?? "warn" } });
  await app.listen({ port, host: env.HOST ?? "127.0.0.1" });
  const chores = setInterval(() => {
    void doChores(shop).catch((error: unknown) => app.log.error({ err: error }, "chores"));
  }, CHORES_MS);
  process.stdout.write(`the shop is open: http://localhost:${port} (${db.engine})\n`);
  let isClosing = false;
  const close = () => {
    if (isClosing) {
      return;
    }
    isClosing = true;
    clearInterval(chores);
    void app.close().then(() => db.close());
  };
  process.on("SIGINT", close);
  process.on("SIGTERM", close);
}

/** A shop that is some years old, with today's tables; made once. */
async function seeded(path: string): Promise<string> {
  const url = `sqlite:${path}`;
  const isNew = !existsSync(path);
  if (isNew) {
    mkdirSync(dirname(path), { recursive: true });
    makeShop(path, { orders: ORDERS, quirks: true });
    await baseline(url, MIGRATIONS, { to: 1 });
  }
  await runMigrations(url, MIGRATIONS);
  if (isNew) {
    await fillSearch(url);
  }
  return url;
}

async function fillSearch(url: string): Promise<void> {
  const db: Database = await openDatabase({ url, log: null });
  try {
    await reindex(db);
  } finally {
    await db.close();
  }
}

/** No mail leaves this shop: who runs it reads them here. */
async function doChores(shop: Shop): Promise<void> {
  await sendMails(shop.db, async (mail) => {
    process.stdout.write(`mail to ${mail.recipient}: ${mail.template} ${JSON.stringify(mail.payload)}\n`);
  });
  await settleForgotten(shop);
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof DatabaseError && error.hint !== undefined) {
    process.stderr.write(`hint:  ${error.hint}\n`);
  }
  process.exitCode = 1;
});
