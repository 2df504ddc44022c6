// Constraints and triggers of existing tables stand aside during the load, and outgrow.pending_ddl knows the way back.

import pg, { type Client } from "pg";
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
        `insert into outgrow.pending_ddl (move, table_name, object_kind, object_name, drop_sql, create_sql, validate_sql)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [move, one.table, one.kind, one.name, one.dropSql, one.createSql, one.validateSql],
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
  for (const one of await standingAside(client, move)) {
    await client.query("begin");
    try {
      await putOneBack(client, one);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }
}

/**
 * The same within a transaction of the caller, as valid as it was before. What cannot come back, since its table is gone
 * or a person put it back already, is told in a sentence each, and keeps nothing else from coming back.
 */
export async function putBackWithin(client: Client, move: bigint): Promise<string[]> {
  // Rows that wait for a deferred trigger would forbid ALTER TABLE.
  await client.query("set constraints all immediate");
  const notes: string[] = [];
  for (const one of await standingAside(client, move)) {
    const failure = await attempt(client, async () => void (await client.query(one.create_sql)), ...CHANGED);
    if (failure !== null) {
      notes.push(
        `${one.object_kind} "${one.object_name}" of table "${one.table_name}" was not put back: ${failure.message}`,
      );
    }
    await markRestored(client, one.id);
  }
  const { rows } = await client.query<Validation>(VALIDATIONS, [move]);
  for (const { table_name, object_name, validate_sql } of rows) {
    const failure = await attempt(
      client,
      async () => void (await client.query(validate_sql)),
      "23",
      ...CHANGED,
    );
    if (failure !== null) {
      notes.push(
        `constraint "${object_name}" of table "${table_name}" was not validated: ${failure.message}`,
      );
    }
  }
  return notes;
}

/** SQLSTATEs that say that a person changed the tables since: what was aside is there already, or what it needs is gone. */
const CHANGED = ["42710", "42P01", "42703", "42704", "42804", "42830"];

/** Does `work` in a savepoint; gives the error whose SQLSTATE begins like one of these, after which nothing of it is done. */
export async function attempt(
  client: Client,
  work: () => Promise<void>,
  ...states: string[]
): Promise<pg.DatabaseError | null> {
  await client.query("savepoint attempt");
  try {
    await work();
  } catch (error) {
    const state = error instanceof pg.DatabaseError ? (error.code ?? "") : "";
    if (!(error instanceof pg.DatabaseError) || !states.some((one) => state.startsWith(one))) {
      throw error;
    }
    await client.query("rollback to savepoint attempt");
    return error;
  }
  await client.query("release savepoint attempt");
  return null;
}

/**
 * Validates what came back and was valid before; one that is valid already costs nothing. Gives the constraints that
 * rows contradict, which stay NOT VALID.
 */
export async function validatePutBack(
  client: Client,
  move: bigint,
): Promise<{ table: string; constraint: string }[]> {
  const { rows } = await client.query<Validation>(VALIDATIONS, [move]);
  const contradicted: { table: string; constraint: string }[] = [];
  for (const { table_name, object_name, validate_sql } of rows) {
    if (!(await validate(client, validate_sql))) {
      contradicted.push({ table: table_name, constraint: object_name });
    }
  }
  return contradicted;
}

interface Validation {
  table_name: string;
  object_name: string;
  validate_sql: string;
}

const VALIDATIONS = `
  select table_name, object_name, validate_sql
    from outgrow.pending_ddl
   where move = $1 and validate_sql is not null
   order by id`;

interface Aside {
  id: bigint;
  table_name: string;
  object_kind: string;
  object_name: string;
  create_sql: string;
}

async function standingAside(client: Client, move: bigint): Promise<Aside[]> {
  const { rows } = await client.query<Aside>(
    "select id, table_name, object_kind, object_name, create_sql from outgrow.pending_ddl where move = $1 and restored_at is null order by id",
    [move],
  );
  return rows;
}

async function putOneBack(client: Client, { id, create_sql }: Aside): Promise<void> {
  await client.query(create_sql);
  await markRestored(client, id);
}

async function markRestored(client: Client, id: bigint): Promise<void> {
  await client.query("update outgrow.pending_ddl set restored_at = clock_timestamp() where id = $1", [id]);
}

/** False where rows contradict the constraint (SQLSTATE class 23). */
async function validate(client: Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code?.startsWith("23")) {
      return false;
    }
    throw error;
  }
}
