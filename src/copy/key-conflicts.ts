// Looks, before anything is written, for rows of the source whose keys rows of the target have that are to be kept.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { shorten } from "../base/printable.js";
import { quoteName, quotePath } from "../base/quote.js";
import { isSecretColumn } from "../base/secret-columns.js";
import { copyOptions } from "../codec/row.js";
import type { Example, Finding } from "../plan/finding.js";
import type { PlannedTable } from "../plan/plan.js";
import type { TargetIndex, TargetTable } from "../plan/target-catalog.js";
import type { SourceTable } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import { readRows } from "../source/read-rows.js";
import { rowQuery } from "./copy-table.js";

const KEYS = "pg_temp.outgrow_keys";
const EXAMPLES = 3;

/**
 * The source's keys go into a temporary table of the same types, and PostgreSQL compares: only it knows when two values
 * are equal to it. The transaction is undone, so nothing is left. Gives a finding for each key that both sides have values of.
 */
export async function findKeyConflicts(
  source: Source,
  client: Client,
  job: { schema: string; table: PlannedTable; declared: SourceTable; existing: TargetTable },
): Promise<Finding[]> {
  const { schema, table, declared, existing } = job;
  const keys = existing.indexes.filter((index) => isFilledKey(index, table));
  const names = new Set(keys.flatMap(columnsOf));
  const columns = table.columns.filter((column) => names.has(column.target));
  if (columns.length === 0) {
    return [];
  }
  const list = columns.map((column) => quoteName(column.target)).join(", ");
  await client.query("begin");
  try {
    await client.query(
      `create temp table outgrow_keys as select ${list} from ${quotePath(schema, table.target)} with no data`,
    );
    const range = { after: null, upTo: null };
    const rows = readRows(source.db, rowQuery(source, { table: { ...table, columns }, declared, range }));
    const bytes = function* () {
      for (const chunk of rows) {
        yield chunk.bytes;
      }
    };
    const stream = client.query(copyFrom(`copy ${KEYS} (${list}) from stdin with ${copyOptions()}`));
    await pipeline(Readable.from(bytes()), stream);
    const findings: Finding[] = [];
    for (const key of keys) {
      const found = await compare(client, quotePath(schema, table.target), key);
      if (found.count > 0) {
        findings.push(conflict(table, key, found));
      }
    }
    return findings;
  } finally {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
  }
}

function columnsOf(index: TargetIndex): string[] {
  return index.keys.flatMap((part) => (part.column === null ? [] : [part.column]));
}

/** A key over columns that the source fills; of partial indexes and expressions this knows nothing. */
function isFilledKey(index: TargetIndex, table: PlannedTable): boolean {
  return (
    index.unique &&
    index.predicate === null &&
    index.keys.every((part) => table.columns.some((column) => column.target === part.column))
  );
}

interface Found {
  count: number;
  examples: Example[];
}

async function compare(client: Client, path: string, key: TargetIndex): Promise<Found> {
  const columns = columnsOf(key);
  const equal = columns
    .map(
      (name) =>
        `k.${quoteName(name)} ${key.nullsNotDistinct ? "is not distinct from" : "="} t.${quoteName(name)}`,
    )
    .join(" and ");
  const shared = `from ${KEYS} as k where exists (select from ${path} as t where ${equal})`;
  const counted = await client.query<{ n: bigint }>(`select count(*) as n ${shared}`);
  const shown = columns.map((name, i) => `k.${quoteName(name)}::text as c${i}`).join(", ");
  const { rows } = await client.query<Record<string, string | null>>(
    `select ${shown} ${shared} limit ${EXAMPLES}`,
  );
  const show = (name: string, value: string | null | undefined) =>
    isSecretColumn(name) ? "…" : shorten(value ?? "NULL");
  return {
    count: Number(counted.rows[0]?.n ?? 0),
    examples: rows.map((row) => {
      const values = columns.map((name, i) => show(name, row[`c${i}`]));
      return { key: columns.map((name, i) => `${name}=${values[i]}`).join(" "), value: values.join(", ") };
    }),
  };
}

function conflict(table: PlannedTable, key: TargetIndex, { count, examples }: Found): Finding {
  const choice = { recommended: false };
  return {
    code: "existing-key-conflict",
    severity: "blocker",
    table: table.source,
    column: null,
    object: key.name,
    count,
    reason: `${count} rows have values of ${columnsOf(key).join(", ")} that rows of the target have, which are to be kept`,
    examples,
    choices: [
      {
        ...choice,
        name: "replace",
        does: "the target's rows are taken out and stand in outgrow.quarantine, then the source's rows go in",
        options: ["--existing-rows", "replace"],
      },
      { ...choice, name: "leave-out", does: "the table is not moved", options: ["--exclude", table.source] },
    ],
    decided: null,
  };
}
