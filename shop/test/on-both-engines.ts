// The suite on SQLite and on PostgreSQL, and what they answered side by side.

import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase, runMigrations } from "../../dist/db/index.js";
import { whenOver } from "../../test/support/lifetime.js";
import { tempDir, testDatabase } from "../../test/support/server.js";
import { fakePayments, type Payments } from "../dist/payments.js";
import { buildServer } from "../dist/serve.js";
import { SETTINGS, type ShopSettings } from "../dist/shop.js";
import { comparable } from "./comparable.js";
import { type Given, type RunningShop, runningShop } from "./suite/given.js";

export const ENGINES = ["sqlite", "postgres"] as const;
export type Engine = (typeof ENGINES)[number];

const MIGRATIONS = resolve(import.meta.dirname, "../migrations");

export interface Overrides {
  settings?: Partial<ShopSettings>;
  payments?: Payments;
}

/** A shop with nothing in it, on a port of its own until the test or the file is over. */
export async function startShop(engine: Engine, overrides: Overrides = {}): Promise<RunningShop> {
  const url = engine === "sqlite" ? `sqlite:${join(tempDir(), "shop.db")}` : (await testDatabase("shop")).url;
  await runMigrations(url, MIGRATIONS);
  const db = await openDatabase({ url, env: {}, log: null });
  whenOver(() => db.close());
  return serveShop(db, overrides);
}

/** The same on a database that is there already; whoever opened it closes it. */
export async function serveShop(db: Database, overrides: Overrides = {}): Promise<RunningShop> {
  const clock = { aheadMs: 0 };
  const app = await buildServer(
    {
      db,
      payments: overrides.payments ?? fakePayments({ minMs: 1, maxMs: 2 }),
      settings: {
        ...SETTINGS,
        secureCookies: false,
        triesPerMinute: 0,
        viewsEveryMs: 0,
        ...overrides.settings,
      },
      now: () => new Date(Date.now() + clock.aheadMs),
    },
    { logger: { level: "error" } },
  );
  whenOver(() => app.close());
  return runningShop(await app.listen({ host: "127.0.0.1", port: 0 }), db, clock);
}

/** Runs the checks on each engine, then expects the same answers of both. */
export function onBothEngines(
  title: string,
  checks: (given: Given) => void,
  overrides: Overrides = {},
): void {
  const shops = new Map<Engine, RunningShop>();
  describe.each(ENGINES)(`${title} on %s`, (engine) => {
    beforeAll(async () => {
      shops.set(engine, await startShop(engine, overrides));
    });
    checks(() => shopOf(shops, engine));
  });
  it(`${title}: both engines give the same answers`, () => {
    const [sqlite, postgres] = ENGINES.map((engine) => comparable(shopOf(shops, engine)));
    expect(sqlite?.length).toBeGreaterThan(0);
    expect(postgres).toEqual(sqlite);
  });
}

function shopOf(shops: ReadonlyMap<Engine, RunningShop>, engine: Engine): RunningShop {
  const shop = shops.get(engine);
  if (shop === undefined) throw new Error(`the shop on ${engine} did not start`);
  return shop;
}
