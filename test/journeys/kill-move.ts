// Starts the move of an odd source as a child process, kills it, and sees it through to its end.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { ensureBookkeeping } from "#outgrow/target/bookkeeping.js";
import { connect } from "#outgrow/target/connect.js";
import { parseTarget } from "#outgrow/target/settings.js";
import type { Ended } from "../support/command.js";
import { outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { ODD_DECISIONS } from "./odd-shop.js";
import { expectWhole, reportOf, row } from "./whole-move.js";

/** `outgrow migrate` of a source with odd tables; SIGKILL when `kill` aborts. */
export function migrateOdd(source: string, url: string, kill?: AbortSignal): Promise<Ended> {
  const args = ["migrate", source, url, "--jobs", "2", "--json", "--quiet", ...ODD_DECISIONS];
  return outgrow(args, kill === undefined ? {} : { signal: kill, killWith: "SIGKILL" });
}

/** Counted from the start of the process, or from the first write, when what is to be read has been read. */
export interface Moment {
  after: "start" | "first write";
  ms: number;
}

/** How long a move takes that nobody disturbs: to its first write, and from there to its end. */
export async function measureMove(source: string): Promise<{ toWriteMs: number; toEndMs: number }> {
  const { database, client, firstWrite } = await target();
  const started = performance.now();
  const run = migrateOdd(source, database.url);
  await firstWrite;
  const written = performance.now();
  const report = reportOf(await run);
  const ended = performance.now();
  await expectWhole(source, database.url, client, report);
  await database.drop();
  return { toWriteMs: written - started, toEndMs: ended - written };
}

/** Moments over a whole run, a quarter of them before the first write. */
export function spread(run: { toWriteMs: number; toEndMs: number }, count: number): Moment[] {
  const early = Math.floor(count / 4);
  const late = count - early;
  return [
    ...Array.from(
      { length: early },
      (_, i): Moment => ({ after: "start", ms: (run.toWriteMs * (i + 1)) / early }),
    ),
    ...Array.from(
      { length: late },
      (_, i): Moment => ({ after: "first write", ms: (run.toEndMs * (i + 0.5)) / late }),
    ),
  ];
}

export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/**
 * Kills a move into a new database at a moment, and expects the same command again to bring it to its end. Gives the
 * phase in which it was killed.
 */
export async function killAt(source: string, moment: Moment): Promise<string> {
  const { database, client, firstWrite } = await target();
  const killer = new AbortController();
  const run = migrateOdd(source, database.url, killer.signal);
  if (moment.after === "first write") await Promise.race([run, firstWrite]);
  await Promise.race([run, sleep(moment.ms)]);
  killer.abort();
  const ended = await run;
  const phase = ended.signal === null ? "its end" : await phaseOf(client);
  const report = reportOf(await migrateOdd(source, database.url));
  await expectWhole(source, database.url, client, report);
  await database.drop();
  return phase;
}

/** A new database that tells when a move is put on record in it. */
async function target(): Promise<{
  database: TestDatabase;
  client: pg.Client;
  firstWrite: Promise<unknown>;
}> {
  const database = await testDatabase("kill at a moment");
  const client = await database.client();
  const bookkeeper = await connect(parseTarget(database.url, {}));
  await ensureBookkeeping(bookkeeper);
  await bookkeeper.end();
  await client.query(`
    create schema told;
    create function told.tell() returns trigger language plpgsql as $$ begin perform pg_catalog.pg_notify('move', ''); return new; end $$;
    create trigger told after insert on outgrow.moves for each row execute function told.tell();
    listen move`);
  return { database, client, firstWrite: once(client, "notification") };
}

/** By the last step on record. */
async function phaseOf(client: pg.Client): Promise<string> {
  const { moves } = (await row(client, "select count(*)::int as moves from outgrow.moves")) as {
    moves: number;
  };
  if (moves === 0) return "reading";
  const { step } = (await row(
    client,
    `select (select split_part(step, ':', 1) from outgrow.progress order by done_at desc, step limit 1) as step`,
  )) as { step: string | null };
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
