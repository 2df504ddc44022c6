// Writes statements of the syntax tree as SQLite's SQL.

import { quoteLiteral, quoteName } from "../base/quote.js";
import type {
  Assignment,
  ColumnConstraint,
  ColumnDef,
  ConflictAction,
  CreateIndex,
  CreateTable,
  CreateTrigger,
  Deferral,
  Delete,
  IndexedColumn,
  Insert,
  References,
  ResultColumn,
  Statement,
  TableConstraint,
  Update,
  Upsert,
} from "./ast.js";
import {
  path,
  printEnd,
  printExpr,
  printFrom,
  printIndexed,
  printResult,
  printSelect,
  printWith,
} from "./print-expression.js";

export { printExpr, printSelect } from "./print-expression.js";

/** One statement, without a semicolon. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "createTable":
      return printTable(statement);
    case "createIndex":
      return printIndex(statement);
    case "createView": {
      const columns = statement.columns === null ? "" : ` (${statement.columns.map(quoteName).join(", ")})`;
      return `create ${temp(statement.temporary)}view ${named(statement)}${columns} as ${printSelect(statement.select)}`;
    }
    case "createTrigger":
      return printTrigger(statement);
    case "createVirtualTable":
      return `create virtual table ${named(statement)} using ${quoteName(statement.module)}(${statement.args.join(", ")})`;
    case "select":
      return printSelect(statement);
    case "insert":
      return printInsert(statement);
    case "update":
      return printUpdate(statement);
    case "delete":
      return printDelete(statement);
  }
}

const temp = (temporary: boolean) => (temporary ? "temp " : "");

function named({
  ifNotExists,
  schema,
  name,
}: {
  ifNotExists: boolean;
  schema: string | null;
  name: string;
}): string {
  return `${ifNotExists ? "if not exists " : ""}${path(schema, name)}`;
}

function printTable(table: CreateTable): string {
  const head = `create ${temp(table.temporary)}table ${named(table)}`;
  if (table.as !== null) {
    return `${head} as ${printSelect(table.as)}`;
  }
  const parts = [...table.columns.map(printColumn), ...table.constraints.map(printTableConstraint)];
  const options = [...(table.withoutRowid ? ["without rowid"] : []), ...(table.strict ? ["strict"] : [])];
  return `${head} (${parts.join(", ")})${options.length === 0 ? "" : ` ${options.join(", ")}`}`;
}

function printColumn({ name, type, constraints }: ColumnDef): string {
  return [quoteName(name), type, ...constraints.map(printColumnConstraint)]
    .filter((part) => part !== "")
    .join(" ");
}

const naming = (name: string | null) => (name === null ? "" : `constraint ${quoteName(name)} `);
const conflicting = (conflict: ConflictAction | null) =>
  conflict === null ? "" : ` on conflict ${conflict}`;

function printColumnConstraint(one: ColumnConstraint): string {
  return `${naming(one.name)}${columnConstraint(one)}`;
}

function columnConstraint(one: ColumnConstraint): string {
  switch (one.kind) {
    case "primaryKey":
      return `primary key${one.descending ? " desc" : ""}${conflicting(one.conflict)}${one.autoincrement ? " autoincrement" : ""}`;
    case "notNull":
      return `not null${conflicting(one.conflict)}`;
    case "null":
      return `null${conflicting(one.conflict)}`;
    case "unique":
      return `unique${conflicting(one.conflict)}`;
    case "check":
      return `check (${printExpr(one.expr)})${conflicting(one.conflict)}`;
    case "default":
      return `default ${printDefault(one)}`;
    case "collate":
      return `collate ${quoteName(one.collation)}`;
    case "references":
      return printReferences(one.key);
    case "deferral":
      return printDeferral(one);
    case "generated":
      return `generated always as (${printExpr(one.expr)})${one.stored ? " stored" : ""}`;
  }
}

/** A bare word is a string, and PRAGMA table_xinfo gives the text as it is written. */
function printDefault({ expr, parenthesised }: Extract<ColumnConstraint, { kind: "default" }>): string {
  if (parenthesised) {
    return `(${printExpr(expr)})`;
  }
  return expr.kind === "unary"
    ? `${expr.op}${printExpr(expr.operand)}`
    : expr.kind === "string"
      ? quoteLiteral(expr.value)
      : printExpr(expr);
}

function printReferences(key: References): string {
  return [
    `references ${quoteName(key.table)}`,
    key.columns === null ? "" : ` (${key.columns.map(quoteName).join(", ")})`,
    key.onDelete === null ? "" : ` on delete ${key.onDelete}`,
    key.onUpdate === null ? "" : ` on update ${key.onUpdate}`,
    key.match === null ? "" : ` match ${quoteName(key.match)}`,
    key.deferrable === null
      ? ""
      : ` ${printDeferral({ deferrable: key.deferrable, initially: key.initially })}`,
  ].join("");
}

