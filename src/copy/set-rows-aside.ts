// Rows that a decision keeps out of the target stand whole in outgrow.quarantine.

import type { Client } from "pg";
import type { Source } from "../source/open-source.js";
import { tableScan } from "../source/table-scan.js";
import type { CopyJob } from "./copy-table.js";
import { keptColumns, keptValue, rangeCondition, rowKey, type StorageClass } from "./kept-value.js";

const ROWS_A_STATEMENT = 200;

/** Gives the number of rows. Each stands once, under the first code that concerns it. */
export async function setRowsAside(source: Source, client: Client, job: CopyJob): Promise<number> {
  const { table, declared } = job;
  if (table.setAside.length === 0) {
    return 0;
  }
  const code = `case ${table.setAside.map((one, i) => `when (${one.predicate}) then ${i}`).join(" ")} end`;
  const rows = source.db
    .prepare(
      `select ${code}, ${rowKey(declared)}, ${declared.columns.map((column) => keptColumns(column.name)).join(", ")}
         from ${tableScan(declared)}
        where ${rangeCondition(declared, job.range)}
          and (${table.setAside.map((one) => `(${one.predicate})`).join(" or ")})`,
    )
    .raw()
    .iterate() as IterableIterator<[number, string, ...(string | Buffer | null)[]]>;
  let count = 0;
  let batch: { key: string; code: string; row: string }[] = [];
  const flush = async () => {
    await client.query(
      `insert into outgrow.quarantine (move, table_name, key, code, source_row)
       select $1, $2, k, c, r::jsonb from unnest($3::text[], $4::text[], $5::text[]) as q(k, c, r)`,
      [
        job.move,
        table.source,
        batch.map((one) => one.key),
        batch.map((one) => one.code),
        batch.map((one) => one.row),
      ],
    );
    count += batch.length;
    batch = [];
  };
  for (const [index, key, ...values] of rows) {
    batch.push({
      key,
      code: table.setAside[index]?.code ?? "",
      row: rowDocument(source, declared.columns, values),
    });
    if (batch.length === ROWS_A_STATEMENT) {
      await flush();
    }
  }
  await flush();
  return count;
}

function rowDocument(
  source: Source,
  columns: readonly { name: string }[],
  values: (string | Buffer | null)[],
): string {
  // From entries: a column may be called __proto__.
  const entries = columns.map(
    (column, i): [string, { class: StorageClass; value?: string; hex?: string }] => {
      const kept = keptValue(source, values[i * 2] as StorageClass, values[i * 2 + 1] as Buffer | null);
      return [
        column.name,
        {
          class: kept.class,
          ...(kept.value === null ? {} : { value: kept.value }),
          ...(kept.bytes === null ? {} : { hex: kept.bytes.toString("hex") }),
        },
      ];
    },
  );
  return JSON.stringify(Object.fromEntries(entries));
}
