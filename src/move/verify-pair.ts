// Compares a file with a database at any time, whoever filled it. Writes to neither.

import { basename } from "node:path";
import type { Client } from "pg";
import { redact } from "../base/redact.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import { revivePlan } from "../plan/plan-json.js";
import { selectTables } from "../plan/select-tables.js";
import { fingerprint } from "../source/fingerprint.js";
import { openSource, type Source } from "../source/open-source.js";
import { readCatalog } from "../source/read-catalog.js";
import { hasBookkeeping } from "../target/bookkeeping.js";
import { refuseLostSettings } from "../target/check-server.js";
import { withClient } from "../target/connect.js";
import { searchPathOf } from "../target/load-steps.js";
import { findMove, type Move } from "../target/moves.js";
import { readTargetCatalog } from "../target/read-catalog.js";
import type { TargetSettings } from "../target/settings.js";
import { checkKept } from "../verify/check-kept.js";
import { checkStructure } from "../verify/check-structure.js";
import { emptyComparison, type TableComparison } from "../verify/comparison.js";
import { prove } from "../verify/proof/prove.js";
import type { Sample } from "../verify/sample.js";
import { Clock } from "./clock.js";
import type { OnEvent } from "./events.js";
import { defaultJobs } from "./move.js";
import { pairByPlan, pairByTarget, presentInTarget } from "./pairing.js";
import type { VerifiedReport } from "./report.js";
import { takeSnapshot } from "./take-snapshot.js";
import { compareTables, summarise, unlike } from "./verify-move.js";
import { WorkerPool } from "./worker-pool.js";

export interface VerifyPairOptions {
  source: string;
  target: TargetSettings;
  schema: string;
  /** Patterns with `*`; an empty list means all. */
  include: readonly string[];
  exclude: readonly string[];
  sample: Sample | null;
  /** Worker threads; null chooses by cores and size. */
  jobs: number | null;
  signal: AbortSignal;
  onEvent: OnEvent;
}

/** The document that `verify --json` prints, kept stable. */
export interface PairReport {
  result: "equal" | "differs";
  source: string;
  target: string;
  schema: string;
  /** The move whose plan was compared by; null where a plan was made from the tables that are there. */
  move: { id: string; source: string; state: string; startedAt: string; sourceChanged: boolean } | null;
  tables: {
    source: string;
    target: string;
    rows: number;
    values: number;
    substituted: number;
    differences: number;
  }[];
  verified: VerifiedReport;
  seconds: Record<string, number>;
}

/**
 * By the plan of the latest move of this file into `schema`, else by a plan made for the tables that are there. Throws
 * `source-…` and `target-…`, `usage` for a pattern without a match; a difference is no error.
 */
export async function verifyPair(options: VerifyPairOptions): Promise<PairReport> {
  const clock = new Clock();
  const source = openSource(options.source);
  try {
    return await withClient(options.target, async (client) => {
      await refuseLostSettings(client);
      // Nothing here writes; this makes the server hold us to it.
      await client.query("set default_transaction_read_only = on");
      const settings = { sourcePath: source.openedPath, target: options.target };
      const pool = new WorkerPool(settings, options.jobs ?? defaultJobs(source));
      try {
        return await comparePair({ options, clock, source, client, pool });
      } finally {
        await pool.close();
      }
    });
  } finally {
    source.close();
  }
}

interface Context {
  options: VerifyPairOptions;
  clock: Clock;
  source: Source;
  client: Client;
  pool: WorkerPool;
}

