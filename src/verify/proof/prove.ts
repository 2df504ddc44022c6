// Proves what the plan converted: asks both engines over the moved data, one kind after the other.

import type { Conversion, Plan, PlannedTable } from "../../plan/plan.js";
import type { SourceCatalog, SourceTable } from "../../source/catalog.js";
import type { StructureDifference } from "../check-structure.js";
import type { TableComparison } from "../comparison.js";
import type { Proof } from "./proof.js";
import { proveCheck, proveIndex, type Sides } from "./prove-conditions.js";
import { proveDefault } from "./prove-default.js";
import { proveFullText } from "./prove-full-text.js";
import { proveRTree } from "./prove-r-tree.js";
import { proveTriggers } from "./prove-triggers.js";
import { proveView } from "./prove-view.js";

type Outcome = Pick<Proof, "outcome" | "detail">;

/** One proof for each conversion that was made. Writes only inside a transaction that is rolled back. */
export async function prove(
  sides: Sides,
  plan: Plan,
  catalog: SourceCatalog,
  tables: ReadonlyMap<string, TableComparison>,
  structure: readonly StructureDifference[],
  searchPath: string,
  trials: "with trial writes" | "reading alone",
): Promise<Proof[]> {
  const made = (plan.conversions ?? []).filter(
    (one) => one.target !== null && (one.kind !== "trigger" || trials === "with trial writes"),
  );
  if (made.length === 0) {
    return [];
  }
  await sides.client.query("begin");
  try {
    await sides.client.query("select set_config('search_path', $1, true)", [searchPath]);
    const triggers = made.some(({ kind }) => kind === "trigger")
      ? await proveTriggers(sides, plan, catalog)
      : new Map<never, Outcome>();
    const proofs: Proof[] = [];
    for (const conversion of made) {
      const outcome =
        conversion.kind === "trigger"
          ? ([...triggers].find(([trigger]) => trigger.source === conversion.name)?.[1] ?? missing)
          : await proveOne(sides, conversion, plan, catalog, tables, structure);
      proofs.push({ kind: conversion.kind, table: conversion.table, name: conversion.name, ...outcome });
    }
    return proofs;
  } finally {
    await sides.client.query("rollback");
  }
}

const missing: Outcome = { outcome: "not compared", detail: "it is not in the target" };

async function proveOne(
  sides: Sides,
  conversion: Conversion,
  plan: Plan,
  catalog: SourceCatalog,
  tables: ReadonlyMap<string, TableComparison>,
  structure: readonly StructureDifference[],
): Promise<Outcome> {
  if (conversion.kind === "view") {
    const view = plan.views?.find((one) => one.source === conversion.name);
    return view === undefined ? missing : attempt(sides, () => proveView(sides, view));
  }
  if (conversion.kind === "full-text index") {
    return proveWords(sides, conversion, plan, catalog, structure);
  }
  const table = plan.tables.find((one) => one.source === conversion.table);
  const source = catalog.tables.find((one) => one.name === conversion.table);
  if (table === undefined || source === undefined) {
    return missing;
  }
  switch (conversion.kind) {
    case "check": {
      const check = table.checks.find((one) => one.name === conversion.made);
      if (check?.validate) {
        // SQLite counted no row that fails before the move, and PostgreSQL looked at every row to validate it.
        const wrong = structure.find(({ object }) =>
          object.startsWith(`check ${check.name} on ${table.target}`),
        );
        return wrong === undefined
          ? { outcome: "equal", detail: "every row passes on both sides" }
          : { outcome: "differs", detail: `expected ${wrong.expected}, found ${wrong.found}` };
      }
      return check === undefined ? missing : attempt(sides, () => proveCheck(sides, source, table, check));
    }
    case "index":
    case "unique key":
      return proveKey(sides, conversion, table, source, structure);
    case "R-Tree": {
      const wrong = structure.find(({ object }) => object.startsWith(`index ${conversion.made} on `));
      const index = table.indexes.find((one) => one.name === conversion.made);
      if (wrong !== undefined) {
        return { outcome: "differs", detail: `expected ${wrong.expected}, found ${wrong.found}` };
      }
      return index === undefined ? missing : attempt(sides, () => proveRTree(sides, source, table, index));
    }
    case "generated column":
      return proveGenerated(conversion, tables.get(source.name));
    case "default": {
      const column = table.columns.find((one) => one.target === conversion.made);
      const declared = source.columns.find((one) => one.name === conversion.name);
      return column === undefined || declared === undefined
        ? missing
        : attempt(sides, () => proveDefault(sides, declared, column));
    }
    default:
      return missing;
  }
}

/** The index may be on another table, whose text the full-text table indexed. */
async function proveWords(
  sides: Sides,
  conversion: Conversion,
  plan: Plan,
  catalog: SourceCatalog,
  structure: readonly StructureDifference[],
): Promise<Outcome> {
  const source = catalog.tables.find((one) => one.name === conversion.table);
  const table = plan.tables.find(({ indexes }) => indexes.some(({ name }) => name === conversion.made));
  const index = table?.indexes.find(({ name }) => name === conversion.made);
  const holder = catalog.tables.find((one) => one.name === table?.source);
  if (source === undefined || table === undefined || index === undefined || holder === undefined) {
    return missing;
  }
  const wrong = structure.find(({ object }) => object.startsWith(`index ${conversion.made} on `));
  return wrong === undefined
    ? attempt(sides, () => proveFullText(sides, source, table, holder, index))
    : { outcome: "differs", detail: `expected ${wrong.expected}, found ${wrong.found}` };
}

/** A proof that an engine refuses is none; the others go on. */
async function attempt({ client }: Sides, proof: () => Promise<Outcome>): Promise<Outcome> {
  await client.query("savepoint proof");
  try {
    return await proof();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // Neither SQLite's own errors nor those that concern this one statement end the rest.
    if (!/^(?:SQLITE_ERROR|2|42|XX|0A|54)/.test(code)) {
      throw error;
    }
    return { outcome: "differs", detail: `it could not be asked for: ${(error as Error).message}` };
  } finally {
    await client.query("rollback to proof");
  }
}

async function proveKey(
  sides: Sides,
  conversion: Conversion,
  table: PlannedTable,
  source: SourceTable,
  structure: readonly StructureDifference[],
): Promise<Outcome> {
  const wrong = structure.find(({ object }) => object.includes(` ${conversion.made} on `));
  if (wrong !== undefined) {
    return { outcome: "differs", detail: `expected ${wrong.expected}, found ${wrong.found}` };
  }
  const index = table.indexes.find((one) => one.name === conversion.made);
  const declared = source.indexes.find((one) => one.name === conversion.name);
  if (
    index === undefined ||
    declared === undefined ||
    (index.keys === undefined && index.where === undefined)
  ) {
    return { outcome: "equal", detail: "valid, over the same columns" };
  }
  return attempt(sides, () => proveIndex(sides, source, table, index, declared));
}

/** Every value was computed by PostgreSQL and compared with SQLite's among the table's values. */
function proveGenerated(conversion: Conversion, comparison: TableComparison | undefined): Outcome {
  if (comparison === undefined) {
    return missing;
  }
  const difference = comparison.differences.find((one) =>
    JSON.stringify(one).includes(JSON.stringify(conversion.made)),
  );
  return difference === undefined
    ? { outcome: "equal", detail: `${comparison.rows} values` }
    : { outcome: "differs", detail: "see the differing rows" };
}
