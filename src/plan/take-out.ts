// Takes out of a plan what it can do without: the conversion of an object that PostgreSQL refuses, or answers otherwise.

import { note } from "./concern.js";
import type { Finding } from "./finding.js";
import type { FindingCode } from "./finding-codes.js";
import type { Conversion, ObjectKind, Plan } from "./plan.js";

/** Something that a plan makes besides tables and primary keys. */
export interface MadeObject {
  kind: ObjectKind | "foreign key" | "function";
  /** The table's name in SQLite; null where it belongs to none. */
  table: string | null;
  /** Its name in PostgreSQL, of a default or generated column the column's; of a trigger its name in SQLite. */
  name: string;
}

function conversionOf(plan: Plan, { kind, table, name }: MadeObject): Conversion | undefined {
  return (plan.conversions ?? []).find((one) =>
    kind === "trigger"
      ? one.kind === kind && one.name === name
      : one.made === name &&
        ((one.kind === kind && one.table === table) ||
          (kind === "index" && /^(?:R-Tree|full-text index)$/.test(one.kind))),
  );
}

export function madeObject({ kind, table, name, made }: Conversion): MadeObject {
  return { kind, table, name: kind === "trigger" ? name : (made ?? name) };
}

/** Why something is taken out: a clause for the finding, which goes on from its kind, and one for the conversion. */
export interface Reason {
  code: FindingCode;
  told: string;
  reason: string;
}

/** The plan no longer promises it, its conversion says why, and so does the finding that is given. */
export function takeOut(plan: Plan, object: MadeObject, why: Reason): Finding {
  const conversion = conversionOf(plan, object);
  remove(plan, object);
  Object.assign(conversion ?? {}, { target: null, made: null, reason: why.reason });
  const { table, name } = conversion ?? object;
  const sql = conversion?.source.replace(/\s+/g, " ").slice(0, 200);
  const {
    where: _where,
    automatic: _automatic,
    ...concern
  } = note(
    "warning",
    why.code,
    { ...(table === null ? {} : { table }), object: name },
    `the ${object.kind} ${why.told}${sql === undefined ? "" : `; in SQLite it is ${sql}`}`,
  );
  return { ...concern, examples: [], choices: [], decided: null };
}

function remove(plan: Plan, { kind, table: of, name }: MadeObject): void {
  const table = plan.tables.find(({ source }) => source === of);
  const column = table?.columns.find(({ target }) => target === name);
  const others = <T extends { name: string }>(all: readonly T[] = []) =>
    all.filter((one) => one.name !== name);
  switch (kind) {
    case "view":
      plan.views = (plan.views ?? []).filter(({ target }) => target !== name);
      return;
    case "trigger":
      plan.triggers = (plan.triggers ?? []).filter(({ source }) => source !== name);
      return;
    case "function":
      plan.helpers = (plan.helpers ?? []).filter((helper) => helper !== name);
      return;
    case "default":
      Object.assign(column ?? {}, { defaultSql: null });
      return;
    case "generated column":
      // Its values move as those of any other column.
      delete column?.generatedSql;
      delete column?.computed;
      return;
    default:
      if (table !== undefined) {
        table.checks = others(table.checks);
        table.indexes = others(table.indexes);
        table.uniques = others(table.uniques);
        table.foreignKeys = others(table.foreignKeys);
      }
  }
}
