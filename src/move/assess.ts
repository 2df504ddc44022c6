// What a move of this file would be: every column with its evidence, every finding, size and time. Writes nothing.

import { redact } from "../base/redact.js";
import { isOpen } from "../plan/concern.js";
import type { Finding } from "../plan/finding.js";
import type { Conversion, Plan } from "../plan/plan.js";
import type { PlanFacts, PlanOptions } from "../plan/plan-input.js";
import { selectTables } from "../plan/select-tables.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import { openSource, type Source } from "../source/open-source.js";
import type { ColumnProfile } from "../source/profile.js";
import { readCatalog } from "../source/read-catalog.js";
import { checkServer } from "../target/check-server.js";
import { withClient } from "../target/connect.js";
import { readTargetCatalog } from "../target/read-catalog.js";
import type { TargetSettings } from "../target/settings.js";
import { Clock } from "./clock.js";
import { decide } from "./decide.js";
import { type Estimate, estimateMove } from "./estimate.js";
import type { OnEvent } from "./events.js";
import { defaultJobs } from "./move.js";
import { takeSnapshot } from "./take-snapshot.js";
import { WorkerPool } from "./worker-pool.js";

export interface AssessOptions extends PlanOptions {
  source: string;
  /** Null assesses against an empty database. */
  target: TargetSettings | null;
  /** Worker threads; null chooses by cores and size. */
  jobs: number | null;
  /** Whether findings carry example rows. */
  examples: boolean;
  signal: AbortSignal;
  onEvent: OnEvent;
}

/** What the values of a column are: counts by storage class, extremes of the numbers, lengths, shapes of the texts. */
export interface Evidence {
  nulls: number;
  integers: number;
  reals: number;
  texts: number;
  blobs: number;
  /** Of all numbers; infinities as text. Null without numbers. */
  min: bigint | number | string | null;
  max: bigint | number | string | null;
  /** Of the longest text, in characters and in bytes of UTF-8; `maxBlobBytes` of the longest blob. */
  maxChars: number;
  maxBytes: number;
  maxBlobBytes: number;
  /** Shape → how many texts have it. */
  shapes: Record<string, number>;
}

export interface AssessedColumn {
  name: string;
  /** As written in the source; the empty string for no type. */
  declared: string;
  notNull: boolean;
  /** Name, type and codec in PostgreSQL; null where the column would not be carried. */
  target: string | null;
  type: string | null;
  codec: string | null;
  why: string;
  evidence: Evidence;
}

export interface AssessedTable {
  name: string;
  /** Null where the table would not be moved. */
  target: string | null;
  kind: "table" | "virtual";
  rows: number;
  /** Of the stored rows, without the indexes. */
  bytes: number;
  primaryKey: string[];
  uniques: number;
  indexes: number;
  foreignKeys: { columns: string[]; parentTable: string }[];
  columns: AssessedColumn[];
}

/** The document that `assess --json` prints, kept stable. */
export interface Assessment {
  verdict: "ready" | "blocked";
  source: {
    path: string;
    bytes: number;
    sqliteVersion: string;
    encoding: string;
    journalMode: string;
    views: number;
    triggers: number;
  };
  /** Null without one. */
  target: string | null;
  schema: string;
  tables: AssessedTable[];
  findings: Finding[];
  /** What the schema has besides tables and foreign keys, and what becomes of it. */
  conversions: Conversion[];
  estimate: Estimate;
  warnings: string[];
  seconds: Record<string, number>;
}

export interface Assessed {
  assessment: Assessment;
  plan: Plan;
  catalog: SourceCatalog;
}

/** Reads every value of the file once. Throws `source-…` where it cannot, `usage`, and with a target what checkServer throws. */
export async function assess(options: AssessOptions): Promise<Assessment> {
  return (await assessWhole(options)).assessment;
}

/** The plan that a move would follow. Throws as `assess` does. */
export async function planFor(options: AssessOptions): Promise<Plan> {
  return (await assessWhole(options)).plan;
}

/** The assessment with what it rests on, for a report. Throws as `assess` does. */
export async function assessWhole(options: AssessOptions): Promise<Assessed> {
  const { target, schema } = options;
  if (target === null) {
    return assessAgainst(options, emptyTarget(schema), []);
  }
  return withClient(target, async (client) => {
    const server = await checkServer(client, schema);
    // Nothing here writes; this makes the server hold us to it.
    await client.query("set default_transaction_read_only = on");
    const found = await readTargetCatalog(client, schema);
    return assessAgainst(options, found, [...target.warnings, ...server.notes]);
  });
}

