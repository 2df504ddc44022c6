// Tables that --drop-existing replaces stand in a schema of their own until the move has come to a good end.

import type { Client } from "pg";
import { quoteName, quotePath } from "../base/quote.js";
import { attempt } from "./pending-ddl.js";

/** Known by the number of the move; nothing else of outgrow makes schemas in the user's database. */
export function replacedSchema(move: bigint): string {
  return `outgrow_replaced_${move}`;
}

/** SQL that takes a table out of the way, with its indexes, constraints and sequences; views and keys follow it. */
export function moveAside(schema: string, table: string, move: bigint): string[] {
  const aside = quoteName(replacedSchema(move));
  return [
    `create schema if not exists ${aside}`,
    `alter table ${quotePath(schema, table)} set schema ${aside}`,
  ];
}

/** Within a transaction of the caller: the replaced tables are where they were; their names must be free. */
export async function bringBack(client: Client, move: bigint, schema: string): Promise<void> {
  const aside = replacedSchema(move);
  for (const table of await relationsIn(client, aside, "r", "p", "v")) {
    await client.query(`alter table ${quotePath(aside, table)} set schema ${quoteName(schema)}`);
  }
  await client.query(`drop schema if exists ${quoteName(aside)}`);
}

/**
 * Within a transaction of the caller: drops what moves into `schema` replaced. Without `cascade`, tables that others
 * depend on stay. Gives a sentence on each schema that stays.
 */
export async function dropReplaced(client: Client, schema: string, cascade: boolean): Promise<string[]> {
  const notes: string[] = [];
  for (const aside of await replacedSchemas(client, schema)) {
    const paths = (await relationsIn(client, aside, "r", "p")).map((table) => quotePath(aside, table));
    const views = (await relationsIn(client, aside, "v")).map((view) => quotePath(aside, view));
    const failure = await attempt(
      client,
      async () => {
        if (views.length > 0) {
          await client.query(`drop view ${views.join(", ")}${cascade ? " cascade" : ""}`);
        }
        if (paths.length > 0) {
          await client.query(`drop table ${paths.join(", ")}${cascade ? " cascade" : ""}`);
        }
        await client.query(`drop schema ${quoteName(aside)}`);
      },
      "2B",
    );
    if (failure !== null) {
      notes.push(
        `the tables that were replaced stay in schema "${aside}": ${failure.detail?.split("\n")[0] ?? failure.message}`,
      );
    }
  }
  return notes;
}

/** The schemas with tables that moves into `schema` replaced. */
export async function replacedSchemas(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname as name
       from outgrow.moves as m
       join pg_namespace as n on n.nspname = 'outgrow_replaced_' || m.id
      where m.target_schema = $1
      order by m.id`,
    [schema],
  );
  return rows.map((row) => row.name);
}

/** By pg_class.relkind: tables, partitioned tables, views. */
async function relationsIn(client: Client, schema: string, ...kinds: ("r" | "p" | "v")[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name
       from pg_class as c
       join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = $1
        and c.relkind = any($2::"char"[])
      order by c.relname collate "C"`,
    [schema, kinds],
  );
  return rows.map((row) => row.name);
}
