// Asks the server about the planned schema before anything is written, and takes out of the plan what it refuses.

import { randomBytes } from "node:crypto";
import { type Client, DatabaseError } from "pg";
import type { Finding } from "../plan/finding.js";
import { makePlan } from "../plan/make-plan.js";
import type { Plan } from "../plan/plan.js";
import type { PlanFacts, PlanOptions } from "../plan/plan-input.js";
import { takeOut } from "../plan/take-out.js";
import { checkStatements } from "../target/check-statements.js";
import { type Refusal, rehearse } from "../target/rehearse.js";

export interface Rehearsal {
  client: Client;
  /** What was decided, from these; without open decisions. */
  plan: Plan;
  facts: PlanFacts;
  options: PlanOptions;
  /** Is added to. */
  warnings: string[];
}

/** The findings. Throws what `rehearse` throws, and where a statement is no single one of its kind. */
export async function rehearsePlan({
  client,
  plan,
  facts,
  options,
  warnings,
}: Rehearsal): Promise<Finding[]> {
  const rehearsed = planToRehearse(plan, facts, options);
  await checkStatements(rehearsed);
  let refusals: Refusal[];
  try {
    const schemaExists = facts.target.schemaExists && rehearsed.schema === plan.schema;
    refusals = await rehearse(client, rehearsed, { ...facts.target, schemaExists });
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "55P03")) {
      throw error;
    }
    warnings.push(`the schema was not tried on the server before the load: ${error.message}`);
    return [];
  }
  return refusals.flatMap(({ object, reason: words }) => {
    const reason = words.replaceAll(rehearsed.schema, plan.schema);
    const finding = takeOut(plan, object, {
      code: "conversion-refused",
      told: `is left out, for PostgreSQL refuses it: ${reason}`,
      reason: `PostgreSQL refuses it: ${reason}`,
    });
    // A function is nothing of the source's: what needs it is told.
    return object.kind === "function" ? [] : [finding];
  });
}

/**
 * With --drop-existing the names are taken by the tables that are to be replaced, which only a lock would free: the same plan
 * is made for a schema of its own, where everything has the same name.
 */
function planToRehearse(plan: Plan, facts: PlanFacts, options: PlanOptions): Plan {
  const isTaken = options.dropExisting && facts.target.tables.length + facts.target.views.length > 0;
  const scratch = `outgrow_rehearsal_${randomBytes(6).toString("hex")}`;
  return isTaken ? makePlan(facts, { ...options, schema: scratch }).plan : plan;
}