function emptyTarget(schema: string): TargetCatalog {
  return {
    schema,
    schemaExists: false,
    tables: [],
    views: [],
    relations: [],
    types: [],
    extensions: [],
    functions: [],
    // Every PostgreSQL can bring it; a move looks whether this one does.
    installable: ["citext"],
  };
}

async function assessAgainst(
  options: AssessOptions,
  target: TargetCatalog,
  warnings: string[],
): Promise<Assessed> {
  const clock = new Clock();
  const { signal, onEvent, examples } = options;
  const source = openSource(options.source);
  const pool = new WorkerPool(
    { sourcePath: source.openedPath, target: null },
    options.jobs ?? defaultJobs(source),
  );
  try {
    await clock.time("snapshot", () => takeSnapshot(source, pool));
    const catalog = readCatalog(source);
    const selected = selectTables(catalog, options);
    const job = { source, pool, catalog, target, options, everything: true, examples, clock };
    const { plan, facts } = await decide({ ...job, signal, onEvent });
    const assessment: Assessment = {
      verdict: plan.findings.some(isOpen) ? "blocked" : "ready",
      source: describeSource(source, catalog),
      target: options.target === null ? null : redact(options.target.displayUrl),
      schema: options.schema,
      tables: selected.map((table) => describeTable(table, plan, facts)),
      findings: plan.findings,
      conversions: plan.conversions ?? [],
      estimate: estimateMove([...facts.profiles.values()], plan),
      warnings,
      seconds: clock.seconds(),
    };
    return { assessment, plan, catalog };
  } finally {
    await pool.close();
    source.close();
  }
}

function describeSource(source: Source, catalog: SourceCatalog): Assessment["source"] {
  return {
    path: source.path,
    bytes: catalog.pageSize * catalog.pageCount,
    sqliteVersion: catalog.sqliteVersion,
    encoding: catalog.encoding,
    journalMode: catalog.journalMode,
    views: catalog.views.length,
    triggers: catalog.triggers.length,
  };
}

function describeTable(table: SourceTable, plan: Plan, facts: PlanFacts): AssessedTable {
  const planned = plan.tables.find((candidate) => candidate.source === table.name);
  const profile = facts.profiles.get(table.name);
  return {
    name: table.name,
    target: planned === undefined ? null : `${plan.schema}.${planned.target}`,
    kind: table.kind,
    rows: profile?.rows ?? 0,
    bytes: profile?.payloadBytes ?? 0,
    primaryKey: table.primaryKey,
    uniques: table.indexes.filter((index) => index.origin === "u").length,
    indexes: table.indexes.filter((index) => index.origin === "c").length,
    foreignKeys: table.foreignKeys.map(({ columns, parentTable }) => ({ columns, parentTable })),
    columns: table.columns.flatMap((column, i): AssessedColumn[] => {
      const values = profile?.columns[i];
      const becomes = planned?.columns.find((candidate) => candidate.source === column.name);
      return values === undefined
        ? []
        : [
            {
              name: column.name,
              declared: column.declaredType,
              notNull: column.notNull,
              target: becomes?.target ?? null,
              type: becomes?.type ?? null,
              codec: becomes?.codec ?? null,
              why: becomes?.why ?? "not carried: see the findings",
              evidence: evidenceOf(values),
            },
          ];
    }),
  };
}

function evidenceOf(values: ColumnProfile): Evidence {
  const { nulls, integers, reals, texts, blobs } = values;
  const numbers = [values.integerMin, values.realMin, values.integerMax, values.realMax].filter(
    (value) => value !== null,
  );
  // Bigints and doubles compare by their mathematical values (ECMA-262, IsLessThan).
  const min = numbers.reduce<bigint | number | null>((a, b) => (a === null || b < a ? b : a), null);
  const max = numbers.reduce<bigint | number | null>((a, b) => (a === null || b > a ? b : a), null);
  return {
    ...{ nulls, integers, reals, texts, blobs },
    min: finite(min),
    max: finite(max),
    maxChars: values.maxTextChars,
    maxBytes: values.maxTextBytes,
    maxBlobBytes: values.maxBlobBytes,
    shapes: values.shapes ?? {},
  };
}

/** JSON has no infinities. */
function finite(value: bigint | number | null): bigint | number | string | null {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
