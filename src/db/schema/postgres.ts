// The runner's connection to PostgreSQL, over a pg client that someone else opened and will end.

import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { ADVISORY_CLASS, schemaKey } from "../../base/advisory-key.js";
import { OutgrowError } from "../../base/errors.js";
import { quoteName } from "../../base/quote.js";
import { type Parameter, type Row, type SchemaConnection, StatementError } from "./connection.js";
import { unitsOf } from "./read-postgres-script.js";

/** Of a pg.Client and of a client that a pool lent. */
export type PostgresClient = pg.Client | pg.PoolClient;

/** How a file is read must not depend on who runs it, nor on the server's defaults. */
const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  standard_conforming_strings: "on",
  DateStyle: "ISO, YMD",
  TimeZone: "UTC",
  IntervalStyle: "iso_8601",
  statement_timeout: "0",
  transaction_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  client_min_messages: "warning",
};

/**
 * `schema` is where names without one are made; null leaves the search_path to role and database. Throws
 * `settings` where that names no schema.
 */
export async function postgresConnection(
  client: PostgresClient,
  options: { schema?: string | null } = {},
): Promise<SchemaConnection> {
  const wanted = options.schema ?? null;
  const rows = async (sql: string, parameters: readonly Parameter[] = []) =>
    (await client.query<Row>(sql, [...parameters])).rows;
  const noticesEnd = await canNoticeEnd(client);
  const reset = () => resetSession(client, wanted, noticesEnd);
  await reset();
  const [about] = await rows(
    "select current_schema() as schema, current_setting('server_version_num') as version, current_database() as database",
  );
  const schema = about?.schema;
  if (typeof schema !== "string") {
    throw new OutgrowError("settings", noSchema(wanted, String(about?.database)), {
      hint: `make it first: create schema "${wanted ?? "public"}"`,
    });
  }
  const key = [ADVISORY_CLASS, schemaKey(schema)] as const;
  const holders = `select l.pid = pg_catalog.pg_backend_pid() as own
       from pg_catalog.pg_locks as l
      where l.locktype = 'advisory'
        and l.granted
        and l.objsubid = 2
        and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
        and l.classid = $1::pg_catalog.int8::pg_catalog.oid
        and l.objid = $2::pg_catalog.int8::pg_catalog.oid`;
  const held = () => rows(holders, [key[0], key[1] >>> 0]);
  return {
    engine: "postgres",
    schema,
    serverMajor: Math.floor(Number(about?.version) / 10_000),
    rows,
    script: (sql) => runScript(client, sql),
    transaction: (work) => inTransaction(client, work),
    inTransaction: () => (client as pg.Client).getTransactionStatus() !== "I",
    abandon: async () => {
      // Without a transaction ROLLBACK only warns.
      await client.query("rollback");
    },
    transactionId: async () => String((await rows("select pg_catalog.txid_current()::text as id"))[0]?.id),
    reset,
    withLock: async (waitMs, work) => {
      await lock(rows, key, schema, waitMs);
      try {
        return await work();
      } finally {
        await unlock(client, key);
      }
    },
    holdsLock: async () => (await held()).some(({ own }) => own === true),
    isLocked: async () => (await held()).length > 0,
    setLockTimeout: async (ms) => {
      await rows("select pg_catalog.set_config('lock_timeout', $1, false)", [`${ms}ms`]);
    },
    leftovers: async () =>
      (
        await rows(
          `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
             from pg_catalog.pg_index as i
             join pg_catalog.pg_class as c on c.oid = i.indexrelid
             join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
            where not i.indisvalid
              and c.relkind = 'i'
            order by 1`,
        )
      ).map(({ name }) => String(name)),
  };
}

function noSchema(wanted: string | null, database: string): string {
  return wanted === null
    ? `the search_path of this user names no schema that is in database "${database}"`
    : `there is no schema "${wanted}" in database "${database}"`;
}

