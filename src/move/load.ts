// Carries out a plan: tables, rows, keys, sequences; every step recorded, so that a killed load goes on.

import { type Client, DatabaseError } from "pg";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog } from "../source/catalog.js";
import type { KeyRange } from "../source/profile.js";
import { checkStatements } from "../target/check-statements.js";
import { connect, endClient } from "../target/connect.js";
import {
  beforeSteps,
  foreignKeySteps,
  indexSteps,
  keptColumns,
  type LoadStep,
  replaceRows,
  sequenceStep,
  triggerSteps,
  validationSteps,
  viewSteps,
} from "../target/load-steps.js";
import { lockAsHelper } from "../target/lock-target.js";
import { doneSteps, type StepCounts, saveStep } from "../target/moves.js";
import { putAside, putBack, validatePutBack } from "../target/pending-ddl.js";
import type { TargetSettings } from "../target/settings.js";
import type { Clock } from "./clock.js";
import { counter, type OnEvent } from "./events.js";
import type { WorkerPool } from "./worker-pool.js";

export interface LoadJob {
  move: bigint;
  plan: Plan;
  catalog: SourceCatalog;
  target: TargetCatalog;
  settings: TargetSettings;
  /** The coordinator's own connection. */
  client: Client;
  pool: WorkerPool;
  clock: Clock;
  dropExisting: boolean;
  /** Is added to. */
  warnings: string[];
  signal: AbortSignal;
  onEvent: OnEvent;
}

/** Counts by copy step, `copy:TABLE:N`. */
export type CopyCounts = ReadonlyMap<string, StepCounts>;

export async function load(job: LoadJob): Promise<CopyCounts> {
  const { client, plan, clock } = job;
  await checkStatements(plan);
  const done = await doneSteps(client, job.move);
  const run = (step: LoadStep) => runStep(client, job.move, step, done);
  await clock.time("prepare", async () => {
    for (const step of beforeSteps(plan, job.target, job.dropExisting, job.move)) {
      await run(step);
    }
    await putAside(client, job.move, plan, job.target, done);
    for (const table of plan.tables.filter((candidate) => candidate.existingRows === "replace")) {
      await run(replaceRows(plan.schema, table, keptColumns(job.target, table.target), job.move));
    }
  });
  job.signal.throwIfAborted();
  const counts = await clock.time("copy", () => copyAll(job, done));
  checkSums(plan, counts);
  job.signal.throwIfAborted();
  await clock.time("keys", () => makeKeys(job, done));
  return counts;
}

/** Copy and verification read rows by the same SQL; the profile counts them by another, so a row that both miss shows. */
function checkSums(plan: Plan, counts: CopyCounts): void {
  for (const { parts, table } of plan.tables.map((table) => ({ table, parts: partsOf(table, counts) }))) {
    const [copied, setAside] = [sumOf(parts, "rows"), sumOf(parts, "setAside")];
    if (table.columns.length > 0 && copied + setAside !== table.rows) {
      throw new OutgrowError(
        "failed",
        `table "${table.source}" has ${table.rows} rows, but ${copied} were copied and ${setAside} set aside`,
        { hint: "this is a fault of outgrow; please report it with the table's CREATE statement" },
      );
    }
  }
}

function partsOf(table: PlannedTable, counts: CopyCounts): StepCounts[] {
  return copyParts([table]).flatMap(({ step }) => counts.get(step) ?? []);
}

const sumOf = (parts: readonly StepCounts[], what: "rows" | "setAside") =>
  parts.reduce((sum, part) => sum + part[what], 0);

/** What the recorded copy steps of a move counted. */
export async function copiedSteps(client: Client, move: bigint): Promise<CopyCounts> {
  return copiedOf(await doneSteps(client, move));
}

function copiedOf(done: ReadonlyMap<string, StepCounts>): Map<string, StepCounts> {
  return new Map([...done].filter(([step]) => step.startsWith("copy:")));
}

interface CopyPart {
  table: PlannedTable;
  range: KeyRange;
  step: string;
  whole: boolean;
}

function copyParts(tables: readonly PlannedTable[]): CopyPart[] {
  return tables.flatMap((table) => {
    const ranges = table.read.by === "rowid" ? table.read.ranges : [{ after: null, upTo: null }];
    return ranges.map((range, i) => ({
      table,
      range,
      step: `copy:${table.target}:${i}`,
      whole: ranges.length === 1,
    }));
  });
}

