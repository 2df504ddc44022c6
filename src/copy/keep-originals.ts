// Values that cross as another value, or have no column in the target, stand as they were in outgrow.originals.

import type { Client } from "pg";
import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { movedRows } from "../plan/source-sql.js";
import type { Source } from "../source/open-source.js";
import { tableScan } from "../source/table-scan.js";
import type { CopyJob } from "./copy-table.js";
import {
  type KeptValue,
  keptColumns,
  keptValue,
  rangeCondition,
  rowKey,
  type StorageClass,
} from "./kept-value.js";

const BATCH_BYTES = 1024 * 1024;
const ROWS_A_STATEMENT = 1000;

interface Original {
  key: string;
  kept: KeptValue;
}

/** Gives the number of values kept. */
export async function keepOriginals(source: Source, client: Client, job: CopyJob): Promise<number> {
  const { table } = job;
  let count = 0;
  for (const column of table.columns) {
    const earlier: string[] = [];
    for (const { code, predicate } of column.substitutions) {
      // The first substitution that applies is the one made, so a later one keeps only what is left.
      const rest = earlier.map((one) => `not ifnull((${one}), 0)`);
      count += await keepWhere(
        source,
        client,
        job,
        column.source,
        code,
        [`(${predicate})`, ...rest].join(" and "),
      );
      earlier.push(predicate);
    }
  }
  for (const { source: column, code } of table.leftOut) {
    count += await keepWhere(source, client, job, column, code, isNotNull(quoteName(column)));
  }
  return count;
}

async function keepWhere(
  source: Source,
  client: Client,
  job: CopyJob,
  column: string,
  code: string,
  predicate: string,
): Promise<number> {
  const { declared } = job;
  const rows = source.db
    .prepare(
      `select ${rowKey(declared)}, ${keptColumns(column)}
         from ${tableScan(declared)}
        where ${rangeCondition(declared, job.range)} and ${predicate} and ${movedRows(job.table) ?? "1"}`,
    )
    .raw()
    .iterate() as IterableIterator<[string, StorageClass, Buffer | null]>;
  let count = 0;
  let bytes = 0;
  let batch: Original[] = [];
  const flush = async () => {
    await insert(client, job, column, code, batch);
    count += batch.length;
    batch = [];
    bytes = 0;
  };
  for (const [key, storageClass, value] of rows) {
    batch.push({ key, kept: keptValue(source, storageClass, value) });
    bytes += value?.length ?? 0;
    if (batch.length === ROWS_A_STATEMENT || bytes > BATCH_BYTES) {
      await flush();
    }
  }
  if (batch.length > 0) {
    await flush();
  }
  return count;
}

async function insert(
  client: Client,
  job: CopyJob,
  column: string,
  code: string,
  batch: Original[],
): Promise<void> {
  await client.query(
    `insert into outgrow.originals (move, table_name, column_name, code, key, class, value, bytes)
     select $1, $2, $3, $4, k, c, v, b
       from unnest($5::text[], $6::text[], $7::text[], $8::bytea[]) as q(k, c, v, b)`,
    [
      job.move,
      job.table.source,
      column,
      code,
      batch.map((one) => one.key),
      batch.map((one) => one.kept.class),
      batch.map((one) => one.kept.value),
      batch.map((one) => one.kept.bytes),
    ],
  );
}
