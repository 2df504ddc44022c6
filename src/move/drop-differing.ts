// A conversion that answers differently is not left in the target: it is taken out again, and told with an example and SQLite's
// SQL. Generated columns and indexes stay, and are differences.

import type { Client } from "pg";
import { quoteName, quotePath } from "../base/quote.js";
import type { Finding } from "../plan/finding.js";
import type { Conversion, Plan } from "../plan/plan.js";
import { madeObject, takeOut } from "../plan/take-out.js";
import { savePlan } from "../target/moves.js";
import type { Proof } from "../verify/proof/proof.js";

/** The findings; proofs of what was taken out become `dropped`. Later ones go first, for they may read earlier ones. */
export async function dropDiffering(
  client: Client,
  move: bigint,
  plan: Plan,
  proofs: readonly Proof[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const proof of [...proofs].reverse()) {
    const conversion = (plan.conversions ?? []).find(
      (one) => one.kind === proof.kind && one.table === proof.table && one.name === proof.name,
    );
    const sql = proof.outcome === "differs" && conversion !== undefined ? dropSql(plan, conversion) : null;
    if (sql === null || conversion === undefined) {
      continue;
    }
    for (const statement of sql) {
      await client.query(statement);
    }
    proof.outcome = "dropped";
    findings.push(
      takeOut(plan, madeObject(conversion), {
        code: "conversion-differs",
        told: `answered differently in PostgreSQL and was taken out again: ${proof.detail}`,
        reason: `it answered differently: ${proof.detail}`,
      }),
    );
  }
  if (findings.length > 0) {
    await savePlan(client, move, plan);
  }
  return findings.reverse();
}

function dropSql(plan: Plan, { kind, table, made, name }: Conversion): string[] | null {
  const target = plan.tables.find((one) => one.source === table)?.target;
  if (kind === "view" && made !== null) {
    return [`drop view if exists ${quotePath(plan.schema, made)} cascade`];
  }
  if (kind === "check" && made !== null && target !== undefined) {
    return [`alter table ${quotePath(plan.schema, target)} drop constraint if exists ${quoteName(made)}`];
  }
  if (kind === "default" && made !== null && target !== undefined) {
    return [`alter table ${quotePath(plan.schema, target)} alter column ${quoteName(made)} drop default`];
  }
  const trigger = kind === "trigger" ? plan.triggers?.find((one) => one.source === name) : undefined;
  return trigger === undefined
    ? null
    : [
        `drop trigger if exists ${quoteName(trigger.target)} on ${trigger.table}`,
        `drop function if exists ${quotePath(plan.schema, trigger.functionName)}()`,
      ];
}
