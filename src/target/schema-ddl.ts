// A plan's whole schema as SQL, in an order in which each statement finds what it needs: what a load makes, without the rows.

import { quoteName } from "../base/quote.js";
import type { Plan } from "../plan/plan.js";
import { createHelper } from "../sql/translate/helpers.js";
import { tableComments, triggerComments, viewComments } from "./comments.js";
import { citextSchema, searchPathOf } from "./load-steps.js";
import {
  addCheck,
  addForeignKey,
  addNotNullCheck,
  addPrimaryKey,
  addUnique,
  createIndex,
  createTable,
  createTrigger,
  createTriggerFunction,
  createView,
} from "./table-ddl.js";

export interface DdlStatement {
  kind:
    | "schema"
    | "extension"
    | "function"
    | "table"
    | "key"
    | "index"
    | "check"
    | "foreign key"
    | "view"
    | "trigger"
    | "comment";
  /** The table or view it belongs to, by its name in SQLite; null where it belongs to none. */
  of: string | null;
  /** Without a semicolon. */
  sql: string;
}

/** Of tables that outgrow would make. Constraints that rows contradict are NOT VALID, as a decision left them. */
export function schemaDdl(plan: Plan): DdlStatement[] {
  const { schema } = plan;
  const citext = citextSchema(plan);
  const tables = plan.tables.filter((table) => table.origin === "created");
  const holding = (sql: string, validate: boolean) => (validate ? sql.replace(/ not valid$/, "") : sql);
  return [
    ...(schema === "public"
      ? []
      : [{ kind: "schema" as const, of: null, sql: `create schema if not exists ${quoteName(schema)}` }]),
    ...(citext === null
      ? []
      : [
          {
            kind: "extension" as const,
            of: null,
            sql: `create extension if not exists citext schema ${quoteName(citext)}`,
          },
        ]),
    ...(plan.helpers ?? []).map(
      (name): DdlStatement => ({ kind: "function", of: null, sql: createHelper(name, schema) }),
    ),
    ...tables.map(
      (table): DdlStatement => ({ kind: "table", of: table.source, sql: createTable(schema, table) }),
    ),
    ...tables.flatMap((table): DdlStatement[] => [
      ...(table.primaryKey === null
        ? []
        : [{ kind: "key" as const, of: table.source, sql: addPrimaryKey(schema, table, table.primaryKey) }]),
      ...table.uniques.map((key) => ({
        kind: "key" as const,
        of: table.source,
        sql: addUnique(schema, table, key),
      })),
      ...table.indexes.map((index) => ({
        kind: "index" as const,
        of: table.source,
        sql: createIndex(schema, table, index),
      })),
      ...table.checks.flatMap((check) =>
        check.target === undefined
          ? []
          : [
              {
                kind: "check" as const,
                of: table.source,
                sql: holding(addCheck(schema, table, { ...check, target: check.target }), check.validate),
              },
            ],
      ),
      ...table.notNullChecks.map((key) => ({
        kind: "check" as const,
        of: table.source,
        sql: addNotNullCheck(schema, table, key),
      })),
    ]),
    ...tables.flatMap((table) =>
      table.foreignKeys.map(
        (key): DdlStatement => ({
          kind: "foreign key",
          of: table.source,
          sql: holding(addForeignKey(schema, table, key), key.validate),
        }),
      ),
    ),
    ...(plan.views ?? []).map(
      (view): DdlStatement => ({ kind: "view", of: view.source, sql: createView(schema, view) }),
    ),
    ...(plan.triggers ?? []).flatMap((trigger): DdlStatement[] => [
      {
        kind: "trigger",
        of: trigger.source,
        sql: createTriggerFunction(schema, trigger, searchPathOf(plan)),
      },
      { kind: "trigger", of: trigger.source, sql: createTrigger(schema, trigger) },
    ]),
    ...tables.flatMap((table) => comments(table.source, tableComments(schema, table))),
    ...(plan.views ?? []).flatMap((view) => comments(view.source, viewComments(schema, view))),
    ...(plan.triggers ?? []).flatMap((trigger) => comments(trigger.source, triggerComments(trigger))),
  ];
}

const comments = (of: string, statements: string[]) =>
  statements.map((sql): DdlStatement => ({ kind: "comment", of, sql }));

/** One script. The search path is that under which the statements were meant: citext's operators are found by it alone. */
export function ddlScript(plan: Plan): string {
  const body = schemaDdl(plan).map(({ sql }) => `${sql};\n`);
  return `set search_path = ${searchPathOf(plan)};\n\n${body.join("\n")}\nreset search_path;\n`;
}
