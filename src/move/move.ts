// The whole offline move, as a library call: read, decide, load, verify, report.

import { availableParallelism } from "node:os";
import type { Client } from "pg";
import { withDocument } from "../base/errors.js";
import { printable } from "../base/printable.js";
import { redact } from "../base/redact.js";
import { askedFor } from "../plan/asked.js";
import { isOpen } from "../plan/concern.js";
import type { Finding } from "../plan/finding.js";
import type { Plan } from "../plan/plan.js";
import type { PlanOptions } from "../plan/plan-input.js";
import { revivePlan, type StoredPlan } from "../plan/plan-json.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog } from "../source/catalog.js";
import { openSource, type Source } from "../source/open-source.js";
import { readCatalog } from "../source/read-catalog.js";
import { ensureBookkeeping } from "../target/bookkeeping.js";
import { checkServer } from "../target/check-server.js";
import { withClient } from "../target/connect.js";
import { lockTarget } from "../target/lock-target.js";
import { type Move, openMove, setMoveState } from "../target/moves.js";
import { readTargetCatalog } from "../target/read-catalog.js";
import type { TargetSettings } from "../target/settings.js";
import type { TableComparison } from "../verify/comparison.js";
import type { Sample } from "../verify/sample.js";
import { Clock } from "./clock.js";
import { decide } from "./decide.js";
import { earlierMove } from "./earlier-move.js";
import { endMove } from "./end-move.js";
import type { OnEvent } from "./events.js";
import { keyConflicts } from "./kept-keys.js";
import { type CopyCounts, copiedSteps, load } from "./load.js";
import { rehearsePlan } from "./rehearse-plan.js";
import type { MoveReport, MoveResult, TableReport } from "./report.js";
import { keepsWritersOut, type Snapshot, takeSnapshot, wasWritten } from "./take-snapshot.js";
import { type Verification, verifyMove } from "./verify-move.js";
import { VERSION } from "./version.js";
import { WorkerPool } from "./worker-pool.js";

export interface MoveOptions extends PlanOptions {
  source: string;
  target: TargetSettings;
  /** Worker threads; null chooses by cores and size. */
  jobs: number | null;
  verify: boolean;
  sample: Sample | null;
  /** Stops before the first write, with the plan in the report. */
  dryRun: boolean;
  /** Undoes an unfinished move of the same schema and begins anew. */
  restart: boolean;
  /** Whether findings carry example rows. */
  examples: boolean;
  /** Aborting finishes the ranges under way, saves and reports `interrupted`. */
  signal: AbortSignal;
  onEvent: OnEvent;
}

export interface Moved {
  report: MoveReport;
  plan: Plan;
}

/** Below this a second thread costs more than it saves, and a move is over before a waiting writer gives up. */
const SMALL_FILE_BYTES = 8 * 1024 * 1024;

/** An error comes with what is known of the move by then (documentOf in base/errors): a report with the result `failed`. */
export async function move(options: MoveOptions): Promise<Moved> {
  const clock = new Clock();
  const source = openSource(options.source);
  const known: Context["known"] = { report: null };
  // The workers start while the connection is made.
  const pool = new WorkerPool(
    { sourcePath: source.openedPath, target: options.target },
    options.jobs ?? defaultJobs(source),
  );
  try {
    return await withClient(options.target, (client) =>
      // Before the connection that holds the lock ends, the workers' do.
      moveWith({ options, clock, source, client, pool, known }).finally(() => pool.close()),
    );
  } catch (error) {
    throw known.report === null ? error : withDocument(error, { ...known.report });
  } finally {
    await pool.close();
    source.close();
  }
}

export function defaultJobs(source: Source): number {
  return isSmall(source) ? 1 : Math.max(1, Math.min(4, availableParallelism()));
}

function isSmall({ db }: Source): boolean {
  return databaseBytes(db) < SMALL_FILE_BYTES;
}

function databaseBytes(db: Source["db"]): number {
  return (
    (db.pragma("page_count", { simple: true }) as number) *
    (db.pragma("page_size", { simple: true }) as number)
  );
}

interface Context {
  options: MoveOptions;
  clock: Clock;
  source: Source;
  client: Client;
  pool: WorkerPool;
  /** What can be reported where the move fails. */
  known: { report: MoveReport | null };
}

