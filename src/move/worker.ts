// A worker thread: one connection to each side, one task at a time.

import { parentPort, workerData } from "node:worker_threads";
import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import { copyRows } from "../copy/copy-table.js";
import type { SourceTable } from "../source/catalog.js";
import { readDamage } from "../source/damage.js";
import { countOrphans } from "../source/foreign-keys.js";
import { idRange } from "../source/id-range.js";
import { largestKeys, widestRowBytes } from "../source/limits.js";
import { openSource, type Source } from "../source/open-source.js";
import { planRanges, tableSize } from "../source/plan-ranges.js";
import { namingTable, readError } from "../source/read-errors.js";
import { type Beliefs, profileRange } from "../source/read-profile.js";
import { connect, endClient } from "../target/connect.js";
import { isTargetError, targetError } from "../target/errors.js";
import { lockAsHelper } from "../target/lock-target.js";
import { compareMultiset } from "../verify/compare-multiset.js";
import { compareRange } from "../verify/compare-range.js";
import type { Reply, Request, TaskName, Tasks, ThrownError, WorkerSettings } from "./tasks.js";

/** Rows of a range: small enough that a killed copy loses little, large enough that commits cost nothing. */
const ROWS_PER_RANGE = 50_000;

const settings = workerData as WorkerSettings;
const port = parentPort;
let source: Source | null = null;
let client: Client | null = null;
let isHelper = false;
const beliefs: Beliefs = new Map();

type Handlers = {
  [Name in TaskName]: (
    args: Tasks[Name]["args"],
    progress: (rows: number, bytes: number) => void,
  ) => Promise<Tasks[Name]["result"]>;
};

const handlers: Handlers = {
  async snapshot() {
    source ??= openSource(settings.sourcePath);
    if (source.db.inTransaction) {
      source.db.exec("rollback");
    }
    source.db.exec("begin");
    // BEGIN alone takes no snapshot; the first read does ("Isolation In SQLite").
    source.db.prepare("select count(*) from sqlite_schema").get();
    return null;
  },

  async release() {
    source?.close();
    source = null;
    if (client !== null) {
      await endClient(client);
    }
    client = null;
    return null;
  },

  async measure({ table }) {
    const opened = snapshot();
    const { rows, damage } = readDamage(opened, table);
    return namingTable(opened.path, table.name, () => ({
      ranges: hasKeyRanges(table)
        ? planRanges(opened.db, table, ROWS_PER_RANGE, rows)
        : [{ after: null, upTo: null }],
      ...tableSize(opened.db, table),
      ids: idRange(opened.db, table),
      rows,
      damage,
      limits: { keyBytes: largestKeys(opened.db, table), widestRowBytes: widestRowBytes(opened.db, table) },
    }));
  },

  async profile({ table, needs, range, largestRowBytes }) {
    const opened = snapshot();
    return namingTable(opened.path, table.name, () =>
      profileRange(opened, table, needs, range, largestRowBytes, beliefs),
    );
  },

  async orphans({ table, key, resolved, folds }) {
    const opened = snapshot();
    return namingTable(opened.path, table.name, () => countOrphans(opened.db, table, key, resolved, folds));
  },

  async copy(job, progress) {
    const opened = snapshot();
    const client = await connected();
    if (!isHelper) {
      await lockAsHelper(client, job.schema);
      isHelper = true;
    }
    return namingTableLater(opened, job.table.source, copyRows(opened, client, job, progress));
  },

  async verify({ schema, table, range, sample, from, mayMisfit }, progress) {
    const options = {
      largestRowBytes: table.read.largestRowBytes,
      from,
      mayMisfit,
      sample,
      onRows: (rows: number) => progress(rows, 0),
    };
    const opened = snapshot();
    const client = await connected();
    const comparing =
      range === null
        ? compareMultiset(opened, client, schema, table, options)
        : compareRange(opened, client, schema, table, range, options);
    return namingTableLater(opened, table.source, comparing);
  },
};

function hasKeyRanges(table: SourceTable): boolean {
  return table.rowidName !== null && table.kind !== "virtual";
}

async function namingTableLater<T>(opened: Source, table: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw readError(`table "${printable(table)}" in "${printable(opened.path)}"`, error);
  }
}

function snapshot(): Source {
  if (source === null) {
    throw new Error("the worker has no snapshot");
  }
  return source;
}

async function connected(): Promise<Client> {
  if (settings.target === null) {
    throw new Error("the worker has no target");
  }
  if (client === null) {
    client = await connect(settings.target);
    // A range is recorded by the transaction that copies it, so that a crash of the server loses both or none; the
    // steps that follow the copy wait for the disk, and with it for all that was committed before (PostgreSQL 30.4).
    await client.query("set synchronous_commit = off");
  }
  return client;
}

function thrown(error: unknown): ThrownError {
  const told = settings.target !== null && isTargetError(error) ? targetError(error, settings.target) : error;
  const stack = told instanceof Error ? (told.stack ?? told.message) : String(told);
  return told instanceof OutgrowError
    ? { outgrow: { code: told.code, message: told.message, hint: told.hint }, stack }
    : { outgrow: null, stack };
}

function reply(message: Reply): void {
  port?.postMessage(message);
}

async function handle({ id, name, args }: Request): Promise<void> {
  try {
    const handler = handlers[name] as (
      args: unknown,
      progress: (rows: number, bytes: number) => void,
    ) => Promise<Tasks[TaskName]["result"]>;
    const result = await handler(args, (rows, bytes) => reply({ id, kind: "progress", rows, bytes }));
    reply({ id, kind: "done", result });
  } catch (error) {
    reply({ id, kind: "failed", error: thrown(error) });
  }
}

port?.on("message", (request: Request) => {
  void handle(request);
});
