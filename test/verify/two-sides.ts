// A table on both sides for the tests of a comparison. The target's content is written by plain INSERTs with bound
// texts, not by outgrow's copy, so that copy and comparison cannot be wrong together.
import { onTestFinished } from "vitest";
import { quoteName } from "#outgrow/base/quote.js";
import type { PlannedColumn, PlannedTable } from "#outgrow/plan/plan.js";
import { openSource, type Source } from "#outgrow/source/open-source.js";
import { connect } from "#outgrow/target/connect.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { compareMultiset } from "#outgrow/verify/compare-multiset.js";
import { type CompareOptions, compareRange } from "#outgrow/verify/compare-range.js";
import type { TableComparison } from "#outgrow/verify/comparison.js";
import { makeSqlite, testDatabase } from "../support/server.js";

export type SqliteValue = bigint | number | string | Buffer | null;

/** `name codec pgType`, in one object. */
export interface TestColumn {
  name: string;
  codec: string;
  type: string;
  /** Declared type in SQLite; none by default, so that every value stays as it was given. */
  declared?: string;
}

export interface TwoSides {
  source: Source;
  client: Awaited<ReturnType<typeof connect>>;
  table: PlannedTable;
  /** Compares by ranges of the key. */
  byRange(options?: Partial<CompareOptions>, table?: PlannedTable): Promise<TableComparison>;
  /** Compares as multisets. */
  byMultiset(options?: Partial<CompareOptions>, table?: PlannedTable): Promise<TableComparison>;
}

export function plannedColumn(column: TestColumn): PlannedColumn {
  return {
    source: column.name,
    target: column.name,
    type: column.type,
    codec: column.codec,
    collation: null,
    notNull: false,
    identity: false,
    defaultSql: null,
    why: "",
    substitutions: [],
  };
}

const ID: TestColumn = { name: "id", codec: "int64", type: "bigint", declared: "integer primary key" };

/** The plan of a table `t` with a column `id` (its rowid) before the given ones. */
export function plannedTable(columns: TestColumn[], change: Partial<PlannedTable> = {}): PlannedTable {
  return {
    source: "t",
    target: "t",
    origin: "created",
    rows: 0,
    columns: [ID, ...columns].map(plannedColumn),
    primaryKey: { name: "t_pkey", columns: ["id"] },
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    notNullChecks: [],
    setAside: [],
    leftOut: [],
    read: {
      largestRowBytes: 1000,
      by: "rowid",
      name: "rowid",
      keyColumn: "id",
      ranges: [{ after: null, upTo: null }],
    },
    existingRows: "none",
    nextId: null,
    ...change,
  };
}

/** What `rows` hold: the id, then the value in SQLite and its text in PostgreSQL for each column. */
export type TestRow = [bigint, ...(readonly [SqliteValue, string | null])[]];

/** Makes the table on both sides. With `key: false` the target's id has no constraint, so rows can be doubled. */
export async function twoSides(columns: TestColumn[], rows: TestRow[], key = true): Promise<TwoSides> {
  const all = [ID, ...columns];
  const path = makeSqlite((db) => {
    db.exec(`create table t(${all.map((one) => `${quoteName(one.name)} ${one.declared ?? ""}`).join(", ")})`);
    const insert = db.prepare(`insert into t values (${all.map(() => "?").join(", ")})`);
    db.transaction(() => {
      for (const [id, ...values] of rows) insert.run(id, ...values.map(([sqlite]) => sqlite));
    })();
  });
  const source = openSource(path);
  onTestFinished(() => source.close());

  const database = await testDatabase("verify");
  const client = await connect(parseTarget(database.url));
  onTestFinished(async () => client.end());
  const types = all.map((one) => `${quoteName(one.name)} ${one.type}`);
  await client.query(`create table public.t(${types.join(", ")}${key ? ", primary key (id)" : ""})`);
  await insertRows(client, all, rows);

  const planned = plannedTable(columns);
  const defaults: CompareOptions = {
    largestRowBytes: 1000,
    from: '"t" not indexed',
    sample: null,
    mayMisfit: false,
  };
  return {
    source,
    client,
    table: planned,
    byRange: (options, table = planned) =>
      compareRange(source, client, "public", table, { after: null, upTo: null }, { ...defaults, ...options }),
    byMultiset: (options, table = planned) =>
      compareMultiset(source, client, "public", table, { ...defaults, ...options }),
  };
}

/** One statement with an array of texts for each column; PostgreSQL's input functions make the values. */
async function insertRows(client: TwoSides["client"], columns: TestColumn[], rows: TestRow[]): Promise<void> {
  const texts = columns.map((_, i) =>
    rows.map(([id, ...values]) => (i === 0 ? String(id) : (values[i - 1]?.[1] ?? null))),
  );
  const values = columns.map((one, i) => `q.c${i}::${one.type}`);
  await client.query(
    `insert into public.t
     select ${values.join(", ")}
       from unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(", ")})
         as q(${columns.map((_, i) => `c${i}`).join(", ")})`,
    texts,
  );
}
