// A row that a transaction leaves behind, by which a COMMIT whose answer was lost is found to be done or not.

import type { ClientBase } from "pg";

export async function makeTokenTable(client: ClientBase): Promise<void> {
  await client.query(
    `create table if not exists outgrow_commits (
       token uuid primary key,
       committed_at timestamptz not null default now())`,
  );
}

export async function leaveToken(client: ClientBase, token: string): Promise<void> {
  await client.query("insert into outgrow_commits (token) values ($1)", [token]);
}

/**
 * Whether the transaction with this token was committed, for good: the same token is inserted, which waits for a session that is
 * still at its COMMIT, and takes the place of one that has not begun it.
 */
export async function wasCommitted(client: ClientBase, token: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "insert into outgrow_commits (token) values ($1) on conflict do nothing",
    [token],
  );
  return rowCount === 0;
}

/** Whoever is in doubt asks within seconds. */
export async function dropOldTokens(client: ClientBase): Promise<void> {
  await client.query("delete from outgrow_commits where committed_at < now() - interval '1 day'");
}