async function moveWith(context: Context): Promise<Moved> {
  const { options, clock, source, client, pool } = context;
  const server = await checkServer(client, options.schema);
  await lockTarget(client, options.schema);
  if (keepsWritersOut(source) && !isSmall(source)) {
    options.onEvent({
      kind: "note",
      text: `${printable(source.path)} is not in WAL mode: programs that write it wait until the move has ended, or find it locked`,
    });
  }
  const snapshot = await clock.time("snapshot", () => takeSnapshot(source, pool));
  const print = snapshot.fingerprint;
  const catalog = readCatalog(source);
  const warnings = [...options.target.warnings, ...server.notes];
  const earlier = await earlierMove(client, source, print, options, warnings);
  const target = await readTargetCatalog(client, options.schema);
  if (earlier !== null) {
    const plan = revivePlan(earlier.plan);
    if (options.dryRun) {
      const work = { plan, findings: plan.findings, catalog, warnings, resumed: true };
      return { report: makeReport(context, work, new Map(), null, "planned"), plan };
    }
    options.onEvent({
      kind: "note",
      text: `going on with the move that began ${earlier.startedAt.toISOString()}`,
    });
    return carryOut(context, {
      plan,
      findings: plan.findings,
      catalog,
      target,
      warnings,
      snapshot,
      move: earlier.id,
      resumed: true,
      state: earlier.state,
    });
  }
  const { plan, facts } = await decide({
    source,
    pool,
    catalog,
    target,
    options,
    everything: false,
    examples: options.examples,
    clock,
    signal: options.signal,
    onEvent: options.onEvent,
  });
  const { findings } = plan;
  if (!findings.some(isOpen)) {
    findings.push(
      ...(await keyConflicts({
        source,
        client,
        plan,
        catalog,
        target,
        warnings,
        clock,
        signal: options.signal,
      })),
    );
  }
  const blocked = findings.some(isOpen);
  if (!blocked) {
    const rehearsal = { client, plan, facts, options, warnings };
    findings.push(...(await clock.time("rehearsal", () => rehearsePlan(rehearsal))));
  }
  if (blocked || options.dryRun) {
    const report = makeReport(
      context,
      { plan, findings, catalog, warnings, resumed: false },
      new Map(),
      null,
      blocked ? "blocked" : "planned",
    );
    return { report, plan };
  }
  const planned = { plan, findings, catalog, warnings, resumed: false };
  context.known.report = makeReport(context, planned, new Map(), null, "failed");
  await ensureBookkeeping(client);
  const stored: StoredPlan = { ...plan, asked: askedFor(options) };
  const move = await openMove(client, {
    source: source.path,
    fingerprint: print,
    schema: options.schema,
    plan: stored,
    toolVersion: VERSION,
  });
  return carryOut(context, {
    plan,
    findings,
    catalog,
    target,
    warnings,
    snapshot,
    move,
    resumed: false,
    state: "loading",
  });
}

interface Work {
  plan: Plan;
  findings: Finding[];
  catalog: SourceCatalog;
  target: TargetCatalog;
  warnings: string[];
  snapshot: Snapshot;
  move: bigint;
  resumed: boolean;
  state: Move["state"];
}

async function carryOut(context: Context, work: Work): Promise<Moved> {
  const { options, clock, client, pool } = context;
  const { plan, catalog, move } = work;
  let counts: CopyCounts = new Map();
  try {
    counts = await load({
      move,
      plan,
      catalog,
      target: work.target,
      settings: options.target,
      client,
      pool,
      clock,
      dropExisting: options.dropExisting,
      warnings: work.warnings,
      signal: options.signal,
      onEvent: options.onEvent,
    });
    if (work.state === "loading") {
      await setMoveState(client, move, "loaded");
    }
    const verification = options.verify
      ? await clock.time("verify", () =>
          verifyMove({
            move,
            plan,
            catalog,
            source: context.source,
            client,
            pool,
            sample: options.sample,
            mayMisfit: false,
            signal: options.signal,
            onEvent: options.onEvent,
          }),
        )
      : null;
    work.findings.push(...(verification?.dropped ?? []));
    if (wasWritten(context.source, work.snapshot)) {
      work.warnings.push(
        `${context.source.path} was written during the move: what was written after ${work.snapshot.takenAt.toISOString()} is not in the target`,
      );
    }
    const result = (verification?.report.differences ?? 0) > 0 ? "differs" : "moved";
    const report = makeReport(context, work, counts, verification, result);
    await endMove(client, work, result, report);
    return { report, plan };
  } catch (error) {
    if (options.signal.aborted) {
      // Ranges that were under way are done by now, and recorded.
      const done = await copiedSteps(client, move);
      return { report: makeReport(context, work, done, null, "interrupted"), plan };
    }
    // The connection may be what failed; then the counts of this run are not known.
    const done = await copiedSteps(client, move).catch(() => counts);
    context.known.report = makeReport(context, work, done, null, "failed");
    throw error;
  }
}

function makeReport(
  context: Context,
  work: Pick<Work, "plan" | "findings" | "catalog" | "warnings" | "resumed">,
  counts: CopyCounts,
  verification: Verification | null,
  result: MoveResult,
): MoveReport {
  const { options, clock, source } = context;
  return {
    result,
    source: source.path,
    target: redact(options.target.displayUrl),
    tables: work.plan.tables.map((table): TableReport => {
      const parts = [...counts].filter(
        ([step]) => step.slice(0, step.lastIndexOf(":")) === `copy:${table.target}`,
      );
      const sum = (pick: (one: { rows: number; setAside: number; substituted: number }) => number) =>
        parts.reduce((total, [, one]) => total + pick(one), 0);
      const comparison = verification?.tables.get(table.source);
      const declared = work.catalog.tables.find((candidate) => candidate.name === table.source);
      return {
        source: table.source,
        target: `${work.plan.schema}.${table.target}`,
        rows: sum((one) => one.rows),
        setAside: sum((one) => one.setAside),
        substituted: sum((one) => one.substituted),
        verified: comparison === undefined ? 0 : verifiedRows(comparison),
        kept: comparison?.kept ?? 0,
        columns: table.columns.map((column) => ({
          source: column.source,
          declared:
            declared?.columns.find((candidate) => candidate.name === column.source)?.declaredType ?? "",
          target: column.target,
          type: column.type,
          codec: column.codec,
          why: column.why,
        })),
      };
    }),
    findings: work.findings,
    conversions: work.plan.conversions ?? [],
    verified: verification?.report ?? null,
    seconds: clock.seconds(),
    bytes: databaseBytes(source.db),
    warnings: work.warnings,
    resumed: work.resumed,
  };
}

/** Rows whose every value is in the target as it was. */
function verifiedRows({ rows, differenceCount, substitutedRows }: TableComparison): number {
  return Math.max(0, rows - differenceCount - substitutedRows);
}