async function comparePair(context: Context): Promise<PairReport> {
  const { options, clock, source, client, pool } = context;
  const { sample, signal, onEvent } = options;
  await clock.time("snapshot", () => takeSnapshot(source, pool));
  const catalog = readCatalog(source);
  const selected = selectTables(catalog, options);
  const { move, notes: aboutMove } = await findEarlierMove(context);
  const sourceChanged = move !== null && move.fingerprint !== fingerprint(source.openedPath);
  const { plan, notes, missing } =
    move === null
      ? await pairByTarget({
          ...{ source, pool, catalog, clock, signal, onEvent },
          target: await readTargetCatalog(client, options.schema),
          schema: options.schema,
          include: options.include,
          exclude: options.exclude,
        })
      : await pairByPlan(pool, catalog, selected, { plan: revivePlan(move.plan), sourceChanged });
  const mayMisfit = move === null || sourceChanged;
  const present = await presentInTarget(client, mayMisfit ? withoutPlain(plan) : plan);
  const tables = await clock.time("verify", () =>
    compareTables({
      ...{ plan: present.plan, catalog, pool, sample, signal, onEvent },
      mayMisfit,
    }),
  );
  const kept = move === null ? { differences: [], notes: [] } : await checkKept(client, move.id, plan.tables);
  const found = await checkStructure(client, plan.schema, plan);
  // Of a source that went on, the rows differ, and with them every answer.
  const proofs = sourceChanged
    ? []
    : await prove(
        { db: source.db, client, schema: plan.schema },
        plan,
        catalog,
        tables,
        found,
        searchPathOf(plan),
        "reading alone",
      );
  const structure = [...missing, ...found, ...unlike(proofs), ...kept.differences];
  const report = { ...summarise(tables, structure), proofs };
  return {
    result: report.differences === 0 ? "equal" : "differs",
    source: source.path,
    target: redact(options.target.displayUrl),
    schema: plan.schema,
    move: move === null ? null : describeMove(move, sourceChanged),
    tables: plan.tables.map((table) => describeTable(table, tables.get(table.source) ?? emptyComparison())),
    verified: {
      ...report,
      notes: [...aboutMove, ...notes, ...present.notes, ...report.notes, ...kept.notes],
    },
    seconds: clock.seconds(),
  };
}

/** The columns' plain texts were those of the file that was moved. */
function withoutPlain(plan: Plan): Plan {
  const tables = plan.tables.map((table) => ({
    ...table,
    columns: table.columns.map(({ plain: _plain, ...column }) => column),
  }));
  return { ...plan, tables };
}

/** The latest move of this file into the schema, or of a file of the same name where the latest came from another folder. */
async function findEarlierMove({
  options,
  source,
  client,
}: Context): Promise<{ move: Move | null; notes: string[] }> {
  if (!(await hasBookkeeping(client))) {
    return { move: null, notes: [] };
  }
  if (!(await mayReadMoves(client))) {
    return {
      move: null,
      notes: ["this user may not read outgrow.moves, so the plan of a move is not known"],
    };
  }
  const { schema } = options;
  const move =
    (await findMove(client, { schema, source: source.path })) ?? (await findMove(client, { schema }));
  if (move === null || move.state === "aborted" || basename(move.source) !== basename(source.path)) {
    return { move: null, notes: [] };
  }
  return {
    move,
    notes: [
      ...(move.source === source.path ? [] : [`compared by the plan of the move of ${move.source}`]),
      ...(move.state === "loading" ? ["the move is not finished: its rows and keys are still to come"] : []),
    ],
  };
}

async function mayReadMoves(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select has_schema_privilege(oid, 'usage') and has_table_privilege('outgrow.moves', 'select') as may
       from pg_namespace
      where nspname = 'outgrow'`,
  );
  return rows[0]?.may === true;
}

function describeMove(move: Move, sourceChanged: boolean): PairReport["move"] {
  const { id, source, state, startedAt } = move;
  return { id: String(id), source, state, startedAt: startedAt.toISOString(), sourceChanged };
}

function describeTable(table: PlannedTable, found: TableComparison): PairReport["tables"][number] {
  return {
    source: table.source,
    target: table.target,
    rows: found.rows,
    values: found.values,
    substituted: found.substituted,
    differences: found.differenceCount,
  };
}
