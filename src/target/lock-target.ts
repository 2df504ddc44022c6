// Keeps two runs of outgrow off one target schema, by an advisory lock that ends with the session.

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { ADVISORY_CLASS, schemaKey } from "../base/advisory-key.js";
import { OutgrowError } from "../base/errors.js";

/** A run's further connections hold this one shared, so that the next run can tell when the last of them is gone. */
const HELPER_CLASS = ADVISORY_CLASS + 1;

/** The server takes up to a second to notice that the program of a busy session is gone (connect.ts). */
const PATIENCE_MS = 5_000;

/**
 * Locks `schema` of the connected database for this session; a second call in the same session succeeds. Waits a
 * moment for what a killed run left behind: a statement that still runs might commit. Throws `precondition` where
 * another session holds the lock, with its process id and since when.
 */
export async function lockTarget(client: Client, schema: string): Promise<void> {
  const key = schemaKey(schema);
  for (const lockClass of [ADVISORY_CLASS, HELPER_CLASS]) {
    if (!(await lockSoon(client, lockClass, key))) {
      throw new OutgrowError(
        "precondition",
        `another outgrow works on schema "${schema}"${await holder(client, lockClass, key)}`,
        {
          hint: "wait until it ends; one whose program is gone can be ended with select pg_terminate_backend(pid)",
        },
      );
    }
  }
  await client.query("select pg_advisory_unlock($1, $2)", [HELPER_CLASS, key]);
}

/**
 * For every further connection of the run that locked `schema`, before it does anything. Its commits do not wait for
 * the disk: a crash of the server undoes the last of them together with the record of their steps, in the order of
 * the WAL, and the next run does them again. The commit that ends the move waits, and with it for all before it
 * (PostgreSQL "Asynchronous Commit").
 */
export async function lockAsHelper(client: Client, schema: string): Promise<void> {
  await client.query("select pg_advisory_lock_shared($1, $2)", [HELPER_CLASS, schemaKey(schema)]);
  await client.query("set synchronous_commit = off");
}

async function lockSoon(client: Client, lockClass: number, key: number): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    const { rows } = await client.query<{ locked: boolean }>(
      "select pg_try_advisory_lock($1, $2) as locked",
      [lockClass, key],
    );
    if (rows[0]?.locked === true || waitedMs >= PATIENCE_MS) {
      return rows[0]?.locked === true;
    }
    await sleep(100);
  }
}

/** Gives the lock of `schema` back before the session ends. */
export async function unlockTarget(client: Client, schema: string): Promise<void> {
  await client.query("select pg_advisory_unlock($1, $2)", [ADVISORY_CLASS, schemaKey(schema)]);
}

/** What an administrator would ask: which process, from where, since when. Other roles' sessions may show no more than the id. */
async function holder(client: Client, lockClass: number, key: number): Promise<string> {
  const { rows } = await client.query<{ pid: number; since: string | null; address: string | null }>(
    `select l.pid, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS "UTC"') as since, host(a.client_addr) as address
       from pg_locks as l
       left join pg_stat_activity as a on a.pid = l.pid
      where l.locktype = 'advisory'
        and l.granted
        and l.objsubid = 2
        and l.database = (select oid from pg_database where datname = current_database())
        and l.classid = $1::int8::oid
        and l.objid = $2::int8::oid`,
    [lockClass, key >>> 0],
  );
  const session = rows[0];
  if (session === undefined) {
    return "";
  }
  const since = session.since === null ? "" : `, connected since ${session.since}`;
  const address = session.address === null ? "" : ` from ${session.address}`;
  return `: server process ${session.pid}${address}${since}`;
}
