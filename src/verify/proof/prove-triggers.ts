// Fires triggers on both sides by the same writes, and compares what stands in the tables they write. In PostgreSQL inside a
// transaction that is rolled back, in SQLite on a copy in memory.

import Database from "better-sqlite3";
import type { ClientBase } from "pg";
import { quoteName, quotePath } from "../../base/quote.js";
import type { Plan, PlannedTable, PlannedTrigger } from "../../plan/plan.js";
import type { SourceCatalog, SourceTable } from "../../source/catalog.js";
import { isGeoPackage, registerGeometryFunctions } from "../../source/geopackage.js";
import { rtreeOf } from "../../source/virtual-tables.js";
import type { CreateTrigger } from "../../sql/ast.js";
import { parseStatement } from "../../sql/parse.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { alikeInForm } from "./alike-in-form.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";
import { sourceField, targetField } from "./prove-view.js";
import { type Write, writesFor } from "./trigger-writes.js";

/** A file larger than that is not copied into memory; its triggers are not compared. */
const LARGEST_COPY_BYTES = 256 * 1024 * 1024;

/** Rows of a written table that are compared; more would take longer than they are worth. */
const MOST_ROWS = 20_000;

type Outcome = Pick<Proof, "outcome" | "detail">;

/** By trigger, in the plan's order. */
export async function proveTriggers(
  sides: Sides,
  plan: Plan,
  catalog: SourceCatalog,
): Promise<Map<PlannedTrigger, Outcome>> {
  const triggers = plan.triggers ?? [];
  const outcomes = new Map<PlannedTrigger, Outcome>();
  if (triggers.length === 0) {
    return outcomes;
  }
  const bytes = catalog.pageSize * catalog.pageCount;
  const copy = bytes > LARGEST_COPY_BYTES ? null : copyOf(sides.db, catalog);
  try {
    for (const trigger of triggers) {
      outcomes.set(
        trigger,
        copy === null
          ? { outcome: "not compared", detail: "the file is too large to be copied for a trial" }
          : await proveTrigger(sides, copy, plan, catalog, trigger),
      );
    }
  } finally {
    copy?.close();
  }
  return outcomes;
}

/** The state that the connection reads. A file in WAL mode says so in its header, which a database in memory cannot be. */
function copyOf(db: Database.Database, catalog: SourceCatalog): Database.Database {
  const image = db.serialize();
  image[18] = 1;
  image[19] = 1;
  const copy = new Database(image);
  if (isGeoPackage(catalog)) {
    registerGeometryFunctions(copy);
  } else {
    copy.pragma("trusted_schema = off");
  }
  return copy;
}

async function proveTrigger(
  sides: Sides,
  copy: Database.Database,
  plan: Plan,
  catalog: SourceCatalog,
  trigger: PlannedTrigger,
): Promise<Outcome> {
  const declared = catalog.triggers.find(({ name }) => name === trigger.source);
  const statement = declared === undefined ? null : parseStatement(declared.sql);
  const source = catalog.tables.find(({ name }) => lowerAscii(name) === lowerAscii(declared?.table ?? ""));
  const table = plan.tables.find((one) => one.source === source?.name);
  if (statement?.kind !== "createTrigger" || source === undefined || table === undefined) {
    return { outcome: "not compared", detail: "it is on a view" };
  }
  const watched = writtenTables(statement, catalog, plan);
  const writes = writesFor(statement, source, table, copy, sides.schema);
  if (writes.length === 0) {
    return { outcome: "not compared", detail: "no row could be made for a trial" };
  }
  const told: string[] = [];
  let refused = "";
  for (const write of writes) {
    const outcome = await tryWrite(sides, copy, write, watched);
    if (outcome.outcome === "differs") {
      return outcome;
    }
    if (outcome.outcome === "equal") {
      told.push(outcome.detail);
    } else {
      refused = outcome.detail;
    }
  }
  return told.length === 0
    ? { outcome: "not compared", detail: `none of the trial writes could be made on both sides: ${refused}` }
    : { outcome: "equal", detail: told.join("; ") };
}

interface Watched {
  source: SourceTable;
  table: PlannedTable;
}

/** The trigger's own table, and those that it or a trigger it fires writes. */
function writtenTables(statement: CreateTrigger, catalog: SourceCatalog, plan: Plan): Watched[] {
  const names = new Set([lowerAscii(statement.table)]);
  const parsed = catalog.triggers.flatMap(({ sql }) => {
    const one = parseStatement(sql);
    return one.kind === "createTrigger" ? [one] : [];
  });
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const one of parsed.filter(({ table }) => names.has(lowerAscii(table)))) {
      for (const inside of one.body) {
        if (inside.kind !== "select") {
          names.add(lowerAscii(inside.table));
        }
      }
    }
  }
  return catalog.tables.flatMap((source) => {
    const table = plan.tables.find((one) => one.source === source.name);
    return names.has(lowerAscii(source.name)) && table !== undefined ? [{ source, table }] : [];
  });
}

