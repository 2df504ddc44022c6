// The steps of a load around the copy, as named lists of SQL: what is done before the data, and what after it.

import { quoteLiteral, quoteName, quotePath } from "../base/quote.js";
import type { Plan, PlannedIndex, PlannedSequence, PlannedTable } from "../plan/plan.js";
import type { MadeObject } from "../plan/take-out.js";
import type { TargetCatalog, TargetColumn } from "../plan/target-catalog.js";
import { createHelper } from "../sql/translate/helpers.js";
import { tableComments, triggerComments, viewComments } from "./comments.js";
import { moveAside } from "./replaced-tables.js";
import {
  addCheck,
  addForeignKey,
  addNotNullCheck,
  addPrimaryKey,
  addUnique,
  advanceSequence,
  createIndex,
  createTable,
  createTrigger,
  createTriggerFunction,
  createView,
  validateConstraint,
} from "./table-ddl.js";

/** Done in one transaction together with its record in outgrow.progress; a resumed move leaves out what is recorded. */
export interface LoadStep {
  key: string;
  sql: string[];
  /** What it makes, where the plan can do without it. */
  makes?: MadeObject;
  /** The unique key that it makes, in words: where rows contradict it, so they do in the source. */
  unique?: string;
  /** A violated constraint (SQLSTATE class 23) leaves the step undone and is no error. */
  mayFail?: boolean;
}

/** What stands aside during the load of a table that was there: constraint or trigger, and how it comes back. */
export interface PendingDdl {
  /** With its schema where that is another one. */
  table: string;
  kind: "foreign key" | "check" | "trigger";
  name: string;
  dropSql: string;
  /** Constraints come back NOT VALID, so that this reads no rows. */
  createSql: string;
  /** Null where it was not valid before either, and for triggers. */
  validateSql: string | null;
}

/** CREATE SCHEMA and TABLEs; with `replace`, tables of the same name are taken out of the way first. */
export function beforeSteps(plan: Plan, catalog: TargetCatalog, replace: boolean, move: bigint): LoadStep[] {
  const schema = catalog.schemaExists
    ? []
    : [{ key: "schema", sql: [`create schema ${quoteName(plan.schema)}`] }];
  const extension = citextSchema(plan);
  const extensions =
    extension === null || catalog.extensions.some(({ name }) => name === "citext")
      ? []
      : [
          {
            key: "extension:citext",
            sql: [`create extension if not exists citext schema ${quoteName(extension)}`],
          },
        ];
  const helpers = (plan.helpers ?? []).map((name) => ({
    key: `function:${name}`,
    makes: { kind: "function" as const, table: null, name },
    sql: [createHelper(name, plan.schema)],
  }));
  const tables = plan.tables
    .filter((table) => table.origin === "created")
    .map((table) => ({
      key: `create:${table.target}`,
      sql: [
        ...(replace && catalog.tables.some((existing) => existing.name === table.target)
          ? moveAside(plan.schema, table.target, move)
          : []),
        ...findingCitext(plan),
        createTable(plan.schema, table),
        ...tableComments(plan.schema, table),
      ],
    }));
  const views = (plan.views ?? [])
    .filter(({ target }) => replace && catalog.views.some(({ name }) => name === target))
    .map(({ target }) => ({ key: `replace-view:${target}`, sql: moveAside(plan.schema, target, move) }));
  return [...schema, ...extensions, ...helpers, ...views, ...tables];
}

/** The schema of the type citext, where a column of the plan has it. */
export function citextSchema(plan: Plan): string | null {
  const type = plan.tables
    .flatMap((table) => (table.origin === "created" ? table.columns : []))
    .find((column) => column.type.endsWith(".citext"))?.type;
  return type === undefined
    ? null
    : type
        .slice(0, -".citext".length)
        .replace(/^"(.*)"$/s, "$1")
        .replaceAll('""', '"');
}

/** Its operators are found by the search path alone; where they are not, PostgreSQL compares as text, with case. */
function findingCitext(plan: Plan): string[] {
  const schema = citextSchema(plan);
  return schema === null
    ? []
    : [`select set_config('search_path', ${quoteLiteral(`pg_catalog, ${quoteName(schema)}`)}, true)`];
}

/**
 * Constraints and triggers that would refuse or change rows while they come in any order, and the foreign keys of other
 * schemas that refer to the tables in `emptied`: they would take rows of theirs along with those taken out here.
 */
