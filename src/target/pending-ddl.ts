// Constraints and triggers of existing tables stand aside during the load, and outgrow.pending_ddl knows the way back.

import type { Client } from "pg";
import type { Plan } from "../plan/plan.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import { pendingDdl } from "./load-steps.js";
import { saveStep } from "./moves.js";

const STEP = "put-aside";

/** Takes them away and stores how they come back, in one transaction; not again where that was done before. */
export async function putAside(
  client: Client,
  move: bigint,
  plan: Plan,
  catalog: TargetCatalog,
  done: ReadonlyMap<string, unknown>,
): Promise<void> {
  const pending = pendingDdl(plan, catalog);
  if (done.has(STEP) || pending.length === 0) {
    return;
  }
  await client.query("begin");
  try {
    for (const one of pending) {
      await client.query(one.dropSql);
      await client.query(
        `insert into outgrow.pending_ddl (move, table_name, object_kind, object_name, drop_sql, create_sql)
         values ($1, $2, $3, $4, $5, $6)`,
        [move, one.table, one.kind, one.name, one.dropSql, one.createSql],
      );
    }
    await saveStep(client, move, STEP, { rows: 0, setAside: 0, substituted: 0, seconds: 0 });
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** Puts back what stands aside, each with its mark in one transaction; safe to call again after a kill. */
export async function putBack(client: Client, move: bigint): Promise<void> {
  const { rows } = await client.query<{ id: bigint; create_sql: string }>(
    "select id, create_sql from outgrow.pending_ddl where move = $1 and restored_at is null order by id",
    [move],
  );
  for (const { id, create_sql } of rows) {
    await client.query("begin");
    try {
      await client.query(create_sql);
      await client.query("update outgrow.pending_ddl set restored_at = clock_timestamp() where id = $1", [id]);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }
}

