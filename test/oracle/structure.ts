// Checks keys, constraints, indexes and sequences of a moved table against what the SQLite file declares.
import type { Database } from "better-sqlite3";
import type pg from "pg";
import { cellOf, type KeptAside } from "./kept-aside.js";
import { nextValue, type PgTable } from "./read-postgres.js";
import type { SqliteTable } from "./read-sqlite.js";
import type { OracleColumn } from "./same-value.js";
import type { Disagree, OracleReport } from "./verdict.js";

export interface StructureJob {
  db: Database;
  client: pg.Client;
  schema: string;
  table: SqliteTable;
  /** Unqualified. */
  target: string;
  pgTable: PgTable;
  columns: readonly OracleColumn[];
  kept: KeptAside;
  findings: OracleReport["findings"];
  /** Where each table went, by its lower-case name; null where it was not moved. */
  moved: (name: string) => { table: SqliteTable; target: string; columns: readonly OracleColumn[] } | null;
  disagree: Disagree;
}

export async function checkStructure(job: StructureJob): Promise<void> {
  checkNotNull(job);
  checkPrimaryKey(job);
  checkIndexes(job);
  checkForeignKeys(job);
  await checkNextId(job);
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function targetOf(columns: readonly OracleColumn[], name: string): string {
  return columns.find((column) => same(column.source, name))?.target ?? `(${name} was not moved)`;
}

function finds(
  { findings, table }: StructureJob,
  code: string,
  about?: { column?: string; object?: string },
): boolean {
  return findings.some(
    (finding) =>
      finding.code === code &&
      finding.table === table.name &&
      (about?.column === undefined || finding.column === about.column) &&
      (about?.object === undefined || finding.object === about.object),
  );
}

function holdsNull({ table, kept }: StructureJob, column: string): boolean {
  const place = table.columns.findIndex(({ name }) => name === column);
  return table.rows.some(
    (row) =>
      !kept.setAside.has(row.key) &&
      (row.values[place]?.class === "null" ||
        kept.substituted.get(cellOf(row.key, column)) === "foreign-key-orphans"),
  );
}

function checkNotNull(job: StructureJob): void {
  for (const column of job.columns) {
    const declared = job.table.columns.find(({ name }) => name === column.source);
    if (declared?.notNull !== true && column.source !== job.table.alias) continue;
    const found = job.pgTable.columns.find(({ name }) => name === column.target);
    const isHeld = holdsNull(job, column.source)
      ? job.pgTable.checks.some((check) => /IS NOT NULL.* NOT VALID$/.test(check))
      : found?.notNull === true;
    if (!isHeld) job.disagree("is no longer NOT NULL", null, column.source);
  }
}

function checkPrimaryKey(job: StructureJob): void {
  const key = job.table.columns
    .filter((column) => column.keyPosition > 0)
    .sort((a, b) => a.keyPosition - b.keyPosition);
  if (key.length === 0) return;
  const wanted = key.map(({ name }) => targetOf(job.columns, name)).join("\u0001");
  const withNulls = key.some(({ name }) => holdsNull(job, name));
  const isThere = job.pgTable.indexes.some(
    (index) =>
      (withNulls ? index.unique : index.primary) &&
      index.valid &&
      plain(index.columns).join("\u0001") === wanted,
  );
  if (!isThere && !finds(job, "unique-not-carried", { object: "primary key" }))
    job.disagree("the primary key is gone");
}

/** An expression has no name. */
const plain = (columns: readonly (string | null)[]) =>
  columns.map((name) => (name ?? "").replace(/ desc$/, ""));

interface IndexRow {
  name: string;
  unique: number;
  origin: string;
  partial: number;
}

function checkIndexes(job: StructureJob): void {
  if (job.table.kind !== "table") return;
  for (const index of job.db
    .prepare<[string], IndexRow>("select * from pragma_index_list(?)")
    .all(job.table.name)) {
    const parts = job.db
      .prepare<[string], { name: string | null; desc: number; coll: string }>(
        "select * from pragma_index_xinfo(?) where key = 1 order by seqno",
      )
      .all(index.name);
    const isPlain =
      index.partial === 0 && parts.every(({ name, coll }) => name !== null && same(coll, "BINARY"));
    const isTold = ["index-not-carried", "unique-not-carried"].some((code) =>
      finds(job, code, { object: index.name }),
    );
    if (index.origin === "pk" || isTold) continue;
    if (!isPlain) {
      // What its keys are is asked elsewhere, by what they do (schema-objects.test.ts).
      const isCarried = job.pgTable.indexes.some(
        (found) =>
          found.valid &&
          found.partial === (index.partial === 1) &&
          found.columns.length === parts.length &&
          (index.unique === 0 || found.unique) &&
          (found.name === index.name ||
            index.origin === "u" ||
            finds(job, "name-changed", { object: index.name })),
      );
      if (!isCarried) job.disagree(`index ${index.name} was neither carried nor told of`);
      continue;
    }
    const names = parts.map(
      ({ name, desc }) =>
        `${targetOf(job.columns, name ?? "")}${desc === 1 && index.origin === "c" ? " desc" : ""}`,
    );
    const isThere = job.pgTable.indexes.some(
      (found) =>
        found.valid &&
        !found.partial &&
        (index.unique === 0 || found.unique) &&
        found.columns.join("\u0001") === names.join("\u0001"),
    );
    const isShortened =
      finds(job, "index-too-long", { object: index.name }) &&
      job.pgTable.indexes.some((found) => found.valid && (index.unique === 0 || found.unique));
    if (!isThere && !isShortened)
      job.disagree(
        `${index.unique === 1 ? "unique " : ""}index ${index.name} on ${names.join(", ")} is gone`,
      );
  }
}

interface ForeignKeyRow {
  id: number;
  table: string;
  from: string;
  to: string | null;
  on_update: string;
  on_delete: string;
}

const ACTIONS: Record<string, string> = {
  "NO ACTION": "a",
  RESTRICT: "r",
  CASCADE: "c",
  "SET NULL": "n",
  "SET DEFAULT": "d",
};

function checkForeignKeys(job: StructureJob): void {
  const rows = job.db
    .prepare<[string], ForeignKeyRow>("select * from pragma_foreign_key_list(?) order by id, seq")
    .all(job.table.name);
  for (const id of new Set(rows.map((row) => row.id))) {
    checkForeignKey(
      job,
      rows.filter((row) => row.id === id),
    );
  }
}

function checkForeignKey(job: StructureJob, rows: readonly ForeignKeyRow[]): void {
  const [first] = rows;
  if (first === undefined || finds(job, "foreign-key-not-carried", { column: first.from })) return;
  if (
    job.findings.some(
      ({ code, table, column, decided }) =>
        code === "foreign-key-orphans" &&
        table === job.table.name &&
        column === first.from &&
        decided === "leave-out",
    )
  )
    return;
  const parent = job.moved(first.table);
  if (parent === null) {
    job.disagree(`the foreign key to ${first.table}, which was not moved, is not told of`);
    return;
  }
  const parentKey = parent.table.columns
    .filter(({ keyPosition }) => keyPosition > 0)
    .sort((a, b) => a.keyPosition - b.keyPosition);
  const columns = rows.map((row) => targetOf(job.columns, row.from)).join("\u0001");
  const parentColumns = rows
    .map((row, i) => targetOf(parent.columns, row.to ?? parentKey[i]?.name ?? ""))
    .join("\u0001");
  const actions = `${ACTIONS[first.on_update]}${ACTIONS[first.on_delete]}`;
  const found = job.pgTable.foreignKeys.filter(
    (key) =>
      key.columns.join("\u0001") === columns &&
      key.parent === parent.target &&
      key.parentColumns.join("\u0001") === parentColumns,
  );
  const label = `${rows.map((row) => row.from).join(", ")} to ${first.table}`;
  if (found.length === 0) job.disagree(`the foreign key of ${label} is gone`);
  else if (!found.some((key) => key.actions === actions))
    job.disagree(`the foreign key of ${label} has other actions`);
  else if (
    !found.some((key) => key.validated) &&
    !finds(job, "foreign-key-orphans", { column: first.from }) &&
    !finds(job, "foreign-key-unsure")
  ) {
    job.disagree(`the foreign key of ${label} is not validated`);
  }
}

async function checkNextId(job: StructureJob): Promise<void> {
  const { table, columns, pgTable, client, schema, target } = job;
  if (table.alias === null) return;
  const column = columns.find(({ source }) => source === table.alias);
  const found = pgTable.columns.find(({ name }) => name === column?.target);
  if (column === undefined || found === undefined) return;
  const next = await nextValue(client, schema, target, column.target);
  if (next === null) {
    if (column.type === "bigint") job.disagree("gives out no ids any more", null, column.source);
    return;
  }
  const place = table.columns.findIndex(({ name }) => name === table.alias);
  const ids = table.rows
    .map((row) => row.values[place])
    .flatMap((value) => (value?.class === "integer" ? [value.value] : []));
  const highest = [...ids, table.sequence ?? 0n].reduce((most, id) => (id > most ? id : most), 0n);
  if (next <= highest)
    job.disagree(`the next id is ${next}, but ${highest} was given out`, null, column.source);
}
