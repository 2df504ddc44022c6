// Keys of rows that are to be kept, compared with the source's while nothing is written yet.

import { type Client, DatabaseError } from "pg";
import { findKeyConflicts } from "../copy/key-conflicts.js";
import type { Finding } from "../plan/finding.js";
import type { Plan } from "../plan/plan.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import type { Clock } from "./clock.js";

export interface ConflictsJob {
  source: Source;
  client: Client;
  plan: Plan;
  catalog: SourceCatalog;
  target: TargetCatalog;
  /** Is added to. */
  warnings: string[];
  clock: Clock;
  signal: AbortSignal;
}

/** Of the tables whose rows stay: a key that both sides have would stop the copy in the middle. */
export async function keyConflicts(job: ConflictsJob): Promise<Finding[]> {
  const { source, client, plan, catalog, target, warnings } = job;
  return job.clock.time("plan", async () => {
    const conflicts: Finding[] = [];
    for (const table of plan.tables.filter((one) => one.existingRows === "keep")) {
      const declared = catalog.tables.find((one) => one.name === table.source);
      const existing = target.tables.find((one) => one.name === table.target);
      if (declared === undefined || existing === undefined) {
        continue;
      }
      job.signal.throwIfAborted();
      try {
        const pair = { schema: plan.schema, table, declared, existing };
        conflicts.push(...(await findKeyConflicts(source, client, pair)));
      } catch (error) {
        // Without the right to make temporary tables the copy itself finds them, and is undone by --abort.
        if (!(error instanceof DatabaseError && error.code === "42501")) {
          throw error;
        }
        warnings.push(`keys of "${table.target}" were not compared before the copy: ${error.message}`);
      }
    }
    return conflicts;
  });
}
