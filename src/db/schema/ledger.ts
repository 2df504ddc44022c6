// The table `outgrow_migrations` in the application's own schema: which files ran, when, and how they ended.

import { OutgrowError } from "../../base/errors.js";
import { quotePath } from "../../base/quote.js";
import type { SchemaConnection } from "./connection.js";

export const LEDGER = "outgrow_migrations";

export const STATES = [
  /** The file ran to its end. */
  "applied",
  /** Taken as applied by `baseline`; the file did not run. */
  "adopted",
  /** A file without a transaction began; it runs now, or its runner was killed. */
  "running",
  /** A file without a transaction stopped at an error. */
  "failed",
  /** The same two of a down file. */
  "reverting",
  "revert-failed",
] as const;

export type State = (typeof STATES)[number];

export interface LedgerEntry {
  number: number;
  name: string;
  checksum: string;
  state: State;
  /** Of a file without a transaction: how many of its statements are done. Null where one transaction held all. */
  statementsDone: number | null;
  /** ISO 8601 in UTC. */
  appliedAt: string;
  durationMs: number;
  appliedBy: string;
}

const COLUMNS = "number name checksum state statements_done applied_at duration_ms applied_by".split(" ");

/** Null where there is no such table yet. Throws `wrong-state` for a table of that name that is another's. */
export async function readLedger(connection: SchemaConnection): Promise<LedgerEntry[] | null> {
  const found = await columnsOf(connection);
  if (found.length === 0) {
    return null;
  }
  const missing = COLUMNS.filter((name) => !found.includes(name));
  if (missing.length > 0) {
    throw new OutgrowError(
      "wrong-state",
      `the table ${tableName(connection)} has no column ${missing.join(", ")}, so it is not the runner's`,
      { hint: "rename that table, then run the same command again" },
    );
  }
  const rows = await connection.rows(
    `select number, name, checksum, state, statements_done, ${instant(connection)} as applied_at, duration_ms, applied_by
       from ${tableName(connection)}
      order by number`,
  );
  return rows.map((row) => ({
    number: Number(row.number),
    name: String(row.name),
    checksum: String(row.checksum),
    state: stateOf(row.state),
    statementsDone: row.statements_done === null ? null : Number(row.statements_done),
    appliedAt: String(row.applied_at),
    durationMs: Number(row.duration_ms),
    appliedBy: String(row.applied_by),
  }));
}

/** Does nothing where it is there. */
export async function makeLedger(connection: SchemaConnection): Promise<void> {
  const [at, now] =
    connection.engine === "postgres"
      ? ["timestamptz", "now()"]
      : ["text", "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"];
  await connection.rows(
    `create table if not exists ${tableName(connection)} (
  number ${connection.engine === "postgres" ? "bigint" : "integer"} primary key,
  name text not null,
  checksum text not null,
  state text not null check (state in (${STATES.map((state) => `'${state}'`).join(", ")})),
  statements_done integer,
  applied_at ${at} not null default ${now},
  duration_ms integer not null,
  applied_by text not null
)`,
  );
}

export type NewEntry = Omit<LedgerEntry, "appliedAt">;

/** Replaces an entry of the same number. */
export async function writeEntry(connection: SchemaConnection, entry: NewEntry): Promise<void> {
  await deleteEntry(connection, entry.number);
  await connection.rows(
    `insert into ${tableName(connection)} (number, name, checksum, state, statements_done, duration_ms, applied_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.number,
      entry.name,
      entry.checksum,
      entry.state,
      entry.statementsDone,
      Math.min(Math.round(entry.durationMs), 2_147_483_647),
      entry.appliedBy,
    ],
  );
}

export async function markProgress(
  connection: SchemaConnection,
  number: number,
  statementsDone: number,
): Promise<void> {
  await connection.rows(`update ${tableName(connection)} set statements_done = $2 where number = $1`, [
    number,
    statementsDone,
  ]);
}

export async function markState(connection: SchemaConnection, number: number, state: State): Promise<void> {
  await connection.rows(`update ${tableName(connection)} set state = $2 where number = $1`, [number, state]);
}

export async function renewChecksum(
  connection: SchemaConnection,
  number: number,
  name: string,
  checksum: string,
): Promise<void> {
  await connection.rows(`update ${tableName(connection)} set checksum = $2, name = $3 where number = $1`, [
    number,
    checksum,
    name,
  ]);
}

export async function deleteEntry(connection: SchemaConnection, number: number): Promise<void> {
  await connection.rows(`delete from ${tableName(connection)} where number = $1`, [number]);
}

function tableName({ schema }: SchemaConnection): string {
  return quotePath(schema, LEDGER);
}

async function columnsOf(connection: SchemaConnection): Promise<string[]> {
  const rows =
    connection.engine === "postgres"
      ? await connection.rows(
          `select a.attname as name
             from pg_catalog.pg_attribute as a
             join pg_catalog.pg_class as c on c.oid = a.attrelid
             join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = $1
              and c.relname = $2
              and a.attnum > 0
              and not a.attisdropped`,
          [connection.schema, LEDGER],
        )
      : await connection.rows("select name from pragma_table_info($1, 'main')", [LEDGER]);
  return rows.map(({ name }) => String(name));
}

/** The same text from both engines. */
function instant({ engine }: SchemaConnection): string {
  return engine === "postgres"
    ? `to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : "applied_at";
}

function stateOf(value: unknown): State {
  const state = STATES.find((one) => one === value);
  if (state === undefined) {
    throw new OutgrowError(
      "wrong-state",
      `${LEDGER} has the state "${String(value)}", which this version does not know`,
      {
        hint: "use the version of outgrow that wrote it, or a later one",
      },
    );
  }
  return state;
}