async function resetSession(
  client: PostgresClient,
  schema: string | null,
  noticesEnd: boolean,
): Promise<void> {
  await client.query("reset session authorization");
  await client.query("reset role");
  await client.query("reset all");
  await client.query("set statement_timeout = 0");
  const settings = { ...SESSION_SETTINGS, ...(schema === null ? {} : { search_path: quoteName(schema) }) };
  // Names that an older server does not know are left out for it.
  await client.query(
    `select pg_catalog.set_config(s.name, w.value, false)
       from pg_catalog.json_each_text($1::pg_catalog.json) as w(name, value)
       join pg_catalog.pg_settings as s on pg_catalog.lower(s.name) = pg_catalog.lower(w.name)`,
    [JSON.stringify(settings)],
  );
  if (noticesEnd) {
    await client.query(NOTICE_END);
  }
}

/**
 * The server notices within a second that a killed runner is gone, and ends what it was doing. Before PostgreSQL 14, and
 * on some platforms, it cannot (20.3.2).
 */
const NOTICE_END = "set client_connection_check_interval = '1s'";

async function canNoticeEnd(client: PostgresClient): Promise<boolean> {
  try {
    await client.query(NOTICE_END);
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && ["42704", "22023"].includes(error.code ?? ""))) {
      throw error;
    }
    return false;
  }
}

async function inTransaction<T>(client: PostgresClient, work: () => Promise<T>): Promise<T> {
  await client.query("begin isolation level read committed read write");
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // Where the connection is gone the server rolls back, and `error` says why.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
  const { command } = await commit(client);
  // COMMIT of a transaction that has failed answers ROLLBACK and no error.
  if (command !== "COMMIT") {
    throw new OutgrowError("failed", `the transaction was not committed: the server answered ${command}`);
  }
  return result;
}

/** Where constraints are deferred, this is where they fail. */
async function commit(client: PostgresClient): Promise<pg.QueryResult> {
  try {
    return await client.query("commit");
  } catch (error) {
    throw error instanceof pg.DatabaseError && !isEndOfSession(error)
      ? statementError(error, "", null)
      : error;
  }
}

/**
 * One simple query with the whole script: the server takes it apart. It answers each statement with
 * CommandComplete (PostgreSQL 54.2.3), which pg tells only at the end, and not at all where one fails; hence the look at its
 * connection.
 */
async function runScript(client: PostgresClient, sql: string): Promise<void> {
  const { connection } = client as pg.Client;
  let doneCount = 0;
  const count = () => {
    doneCount += 1;
  };
  connection.on("commandComplete", count);
  try {
    await client.query(sql);
  } catch (error) {
    throw error instanceof pg.DatabaseError && !isEndOfSession(error)
      ? statementError(error, sql, doneCount)
      : error;
  } finally {
    connection.off("commandComplete", count);
  }
}

function isEndOfSession({ code = "" }: pg.DatabaseError): boolean {
  return code.startsWith("08") || code.startsWith("57P");
}

function statementError(error: pg.DatabaseError, sql: string, doneCount: number | null): StatementError {
  const { position, code = "", detail, hint, where, message } = error;
  const said =
    where === undefined || position !== undefined ? message : `${message} (${where.split("\n")[0]})`;
  return new StatementError(
    said,
    {
      // A syntax error is found before the first statement runs.
      doneCount: code === "42601" && doneCount === 0 ? null : doneCount,
      offset: position === undefined ? null : unitsOf(sql, Number(position) - 1),
      code,
      detail: detail ?? null,
      engineHint: hint ?? null,
    },
    error,
  );
}

type Query = (sql: string, parameters?: readonly Parameter[]) => Promise<Row[]>;
type Key = readonly [lockClass: number, key: number];

/** The lock is this session's, so that it lasts exactly as long as the statements that it guards. */
async function lock(rows: Query, key: Key, schema: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;) {
    const [row] = await rows("select pg_catalog.pg_try_advisory_lock($1::int4, $2::int4) as locked", key);
    if (row?.locked === true) {
      return;
    }
    if (performance.now() >= until) {
      throw new OutgrowError(
        "precondition",
        `another outgrow works on schema "${schema}", and did not end within ${waitMs / 1000} s`,
        { hint: "wait until it ends, or allow more time with --wait" },
      );
    }
    await sleep(Math.min(200, Math.max(1, until - performance.now())));
  }
}

/** A connection that is gone has given its locks back. */
async function unlock(client: PostgresClient, key: Key): Promise<void> {
  await client
    .query("select pg_catalog.pg_advisory_unlock($1::int4, $2::int4)", [...key])
    .catch(() => undefined);
}
