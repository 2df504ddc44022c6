// Copies one table, or one range of its rows, in a transaction that also records that it is done.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { quoteName, quotePath } from "../base/quote.js";
import { copyOptions, rowExpression } from "../codec/row.js";
import type { PlannedTable } from "../plan/plan.js";
import { fieldOf, movedRows } from "../plan/source-sql.js";
import type { SourceTable } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import type { KeyRange } from "../source/profile.js";
import { type RowChunk, type RowQuery, readRows } from "../source/read-rows.js";
import { tableScan } from "../source/table-scan.js";
import { type StepCounts, saveStep } from "../target/moves.js";
import { keepOriginals } from "./keep-originals.js";
import { setRowsAside } from "./set-rows-aside.js";

export interface CopyJob {
  move: bigint;
  schema: string;
  table: PlannedTable;
  declared: SourceTable;
  range: KeyRange;
  /** The table is copied in this one transaction, so it may be emptied first and loaded frozen. */
  whole: boolean;
  step: string;
}

export interface CopyResult extends StepCounts {
  bytes: number;
}

/** `onProgress` is called with rows and bytes since the last call, after every chunk. */
export async function copyRows(
  source: Source,
  client: Client,
  job: CopyJob,
  onProgress: (rows: number, bytes: number) => void,
): Promise<CopyResult> {
  const started = performance.now();
  await client.query("begin");
  try {
    // FREEZE needs a table that this very transaction created or emptied (PostgreSQL, COPY, FREEZE).
    const freeze = job.whole && job.table.origin === "created";
    if (freeze) {
      await client.query(`truncate ${quotePath(job.schema, job.table.target)}`);
    }
    const setAside = await setRowsAside(source, client, job);
    const substituted = await keepOriginals(source, client, job);
    const { rows, bytes } = await load(source, client, job, freeze, onProgress);
    const counts = { rows, setAside, substituted, seconds: (performance.now() - started) / 1000 };
    await saveStep(client, job.move, job.step, counts);
    await client.query("commit");
    return { ...counts, bytes };
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

async function load(
  source: Source,
  client: Client,
  job: CopyJob,
  freeze: boolean,
  onProgress: (rows: number, bytes: number) => void,
): Promise<{ rows: number; bytes: number }> {
  const { schema, table } = job;
  const copied = table.columns.filter((column) => !column.computed);
  if (copied.length === 0) {
    return { rows: 0, bytes: 0 };
  }
  // Made before COPY is begun: where it cannot be, the connection must not be left waiting for rows.
  const query = rowQuery(source, job);
  const columns = copied.map((column) => quoteName(column.target)).join(", ");
  const options = freeze ? copyOptions().replace(/\)$/, ", freeze)") : copyOptions();
  const stream = client.query(
    copyFrom(`copy ${quotePath(schema, table.target)} (${columns}) from stdin with ${options}`),
  );
  let rows = 0;
  let bytes = 0;
  const counted = function* (chunks: Generator<RowChunk>): Generator<Buffer> {
    for (const chunk of chunks) {
      rows += chunk.rows;
      bytes += chunk.bytes.length;
      onProgress(chunk.rows, chunk.bytes.length);
      yield chunk.bytes;
    }
  };
  await pipeline(Readable.from(counted(readRows(source.db, query))), stream);
  return { rows, bytes };
}

/** How the rows of a range are read, each as a line of COPY. */
export function rowQuery(source: Source, job: Pick<CopyJob, "table" | "declared" | "range">): RowQuery {
  const { table, declared, range } = job;
  return {
    table: table.source,
    from: tableScan(declared),
    row: rowExpression(
      table.columns.filter((column) => !column.computed).map((column) => fieldOf(column, "encode")),
    ),
    where: movedRows(table),
    rowid: table.read.by === "rowid" ? table.read.name : null,
    range,
    orderBy: table.read.by === "scan" ? table.read.orderBy : [],
    largestRowBytes: table.read.largestRowBytes,
    encoding: source.encoding,
  };
}
