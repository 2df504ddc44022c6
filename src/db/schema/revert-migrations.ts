// Runs down files: what ran last is undone first.

import { OutgrowError, withDocument } from "../../base/errors.js";
import { afterFailure as howToGoOn } from "./compare-history.js";
import type { SchemaConnection } from "./connection.js";
import { deleteEntry, type LedgerEntry, readLedger } from "./ledger.js";
import { type Migration, type MigrationFile, readFolder, refuseProblems } from "./migration-files.js";
import { runFile } from "./run-file.js";
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
import type { Script } from "./statements.js";
import { type Migratable, withConnection } from "./with-connection.js";

export interface DownOptions extends RunnerOptions {
  /** Undo all files above this number; 0 undoes all. */
  to?: number | null;
  /** How many files to undo; 1 unless `to` is given. */
  steps?: number | null;
}

interface Reverting {
  entry: LedgerEntry;
  migration: Migration;
  file: MigrationFile;
  from: number;
  /** A person says that it is undone. */
  isDone: boolean;
}

type Read = Reverting & { script: Script | null };

/** As runMigrations, the other way; refuses before anything runs where one of the files has no way back. */
export async function revertMigrations(
  database: Migratable,
  folder: string,
  options: DownOptions = {},
): Promise<RunResult> {
  return withConnection(database, (connection) => down(connection, folder, options));
}

async function down(connection: SchemaConnection, folder: string, options: DownOptions): Promise<RunResult> {
  const { migrations, problems } = readFolder(folder, connection.engine);
  refuseProblems(problems, "settings");
  const decide = async () => {
    const entries = (await readLedger(connection)) ?? [];
    return readScripts(revertingOf(entries, migrations, options), connection);
  };
  if (options.dryRun === true) {
    return { dryRun: true, files: (await decide()).map(shown), stopped: false };
  }
  const chosen = settled(options);
  return connection.withLock(chosen.lockWaitMs, async () => revertAll(connection, await decide(), chosen));
}

function revertingOf(
  entries: readonly LedgerEntry[],
  migrations: readonly Migration[],
  options: DownOptions,
): Reverting[] {
  const { to = null, steps = null, afterFailure = null } = options;
  if (to !== null && steps !== null) {
    throw new OutgrowError("usage", "--to and --steps both say how far to go", {
      hint: "leave one of them out",
    });
  }
  if (to !== null && to !== 0 && !entries.some(({ number }) => number === to)) {
    throw new OutgrowError("usage", `no file with the number ${to} was applied`, {
      hint: "outgrow schema status lists them; --to 0 undoes all",
    });
  }
  const newestFirst = [...entries].sort((a, b) => b.number - a.number);
  const wanted =
    to === null ? newestFirst.slice(0, steps ?? 1) : newestFirst.filter(({ number }) => number > to);
  const broken = newestFirst.find(({ state }) => state === "reverting" || state === "revert-failed");
  if (afterFailure !== null && broken === undefined) {
    throw new OutgrowError(
      "usage",
      "no down file has failed, so there is nothing to go on with after a failure",
      {
        hint: "leave --after-failure out",
      },
    );
  }
  return wanted.map((entry) =>
    revertingOne(entry, migrations, entry === broken ? afterFailure : null, entry === broken),
  );
}

function revertingOne(
  entry: LedgerEntry,
  migrations: readonly Migration[],
  afterFailure: RunnerOptions["afterFailure"],
  isBroken: boolean,
): Reverting {
  const { number, name, statementsDone } = entry;
  const migration = migrations.find((one) => one.number === number);
  if (migration === undefined) {
    throw new OutgrowError(
      "wrong-state",
      `the file ${number} "${name}" was applied, and is not in the folder`,
      {
        hint: "put it and its down file back from version control",
      },
    );
  }
  if (migration.down === null) {
    throw new OutgrowError(
      "wrong-state",
      `"${migration.file}" has no way back: there is no ${number}_….down.sql`,
      {
        hint: `write "${migration.file.replace(/\.sql$/, ".down.sql")}", or undo the change with a new file`,
      },
    );
  }
  if (isBroken && afterFailure === null) {
    throw new OutgrowError(
      "wrong-state",
      `"${migration.down.file}" stopped after ${statementsDone ?? 0} statements`,
      {
        hint: howToGoOn("down", statementsDone ?? 0),
      },
    );
  }
  const from = afterFailure === "resume" ? (statementsDone ?? 0) : 0;
  return { entry, migration, file: migration.down, from, isDone: afterFailure === "done" };
}

async function revertAll(
  connection: SchemaConnection,
  all: readonly Read[],
  chosen: Settled,
): Promise<RunResult> {
  const files: FileDone[] = [];
  for (const one of all) {
    if (await isStopped(chosen)) {
      return { dryRun: false, files, stopped: true };
    }
    try {
      const durationMs = one.isDone ? null : await revertFile(connection, one, chosen);
      if (one.isDone) {
        await deleteEntry(connection, one.entry.number);
      }
      const done = { ...shown(one), durationMs };
      files.push(done);
      chosen.onFile(done);
    } catch (error) {
      throw withDocument(error, { dryRun: false, files });
    }
  }
  return { dryRun: false, files, stopped: false };
}

async function revertFile(
  connection: SchemaConnection,
  one: Read,
  { by, lockTimeoutMs }: Settled,
): Promise<number> {
  const { number, name, checksum } = one.entry;
  const { file, script, from } = one;
  const run = {
    direction: "down" as const,
    file,
    script,
    from,
    entry: { number, name, checksum, appliedBy: by },
  };
  return runFile(connection, run, lockTimeoutMs);
}

function shown({ entry, file, script }: Read): FileDone {
  const { number, name } = entry;
  return {
    number,
    name,
    file: file.file,
    inTransaction: file.inTransaction,
    statements: statementCount(script),
    durationMs: null,
  };
}
