// Undoes a move that is not finished: the target is again what it was before the first write.

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { quoteLiteral, quotePath } from "../base/quote.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import { putBackWithin } from "./pending-ddl.js";

/**
 * In one transaction: drops the tables the move made, takes its rows out of tables that were there, puts back the rows it replaced and
 * the constraints and triggers that stood aside. Throws `wrong-state` where rows went in beside kept ones: which are
 * whose cannot be told.
 */
export async function undoMove(client: Client, move: bigint, plan: Plan): Promise<void> {
  const { rows } = await client.query<{ step: string }>("select step from outgrow.progress where move = $1", [
    move,
  ]);
  const steps = new Set(rows.map((row) => row.step));
  const mixed = plan.tables.find(
    (table) =>
      table.existingRows === "keep" && [...steps].some((step) => step.startsWith(`copy:${table.target}:`)),
  );
  if (mixed !== undefined) {
    throw new OutgrowError(
      "wrong-state",
      `rows went into "${mixed.target}" beside rows that were kept, so they cannot be taken out again`,
      { hint: "run the move to its end, or restore the target from a backup" },
    );
  }
  await client.query("begin");
  try {
    for (const table of plan.tables) {
      for (const sql of undoTable(plan.schema, table, move, steps)) {
        await client.query(sql);
      }
    }
    await putBackWithin(client, move);
    await client.query(
      "update outgrow.moves set state = 'aborted', finished_at = clock_timestamp() where id = $1",
      [move],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

function undoTable(schema: string, table: PlannedTable, move: bigint, steps: ReadonlySet<string>): string[] {
  const path = quotePath(schema, table.target);
  if (table.origin === "created") {
    return steps.has(`create:${table.target}`) ? [`drop table if exists ${path} cascade`] : [];
  }
  const emptied = `delete from ${path}`;
  if (table.existingRows !== "replace") {
    return [...steps].some((step) => step.startsWith(`copy:${table.target}:`)) ? [emptied] : [];
  }
  const replaced = `move = ${move} and code = 'existing-rows' and table_name = ${quoteLiteral(table.source)}`;
  return steps.has(`replace:${table.target}`)
    ? [
        emptied,
        `insert into ${path} overriding system value
         select r.* from outgrow.quarantine as q, jsonb_populate_record(null::${path}, q.source_row) as r
          where ${replaced}`,
        `delete from outgrow.quarantine where ${replaced}`,
      ]
    : [];
}
