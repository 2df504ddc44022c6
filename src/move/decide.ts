// Reads what a plan rests on and makes it: what a move, an assessment and a comparison have in common.

import type { Finding } from "../plan/finding.js";
import { frameworksOf } from "../plan/frameworks/recognise.js";
import { habitsIn } from "../plan/frameworks/type-habits.js";
import { makePlan } from "../plan/make-plan.js";
import type { Plan } from "../plan/plan.js";
import type { PlanFacts, PlanOptions } from "../plan/plan-input.js";
import { selectTables } from "../plan/select-tables.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog } from "../source/catalog.js";
import { exampleRows } from "../source/example-rows.js";
import type { Source } from "../source/open-source.js";
import { tableScan } from "../source/table-scan.js";
import type { Clock } from "./clock.js";
import { countDeclared } from "./count-declared.js";
import { countMisfits } from "./count-misfits.js";
import type { OnEvent } from "./events.js";
import { readFacts } from "./read-facts.js";
import type { WorkerPool } from "./worker-pool.js";

export interface DecideJob {
  source: Source;
  /** Workers that hold one snapshot of the source. */
  pool: WorkerPool;
  catalog: SourceCatalog;
  target: TargetCatalog;
  options: PlanOptions;
  /** Profiles every column in full, for a report. */
  everything: boolean;
  /** Whether findings carry example rows. */
  examples: boolean;
  clock: Clock;
  signal: AbortSignal;
  onEvent: OnEvent;
}

/** Profiles the tables that the options select, and decides. Writes nothing. Throws `usage` for a stray pattern or decision. */
export async function decide(job: DecideJob): Promise<{ plan: Plan; facts: PlanFacts }> {
  const { source, pool, catalog, target, options, clock } = job;
  const habitOf = habitsIn(frameworksOf(catalog, options.framework).habits, catalog);
  const facts = await clock.time("profile", async () => {
    const selected = selectTables(catalog, options);
    const read = await readFacts(pool, catalog, selected, target, {
      path: source.path,
      everything: job.everything,
      integers: options.integers,
      habitOf,
      overrides: options.overrides,
      signal: job.signal,
      onEvent: job.onEvent,
    });
    const whole = { ...read, ...countDeclared(source, catalog, selected, options.overrides) };
    countMisfits(source, whole, options, habitOf);
    return whole;
  });
  return clock.time("plan", async () => {
    const { plan, where } = makePlan(facts, options);
    lookAtRows(source, catalog, plan.findings, where, job.examples ? EXAMPLES : 0);
    return { plan, facts };
  });
}

const EXAMPLES = 3;

/** Fills in what the plan cannot know without looking at rows: examples, and the counts it left open. */
function lookAtRows(
  source: Source,
  catalog: SourceCatalog,
  findings: Finding[],
  where: readonly (string | null)[],
  examples: number,
): void {
  findings.forEach((finding, i) => {
    const predicate = where[i];
    const table = catalog.tables.find((candidate) => candidate.name === finding.table);
    if (predicate !== null && predicate !== undefined && table !== undefined) {
      const columns = finding.column === null ? [] : [finding.column];
      if (finding.count === 0) {
        const count = `select count(*) from ${tableScan(table)} where ${predicate}`;
        finding.count = source.db.prepare(count).pluck().get() as number;
      }
      finding.examples = exampleRows(source.db, table, predicate, columns, examples).map(
        ({ key, values }) => ({
          key,
          value: values.join(", "),
        }),
      );
    }
  });
}
