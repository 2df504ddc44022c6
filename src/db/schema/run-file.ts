// Runs one file, up or down, together with its entry in the table: in one transaction, or statement by statement where the
// file asks for that.

import { setTimeout as sleep } from "node:timers/promises";
import { OutgrowError } from "../../base/errors.js";
import { afterFailure } from "./compare-history.js";
import { type SchemaConnection, StatementError } from "./connection.js";
import { fileError } from "./file-error.js";
import { deleteEntry, markProgress, markState, type NewEntry, writeEntry } from "./ledger.js";
import type { MigrationFile } from "./migration-files.js";
import type { Script, Statement } from "./statements.js";

export interface FileRun {
  direction: "up" | "down";
  file: MigrationFile;
  /** Null where it was too long to be read. */
  script: Script | null;
  /** What stands in the table when the file has run, whose duration is filled in; for `down` while it runs. */
  entry: Omit<NewEntry, "state" | "statementsDone" | "durationMs">;
  /** How many statements are done already; only for a file without a transaction. */
  from: number;
}

/** How long DDL waits for a lock that an application holds; whoever comes after it waits behind it. */
export const LOCK_TIMEOUT_MS = 5_000;

/** Waiting for running transactions to end is what CREATE INDEX CONCURRENTLY does. */
const LONG_LOCK_TIMEOUT_MS = 300_000;

const ATTEMPTS = 5;

/** Gives how long it took. Throws OutgrowError with file, line and statement where the engine refuses one. */
export async function runFile(
  connection: SchemaConnection,
  run: FileRun,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
): Promise<number> {
  const statements = run.script !== null && "statements" in run.script ? run.script.statements : null;
  try {
    if (run.file.inTransaction) {
      return await runInTransaction(connection, run, statements, lockTimeoutMs);
    }
    return await runOutside(connection, run, statements ?? []);
  } finally {
    // What the file has set ends with it; where the connection is gone, so has the session.
    await connection.reset().catch(() => undefined);
  }
}

async function runInTransaction(
  connection: SchemaConnection,
  run: FileRun,
  statements: readonly Statement[] | null,
  lockTimeoutMs: number,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    await connection.reset();
    await connection.setLockTimeout(lockTimeoutMs);
    const started = performance.now();
    try {
      return await connection.transaction(async () => {
        const id = await connection.transactionId();
        await connection.script(run.file.text);
        await refuseEndedTransaction(connection, run.file, id);
        await refuseLostLock(connection, run.file);
        await connection.reset(); // The file may have taken another role, or another search_path.
        const durationMs = performance.now() - started;
        await (run.direction === "up"
          ? writeEntry(connection, { ...run.entry, state: "applied", statementsDone: null, durationMs })
          : deleteEntry(connection, run.entry.number));
        return durationMs;
      });
    } catch (error) {
      if (!(error instanceof StatementError)) {
        throw error;
      }
      if (attempt < ATTEMPTS && isPassing(error)) {
        await sleep(250 * 2 ** attempt);
        continue;
      }
      throw fileError(error, run.file, statements, "nothing of the file was kept");
    }
  }
}

/** A lock not given in time, a deadlock, a serialization failure: the whole transaction may be tried again. */
function isPassing({ about: { code } }: StatementError): boolean {
  return code === "55P03" || code === "40P01" || code === "40001";
}

/** The last look, for what no parser sees: a procedure that commits, or a script that was too long to be read. */
async function refuseEndedTransaction(
  connection: SchemaConnection,
  file: MigrationFile,
  id: string,
): Promise<void> {
  if (!connection.inTransaction() || (await connection.transactionId()) !== id) {
    throw new OutgrowError(
      "failed",
      `"${file.file}" ended the transaction in which it ran, so what it did up to there was kept and is not recorded`,
      { hint: "undo by hand what it did, and take COMMIT and ROLLBACK out of the file" },
    );
  }
}

async function refuseLostLock(connection: SchemaConnection, file: MigrationFile): Promise<void> {
  if (!(await connection.holdsLock())) {
    throw new OutgrowError("failed", `"${file.file}" gave up the lock that keeps two runners apart`, {
      hint: "take DISCARD ALL or pg_advisory_unlock_all() out of it",
    });
  }
}

/**
 * Each statement is recorded when it is done. One that the file puts in a transaction of its own (BEGIN … COMMIT) is recorded in
 * that, so that a rollback takes both back.
 */
async function runOutside(
  connection: SchemaConnection,
  run: FileRun,
  statements: readonly Statement[],
): Promise<number> {
  const { number } = run.entry;
  const [running, failed] =
    run.direction === "up" ? (["running", "failed"] as const) : (["reverting", "revert-failed"] as const);
  await connection.reset();
  await connection.setLockTimeout(LONG_LOCK_TIMEOUT_MS);
  const leftBefore = new Set(await connection.leftovers());
  await writeEntry(connection, { ...run.entry, state: running, statementsDone: run.from, durationMs: 0 });
  const started = performance.now();
  let done = run.from;
  try {
    for (const statement of statements.slice(run.from)) {
      await connection.script(statement.text);
      done += 1;
      await markProgress(connection, number, done);
    }
    if (connection.inTransaction()) {
      throw new OutgrowError("failed", `"${run.file.file}" left a transaction open, which was rolled back`, {
        hint: `write COMMIT at its end; then: outgrow schema ${run.direction} --after-failure retry`,
      });
    }
    await refuseLostLock(connection, run.file);
  } catch (error) {
    // Where the connection is gone, the table says "running", and the next run tells how to go on.
    await connection.abandon();
    await connection.reset();
    await markState(connection, number, failed);
    if (!(error instanceof StatementError)) {
      throw error;
    }
    const left = (await connection.leftovers()).filter((name) => !leftBefore.has(name));
    throw outsideError(error, run, statements, done, left);
  }
  await connection.reset();
  const durationMs = performance.now() - started;
  await (run.direction === "up"
    ? writeEntry(connection, { ...run.entry, state: "applied", statementsDone: done, durationMs })
    : deleteEntry(connection, number));
  return durationMs;
}

function outsideError(
  error: StatementError,
  run: FileRun,
  statements: readonly Statement[],
  done: number,
  left: readonly string[],
): OutgrowError {
  const statement = statements[done];
  const placed = new StatementError(
    error.message,
    { ...error.about, doneCount: done, offset: (statement?.offset ?? 0) + (error.about.offset ?? 0) },
    error.cause,
  );
  const told = fileError(
    placed,
    run.file,
    statements,
    `${done} of its ${statements.length} statements stand`,
  );
  const invalid = left.map((name) => `drop index concurrently ${name}`).join("; ");
  return new OutgrowError(told.code, told.message, {
    hint: `${invalid === "" ? "" : `an invalid index was left: ${invalid}; `}${afterFailure(run.direction, done)}`,
    cause: error,
  });
}
