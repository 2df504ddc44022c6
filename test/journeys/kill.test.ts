// Kills a move at every step and at moments spread over it; the same command again must end as if nothing had been.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, tempDir, testDatabase } from "../support/server.js";
import { type Hold, makeGate } from "./gate.js";
import { makeOdd, makeOddShop, ODD_DECISIONS } from "./odd-shop.js";
import { expectWhole, reportOf } from "./whole-move.js";

const MOMENTS = 50;

function migrate(source: string, url: string, kill?: AbortSignal): Promise<Ended> {
  const args = ["migrate", source, url, "--jobs", "2", "--json", "--quiet", ...ODD_DECISIONS];
  return outgrow(args, kill === undefined ? {} : { signal: kill, killWith: "SIGKILL" });
}

describe("a move that is killed at a step", () => {
  it.each<[Hold, string]>([
    ["work", "before the record of a step is written: the step is done again"],
    ["commit", "while the server commits a step: the step is done once"],
  ])("goes on where it is killed in its %s, %s", { timeout: 240_000 }, async (hold) => {
    const database = await testDatabase(`kill ${hold}`);
    const source = makeSqlite(makeOdd, "odd.db");
    const client = await database.client();
    const gate = await makeGate(database.url, client);
    let killed = 0;
    for (let steps = 0; ; steps++) {
      await gate.close(steps, hold);
      const killer = new AbortController();
      const run = migrate(source, database.url, killer.signal);
      const isHeld = await gate.caught(run);
      killer.abort();
      const ended = await run;
      // Every second time the server's process is let go only when the next run has begun.
      if (steps % 2 === 0) await gate.open();
      else setTimeout(() => void gate.open(), 400);
      if (!isHeld) {
        await gate.open();
        const report = reportOf(ended);
        expect(report.resumed).toBe(true);
        await expectWhole(source, database.url, client, report);
        break;
      }
      expect(ended.signal, ended.stderr).toBe("SIGKILL");
      killed++;
      if (steps % 2 === 1) await sleep(450);
    }
    expect(killed).toBeGreaterThan(20);
    const again = reportOf(await migrate(source, database.url));
    expect(again.resumed).toBe(true);
    await expectWhole(source, database.url, client, again);
  });
});
