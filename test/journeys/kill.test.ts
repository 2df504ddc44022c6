// Kills a move at every step and at moments spread over it; the same command again must end as if nothing had been.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { makeSqlite, tempDir, testDatabase } from "../support/server.js";
import { makeGate } from "./gate.js";
import { killAt, measureMove, migrateOdd, spread, tally } from "./kill-move.js";
import { makeOdd, makeOddShop, TWO_RANGES } from "./odd-shop.js";
import { expectWhole, reportOf, row } from "./whole-move.js";

const MOMENTS = Number(process.env.OUTGROW_KILLS ?? 50);
const LANES = 2;

describe("a move that is killed", () => {
  it("goes on from every step, killed before its record is written or while the server commits it", {
    timeout: 300_000,
  }, async () => {
    const source = makeSqlite((db) => makeOdd(db, TWO_RANGES), "odd.db");
    const database = await testDatabase("kill at steps");
    const client = await database.client();
    const gate = await makeGate(database.url, client);
    let killed = 0;
    for (;;) {
      await gate.close(killed, killed % 2 === 0 ? "work" : "commit");
      const killer = new AbortController();
      const run = migrateOdd(source, database.url, killer.signal);
      const isHeld = await gate.caught(run);
      killer.abort();
      const ended = await run;
      await gate.open();
      if (!isHeld) {
        const report = reportOf(ended);
        expect(report.resumed).toBe(true);
        await expectWhole(source, database.url, client, report);
        break;
      }
      expect(ended.signal, ended.stderr).toBe("SIGKILL");
      killed++;
    }
    expect(killed).toBeGreaterThan(20);
    const again = reportOf(await migrateOdd(source, database.url));
    expect(again.resumed).toBe(true);
    await expectWhole(source, database.url, client, again);
  });

  // 4 tables are made and 4 copied, then come the keys.
  it.each([
    ["a copy", 5],
    ["another copy", 6],
    ["a key", 10],
  ])(
    "waits for %s that the server still commits for the killed run",
    {
      timeout: 120_000,
    },
    async (_step, steps) => {
      const source = makeSqlite((db) => makeOdd(db, 600), "odd.db");
      const database = await testDatabase("kill straggler");
      const client = await database.client();
      const gate = await makeGate(database.url, client);
      await gate.close(steps, "commit");
      const killer = new AbortController();
      const run = migrateOdd(source, database.url, killer.signal);
      expect(await gate.caught(run)).toBe(true);
      // The next run is there already when this one is killed, so it meets the step neither done nor undone.
      const next = migrateOdd(source, database.url);
      await waitsForLock(client);
      killer.abort();
      await run;
      await sleep(300);
      await gate.open();
      await expectWhole(source, database.url, client, reportOf(await next));
    },
  );

  it(`goes on from ${MOMENTS} moments spread over the whole run`, { timeout: 600_000 }, async () => {
    const folder = tempDir();
    const shop = join(folder, "shop.db");
    makeOddShop(shop, 2_000, 3_000);
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
    const phases = (await Promise.all(lanes)).flat();
    expect(phases).toHaveLength(MOMENTS);
    console.log(`killed in ${JSON.stringify(tally(phases))}`);
  });
});

/** Until a run has asked for the lock of the target and has not got it. */
async function waitsForLock(client: pg.Client): Promise<void> {
  const sessions = `
    select count(*)::int as n from pg_stat_activity
     where datname = current_database() and query like 'select pg_try_advisory_lock%' and state = 'idle'
       and not exists (select from pg_locks where pg_locks.pid = pg_stat_activity.pid and locktype = 'advisory')`;
  while (((await row(client, sessions)) as { n: number }).n === 0) await sleep(20);
}
