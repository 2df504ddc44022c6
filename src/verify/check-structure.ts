// Checks the rest of the promise: that every table, column, key, index and constraint of the plan is in the target and
// holds, and that no sequence will give out an id again.

import type { ClientBase } from "pg";
import type {
  Plan,
  PlannedColumn,
  PlannedForeignKey,
  PlannedIndex,
  PlannedKey,
  PlannedTable,
} from "../plan/plan.js";
import { checkComments } from "./check-comments.js";
import { checkDefaults } from "./check-defaults.js";
import { checkNextId } from "./check-next-id.js";
import {
  type FoundColumn,
  type FoundConstraint,
  type FoundIndex,
  type FoundStructure,
  readStructure,
} from "./read-structure.js";
import { typeName } from "./type-names.js";

/** `object` names it: `index orders_user_id on orders`; `expected` and `found` are a few words each. */
export interface StructureDifference {
  object: string;
  expected: string;
  found: string;
}

/** What the plan promises and the target lacks. More than was promised (another index, a validated key) is no difference. */
export async function checkStructure(
  client: ClientBase,
  schema: string,
  plan: Plan,
): Promise<StructureDifference[]> {
  const names = plan.tables.map((table) => table.target);
  const found = await readStructure(client, schema, names);
  const differences: StructureDifference[] = [];
  for (const table of plan.tables) {
    const here = found.tables.find((one) => one.table === table.target);
    if (here === undefined) {
      differences.push({ object: `table ${table.target}`, expected: "a table", found: "none" });
      continue;
    }
    if (table.origin === "created" && here.persistence !== "p") {
      differences.push({
        object: `table ${table.target}`,
        expected: "permanent",
        found: "unlogged: a crash empties it",
      });
    }
    const ofTable = only(found, table.target);
    differences.push(
      ...checkTable(table, ofTable),
      ...(await checkDefaults(client, table, ofTable.columns)),
      ...(await checkNextId(client, schema, table)),
    );
  }
  return [...differences, ...(await checkComments(client, schema, plan))];
}

function only(found: FoundStructure, table: string): FoundStructure {
  const ofTable = (one: { table: string }) => one.table === table;
  return {
    tables: found.tables.filter(ofTable),
    columns: found.columns.filter(ofTable),
    constraints: found.constraints.filter(ofTable),
    indexes: found.indexes.filter(ofTable),
  };
}

function checkTable(table: PlannedTable, found: FoundStructure): StructureDifference[] {
  return [
    ...table.columns.flatMap((column) => checkColumn(table, column, found.columns)),
    ...(table.primaryKey ? checkKey(table, "primary key", table.primaryKey, found) : []),
    ...table.uniques.flatMap((key) => checkKey(table, "unique constraint", key, found)),
    ...table.indexes.flatMap((index) => checkIndex(table, index, found.indexes)),
    ...table.foreignKeys.flatMap((key) => checkForeignKey(table, key, found.constraints)),
    ...table.checks.flatMap((check) => checkCheck(table, check, "a check", found.constraints)),
    ...table.notNullChecks.flatMap((key) =>
      checkCheck(table, { ...key, validate: false }, `${list(key.columns)} not null`, found.constraints),
    ),
  ];
}

function checkColumn(
  table: PlannedTable,
  column: PlannedColumn,
  found: FoundColumn[],
): StructureDifference[] {
  const object = `column ${table.target}.${column.target}`;
  const here = found.find((one) => one.column === column.target);
  if (here === undefined) {
    return [{ object, expected: column.type, found: "none" }];
  }
  const collation = (name: string | null) => (name === null ? "" : ` collate "${name}"`);
  return differing(object, [
    [typeName(column.type), typeName(here.type)],
    column.collation && [
      `${column.type}${collation(column.collation)}`,
      `${column.type}${collation(here.collation)}`,
    ],
    column.notNull && ["not null", here.notNull ? "not null" : "null allowed"],
    column.identity && ["identity", here.identity ? "identity" : "no identity"],
    column.defaultSql !== null && ["a default", here.hasDefault ? "a default" : "no default"],
    column.generatedSql !== undefined && ["generated", here.generated ? "generated" : "not generated"],
  ]);
}

