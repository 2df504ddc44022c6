// Runs the files that did not run yet: each once, in order, under a lock.

import { OutgrowError, withDocument } from "../../base/errors.js";
import { compareHistory, isBroken, type Standing } from "./compare-history.js";
import type { SchemaConnection } from "./connection.js";
import { makeLedger, readLedger, writeEntry } from "./ledger.js";
import { type Folder, type Migration, readFolder, refuseProblems } from "./migration-files.js";
import { type FileRun, runFile } from "./run-file.js";
import {
  type FileDone,
  isStopped,
  type RunnerOptions,
  type RunResult,
  readScripts,
  type Settled,
  settled,
  statementCount,
} from "./runner.js";
import { type Migratable, withConnection } from "./with-connection.js";
import type { AfterFailure } from "./words.js";

export interface UpOptions extends RunnerOptions {
  /** Run files up to this number. */
  to?: number | null;
  /** Also run files whose number is below one that ran already. */
  outOfOrder?: boolean;
}

/**
 * Brings the database up to the files of `folder` and tells what ran. The connection stays open; its session settings become
 * those of the runner. Throws `settings` for a folder or file that is wrong, `wrong-state` where files and what ran do not
 * fit, `precondition` where another runner does not end, and `failed` for a statement that the engine refuses; what was
 * done before stands in the error's JSON document as `files`.
 */
export async function runMigrations(
  database: Migratable,
  folder: string,
  options: UpOptions = {},
): Promise<RunResult> {
  return withConnection(database, (connection) => up(connection, folder, options));
}

async function up(connection: SchemaConnection, folder: string, options: UpOptions): Promise<RunResult> {
  const files = readFolder(folder, connection.engine);
  refuseProblems(files.problems, "settings");
  refuseUnknownNumber(files, options.to ?? null);
  const decide = async () => pendingOf(files, connection, options);
  if (options.dryRun === true) {
    const { runs, finish } = await decide();
    return { dryRun: true, files: [...finish.map(shown), ...runs.map(shown)], stopped: false };
  }
  // Many processes of an application start at once, and mostly there is nothing to do: that needs no lock.
  if (await isUpToDate(files, connection)) {
    return { dryRun: false, files: [], stopped: false };
  }
  const chosen = settled(options);
  return connection.withLock(chosen.lockWaitMs, async () => {
    const decided = await decide();
    await makeLedger(connection);
    return runAll(connection, decided, chosen);
  });
}

interface Pending extends Omit<FileRun, "entry"> {
  migration: Migration;
  file: Migration;
}

interface Decided {
  /** Files that a person says are done. */
  finish: Pending[];
  runs: Pending[];
}

async function isUpToDate(files: Folder, connection: SchemaConnection): Promise<boolean> {
  const entries = await readLedger(connection);
  if (entries === null) {
    return files.migrations.length === 0;
  }
  const { standings, problems } = compareHistory(files.migrations, entries);
  return problems.length === 0 && standings.every(({ entry }) => entry !== null);
}

async function pendingOf(files: Folder, connection: SchemaConnection, options: UpOptions): Promise<Decided> {
  const { standings, problems } = compareHistory(
    files.migrations,
    (await readLedger(connection)) ?? [],
    options.outOfOrder ?? false,
  );
  const afterFailure = options.afterFailure ?? null;
  const broken = standings.filter(({ state }) => state === "failed" || state === "running");
  if (afterFailure !== null && broken.length === 0) {
    throw new OutgrowError("usage", "no file has failed, so there is nothing to go on with after a failure", {
      hint: "leave --after-failure out",
    });
  }
  const settles = ({ code, file }: { code: string; file: string | null }) =>
    afterFailure !== null &&
    (code === "failed" || code === "interrupted") &&
    broken.some(({ migration }) => migration?.file === file);
  refuseProblems(
    problems.filter((problem) => !settles(problem)),
    "wrong-state",
  );
  const to = options.to ?? Number.POSITIVE_INFINITY;
  const wanted = standings.filter(
    ({ state, number }) =>
      isBroken(state) || ((state === "pending" || state === "out-of-order") && number <= to),
  );
  const runs = await readScripts(
    wanted.flatMap((standing) => runOf(standing, afterFailure) ?? []),
    connection,
  );
  const isFinished = (run: Pending) =>
    afterFailure === "done" && broken.some(({ number }) => number === run.migration.number);
  return { finish: runs.filter(isFinished), runs: runs.filter((run) => !isFinished(run)) };
}

function runOf({ migration, entry, state }: Standing, afterFailure: AfterFailure | null) {
  if (migration === null) {
    return null;
  }
  const resumes = isBroken(state) && afterFailure === "resume";
  if (resumes && entry?.checksum !== migration.checksum) {
    throw new OutgrowError(
      "wrong-state",
      `"${migration.file}" was changed since it stopped, so what is done of it is not known`,
      {
        hint: "write it so that it can run again (if exists, if not exists), then: outgrow schema up --after-failure retry",
      },
    );
  }
  const from = resumes ? (entry?.statementsDone ?? 0) : 0;
  return { direction: "up" as const, migration, file: migration, from };
}

async function runAll(
  connection: SchemaConnection,
  { finish, runs }: Decided,
  chosen: Settled,
): Promise<RunResult> {
  const files: FileDone[] = [];
  const tell = (done: FileDone) => {
    files.push(done);
    chosen.onFile(done);
  };
  for (const run of finish) {
    await writeEntry(connection, {
      ...entryOf(run.migration, chosen.by),
      state: "applied",
      statementsDone: statementCount(run.script),
      durationMs: 0,
    });
    tell(shown(run));
  }
  for (const run of runs) {
    if (await isStopped(chosen)) {
      return { dryRun: false, files, stopped: true };
    }
    try {
      const entry = entryOf(run.migration, chosen.by);
      const durationMs = await runFile(connection, { ...run, entry }, chosen.lockTimeoutMs);
      tell({ ...shown(run), durationMs });
    } catch (error) {
      throw withDocument(error, { dryRun: false, files });
    }
  }
  return { dryRun: false, files, stopped: false };
}

function entryOf({ number, name, checksum }: Migration, appliedBy: string) {
  return { number, name, checksum, appliedBy };
}

function shown({ migration, file, script }: Pending): FileDone {
  const { number, name } = migration;
  return {
    number,
    name,
    file: file.file,
    inTransaction: file.inTransaction,
    statements: statementCount(script),
    durationMs: null,
  };
}

function refuseUnknownNumber({ migrations, folder }: Folder, to: number | null): void {
  if (to !== null && !migrations.some(({ number }) => number === to)) {
    throw new OutgrowError("usage", `no file in "${folder}" has the number ${to}`, {
      hint: "outgrow schema status lists them",
    });
  }
}