async function copyAll(job: LoadJob, done: ReadonlyMap<string, StepCounts>): Promise<CopyCounts> {
  const parts = copyParts(job.plan.tables);
  const left = parts.filter((part) => !done.has(part.step));
  const counts = copiedOf(done);
  const total = job.plan.tables.reduce((sum, table) => sum + table.rows, 0);
  const progress = counter("copy", total, job.onEvent);
  progress(
    [...counts.values()].reduce((sum, one) => sum + one.rows, 0),
    0,
  );
  await job.pool.map(
    left,
    "copy",
    ({ table, range, step, whole }) => {
      const declared = job.catalog.tables.find((candidate) => candidate.name === table.source);
      if (declared === undefined) {
        throw new OutgrowError("source-changed", `the source has no table "${table.source}" any more`);
      }
      // A worker needs one range of the table, not the list of all.
      const read = table.read.by === "rowid" ? { ...table.read, ranges: [] } : table.read;
      return {
        move: job.move,
        schema: job.plan.schema,
        table: { ...table, read },
        declared,
        range,
        whole,
        step,
      };
    },
    { signal: job.signal, onProgress: progress, onDone: (part, result) => counts.set(part.step, result) },
  );
  return counts;
}

/**
 * Indexes and keys on several connections, one table each at a time, largest first; then foreign keys NOT VALID,
 * one after the other since each locks two tables for a moment; then their validation, again side by side.
 */
async function makeKeys(job: LoadJob, done: ReadonlyMap<string, StepCounts>): Promise<void> {
  const { plan } = job;
  const tables = [...plan.tables].sort((a, b) => b.rows - a.rows);
  const total = tables.reduce(
    (sum, table) =>
      sum +
      indexSteps(plan, table).length +
      foreignKeySteps(plan.schema, table).length +
      validationSteps(plan.schema, table).length,
    1 + viewSteps(plan).length + triggerSteps(plan).length,
  );
  const progress = counter("keys", total, job.onEvent);
  const advance = () => progress(1, 0);
  const clients = await connectAll(job, Math.min(job.pool.size, tables.length));
  try {
    await runQueues(
      job,
      clients,
      tables.map((table) => indexSteps(plan, table)),
      done,
      advance,
    );
    await runQueues(
      job,
      clients.slice(0, 1),
      plan.tables.map((table) => foreignKeySteps(plan.schema, table)),
      done,
      advance,
    );
    await putBack(job.client, job.move);
    await runQueues(
      job,
      clients,
      tables.map((table) => validationSteps(plan.schema, table)),
      done,
      advance,
    );
    await validateOthers(job);
  } finally {
    await Promise.all(clients.map(endClient));
  }
  for (const step of [sequenceStep(plan), ...viewSteps(plan), ...triggerSteps(plan)]) {
    await runStep(job.client, job.move, step, done);
    advance();
  }
}

/** Constraints of tables that the move does not fill, but which refer to those it does; no step and no check knows of them. */
async function validateOthers(job: LoadJob): Promise<void> {
  for (const { table, constraint } of await validatePutBack(job.client, job.move)) {
    if (!job.plan.tables.some((planned) => planned.target === table)) {
      job.warnings.push(
        `constraint "${constraint}" of table "${table}" stays NOT VALID: rows of that table contradict it now`,
      );
    }
  }
}

/**
 * Parallel builds share the cores with each other, so each gets no parallel workers of its own: with two
 * connections that was fastest (2.1 against 2.6 s for the shop's 17 indexes).
 */
async function connectAll(job: LoadJob, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  try {
    while (clients.length < count) {
      const client = await connect(job.settings);
      clients.push(client);
      await lockAsHelper(client, job.plan.schema);
      await client.query("set maintenance_work_mem = '256MB'");
      if (count > 1) {
        await client.query("set max_parallel_maintenance_workers = 0");
      }
    }
    return clients;
  } catch (error) {
    await Promise.all(clients.map(endClient));
    throw error;
  }
}

async function runQueues(
  job: LoadJob,
  clients: readonly Client[],
  queues: readonly (readonly LoadStep[])[],
  done: ReadonlyMap<string, StepCounts>,
  advance: () => void,
): Promise<void> {
  let next = 0;
  const results = await Promise.allSettled(
    clients.map(async (client) => {
      while (next < queues.length) {
        const queue = queues[next] ?? [];
        next += 1;
        for (const step of queue) {
          job.signal.throwIfAborted();
          await runStep(client, job.move, step, done);
          advance();
        }
      }
    }),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed?.status === "rejected") {
    throw failed.reason;
  }
}

async function runStep(
  client: Client,
  move: bigint,
  step: LoadStep,
  done: ReadonlyMap<string, StepCounts>,
): Promise<void> {
  if (done.has(step.key)) {
    return;
  }
  const started = performance.now();
  await client.query("begin");
  try {
    for (const sql of step.sql) {
      await client.query(sql);
    }
    await saveStep(client, move, step.key, {
      rows: 0,
      setAside: 0,
      substituted: 0,
      seconds: (performance.now() - started) / 1000,
    });
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    if (step.unique !== undefined && error instanceof DatabaseError && error.code === "23505") {
      throw new OutgrowError(
        "source-corrupt",
        `the source's ${printable(step.unique)} has rows that its own unique key forbids`,
        {
          hint: "see what PRAGMA integrity_check says of the file, and mend it; `migrate … --abort` gives this move up",
          cause: error,
        },
      );
    }
    if (!(step.mayFail && error instanceof DatabaseError && error.code?.startsWith("23"))) {
      throw error;
    }
  }
}