async function tryWrite(
  sides: Sides,
  copy: Database.Database,
  write: Write,
  watched: readonly Watched[],
): Promise<Outcome> {
  const here = inSqlite(copy, write, watched);
  const there = await inPostgres(sides.client, sides.schema, write, watched);
  if (here.error !== null || there.error !== null) {
    const isUntold = here.error?.raised === false || there.error?.raised === false;
    if (here.error !== null && there.error !== null) {
      return isUntold
        ? {
            outcome: "not compared",
            detail: `${write.words}: ${here.error.message} / ${there.error.message}`,
          }
        : { outcome: "equal", detail: `${write.words}: both refuse it (${here.error.message})` };
    }
    return here.error?.raised === false || there.error?.raised === false
      ? { outcome: "not compared", detail: `${write.words}: ${here.error?.message ?? there.error?.message}` }
      : {
          outcome: "differs",
          detail: `${write.words}: SQLite ${here.error === null ? "takes it" : `says ${here.error.message}`}, PostgreSQL ${there.error === null ? "takes it" : `says ${there.error.message}`}`,
        };
  }
  for (const [i, { source, table }] of watched.entries()) {
    const difference = differing(here.tables[i] ?? [], there.tables[i] ?? [], sameIn(source, table));
    if (difference !== null) {
      return { outcome: "differs", detail: `${write.words}: in "${table.source}" ${difference}` };
    }
  }
  return { outcome: "equal", detail: write.words };
}

interface Trial {
  /** `raised` by a trigger; otherwise a constraint that has nothing to do with it refused the write. */
  error: { message: string; raised: boolean } | null;
  tables: string[][][];
}

function inSqlite(copy: Database.Database, write: Write, watched: readonly Watched[]): Trial {
  copy.exec("savepoint trial");
  try {
    for (const sql of write.prepareSource) {
      copy.exec(sql);
    }
    copy.exec(write.source);
    const tables = watched.map(({ table }) => {
      const fields = table.columns.map(({ source, codec }) => sourceField(quoteName(source), codec));
      return copy
        .prepare(`select ${fields.join(", ")} from ${quoteName(table.source)} limit ${MOST_ROWS}`)
        .raw()
        .safeIntegers()
        .all()
        .map((row) => (row as unknown[]).map(shown));
    });
    return { error: null, tables };
  } catch (error) {
    if (error instanceof Database.SqliteError) {
      return {
        error: { message: error.message, raised: error.code === "SQLITE_CONSTRAINT_TRIGGER" },
        tables: [],
      };
    }
    throw error;
  } finally {
    copy.exec("rollback to trial; release trial");
  }
}

async function inPostgres(
  client: ClientBase,
  schema: string,
  write: Write,
  watched: readonly Watched[],
): Promise<Trial> {
  await client.query("savepoint trial");
  try {
    for (const sql of [...write.prepareTarget, write.target]) {
      await client.query(sql);
    }
    const tables: string[][][] = [];
    for (const { table } of watched) {
      const fields = table.columns.map(({ target, codec }) => targetField(quoteName(target), codec));
      const { rows } = await client.query<unknown[]>({
        text: `select ${fields.join(", ")} from ${quotePath(schema, table.target)} limit ${MOST_ROWS}`,
        rowMode: "array",
      });
      tables.push(rows.map((row) => row.map(shown)));
    }
    return { error: null, tables };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "" || code.startsWith("08") || code.startsWith("57")) {
      throw error;
    }
    return { error: { message: (error as Error).message, raised: code === "23000" }, tables: [] };
  } finally {
    await client.query("rollback to trial");
  }
}

function shown(value: unknown): string {
  if (value === null || value === undefined) {
    return "NULL";
  }
  if (Buffer.isBuffer(value)) {
    return `\\x${value.toString("hex")}`;
  }
  return typeof value === "boolean" ? (value ? "t" : "f") : String(value);
}

/** Whether the field at `at` of a row holds the same on both sides. */
type Same = (here: string, there: string, at: number) => boolean;

function sameIn(source: SourceTable, table: PlannedTable): Same {
  const rtree = rtreeOf(source);
  const bounds = new Set(
    rtree === null || rtree.integers ? [] : rtree.dimensions.flatMap(({ least, most }) => [least, most]),
  );
  return (here, there, at) =>
    sameField(here, there) || (bounds.has(table.columns[at]?.source ?? "") && sameBound(here, there));
}

/**
 * rtree.c of SQLite 3.53 goes one or two floats outwards where a bound is no float, that of 3.54 always one. Both hold
 * the box, and which of them a file's application runs is not known.
 */
const sameBound = (here: string, there: string) =>
  Math.abs(Number(here) - Number(there)) <= Math.max(Math.abs(Number(here)) * 2 ** -23, 2 ** -149);

/** Rows that only one side has; values that are of the clock or of chance are compared by their form. */
function differing(here: string[][], there: string[][], same: Same): string | null {
  if (here.length !== there.length) {
    return `SQLite has ${here.length} rows, PostgreSQL ${there.length}`;
  }
  const key = (row: string[]) => row.join("\u0000");
  const left = new Set(there.map(key));
  const onlyHere = here.filter((row) => !left.delete(key(row)));
  const onlyThere = there.filter((row) => left.delete(key(row)));
  for (const row of onlyHere) {
    const at = onlyThere.findIndex((other) => row.every((value, i) => same(value, other[i] ?? "", i)));
    if (at < 0) {
      return `only SQLite has (${row.join(", ").slice(0, 200)})${onlyThere[0] === undefined ? "" : `, PostgreSQL (${onlyThere[0].join(", ").slice(0, 200)})`}`;
    }
    onlyThere.splice(at, 1);
  }
  return null;
}

function sameField(a: string, b: string): boolean {
  return (
    a === b || (a !== "NULL" && b !== "NULL" && ((a !== "" && Number(a) === Number(b)) || instants(a, b)))
  );
}

const instants = (a: string, b: string) => /^(?:\d{4}-\d\d-\d\d|1\d{9})/.test(a) && alikeInForm(a, b);
