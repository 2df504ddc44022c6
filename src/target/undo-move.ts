// Undoes a move that did not come to a good end: the target is again what it was before the first write.

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { quoteLiteral, quoteName, quotePath } from "../base/quote.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import { helperKind } from "../sql/translate/helpers.js";
import { keptColumns, pendingDdl } from "./load-steps.js";
import { doneSteps } from "./moves.js";
import { attempt, putBackWithin } from "./pending-ddl.js";
import { readTargetCatalog } from "./read-catalog.js";
import { bringBack } from "./replaced-tables.js";

interface Undoing {
  client: Client;
  move: bigint;
  plan: Plan;
  /** Steps of the move that are recorded. */
  steps: ReadonlySet<string>;
  /** What is not as it was, one sentence each; is added to. */
  notes: string[];
}

/**
 * In one transaction: drops the tables the move made, brings back those it replaced, takes its rows out of tables that were there, puts back the rows it
 * replaced and the constraints and triggers that stood aside. Gives what is not as it was before, one sentence each.
 * Throws `wrong-state` where other programs wrote into a table that the move made.
 */
export async function undoMove(client: Client, move: bigint, plan: Plan): Promise<string[]> {
  const steps = new Set((await doneSteps(client, move)).keys());
  const undoing: Undoing = { client, move, plan, steps, notes: [] };
  await client.query("begin");
  try {
    await client.query("set constraints all immediate");
    await dropViews(undoing);
    await dropCreated(undoing);
    await dropFunctions(undoing);
    await bringBack(client, move, plan.schema);
    const catalog = await readTargetCatalog(client, plan.schema);
    await withoutGuards(undoing, catalog, () => restoreRows(undoing, catalog));
    undoing.notes.push(...(await putBackWithin(client, move)));
    if (steps.has("sequences") && plan.tables.some((table) => isFilled(table) && table.nextId !== null)) {
      undoing.notes.push("sequences of tables that were there stay where the move set them");
    }
    await client.query(
      "update outgrow.moves set state = 'aborted', finished_at = clock_timestamp() where id = $1",
      [move],
    );
    await client.query("commit");
    return [...new Set(undoing.notes)];
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

const isFilled = (table: PlannedTable) => table.origin === "existing";

async function dropCreated(undoing: Undoing): Promise<void> {
  const { client, plan, steps } = undoing;
  for (const table of plan.tables.filter(
    (one) => one.origin === "created" && steps.has(`create:${one.target}`),
  )) {
    const path = quotePath(plan.schema, table.target);
    const { rows: found } = await client.query<{ found: boolean }>(
      "select to_regclass($1) is not null as found",
      [path],
    );
    if (found[0]?.found !== true) {
      continue;
    }
    const { rows } = await client.query<{ n: bigint }>(
      `select count(*) as n from ${path} where not xmin = any(array(${OURS}))`,
      [undoing.move, copySteps(undoing, table)],
    );
    const strange = rows[0]?.n ?? 0n;
    if (strange > 0n) {
      throw new OutgrowError(
        "wrong-state",
        `${strange} rows of table "${table.target}", which the move made, were written or changed by another program`,
        { hint: "save them and drop the table by hand, then run the same command again" },
      );
    }
    await client.query(`drop table ${path} cascade`);
  }
}

/** Those that read no table of the move would not go with one. */
async function dropViews({ client, plan, steps }: Undoing): Promise<void> {
  for (const view of [...(plan.views ?? [])].reverse()) {
    if (steps.has(`view:${view.target}`)) {
      await client.query(`drop view if exists ${quotePath(plan.schema, view.target)} cascade`);
    }
  }
}

/** Triggers went with their tables. A function that something else uses by now stays. */
async function dropFunctions({ client, plan, steps, notes }: Undoing): Promise<void> {
  const triggers = (plan.triggers ?? []).filter(({ functionName }) => steps.has(`trigger:${functionName}`));
  const helpers = (plan.helpers ?? []).filter((name) => steps.has(`function:${name}`));
  const ours = [
    ...triggers.map(({ functionName }) => ({ name: functionName, kind: "function" })),
    ...helpers.map((name) => ({ name, kind: helperKind(name) })),
  ];
  for (const { name, kind } of ours) {
    const drop = async () =>
      void (await client.query(`drop ${kind} if exists ${quotePath(plan.schema, name)}`));
    if ((await attempt(client, drop, "2B")) !== null) {
      notes.push(`${kind} "${name}" stays: something else uses it`);
    }
  }
  if (steps.has("extension:citext")) {
    notes.push("the extension citext stays, as other tables may use it by now");
  }
}

/**
 * The transactions that brought a table's rows. Each recorded its step itself, so that rows and record bear one number,
 * which an update by anyone else replaces.
 */
const OURS = "select xmin from outgrow.progress where move = $1 and step = any($2::text[])";

function copySteps({ steps }: Undoing, table: PlannedTable): string[] {
  return [...steps].filter((step) => step.slice(0, step.lastIndexOf(":")) === `copy:${table.target}`);
}

/**
 * Constraints and triggers that stand on the tables, or refer to them, are away while `work` takes rows out and puts
 * others in: one that was put back already would take rows of other tables along, or change those that come.
 */
async function withoutGuards(
  { client, plan, notes }: Undoing,
  catalog: TargetCatalog,
  work: () => Promise<void>,
): Promise<void> {
  const filled = new Set(plan.tables.filter(isFilled).map((table) => table.target));
  const guards = filled.size === 0 ? [] : pendingDdl(plan, catalog, filled);
  for (const { dropSql } of guards) {
    await client.query(dropSql);
  }
  await work();
  await client.query("set constraints all immediate");
  for (const { createSql } of guards) {
    await client.query(createSql);
  }
  for (const { table, name, validateSql } of guards) {
    const failure =
      validateSql === null
        ? null
        : await attempt(client, async () => void (await client.query(validateSql)), "23");
    if (failure !== null) {
      notes.push(`constraint "${name}" of table "${table}" was not validated: ${failure.message}`);
    }
  }
}

async function restoreRows(undoing: Undoing, catalog: TargetCatalog): Promise<void> {
  for (const table of undoing.plan.tables.filter(isFilled)) {
    if (catalog.tables.some((found) => found.name === table.target)) {
      await takeOut(undoing, table);
      await putIn(undoing, table, catalog);
    } else {
      undoing.notes.push(`table "${table.target}" is gone`);
    }
  }
}

/** Takes out the move's own rows and no others: those of other programs stay, whether kept or written since. */
async function takeOut(undoing: Undoing, table: PlannedTable): Promise<void> {
  const { client, move, plan, notes } = undoing;
  const path = quotePath(plan.schema, table.target);
  const steps = copySteps(undoing, table);
  const { rows } = await client.query<{ came: bigint; there: bigint }>(
    `select coalesce(sum(rows), 0)::bigint as came,
            (select count(*) from ${path} where xmin = any(array(${OURS}))) as there
       from outgrow.progress
      where move = $1 and step = any($2::text[])`,
    [move, steps],
  );
  const { came, there } = rows[0] ?? { came: 0n, there: 0n };
  if (there > came) {
    // Copied by a restore in one transaction together with outgrow's own tables, for instance.
    notes.push(`rows of the move and others in table "${table.target}" cannot be told apart, so all stay`);
    return;
  }
  if (there < came) {
    notes.push(
      `${came - there} rows that the move brought into table "${table.target}" were changed or deleted since; those changed stay`,
    );
  }
  await client.query(`delete from ${path} where xmin = any(array(${OURS}))`, [move, steps]);
}

/** Puts back the rows that the move replaced; one whose place is taken stays in outgrow.quarantine. */
async function putIn(undoing: Undoing, table: PlannedTable, catalog: TargetCatalog): Promise<void> {
  const { client, move, plan, steps, notes } = undoing;
  if (!steps.has(`replace:${table.target}`)) {
    return;
  }
  const columns = keptColumns(catalog, table.target);
  const names = columns.map((column) => quoteName(column.name)).join(", ");
  const insert = `
    insert into ${quotePath(plan.schema, table.target)} (${names}) overriding system value
    select ${columns.map((column) => `(source_row ->> ${quoteLiteral(column.name)})::${column.type}`).join(", ")}
      from outgrow.quarantine
     where id = any($1::bigint[])`;
  const { rows } = await client.query<{ id: bigint }>(
    `select id from outgrow.quarantine
      where move = $1 and code = 'existing-rows' and table_name = $2
      order by id`,
    [move, table.source],
  );
  const ids = rows.map((row) => row.id);
  const put = async (some: bigint[]) => {
    await client.query(insert, [some]);
    await client.query("delete from outgrow.quarantine where id = any($1::bigint[])", [some]);
  };
  if ((await attempt(client, () => put(ids), "22", "23")) === null) {
    return;
  }
  let left = 0;
  let reason = "";
  for (const id of ids) {
    const failure = await attempt(client, () => put([id]), "22", "23");
    left += failure === null ? 0 : 1;
    reason = failure?.message ?? reason;
  }
  notes.push(
    `${left} rows that the move replaced in table "${table.target}" stay in outgrow.quarantine: ${reason}`,
  );
}
