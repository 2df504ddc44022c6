// The schema `outgrow` in the target: what was moved, how far a move came, and every value that did not cross as it was.

import type { Client } from "pg";
import { ADVISORY_CLASS } from "../base/advisory-key.js";
import { OutgrowError } from "../base/errors.js";
import { quoteLiteral } from "../base/quote.js";

const VERSION = 1;
const MARK = "bookkeeping of outgrow, version ";

/**
 * `quarantine.source_row` is `{"column": {"class": "integer", "value": "…"}}` for every column: integers as digits,
 * reals as their 17-digit text, text as text, and blobs and texts that PostgreSQL cannot hold as `"hex"`. For rows of the
 * target that were replaced (code `existing-rows`) it is `{"column": "…"}` with PostgreSQL's own text of each value.
 * `originals` holds a substituted value in `value`, or in `bytes` where it is a blob or such a text; in neither for NULL.
 */
const TABLES = `
create table outgrow.moves (
  id bigint generated always as identity primary key,
  source text not null,
  fingerprint text not null,
  target_schema text not null,
  plan jsonb not null,
  state text not null default 'loading' check (state in ('loading', 'loaded', 'moved', 'differs', 'aborted')),
  tool_version text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  report jsonb
);

create table outgrow.progress (
  move bigint not null references outgrow.moves,
  step text not null,
  rows bigint not null,
  set_aside bigint not null,
  substituted bigint not null,
  seconds double precision not null,
  done_at timestamptz not null default now(),
  primary key (move, step)
);

create table outgrow.quarantine (
  id bigint generated always as identity primary key,
  move bigint not null references outgrow.moves,
  table_name text not null,
  key text not null,
  code text not null,
  source_row jsonb not null
);

create table outgrow.originals (
  id bigint generated always as identity primary key,
  move bigint not null references outgrow.moves,
  table_name text not null,
  key text not null,
  column_name text not null,
  code text not null,
  class text not null check (class in ('null', 'integer', 'real', 'text', 'blob')),
  value text,
  bytes bytea,
  check ((value is not null)::int + (bytes is not null)::int = (class <> 'null')::int)
);

create table outgrow.pending_ddl (
  id bigint generated always as identity primary key,
  move bigint not null references outgrow.moves,
  table_name text not null,
  object_kind text not null,
  object_name text not null,
  drop_sql text not null,
  create_sql text not null,
  validate_sql text,
  dropped_at timestamptz not null default now(),
  restored_at timestamptz
);

create index on outgrow.moves (target_schema, id);
create index on outgrow.quarantine (move, table_name);
create index on outgrow.originals (move, table_name);
create index on outgrow.pending_ddl (move);
`;

/**
 * Makes the schema and its tables where they are not there yet, in a transaction of its own; two that begin at once
 * wait for each other. Throws `precondition` where a schema of that name is someone else's, and the server's error
 * where the right to make it is missing.
 */
export async function ensureBookkeeping(client: Client): Promise<void> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1, 0)", [ADVISORY_CLASS]);
    if (!(await isThere(client))) {
      await client.query("create schema outgrow");
      await client.query("revoke all on schema outgrow from public");
      await client.query(TABLES);
      await client.query(`comment on schema outgrow is ${quoteLiteral(`${MARK}${VERSION}`)}`);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** Whether the bookkeeping is there. Throws `precondition` for a schema of that name that is not outgrow's. */
export async function hasBookkeeping(client: Client): Promise<boolean> {
  return isThere(client);
}

async function isThere(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'outgrow'",
  );
  const schema = rows[0];
  if (schema === undefined) {
    return false;
  }
  const version = schema.comment?.startsWith(MARK) ? Number(schema.comment.slice(MARK.length)) : null;
  if (version === null) {
    throw new OutgrowError("precondition", 'the target has a schema "outgrow" that outgrow did not make', {
      hint: "rename that schema, or move into another database",
    });
  }
  if (version !== VERSION) {
    throw new OutgrowError(
      "precondition",
      `the schema "outgrow" is of version ${version}, this outgrow knows ${VERSION}`,
      {
        hint: "use the version of outgrow that began the move",
      },
    );
  }
  return true;
}
