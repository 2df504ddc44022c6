// What running up and running down have in common: options, results, and who runs.

import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { checkFile } from "./check-file.js";
import type { SchemaConnection } from "./connection.js";
import { type MigrationFile, type Problem, refuseProblems } from "./migration-files.js";
import { LOCK_TIMEOUT_MS } from "./run-file.js";
import type { Script } from "./statements.js";
import type { AfterFailure } from "./words.js";

export interface RunnerOptions {
  /** Do all the checks, and tell what would run; nothing is changed. */
  dryRun?: boolean;
  afterFailure?: AfterFailure | null;
  /** How long to wait for another runner. */
  lockWaitMs?: number;
  /** How long a file in a transaction waits for a lock of the application; it is tried five times. */
  lockTimeoutMs?: number;
  /** Who is recorded; user and host of this process unless told. */
  by?: string;
  /** Aborted, the runner stops after the file that is under way. */
  signal?: AbortSignal;
  onFile?: (file: FileDone) => void;
}

export interface FileDone {
  number: number;
  name: string;
  /** Within the folder. */
  file: string;
  inTransaction: boolean;
  /** Null where the file is too long to be taken apart. */
  statements: number | null;
  /** Null where it did not run: in a dry run, or where `afterFailure` is `done`. */
  durationMs: number | null;
}

export interface RunResult {
  dryRun: boolean;
  files: FileDone[];
  /** Whether `signal` stopped it before all had run. */
  stopped: boolean;
}

export const LOCK_WAIT_MS = 60_000;

export function settled(options: RunnerOptions) {
  return {
    dryRun: options.dryRun ?? false,
    afterFailure: options.afterFailure ?? null,
    lockWaitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
    lockTimeoutMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    by: options.by ?? whoRuns(),
    signal: options.signal ?? null,
    onFile: options.onFile ?? (() => undefined),
  };
}

export type Settled = ReturnType<typeof settled>;

export function whoRuns(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A process in a container may run as a user without a name ("os.userInfo").
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** Between two files. SQLite's calls are synchronous, and a signal is only heard where the event loop turns. */
export async function isStopped({ signal }: Settled): Promise<boolean> {
  if (signal === null) {
    return false;
  }
  await sleep(1);
  return signal.aborted;
}

/** Reads all files before any runs, so that a slip in the third does not leave two applied. Throws `settings`. */
export async function readScripts<T extends { file: MigrationFile }>(
  runs: readonly T[],
  connection: SchemaConnection,
): Promise<(T & { script: Script | null })[]> {
  const read: (T & { script: Script | null })[] = [];
  const problems: Problem[] = [];
  for (const run of runs) {
    const checked = await checkFile(run.file, connection.engine, connection.serverMajor);
    read.push({ ...run, script: checked.script });
    problems.push(...checked.problems);
  }
  refuseProblems(problems, "settings");
  return read;
}

export function statementCount(script: Script | null): number | null {
  return script !== null && "statements" in script ? script.statements.length : null;
}
