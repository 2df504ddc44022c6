// What of a file and a database can be compared, and what cannot, said in notes: nothing is left out in silence.

import type { Client } from "pg";
import { plural } from "../codec/define-codec.js";
import { NO_OVERRIDES } from "../plan/overrides.js";
import type { Plan, PlannedTable } from "../plan/plan.js";
import { selectTables } from "../plan/select-tables.js";
import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import type { StructureDifference } from "../verify/check-structure.js";
import { readStructure } from "../verify/read-structure.js";
import { typeName } from "../verify/type-names.js";
import { type DecideJob, decide } from "./decide.js";
import type { WorkerPool } from "./worker-pool.js";

export interface Pairing {
  plan: Plan;
  /** One sentence each. */
  notes: string[];
  /** Values for which the target has no place at all. */
  missing: StructureDifference[];
}

/** Pairs by the types of the tables that are there. `job.options` says which schema and which tables. */
export async function pairByTarget(
  job: Omit<DecideJob, "options" | "everything" | "examples"> & {
    schema: string;
    include: readonly string[];
    exclude: readonly string[];
  },
): Promise<Pairing> {
  const { plan } = await decide({
    ...job,
    options: {
      schema: job.schema,
      include: job.include,
      exclude: job.exclude,
      names: "keep",
      integers: "int8",
      framework: "none",
      existingRows: "stop",
      dropExisting: false,
      overrides: NO_OVERRIDES,
      decisions: [],
    },
    everything: false,
    examples: false,
  });
  const notes = [
    `no move into schema "${job.schema}" is recorded, so the types of its tables decide; keys and indexes were not compared`,
  ];
  const missing: StructureDifference[] = [];
  for (const table of selectTables(job.catalog, job)) {
    const planned = plan.tables.find((one) => one.source === table.name);
    if (planned === undefined) {
      const why = plan.findings.find((finding) => finding.table === table.name && finding.column === null);
      notes.push(`${table.name} was not compared: ${why?.reason ?? "no plan holds it"}`);
    } else if (planned.origin === "existing") {
      const lost = missingColumns(plan, planned);
      missing.push(...lost.map(({ difference }) => difference));
      const told = new Set(lost.map(({ column }) => column));
      notes.push(...unpaired(table, planned, told));
    }
  }
  return { plan, notes, missing };
}

/** Columns with values that the target table has no column for. */
function missingColumns(plan: Plan, planned: PlannedTable) {
  return plan.findings.flatMap(({ code, severity, table, column, count }) =>
    code === "target-column-missing" && severity === "blocker" && table === planned.source && column !== null
      ? [
          {
            column,
            difference: {
              object: `column ${planned.target}.${column}`,
              expected: `a column for ${plural(count, "value")}`,
              found: "none",
            },
          },
        ]
      : [],
  );
}

function unpaired(table: SourceTable, planned: PlannedTable, told: ReadonlySet<string>): string[] {
  const paired = new Set(planned.columns.map((column) => column.source));
  const columns = table.columns
    .filter((column) => !paired.has(column.name) && !told.has(column.name))
    .map((column) => `${table.name}.${column.name} was not compared: the target has no column that takes it`);
  const { rowidAlias } = table;
  const isNumberedElsewhere = rowidAlias !== null && paired.has(rowidAlias) && planned.nextId === null;
  return isNumberedElsewhere
    ? [...columns, `${table.name}.${rowidAlias} has no sequence in the target, so no next id was compared`]
    : columns;
}

/** Pairs by the plan of a move, for the tables that `selected` names. Where the source changed, its ranges are read anew. */
export async function pairByPlan(
  pool: WorkerPool,
  catalog: SourceCatalog,
  selected: readonly SourceTable[],
  stored: { plan: Plan; sourceChanged: boolean },
): Promise<Pairing> {
  const notes: string[] = [];
  const wanted = new Set(selected.map((table) => table.name));
  const tables: PlannedTable[] = [];
  for (const planned of stored.plan.tables) {
    const table = catalog.tables.find((one) => one.name === planned.source);
    if (table === undefined) {
      notes.push(`${planned.source} was not compared: the source has no such table any more`);
    } else if (wanted.has(planned.source)) {
      const still = withColumnsOf(table, planned, notes);
      if (still !== null) {
        tables.push(stored.sourceChanged ? await readRangesAnew(pool, table, still) : still);
      }
    }
  }
  for (const table of selected.filter((one) => !stored.plan.tables.some((two) => two.source === one.name))) {
    notes.push(`${table.name} was not compared: it is not part of the move`);
  }
  return { plan: { ...stored.plan, tables }, notes, missing: [] };
}

/** The planned table without the columns that the source no longer has; null where rows were chosen by one of them. */
function withColumnsOf(table: SourceTable, planned: PlannedTable, notes: string[]): PlannedTable | null {
  const there = new Set(table.columns.map((column) => column.name));
  const gone = planned.columns.filter((column) => !there.has(column.source));
  const known = new Set([
    ...planned.columns.map((column) => column.source),
    ...planned.leftOut.map((column) => column.source),
  ]);
  for (const column of table.columns.filter((one) => !known.has(one.name))) {
    notes.push(`${table.name}.${column.name} was not compared: it is not part of the move`);
  }
  if (gone.length > 0 && planned.setAside.length > 0) {
    notes.push(`${table.name} was not compared: the source lost columns by which rows were set aside`);
    return null;
  }
  notes.push(
    ...gone.map(
      ({ source }) => `${table.name}.${source} was not compared: the source has no such column any more`,
    ),
  );
  return { ...planned, columns: planned.columns.filter((column) => !gone.includes(column)) };
}

async function readRangesAnew(
  pool: WorkerPool,
  table: SourceTable,
  planned: PlannedTable,
): Promise<PlannedTable> {
  const { ranges, largestRowBytes } = await pool.run("measure", { table });
  const read =
    planned.read.by === "rowid"
      ? { ...planned.read, ranges, largestRowBytes }
      : { ...planned.read, largestRowBytes };
  return { ...planned, read };
}

/** The part of a plan whose tables and columns the target has, with their types; the rest is a difference of structure. */
export async function presentInTarget(client: Client, plan: Plan): Promise<Pick<Pairing, "plan" | "notes">> {
  const notes: string[] = [];
  const found = await readStructure(
    client,
    plan.schema,
    plan.tables.map((table) => table.target),
  );
  const tables = plan.tables
    .filter((table) => found.tables.some((one) => one.table === table.target))
    .map((table) => {
      const ofTable = found.columns.filter((one) => one.table === table.target);
      const columns = table.columns.filter((column) => {
        const here = ofTable.find((one) => one.column === column.target);
        return here !== undefined && typeName(here.type) === typeName(column.type);
      });
      for (const column of table.columns.filter((one) => !columns.includes(one))) {
        notes.push(`${table.source}.${column.source} was not compared: its column in the target is another`);
      }
      return { ...table, columns };
    });
  return { plan: { ...plan, tables }, notes };
}
