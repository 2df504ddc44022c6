// Opens connections to the target, each with the session settings that equality of values rests on.

import pg, { type Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { clientConfig, mayTryOther, type Transport, transports } from "../db/postgres/client-config.js";
import { setForSession, VALUE_SETTINGS } from "../db/postgres/session-settings.js";
import { isTargetError, targetError } from "./errors.js";
import type { TargetSettings } from "./settings.js";

export { targetError } from "./errors.js";

/**
 * What every session of outgrow sets, whatever the server, the database or the role say. Names that a server does not
 * know yet are left out for it.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  // The texts that both engines are compared by depend on these.
  ...VALUE_SETTINGS,
  synchronize_seqscans: "off",
  // A policy would hide rows without a word; off makes such a query fail instead (pg_dump does the same).
  row_security: "off",
  search_path: "pg_catalog",
  default_transaction_isolation: "read committed",
  // Copying and building indexes take as long as they take; a forgotten lock of someone else may not hold a move
  // up for ever, while waiting for an index build of our own is ordinary.
  statement_timeout: "0",
  transaction_timeout: "0",
  idle_session_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  lock_timeout: "5min",
  client_min_messages: "warning",
};

const END_TIMEOUT_MS = 5_000;

/**
 * A connected client with SESSION_SETTINGS in force. Values arrive as PostgreSQL's text, except boolean (boolean), int2,
 * int4 and oid (number) and int8 (bigint). A connection that breaks never ends the process: the query under
 * way, or the next one, rejects. Throws target-unreachable, target-auth, target-tls.
 */
export async function connect(settings: TargetSettings): Promise<Client> {
  const attempts = transports(settings);
  for (const [i, transport] of attempts.entries()) {
    const client = makeClient(settings, transport);
    try {
      await client.connect();
      await applySessionSettings(client);
      return client;
    } catch (error) {
      await endClient(client);
      if (i + 1 === attempts.length || !mayTryOther(error)) {
        throw targetError(error, settings, "connect");
      }
    }
  }
  throw new OutgrowError("failed", "no way of connecting was tried");
}

/** Runs `use` with a connection of its own and ends it. Errors of server and network come out as OutgrowError. */
export async function withClient<T>(
  settings: TargetSettings,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(settings);
  try {
    return await use(client);
  } catch (error) {
    throw isTargetError(error) ? targetError(error, settings) : error;
  } finally {
    await endClient(client);
  }
}

/**
 * Ends the connection, may be called twice. A server that does not answer is not waited for longer than 5 s. A transaction
 * that is still open is rolled back by the server.
 */
export async function endClient(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_TIMEOUT_MS);
  });
  try {
    // end() rejects only where the connection is already gone, which is what was asked for.
    await Promise.race([client.end().catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
    client.connection.stream.destroy();
  }
}

function makeClient(settings: TargetSettings, transport: Transport): Client {
  const client = new pg.Client({ ...clientConfig(settings, transport), types: { getTypeParser } });
  // Without a listener a broken idle connection would end the process. pg itself rejects the query under way and
  // every later one, so nothing is lost here.
  client.on("error", () => undefined);
  return client;
}

async function applySessionSettings(client: Client): Promise<void> {
  // Apart and first: a role's own timeout may be shorter than the statement that follows.
  await client.query("set statement_timeout = 0");
  await setForSession(client, SESSION_SETTINGS);
  await noticeOurEnd(client);
}

/**
 * Lets the server end a busy session within a second when this program is gone; else an index build of a killed run
 * would go on to its end, and hold its locks. PostgreSQL before 14 and some platforms cannot (20.3.2).
 */
async function noticeOurEnd(client: Client): Promise<void> {
  try {
    await client.query("set client_connection_check_interval = '1s'");
  } catch (error) {
    const unknown = error instanceof pg.DatabaseError && ["42704", "22023"].includes(error.code ?? "");
    if (!unknown) {
      throw error;
    }
  }
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [26, Number],
]);

function getTypeParser(oid: number, format?: "text" | "binary"): (value: string | Buffer) => unknown {
  const parse = PARSERS.get(oid);
  return (value) =>
    typeof value !== "string" ? value : format === "binary" || parse === undefined ? value : parse(value);
}