/** A primary key or unique constraint; a valid unique index over the same columns keeps the same promise. */
function checkKey(
  table: PlannedTable,
  what: "primary key" | "unique constraint",
  key: PlannedKey,
  found: FoundStructure,
): StructureDifference[] {
  const object = `${what} ${key.name} on ${table.target}`;
  const kind = what === "primary key" ? "p" : "u";
  const constraints = found.constraints.filter((one) => one.kind === kind);
  const here =
    constraints.find((one) => one.name === key.name) ??
    constraints.find((one) => sameNames(one.columns, key));
  const index =
    found.indexes.find((one) => one.name === here?.name) ??
    found.indexes.find((one) => keepsUnique(one, key));
  if (here === undefined && (kind === "p" || index === undefined)) {
    return [{ object, expected: list(key.columns), found: "none" }];
  }
  return differing(object, [
    [list(key.columns), list(here?.columns ?? index?.columns ?? [])],
    index !== undefined && ["a valid index", index.valid ? "a valid index" : "an invalid index"],
  ]);
}

function keepsUnique(index: FoundIndex, key: PlannedKey): boolean {
  return index.unique && !index.partial && sameNames(index.columns, key);
}

function checkIndex(table: PlannedTable, index: PlannedIndex, found: FoundIndex[]): StructureDifference[] {
  const object = `index ${index.name} on ${table.target}`;
  const here = found.find((one) => one.name === index.name);
  if (here === undefined) {
    return [{ object, expected: list(index.columns, index.descending), found: "none" }];
  }
  const rows = (partial: boolean) => (partial ? "a part of the rows" : "all rows");
  return differing(object, [
    index.keys === undefined
      ? [list(index.columns, index.descending), list(here.columns, here.descending)]
      : [`${index.keys.length} keys`, `${here.columns.length} keys`],
    [rows(index.where !== undefined), rows(here.partial)],
    ["valid", here.valid ? "valid" : "invalid"],
    index.unique && ["unique", here.unique ? "unique" : "not unique"],
  ]);
}

function checkForeignKey(
  table: PlannedTable,
  key: PlannedForeignKey,
  found: FoundConstraint[],
): StructureDifference[] {
  const object = `foreign key ${key.name} on ${table.target}`;
  const keys = found.filter((one) => one.kind === "f");
  const here =
    keys.find((one) => one.name === key.name) ?? keys.find((one) => refersTo(one) === refersTo(key));
  if (here === undefined) {
    return [{ object, expected: refersTo(key), found: "none" }];
  }
  return differing(object, [
    [refersTo(key), refersTo(here)],
    key.validate && !key.mayBeViolated && ["validated", here.validated ? "validated" : "not valid"],
    key.deferred === true && ["deferred", here.deferred ? "deferred" : "immediate"],
    ["enforced", here.disabled ? "its triggers are disabled" : here.enforced ? "enforced" : "not enforced"],
  ]);
}

function refersTo(key: PlannedForeignKey | FoundConstraint): string {
  const action = (text: string) => (text === "" ? "NO ACTION" : text.toUpperCase());
  return (
    `${list(key.columns)} references ${key.parentTable} ${list(key.parentColumns)}` +
    ` on update ${action(key.onUpdate)} on delete ${action(key.onDelete)}`.toLowerCase()
  );
}

/** A CHECK by its name. One that stored rows violate is not validated, and only has to be there. */
function checkCheck(
  table: PlannedTable,
  check: { name: string; validate: boolean },
  expected: string,
  found: FoundConstraint[],
): StructureDifference[] {
  const object = `check ${check.name} on ${table.target}`;
  const here = found.find((one) => one.name === check.name && (one.kind === "c" || one.kind === "n"));
  if (here === undefined) {
    return [{ object, expected, found: "none" }];
  }
  return differing(object, [
    ["enforced", here.enforced ? "enforced" : "not enforced"],
    check.validate && ["validated", here.validated ? "validated" : "not valid"],
  ]);
}

/** A difference for each pair of expected and found that is not alike; pairs that were not promised are falsy. */
function differing(
  object: string,
  pairs: (readonly [string, string] | false | null)[],
): StructureDifference[] {
  return pairs.flatMap((pair) =>
    pair && pair[0] !== pair[1] ? [{ object, expected: pair[0], found: pair[1] }] : [],
  );
}

function sameNames(columns: readonly (string | null)[], key: PlannedKey): boolean {
  return list(columns) === list(key.columns);
}

function list(columns: readonly (string | null)[], descending: readonly boolean[] = []): string {
  const names = columns.map(
    (name, i) => `${name === null ? "an expression" : `"${name}"`}${descending[i] ? " desc" : ""}`,
  );
  return `(${names.join(", ")})`;
}
