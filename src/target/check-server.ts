// Looks at the server before anything is written: is it one that can take this move, and with these rights?

import type { Client } from "pg";
import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";

export interface ServerFacts {
  /** server_version_num: 150018 for 15.18. */
  versionNumber: number;
  /** As people write it: `15.18`. */
  version: string;
  database: string;
  user: string;
  superuser: boolean;
  schemaExists: boolean;
  /** Whether the schema `outgrow` is there. */
  bookkeepingExists: boolean;
  encoding: string;
  /** LC_COLLATE of the database; text columns that outgrow makes carry COLLATE "C" whatever it is. */
  collation: string;
  /** TLS between here and the server, as the server sees it. */
  encrypted: boolean;
  sharedBuffersBytes: number;
  maxWalSizeBytes: number;
  /** `minimal`, `replica` or `logical`. */
  walLevel: string;
  maxConnections: number;
  /** Connections of clients that are open now, this one among them. */
  openConnections: number;
  databaseBytes: number;
  /** Always null: SQL does not tell the free space under a server's data directory. */
  freeDiskBytes: null;
  /** A pooler such as PgBouncer stands between: sessions may not be our own. */
  pooled: boolean;
  /** What the user should know, one sentence each. */
  notes: string[];
}

const OLDEST = 130_000;
const TESTED_FROM = 15;
const TESTED_TO = 18;

/**
 * Facts about the server, if it can take a move into `schema`. Throws `server-too-old` (below 13), `server-is-replica`,
 * `precondition` (database not UTF8, settings of the session not kept) and `missing-right` with the GRANT to type.
 */
export async function checkServer(client: Client, schema: string): Promise<ServerFacts> {
  refuseSchema(schema);
  await checkVersion(client);
  const row = await readFacts(client, schema);
  refuseReadOnly(row);
  refuseEncoding(row);
  refuseRights(row, schema);
  const pooled = "processID" in client && client.processID !== row.backendPid;
  await refuseLostSettings(client);
  const major = Math.floor(row.versionNumber / 10_000);
  const { readOnly: _readOnly, backendPid: _backendPid, rights: _rights, ...facts } = row;
  return {
    ...facts,
    freeDiskBytes: null,
    pooled,
    notes: [
      ...(major < TESTED_FROM || major > TESTED_TO
        ? [`outgrow is not tested with PostgreSQL ${major}, only with ${TESTED_FROM} to ${TESTED_TO}`]
        : []),
      ...(pooled ? ["the connection goes through a pooler; the server's own port is safer for a move"] : []),
    ],
  };
}

/** Apart from all other questions, for an old server may not know what they ask for. */
function refuseSchema(schema: string): void {
  if (schema === "" || schema === "outgrow" || schema === "information_schema" || schema.startsWith("pg_")) {
    throw new OutgrowError("settings", `the schema "${schema}" is not for an application's tables`, {
      hint: "choose another with --schema, for example --schema public",
    });
  }
}

async function checkVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int4 as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (server === undefined || server.number < OLDEST) {
    throw new OutgrowError(
      "server-too-old",
      `the server is PostgreSQL ${server?.version}, outgrow needs 13 or later`,
      {
        hint: "move into a newer server; 15 to 18 are tested",
      },
    );
  }
}

interface Rights {
  createInDatabase: boolean;
  useSchema: boolean;
  createInSchema: boolean;
  bookkeepingOwner: string | null;
  ownsBookkeeping: boolean;
}

type FactsRow = Omit<ServerFacts, "freeDiskBytes" | "pooled" | "notes"> & {
  readOnly: "standby" | "setting" | null;
  backendPid: number;
  rights: Rights;
};

