// Runs the property "any database moves, and every value is there" over many made-up databases.
import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type pg from "pg";
import { tempDir, testDatabase } from "../support/server.js";
import { databases } from "./arbitraries.js";
import { type ModelDatabase, scriptOf, writeDatabase } from "./database-model.js";
import { judgeMove } from "./judge.js";

/**
 * Blocked moves that are right even with every recommendation taken. Short on purpose: whatever else stops a move or
 * throws is a fault.
 */
const RIGHTLY_BLOCKED = [/^blocked: (?:row-too-large|too-many-columns)[^;]*$/];

/**
 * OUTGROW_SEED and OUTGROW_PATH, as a failure prints them, run one case again. Without them the databases are those of
 * `usualSeed`, or new ones at each run where that is null.
 */
export async function runProperty(cases: number, limitMs: number, usualSeed: number | null): Promise<void> {
  const seed = Number(process.env.OUTGROW_SEED ?? usualSeed ?? Math.floor(Math.random() * 2 ** 31));
  const path = process.env.OUTGROW_PATH;
  console.log(
    `fast-check: ${cases} databases, OUTGROW_SEED=${seed}${path === undefined ? "" : ` OUTGROW_PATH=${path}`}`,
  );
  const database = await testDatabase("property");
  const client = await database.client();
  const folder = tempDir();
  let number = 0;
  const result = await fc.check(
    fc.asyncProperty(databases, async (model) => {
      number++;
      const file = join(folder, `case-${number}.db`);
      writeDatabase(file, model);
      await clear(client);
      const { wrong } = await judgeMove(file, database.url, "public");
      for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
      if (wrong !== null && !RIGHTLY_BLOCKED.some((reason) => reason.test(wrong))) throw new Error(wrong);
    }),
    {
      numRuns: cases,
      seed,
      ...(path === undefined ? {} : { path }),
      interruptAfterTimeLimit: limitMs,
      markInterruptAsFailure: true,
    },
  );
  if (result.failed) throw new Error(describe(result));
}

async function clear(client: pg.Client): Promise<void> {
  await client.query(
    "drop schema if exists outgrow cascade; drop schema public cascade; create schema public",
  );
}

function describe(result: fc.RunDetails<[ModelDatabase]>): string {
  const { seed, counterexamplePath, numRuns, counterexample, errorInstance, interrupted } = result;
  const replay = `OUTGROW_SEED=${seed}${counterexamplePath === null ? "" : ` OUTGROW_PATH=${counterexamplePath}`}`;
  if (counterexample === null)
    return interrupted
      ? `only ${numRuns} cases in the time, ${replay}`
      : `failed after ${numRuns} cases, ${replay}`;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return [`case ${numRuns} failed, ${replay}`, reason, "the file:", scriptOf(counterexample[0])].join("\n\n");
}