export function pendingDdl(
  plan: Plan,
  catalog: TargetCatalog,
  emptied: ReadonlySet<string> = replacedTables(plan),
): PendingDdl[] {
  const filled = new Set(
    plan.tables.filter((table) => table.origin === "existing").map((table) => table.target),
  );
  return catalog.tables.flatMap((table) => {
    const path = quotePath(plan.schema, table.name);
    const constraints = table.constraints
      .filter(
        (constraint) =>
          constraint.isLocal &&
          ((constraint.kind === "check" && filled.has(table.name)) ||
            (constraint.kind === "foreign key" &&
              (filled.has(table.name) ||
                (constraint.references !== null && filled.has(constraint.references.table))))),
      )
      .map((constraint) =>
        constraintAside(
          path,
          table.name,
          constraint.kind === "check" ? "check" : "foreign key",
          constraint.name,
          constraint.definition,
        ),
      );
    const referrers = emptied.has(table.name)
      ? table.referredFrom.map((one) =>
          constraintAside(
            quotePath(one.schema, one.table),
            `${one.schema}.${one.table}`,
            "foreign key",
            one.constraint,
            one.definition,
          ),
        )
      : [];
    const triggers = filled.has(table.name)
      ? table.triggers
          .filter((trigger) => trigger.enabled !== "disabled")
          .map((trigger) => ({
            table: table.name,
            kind: "trigger" as const,
            name: trigger.name,
            dropSql: `alter table ${path} disable trigger ${quoteName(trigger.name)}`,
            createSql: `alter table ${path} enable ${trigger.enabled === "origin" ? "" : trigger.enabled} trigger ${quoteName(trigger.name)}`,
            validateSql: null,
          }))
      : [];
    return [...constraints, ...referrers, ...triggers];
  });
}

function replacedTables(plan: Plan): Set<string> {
  return new Set(
    plan.tables.filter((table) => table.existingRows === "replace").map((table) => table.target),
  );
}

/** The end of `definition` says where the constraint is not valid, or (PostgreSQL 18) not enforced at all. */
function constraintAside(
  path: string,
  table: string,
  kind: PendingDdl["kind"],
  constraint: string,
  definition: string,
): PendingDdl {
  const name = quoteName(constraint);
  const isValid = !/ NOT (?:VALID|ENFORCED)$/.test(definition);
  return {
    table,
    kind,
    name: constraint,
    dropSql: `alter table ${path} drop constraint ${name}`,
    createSql: `alter table ${path} add constraint ${name} ${definition.replace(/ NOT VALID$/, "")} not valid`,
    validateSql: isValid ? `alter table ${path} validate constraint ${name}` : null,
  };
}

/**
 * Rows that were in an existing table go to outgrow.quarantine, whole, each value as its text. One statement takes them
 * out and keeps them, so that a row which comes in meanwhile is in both or in neither.
 */
export function replaceRows(
  schema: string,
  table: PlannedTable,
  columns: readonly TargetColumn[],
  move: bigint,
): LoadStep {
  const names = columns.map((column) => quoteLiteral(column.name)).join(", ");
  const texts = columns.map((column) => `t.${quoteName(column.name)}::text`).join(", ");
  return {
    key: `replace:${table.target}`,
    sql: [
      `with replaced as (
         delete from ${quotePath(schema, table.target)} as t
         returning t.ctid::text as key, jsonb_object(array[${names}]::text[], array[${texts}]::text[]) as source_row)
       insert into outgrow.quarantine (move, table_name, key, code, source_row)
       select ${move}, ${quoteLiteral(table.source)}, key, 'existing-rows', source_row from replaced`,
    ],
  };
}

/** The columns that hold values of their own: what is generated is made again. */
export function keptColumns(catalog: TargetCatalog, table: string): TargetColumn[] {
  const found = catalog.tables.find((candidate) => candidate.name === table);
  return (found?.columns ?? []).filter((column) => column.generated === null);
}

/** One table's keys and indexes, each a step: they lock the table, so they follow one another. */
export function indexSteps(plan: Plan, table: PlannedTable): LoadStep[] {
  const { schema } = plan;
  const statistics = { key: `analyze:${table.target}`, sql: analyze(schema, table) };
  if (table.origin === "existing") {
    return [statistics];
  }
  return [
    ...(table.primaryKey === null
      ? []
      : [
          {
            key: `primary-key:${table.target}`,
            sql: [addPrimaryKey(schema, table, table.primaryKey)],
            unique: keyWords(table, table.primaryKey),
          },
        ]),
    ...table.uniques.map((key) => ({
      key: `unique:${table.target}:${key.name}`,
      makes: { kind: "unique key" as const, table: table.source, name: key.name },
      sql: [addUnique(schema, table, key)],
      unique: keyWords(table, key),
    })),
    ...table.indexes.map((index) => ({
      key: `index:${index.name}`,
      makes: { kind: indexKind(index), table: table.source, name: index.name },
      sql: [...findingCitext(plan), createIndex(schema, table, index)],
      ...(index.unique ? { unique: keyWords(table, index) } : {}),
    })),
    ...table.checks.flatMap((check) =>
      check.target === undefined
        ? []
        : [
            {
              key: `check:${table.target}:${check.name}`,
              makes: { kind: "check" as const, table: table.source, name: check.name },
              sql: [...findingCitext(plan), addCheck(schema, table, { ...check, target: check.target })],
            },
          ],
    ),
    ...table.notNullChecks.map((key) => ({
      key: `check:${table.target}:${key.name}`,
      sql: [addNotNullCheck(schema, table, key)],
    })),
    statistics,
  ];
}

