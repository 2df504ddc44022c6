// The steps of a load around the copy, as named lists of SQL: what is done before the data, and what after it.

import { quoteLiteral, quoteName, quotePath } from "../base/quote.js";
import type { Plan, PlannedSequence, PlannedTable } from "../plan/plan.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import {
  addForeignKey,
  addNotNullCheck,
  addPrimaryKey,
  addUnique,
  advanceSequence,
  createIndex,
  createTable,
  validateConstraint,
} from "./table-ddl.js";

/** Done in one transaction together with its record in outgrow.progress; a resumed move leaves out what is recorded. */
export interface LoadStep {
  key: string;
  sql: string[];
  /** A violated constraint (SQLSTATE class 23) leaves the step undone and is no error. */
  mayFail?: boolean;
}

/** What stands aside during the load of a table that was there: constraint or trigger, and how it comes back. */
export interface PendingDdl {
  table: string;
  kind: "foreign key" | "check" | "trigger";
  name: string;
  dropSql: string;
  /** Constraints come back NOT VALID, so that this reads no rows. */
  createSql: string;
  /** Null where it was not valid before either, and for triggers. */
  validateSql: string | null;
}

/** CREATE SCHEMA and TABLEs; with `replace`, tables of the same name are dropped first. */
export function beforeSteps(plan: Plan, catalog: TargetCatalog, replace: boolean): LoadStep[] {
  const schema = catalog.schemaExists
    ? []
    : [{ key: "schema", sql: [`create schema ${quoteName(plan.schema)}`] }];
  const tables = plan.tables
    .filter((table) => table.origin === "created")
    .map((table) => ({
      key: `create:${table.target}`,
      sql: [
        ...(replace && catalog.tables.some((existing) => existing.name === table.target)
          ? [`drop table ${quotePath(plan.schema, table.target)} cascade`]
          : []),
        createTable(plan.schema, table),
      ],
    }));
  return [...schema, ...tables];
}

/** Constraints and triggers of existing tables that would refuse or change rows while they come in any order. */
export function pendingDdl(plan: Plan, catalog: TargetCatalog): PendingDdl[] {
  const filled = new Set(
    plan.tables.filter((table) => table.origin === "existing").map((table) => table.target),
  );
  return catalog.tables.flatMap((table) => {
    const path = quotePath(plan.schema, table.name);
    const foreignKeys = table.constraints
      .filter(
        (constraint) =>
          constraint.isLocal &&
          ((constraint.kind === "check" && filled.has(table.name)) ||
            (constraint.kind === "foreign key" &&
              (filled.has(table.name) ||
                (constraint.references !== null && filled.has(constraint.references.table))))),
      )
      .map((constraint) => ({
        table: table.name,
        kind: constraint.kind === "check" ? ("check" as const) : ("foreign key" as const),
        name: constraint.name,
        dropSql: `alter table ${path} drop constraint ${quoteName(constraint.name)}`,
        createSql: `alter table ${path} add constraint ${quoteName(constraint.name)} ${constraint.definition.replace(/ NOT VALID$/, "")} not valid`,
        validateSql: constraint.validated
          ? `alter table ${path} validate constraint ${quoteName(constraint.name)}`
          : null,
      }));
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
    return [...foreignKeys, ...triggers];
  });
}

/** Rows that were in an existing table go to outgrow.quarantine, whole, before the table is emptied. */
export function replaceRows(schema: string, table: PlannedTable, move: bigint): LoadStep {
  const path = quotePath(schema, table.target);
  return {
    key: `replace:${table.target}`,
    sql: [
      `insert into outgrow.quarantine (move, table_name, key, code, source_row)
       select ${move}, ${quoteLiteral(table.source)}, ctid::text, 'existing-rows', to_jsonb(t) from ${path} as t`,
      `delete from ${path}`,
    ],
  };
}

/** One table's keys and indexes, each a step: they lock the table, so they follow one another. */
export function indexSteps(schema: string, table: PlannedTable): LoadStep[] {
  const statistics = { key: `analyze:${table.target}`, sql: [`analyze ${quotePath(schema, table.target)}`] };
  if (table.origin === "existing") {
    return [statistics];
  }
  return [
    ...(table.primaryKey === null
      ? []
      : [{ key: `primary-key:${table.target}`, sql: [addPrimaryKey(schema, table, table.primaryKey)] }]),
    ...table.uniques.map((key) => ({
      key: `unique:${table.target}:${key.name}`,
      sql: [addUnique(schema, table, key)],
    })),
    ...table.indexes.map((index) => ({
      key: `index:${index.name}`,
      sql: [createIndex(schema, table, index)],
    })),
    ...table.notNullChecks.map((key) => ({
      key: `check:${table.target}:${key.name}`,
      sql: [addNotNullCheck(schema, table, key)],
    })),
    statistics,
  ];
}

export function foreignKeySteps(schema: string, table: PlannedTable): LoadStep[] {
  return table.foreignKeys
    .filter((key) => key.definition === null)
    .map((key) => ({
      key: `foreign-key:${table.target}:${key.name}`,
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
