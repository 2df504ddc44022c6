// The long form of test/journeys/kill.test.ts: a larger shop, every step killed in both ways, and more moments.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeGate } from "../journeys/gate.js";
import { killAt, measureMove, migrateOdd, spread, tally } from "../journeys/kill-move.js";
import { makeOddShop, TWO_RANGES } from "../journeys/odd-shop.js";
import { expectWhole, reportOf } from "../journeys/whole-move.js";
import { tempDir, testDatabase } from "../support/server.js";

const ROWS = 60_000;
const MOMENTS = 100;
const LANES = 2;

describe("a large move that is killed", () => {
  it.each(["work", "commit"] as const)(
    "goes on from every step, killed in its %s",
    { timeout: 3_600_000 },
    async (hold) => {
      const shop = join(tempDir(), "shop.db");
      makeOddShop(shop, ROWS, TWO_RANGES);
      const database = await testDatabase(`kill every step in its ${hold}`);
      const client = await database.client();
      const gate = await makeGate(database.url, client);
      for (let killed = 0; ; killed++) {
        await gate.close(killed, hold);
        const killer = new AbortController();
        const run = migrateOdd(shop, database.url, killer.signal);
        const isHeld = await gate.caught(run);
        killer.abort();
        const ended = await run;
        await gate.open();
        if (isHeld) continue;
        // More than a hundred steps; where both workers are held in their commit, one kill lets two through.
        expect(killed).toBeGreaterThan(hold === "work" ? 100 : 60);
        await expectWhole(shop, database.url, client, reportOf(ended));
        return;
      }
    },
  );

  it(`goes on from ${MOMENTS} moments spread over the whole run`, { timeout: 3_600_000 }, async () => {
    const folder = tempDir();
    const shop = join(folder, "shop.db");
    makeOddShop(shop, ROWS, TWO_RANGES);
    const moments = spread(await measureMove(shop), MOMENTS);
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const source = join(folder, `shop-${lane}.db`);
      copyFileSync(shop, source);
      const phases: string[] = [];
      for (const [i, moment] of moments.entries()) {
        if (i % LANES === lane) phases.push(await killAt(source, moment));
      }
      return phases;
    });
    console.log(`killed in ${JSON.stringify(tally((await Promise.all(lanes)).flat()))}`);
  });
});
