// Where a database stands: which files ran, which are still to run, and what does not fit.

import { compareHistory, type FileState } from "./compare-history.js";
import type { SchemaConnection } from "./connection.js";
import { readLedger } from "./ledger.js";
import { type Problem, readFolder } from "./migration-files.js";
import { type Migratable, withConnection } from "./with-connection.js";

export interface SchemaStatus {
  schema: string;
  /** Whether there is nothing wrong; files that are still to run are not. */
  ok: boolean;
  pendingCount: number;
  files: FileStatus[];
  problems: Problem[];
  /** Whether a runner is at work now. */
  isRunning: boolean;
}

export interface FileStatus {
  number: number;
  name: string;
  /** Null where it is missing. */
  file: string | null;
  state: FileState;
  /** ISO 8601 in UTC. */
  appliedAt: string | null;
  durationMs: number | null;
  by: string | null;
  /** Of the file as it is now. */
  checksum: string | null;
  inTransaction: boolean | null;
  hasDown: boolean;
}

/** Changes nothing, and waits for nobody. */
export async function schemaStatus(database: Migratable, folder: string): Promise<SchemaStatus> {
  return withConnection(database, (connection) => statusOf(connection, folder));
}

async function statusOf(connection: SchemaConnection, folder: string): Promise<SchemaStatus> {
  const read = readFolder(folder, connection.engine);
  const isRunning = await connection.isLocked();
  const { standings, problems } = compareHistory(read.migrations, (await readLedger(connection)) ?? []);
  // A file that runs now is no problem yet.
  const real = problems.filter(({ code }) => !(isRunning && code === "interrupted"));
  const all = [...read.problems, ...real];
  return {
    schema: connection.schema,
    ok: all.length === 0,
    pendingCount: standings.filter(({ state }) => state === "pending").length,
    files: standings.map(({ number, name, state, migration, entry }) => ({
      number,
      name,
      file: migration?.file ?? null,
      state,
      appliedAt: entry?.appliedAt ?? null,
      durationMs: entry?.durationMs ?? null,
      by: entry?.appliedBy ?? null,
      checksum: migration?.checksum ?? null,
      inTransaction: migration?.inTransaction ?? null,
      hasDown: migration !== null && migration.down !== null,
    })),
    problems: all,
    isRunning,
  };
}
