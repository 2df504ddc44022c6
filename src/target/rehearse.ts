// Makes the planned schema without its rows in a transaction that is rolled back, so that what the server refuses is known
// before the first write. Tables that are there are not touched: a lock on them could hold up who uses them.

import pg, { type Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { quotePath } from "../base/quote.js";
import type { Plan, PlannedColumn, PlannedTable } from "../plan/plan.js";
import type { MadeObject } from "../plan/take-out.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import {
  beforeSteps,
  foreignKeySteps,
  indexSteps,
  type LoadStep,
  triggerSteps,
  viewSteps,
} from "./load-steps.js";
import { attempt } from "./pending-ddl.js";
import { createTable } from "./table-ddl.js";

export interface Refusal {
  object: MadeObject;
  /** The server's words, or what it depends on that is refused. */
  reason: string;
}

/** Waiting longer for a lock that others hold is the load's own business. */
const LOCK_TIMEOUT = "2s";

/**
 * SQLSTATEs by which a server refuses a statement as such: features, values, dependencies, functions, names and types,
 * limits, its own checks and errors (PostgreSQL appendix A). Others, as of a full disk, are thrown.
 */
const REFUSALS = ["0A", "22", "2B", "2F", "38", "39", "3F", "42", "54", "P0", "XX"];

/**
 * What the plan has to do without, in the order in which it would be made. Throws `blocked` where a table or its primary
 * key is refused, and the server's errors; after either the target is what it was.
 */
export async function rehearse(client: Client, plan: Plan, catalog: TargetCatalog): Promise<Refusal[]> {
  const steps = rehearsedSteps(plan, catalog);
  if (steps.length === 0 || (await allAtOnce(client, steps))) {
    return [];
  }
  return withinRollback(client, () => oneByOne(client, plan, steps));
}

function rehearsedSteps(plan: Plan, catalog: TargetCatalog): LoadStep[] {
  const created = plan.tables.filter(({ origin }) => origin === "created");
  const names = new Set(created.map(({ target }) => target));
  const isAmongThem = (table: PlannedTable) => ({
    ...table,
    foreignKeys: table.foreignKeys.filter(({ parentTable }) => names.has(parentTable)),
  });
  return [
    ...beforeSteps(plan, catalog, false, 0n),
    ...created.flatMap((table) => indexSteps(plan, table)).filter(({ key }) => !key.startsWith("analyze:")),
    ...created.flatMap((table) => foreignKeySteps(plan.schema, isAmongThem(table))),
    ...viewSteps(plan),
    ...triggerSteps(plan),
  ];
}

/** In one message to the server, which is all where nothing is refused; true where that is so. */
async function allAtOnce(client: Client, steps: readonly LoadStep[]): Promise<boolean> {
  try {
    await withinRollback(client, () => client.query(steps.flatMap(({ sql }) => sql).join(";\n")));
    return true;
  } catch (error) {
    if (isRefusal(error)) {
      return false;
    }
    throw error;
  }
}

async function withinRollback<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    await client.query("select pg_catalog.set_config('lock_timeout', $1, true)", [LOCK_TIMEOUT]);
    return await work();
  } finally {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
  }
}

function isRefusal(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && REFUSALS.some((state) => error.code?.startsWith(state));
}

async function oneByOne(client: Client, plan: Plan, steps: readonly LoadStep[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const missing: Missing = new Map();
  for (const step of steps) {
    const table = plan.tables.find(({ target }) => step.key === `create:${target}`);
    if (table !== undefined) {
      refusals.push(...(await makeTable(client, plan.schema, table, step.sql, missing)));
      continue;
    }
    const refusal = await refusalOf(client, step.sql, missing);
    if (refusal === null) {
      continue;
    }
    if (step.makes === undefined) {
      throw essential(
        refusal,
        plan.tables.find(({ target }) => step.key === `primary-key:${target}`),
      );
    }
    const { kind, name } = step.makes;
    refusals.push({ object: step.makes, reason: refusal.reason });
    if (kind === "view" || kind === "function") {
      missing.set(
        quotePath(plan.schema, name),
        `${kind} "${name}", which PostgreSQL refuses: ${refusal.reason}`,
      );
    }
  }
  return refusals;
}

/** What is refused and needed by others, by its quoted path. */
type Missing = Map<string, string>;

interface Words {
  reason: string;
  /** Null where the server was not asked. */
  error: pg.DatabaseError | null;
}

/** Null where the server takes it; then it is done. All names in the SQL are qualified and quoted, so that paths are found. */
async function refusalOf(client: Client, sql: readonly string[], missing: Missing): Promise<Words | null> {
  const needed = [...missing].find(([path]) => sql.some((statement) => statement.includes(path)));
  if (needed !== undefined) {
    return { reason: `it needs the ${needed[1]}`, error: null };
  }
  const work = async () => {
    for (const statement of sql) {
      await client.query(statement);
    }
  };
  const error = await attempt(client, work, ...REFUSALS);
  return error === null ? null : { reason: error.message, error };
}

/** Where a table is refused, its defaults and generated columns are tried one at a time: it can do without those. */
async function makeTable(
  client: Client,
  schema: string,
  table: PlannedTable,
  sql: readonly string[],
  missing: Missing,
): Promise<Refusal[]> {
  if ((await refusalOf(client, sql, missing)) === null) {
    return [];
  }
  const having = (isKept: (column: PlannedColumn) => boolean) => {
    const columns = table.columns.map((column) => (isKept(column) ? column : bare(column)));
    const statement = createTable(schema, table);
    return sql.map((one) => (one === statement ? createTable(schema, { ...table, columns }) : one));
  };
  const refusals: Refusal[] = [];
  for (const column of table.columns.filter(
    (one) => one.generatedSql !== undefined || one.defaultSql !== null,
  )) {
    await client.query("savepoint alone");
    const refusal = await refusalOf(
      client,
      having((one) => one === column),
      missing,
    );
    await client.query("rollback to savepoint alone");
    if (refusal !== null) {
      const kind = column.generatedSql === undefined ? "default" : "generated column";
      refusals.push({ object: { kind, table: table.source, name: column.target }, reason: refusal.reason });
    }
  }
  const refused = new Set(refusals.map(({ object }) => object.name));
  const left = await refusalOf(
    client,
    having(({ target }) => !refused.has(target)),
    missing,
  );
  if (left !== null) {
    throw essential(left, table);
  }
  return refusals;
}

function bare({ generatedSql: _generatedSql, ...column }: PlannedColumn): PlannedColumn {
  return { ...column, defaultSql: null };
}

/** A right that is missing is told as everywhere (server-errors.ts). */
function essential({ reason, error }: Words, table: PlannedTable | undefined): Error {
  if (error !== null && (error.code === "42501" || table === undefined)) {
    return error;
  }
  return new OutgrowError("blocked", `PostgreSQL refuses table "${table?.source}": ${reason}`, {
    hint: `nothing was written; choose other types with --type, or leave the table out with --exclude`,
    cause: error,
  });
}
