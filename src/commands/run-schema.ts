// Carries out `outgrow schema status|up|down|baseline`.

import { documentOf, withDocument } from "../base/errors.js";
import { toJson } from "../base/json.js";
import {
  type BaselineResult,
  baseline,
  type FileDone,
  type RunResult,
  revertMigrations,
  runMigrations,
  type SchemaConnection,
  type SchemaStatus,
  schemaStatus,
} from "../db/schema/index.js";
import { renderBaseline, renderFile, renderStatus } from "./render-migrations.js";
import type { BaselineFlags, DatabaseFlags, DownFlags, RunFlags, StatusFlags, UpFlags } from "./schema.js";
import { type Absent, type SchemaDatabase, schemaDatabase, withSchemaConnection } from "./schema-database.js";
import { withSignals } from "./signals.js";
import { colorsFor, counted } from "./terminal.js";

/** Gives the exit code: 5 where files and database do not fit, with `--check` 3 where files are to run. */
export async function runStatus(argument: string | undefined, flags: StatusFlags): Promise<number> {
  const database = schemaDatabase(argument);
  const status = await connected(database, flags, { absent: "refuse", readonly: true }, (connection) =>
    schemaStatus(connection, flags.dir),
  );
  if (flags.json) {
    process.stdout.write(`${toJson(statusDocument(database, flags, status), 2)}\n`);
  } else {
    process.stdout.write(renderStatus(database.shown, status, colorsFor(process.stdout)));
  }
  const needsRun = flags.check && status.pendingCount > 0;
  return status.ok ? (needsRun ? 3 : 0) : 5;
}

function statusDocument(database: SchemaDatabase, flags: DatabaseFlags, status: SchemaStatus) {
  const { schema, ok, pendingCount, isRunning, files, problems } = status;
  return { ok, ...about(database, flags), schema, isRunning, pendingCount, files, problems };
}

/** Gives the exit code. */
export async function runUp(argument: string | undefined, flags: UpFlags): Promise<number> {
  return run("up", argument, flags, "make", (connection, options) =>
    runMigrations(connection, flags.dir, { ...options, to: flags.to, outOfOrder: flags.outOfOrder }),
  );
}

/** Gives the exit code. */
export async function runDown(argument: string | undefined, flags: DownFlags): Promise<number> {
  return run("down", argument, flags, "refuse", (connection, options) =>
    revertMigrations(connection, flags.dir, { ...options, to: flags.to, steps: flags.steps }),
  );
}

/** Gives the exit code. */
export async function runBaseline(argument: string | undefined, flags: BaselineFlags): Promise<number> {
  const database = schemaDatabase(argument);
  const { to, dryRun, acceptChanged, force, wait } = flags;
  const result: BaselineResult = await connected(
    database,
    flags,
    { absent: "refuse", readonly: dryRun },
    (connection) => baseline(connection, flags.dir, { to, dryRun, acceptChanged, force, lockWaitMs: wait }),
  );
  process.stdout.write(
    flags.json
      ? `${toJson({ ...about(database, flags), ...result }, 2)}\n`
      : renderBaseline(database.shown, result),
  );
  return 0;
}

interface RunnerFlags {
  dryRun: boolean;
  afterFailure: RunFlags["afterFailure"];
  lockWaitMs: number;
  lockTimeoutMs: number;
  signal: AbortSignal;
  onFile: (file: FileDone) => void;
}

async function run(
  direction: "up" | "down",
  argument: string | undefined,
  flags: RunFlags,
  absent: Absent,
  work: (connection: SchemaConnection, options: RunnerFlags) => Promise<RunResult>,
): Promise<number> {
  const database = schemaDatabase(argument);
  const color = colorsFor(process.stdout);
  const show = (file: FileDone, isDryRun: boolean) => {
    if (!flags.json) {
      process.stdout.write(renderFile(direction, file, isDryRun, color));
    }
  };
  try {
    const { result, stoppedBy } = await withSignals(
      (signal) =>
        connected(
          database,
          flags,
          { absent: flags.dryRun && absent === "make" ? "imagine" : absent, readonly: flags.dryRun },
          (connection) =>
            work(connection, {
              dryRun: flags.dryRun,
              afterFailure: flags.afterFailure,
              lockWaitMs: flags.wait,
              lockTimeoutMs: flags.lockTimeout,
              signal,
              onFile: (file) => show(file, false),
            }),
        ),
      () => process.stderr.write("\nstopping after the file that runs now\n"),
    );
    if (flags.dryRun) {
      for (const file of result.files) {
        show(file, true);
      }
    }
    process.stdout.write(
      flags.json
        ? `${toJson({ ...about(database, flags), ...result }, 2)}\n`
        : lastLine(direction, database, result),
    );
    return result.stopped ? (stoppedBy === "SIGTERM" ? 143 : 130) : 0;
  } catch (error) {
    throw withDocument(error, {
      ...about(database, flags),
      dryRun: flags.dryRun,
      files: [],
      ...documentOf(error),
    });
  }
}

function lastLine(
  direction: "up" | "down",
  { shown }: SchemaDatabase,
  { dryRun, files, stopped }: RunResult,
): string {
  if (stopped) {
    return `stopped after ${counted(files.length, "file")}; the same command goes on with the next\n`;
  }
  if (files.length === 0) {
    return direction === "up"
      ? `nothing to run: ${shown} is up to date\n`
      : `nothing to undo: no file was applied to ${shown}\n`;
  }
  const [would, did] =
    direction === "up" ? ["would run on", "applied to"] : ["would be undone in", "undone in"];
  const count = counted(files.length, "file");
  return dryRun ? `${count} ${would} ${shown}; nothing was changed\n` : `${count} ${did} ${shown}\n`;
}

function about({ engine, shown }: SchemaDatabase, { dir }: DatabaseFlags) {
  return { engine, database: shown, folder: dir };
}

function connected<T>(
  database: SchemaDatabase,
  { schema }: DatabaseFlags,
  options: { absent: Absent; readonly: boolean },
  use: (connection: SchemaConnection) => Promise<T>,
): Promise<T> {
  return withSchemaConnection(database, { schema, ...options }, use);
}
