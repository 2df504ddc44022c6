// Compares a whole move: every table's values, then the structure the plan promised.

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import type { Finding } from "../plan/finding.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import type { SourceCatalog } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import type { KeyRange } from "../source/profile.js";
import { tableScan } from "../source/table-scan.js";
import { searchPathOf } from "../target/load-steps.js";
import { checkKept } from "../verify/check-kept.js";
import { checkStructure, type StructureDifference } from "../verify/check-structure.js";
import { emptyComparison, mergeComparisons, type TableComparison } from "../verify/comparison.js";
import type { Proof } from "../verify/proof/proof.js";
import { prove } from "../verify/proof/prove.js";
import type { Sample } from "../verify/sample.js";
import { hasKeyOrder } from "../verify/table-sides.js";
import { dropDiffering } from "./drop-differing.js";
import { counter, type OnEvent } from "./events.js";
import { presentInTarget } from "./pairing.js";
import type { VerifiedReport } from "./report.js";
import type { WorkerPool } from "./worker-pool.js";

export interface VerifyJob {
  move: bigint;
  plan: Plan;
  catalog: SourceCatalog;
  /** The state that the rows were read from. */
  source: Source;
  client: Client;
  pool: WorkerPool;
  sample: Sample | null;
  /** Whether a codec may meet values that it would change: false where the plan was made by a profile of this state. */
  mayMisfit: boolean;
  signal: AbortSignal | undefined;
  onEvent: OnEvent;
}

export interface Verification {
  /** What was converted and answered differently. */
  dropped: Finding[];
  tables: ReadonlyMap<string, TableComparison>;
  report: VerifiedReport;
}

/** `tables` is keyed by the source's table names. Throws what the workers throw; a difference is no error. */
export async function verifyMove(job: VerifyJob): Promise<Verification> {
  // A finished move is compared again, perhaps long after: what is gone by then is a difference of structure.
  const present = await presentInTarget(job.client, job.plan);
  const tables = await compareTables({ ...job, plan: present.plan });
  const structure = await checkStructure(job.client, job.plan.schema, job.plan);
  const kept = await checkKept(job.client, job.move, job.plan.tables);
  const proofs = await prove(
    { db: job.source.db, client: job.client, schema: job.plan.schema },
    job.plan,
    job.catalog,
    tables,
    structure,
    searchPathOf(job.plan),
    "with trial writes",
  );
  const dropped = await dropDiffering(job.client, job.move, job.plan, proofs);
  const report = summarise(tables, [...structure, ...unlike(proofs), ...kept.differences]);
  return {
    tables,
    dropped,
    report: { ...report, proofs, notes: [...present.notes, ...report.notes, ...kept.notes] },
  };
}

/** What differs and stays; of a key the structure tells already. */
export function unlike(proofs: readonly Proof[]): StructureDifference[] {
  return proofs
    .filter(({ outcome, kind }) => outcome === "differs" && !/^(?:index|unique key)$/.test(kind))
    .map(differenceOf);
}

function differenceOf({ kind, table, name, detail }: Proof): StructureDifference {
  const on = table === null ? "" : ` on ${table}`;
  return { object: `${kind} ${name}${on}`, expected: "the same answer on both sides", found: detail };
}

/** Compares the values of every table of the plan, which must be there with every planned column. */
export async function compareTables(
  job: Omit<VerifyJob, "client" | "move" | "source">,
): Promise<Map<string, TableComparison>> {
  const parts = job.plan.tables.flatMap(partsOf);
  const progress = counter(
    "verify",
    job.plan.tables.reduce((sum, table) => sum + table.rows, 0),
    job.onEvent,
  );
  const tables = new Map<string, TableComparison>(
    job.plan.tables.map((table) => [table.source, emptyComparison()]),
  );
  await job.pool.map(
    parts,
    "verify",
    ({ table, range }) => ({
      schema: job.plan.schema,
      table: table.read.by === "rowid" ? { ...table, read: { ...table.read, ranges: [] } } : table,
      range,
      sample: job.sample,
      mayMisfit: job.mayMisfit,
      from: fromOf(job.catalog, table),
    }),
    {
      signal: job.signal,
      onProgress: progress,
      onDone: ({ table }, comparison) => {
        tables.set(table.source, mergeComparisons(tables.get(table.source) ?? emptyComparison(), comparison));
      },
    },
  );
  return tables;
}

function fromOf(catalog: SourceCatalog, table: PlannedTable): string {
  const declared = catalog.tables.find((candidate) => candidate.name === table.source);
  if (declared === undefined) {
    throw new OutgrowError("source-changed", `the source has no table "${table.source}" any more`);
  }
  return tableScan(declared);
}

/** Large tables that cannot be read in ranges come first, so that no worker is left with one at the end. */
function partsOf(table: PlannedTable): { table: PlannedTable; range: KeyRange | null }[] {
  if (table.columns.length === 0) {
    return [];
  }
  return table.read.by === "rowid" && hasKeyOrder(table)
    ? table.read.ranges.map((range) => ({ table, range }))
    : [{ table, range: null }];
}

export function summarise(
  tables: ReadonlyMap<string, TableComparison>,
  structure: VerifiedReport["structure"],
): VerifiedReport {
  const report: VerifiedReport = {
    rows: 0,
    values: 0,
    differences: structure.length,
    examples: [],
    structure,
    proofs: [],
    notes: [],
  };
  for (const [table, comparison] of tables) {
    report.rows += comparison.rows;
    report.values += comparison.values;
    report.differences += comparison.differenceCount;
    report.examples.push(...comparison.differences.map((difference) => ({ table, ...difference })));
    report.notes.push(...comparison.notes.map((note) => `${table}: ${note}`));
    if (comparison.sampled !== null) {
      report.notes.push(
        `${table}: ${comparison.sampled.parts} of ${comparison.sampled.of} parts were compared`,
      );
    }
  }
  return report;
}