function indexKind(index: PlannedIndex): "index" | "unique key" | "R-Tree" {
  return index.unique ? "unique key" : index.method === "gist" ? "R-Tree" : "index";
}

/** So many rows are analyzed at once, and autovacuum would not come for a few dozen of them. */
const QUICKLY_ANALYZED_ROWS = 10_000;

/**
 * Statistics that the planner can begin with, of a tenth of the usual sample. Since the columns are named, PostgreSQL
 * goes on counting the rows as not analyzed (do_analyze_rel in commands/analyze.c), and autovacuum makes the full
 * statistics within about a minute. Where it is off they are made here.
 */
function analyze(schema: string, table: PlannedTable): string[] {
  const path = quotePath(schema, table.target);
  if (table.origin === "existing" || table.rows <= QUICKLY_ANALYZED_ROWS) {
    return [`analyze ${path}`];
  }
  return [
    `select set_config('default_statistics_target', '10', true)
      where current_setting('autovacuum')::bool and current_setting('track_counts')::bool`,
    `analyze ${path} (${table.columns.map((column) => quoteName(column.target)).join(", ")})`,
  ];
}

/** `table "t" ("a", "b")` */
function keyWords(table: PlannedTable, key: { columns: readonly string[] }): string {
  return `table ${quoteName(table.source)} (${key.columns.map(quoteName).join(", ")})`;
}

export function foreignKeySteps(schema: string, table: PlannedTable): LoadStep[] {
  return table.foreignKeys
    .filter((key) => key.definition === null)
    .map((key) => ({
      key: `foreign-key:${table.target}:${key.name}`,
      makes: { kind: "foreign key", table: table.source, name: key.name },
      sql: [addForeignKey(schema, table, key)],
    }));
}

/** Each may fail where rows contradict the constraint (`mayFail`); it then stays NOT VALID, and verification tells. */
export function validationSteps(schema: string, table: PlannedTable): LoadStep[] {
  return [...table.foreignKeys, ...table.checks]
    .filter((key) => key.validate)
    .map((key) => ({
      key: `validate:${table.target}:${key.name}`,
      sql: [validateConstraint(schema, table, key)],
      mayFail: true,
    }));
}

/** Where the SQL of a plan finds its operators: pg_catalog, and citext's schema where a column is of that type. */
export function searchPathOf(plan: Plan): string {
  const citext = citextSchema(plan);
  return ["pg_catalog", ...(citext === null ? [] : [quoteName(citext)]), "pg_temp"].join(", ");
}

export function triggerSteps(plan: Plan): LoadStep[] {
  const searchPath = searchPathOf(plan);
  return (plan.triggers ?? []).map((trigger) => ({
    key: `trigger:${trigger.functionName}`,
    makes: { kind: "trigger", table: null, name: trigger.source },
    sql: [
      createTriggerFunction(plan.schema, trigger, searchPath),
      createTrigger(plan.schema, trigger),
      ...triggerComments(trigger),
    ],
  }));
}

/** Views in the order in which they read each other. */
export function viewSteps(plan: Plan): LoadStep[] {
  return (plan.views ?? []).map((view) => ({
    key: `view:${view.target}`,
    makes: { kind: "view", table: null, name: view.target },
    sql: [...findingCitext(plan), createView(plan.schema, view), ...viewComments(plan.schema, view)],
  }));
}

export function sequenceStep(plan: Plan): LoadStep {
  return {
    key: "sequences",
    sql: plan.tables.flatMap((table) =>
      sequencesOf(plan.schema, table).map(({ column, sequence }) =>
        advanceSequence(
          plan.schema,
          table,
          column,
          sequence,
          table.nextId?.column === column ? table.nextId.value : 1n,
        ),
      ),
    ),
  };
}

function sequencesOf(schema: string, { nextId, sequences }: PlannedTable): PlannedSequence[] {
  if (sequences !== undefined) {
    return sequences;
  }
  return nextId?.sequence === undefined
    ? []
    : [{ column: nextId.column, sequence: quotePath(schema, nextId.sequence) }];
}