async function readFacts(client: Client, schema: string): Promise<FactsRow> {
  const { rows } = await client.query<{ facts: string }>(
    `select json_build_object(
              'versionNumber', current_setting('server_version_num')::int4,
              'version', substring(current_setting('server_version') from '^[^ ]+'),
              'database', current_database(),
              'user', current_user,
              'superuser', (select rolsuper from pg_roles where rolname = current_user),
              'schemaExists', n.oid is not null,
              'bookkeepingExists', o.oid is not null,
              'encoding', getdatabaseencoding(),
              'collation', d.datcollate,
              'encrypted', coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false),
              'sharedBuffersBytes', pg_size_bytes(current_setting('shared_buffers')),
              'maxWalSizeBytes', pg_size_bytes(current_setting('max_wal_size')),
              'walLevel', current_setting('wal_level'),
              'maxConnections', current_setting('max_connections')::int4,
              'openConnections', (select count(*) from pg_stat_activity where backend_type = 'client backend'),
              'databaseBytes', pg_database_size(d.oid),
              'readOnly', case
                when pg_is_in_recovery() then 'standby'
                when current_setting('transaction_read_only')::bool then 'setting'
              end,
              'backendPid', pg_backend_pid(),
              'rights', json_build_object(
                'createInDatabase', has_database_privilege(d.oid, 'create'),
                'useSchema', n.oid is null or has_schema_privilege(n.oid, 'usage'),
                'createInSchema', n.oid is null or has_schema_privilege(n.oid, 'create'),
                'bookkeepingOwner', pg_get_userbyid(o.nspowner),
                'ownsBookkeeping', o.oid is null or pg_has_role(o.nspowner, 'usage'))) as facts
       from pg_database as d
       left join pg_namespace as n on n.nspname = $1
       left join pg_namespace as o on o.nspname = 'outgrow'
      where d.datname = current_database()`,
    [schema],
  );
  const facts = rows[0]?.facts;
  if (facts === undefined) {
    throw new OutgrowError("failed", "the server does not list the database this session is connected to");
  }
  return JSON.parse(facts) as FactsRow;
}

function refuseReadOnly(row: FactsRow): void {
  if (row.readOnly === "standby") {
    throw new OutgrowError("server-is-replica", "the server is a standby: it takes no writes", {
      hint: "name the primary as the target",
    });
  }
  if (row.readOnly === "setting") {
    throw new OutgrowError(
      "server-is-replica",
      `database "${row.database}" is read-only for user "${row.user}": default_transaction_read_only is on`,
      {
        hint: `alter database ${quoteName(row.database)} reset default_transaction_read_only (or alter role, or the server's configuration)`,
      },
    );
  }
}

function refuseEncoding(row: FactsRow): void {
  if (row.encoding !== "UTF8") {
    throw new OutgrowError(
      "precondition",
      `database "${row.database}" is encoded in ${row.encoding}, not in UTF8`,
      {
        hint: "make another one: createdb --encoding=UTF8 --template=template0 NAME",
      },
    );
  }
}

function refuseRights(row: FactsRow, schema: string): void {
  const { rights } = row;
  const user = quoteName(row.user);
  if (!rights.createInDatabase && (!row.schemaExists || !row.bookkeepingExists)) {
    const wanted = row.schemaExists ? "outgrow" : schema;
    throw new OutgrowError(
      "missing-right",
      `user "${row.user}" may not create schema "${wanted}" in database "${row.database}"`,
      { hint: `let its owner run: grant create on database ${quoteName(row.database)} to ${user}` },
    );
  }
  if (!rights.useSchema || !rights.createInSchema) {
    throw new OutgrowError(
      "missing-right",
      `user "${row.user}" may not create tables in schema "${schema}"`,
      {
        hint: `let its owner run: grant usage, create on schema ${quoteName(schema)} to ${user}`,
      },
    );
  }
  if (!rights.ownsBookkeeping) {
    throw new OutgrowError(
      "missing-right",
      `schema "outgrow" belongs to "${rights.bookkeepingOwner}", and user "${row.user}" is no member of that role`,
      { hint: `connect as that role, or run: grant ${quoteName(rights.bookkeepingOwner ?? "")} to ${user}` },
    );
  }
}

/** A pooler in transaction mode hands each statement to another session, where SESSION_SETTINGS do not hold. Throws `precondition`. */
export async function refuseLostSettings(client: Client): Promise<void> {
  const { rows } = await client.query<{ kept: boolean }>(
    `select current_setting('TimeZone') = 'UTC'
        and current_setting('DateStyle') like 'ISO,%'
        and current_setting('IntervalStyle') = 'iso_8601'
        and current_setting('extra_float_digits') = '1'
        and current_setting('bytea_output') = 'hex'
        and current_setting('search_path') = 'pg_catalog' as kept`,
  );
  if (rows[0]?.kept !== true) {
    throw new OutgrowError("precondition", "the server does not keep the settings of a session", {
      hint: "connect to the server's own port and not through a pooler in transaction mode",
    });
  }
}
