// Starts the move of an odd source as a child process, kills it, and sees it through to its end.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect } from "vitest";
import type { Ended } from "../support/command.js";
import { outgrow, testDatabase } from "../support/server.js";
import { ODD_DECISIONS } from "./odd-shop.js";
import { expectWhole, reportOf, row } from "./whole-move.js";

/** `outgrow migrate` of a source with odd tables; SIGKILL when `kill` aborts. */
export function migrateOdd(source: string, url: string, kill?: AbortSignal): Promise<Ended> {
  const args = ["migrate", source, url, "--jobs", "2", "--json", "--quiet", ...ODD_DECISIONS];
  return outgrow(args, kill === undefined ? {} : { signal: kill, killWith: "SIGKILL" });
}

/**
 * Kills a move into a new database after so many milliseconds, and expects the same command again to bring it to its
 * end. Gives the phase in which it was killed.
 */
export async function killAtMoment(source: string, moment: number): Promise<string> {
  const database = await testDatabase("kill at a moment");
  const client = await database.client();
  const killer = new AbortController();
  const run = migrateOdd(source, database.url, killer.signal);
  await Promise.race([run, sleep(moment)]);
  killer.abort();
  const ended = await run;
  const phase = ended.signal === null ? "its end" : await phaseOf(client);
  const report = reportOf(await migrateOdd(source, database.url));
  await expectWhole(source, database.url, client, report);
  await database.drop();
  return phase;
}

/** By the last step on record. */
async function phaseOf(client: pg.Client): Promise<string> {
  const { there } = (await row(client, "select to_regclass('outgrow.progress') is not null as there")) as {
    there: boolean;
  };
  if (!there) return "reading";
  const { step } = (await row(
    client,
    `select (select split_part(step, ':', 1) from outgrow.progress order by done_at desc, step limit 1) as step`,
  )) as { step: string | null };
  expect(step === null || /^[a-z-]+$/.test(step)).toBe(true);
  switch (step) {
    case null:
    case "schema":
    case "create":
      return "tables";
    case "copy":
      return "copy";
    case "sequences":
      return "verification";
    default:
      return "keys";
  }
}