function printDeferral({ deferrable, initially }: Deferral): string {
  return `${deferrable ? "deferrable" : "not deferrable"}${initially === null ? "" : ` initially ${initially}`}`;
}

function printTableConstraint(one: TableConstraint): string {
  return `${naming(one.name)}${tableConstraint(one)}`;
}

function tableConstraint(one: TableConstraint): string {
  switch (one.kind) {
    case "primaryKey":
      return `primary key (${keys(one.columns)}${one.autoincrement ? " autoincrement" : ""})${conflicting(one.conflict)}`;
    case "unique":
      return `unique (${keys(one.columns)})${conflicting(one.conflict)}`;
    case "check":
      return `check (${printExpr(one.expr)})${conflicting(one.conflict)}`;
    case "foreignKey":
      return `foreign key (${one.columns.map(quoteName).join(", ")}) ${printReferences(one.key)}`;
  }
}

/** A column with a collation stands without parentheses, which would make an expression of it. */
function keys(columns: readonly IndexedColumn[]): string {
  return columns.map(({ expr, descending }) => `${printExpr(expr)}${descending ? " desc" : ""}`).join(", ");
}

function printIndex(index: CreateIndex): string {
  const where = index.where === null ? "" : ` where ${printExpr(index.where)}`;
  return `create ${index.unique ? "unique " : ""}index ${named(index)} on ${quoteName(index.table)} (${keys(index.columns)})${where}`;
}

function printTrigger(trigger: CreateTrigger): string {
  const of = trigger.updateOf === null ? "" : ` of ${trigger.updateOf.map(quoteName).join(", ")}`;
  const when = trigger.when === null ? "" : ` when ${printExpr(trigger.when)}`;
  return [
    `create ${temp(trigger.temporary)}trigger ${named(trigger)} ${trigger.time} ${trigger.event}${of}`,
    ` on ${path(trigger.tableSchema, trigger.table)} for each row${when} begin`,
    ...trigger.body.map((statement) => ` ${printStatement(statement)};`),
    " end",
  ].join("");
}

function target({ schema, table, alias }: Pick<Insert, "schema" | "table" | "alias">): string {
  return `${path(schema, table)}${alias === null ? "" : ` as ${quoteName(alias)}`}`;
}

function printInsert(insert: Insert): string {
  const columns = insert.columns === null ? "" : ` (${insert.columns.map(quoteName).join(", ")})`;
  const or = insert.or === null ? "" : ` or ${insert.or}`;
  const rows = insert.select === null ? "default values" : printSelect(insert.select);
  return `${printWith(insert.with)}insert${or} into ${target(insert)}${columns} ${rows}${insert.upserts.map(printUpsert).join("")}${returning(insert.returning)}`;
}

function printUpsert({ target: conflict, set, where }: Upsert): string {
  const on =
    conflict === null
      ? ""
      : ` (${keys(conflict.columns)})${conflict.where === null ? "" : ` where ${printExpr(conflict.where)}`}`;
  const action =
    set === null
      ? "nothing"
      : `update set ${assignments(set)}${where === null ? "" : ` where ${printExpr(where)}`}`;
  return ` on conflict${on} do ${action}`;
}

function assignments(set: readonly Assignment[]): string {
  return set
    .map(({ columns, value }) => {
      const names = columns.map(quoteName).join(", ");
      return `${columns.length === 1 ? names : `(${names})`} = ${printExpr(value)}`;
    })
    .join(", ");
}

function printUpdate(update: Update): string {
  const or = update.or === null ? "" : ` or ${update.or}`;
  const from = update.from === null ? "" : ` from ${printFrom(update.from)}`;
  const where = update.where === null ? "" : ` where ${printExpr(update.where)}`;
  return `${printWith(update.with)}update${or} ${target(update)}${printIndexed(update.indexed)} set ${assignments(update.set)}${from}${where}${returning(update.returning)}${printEnd(update)}`;
}

function printDelete(statement: Delete): string {
  const where = statement.where === null ? "" : ` where ${printExpr(statement.where)}`;
  return `${printWith(statement.with)}delete from ${target(statement)}${printIndexed(statement.indexed)}${where}${returning(statement.returning)}${printEnd(statement)}`;
}

const returning = (columns: readonly ResultColumn[]) =>
  columns.length === 0 ? "" : ` returning ${columns.map(printResult).join(", ")}`;
