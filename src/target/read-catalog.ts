// Reads what a schema of the target holds: one query a kind of object, put together by table here.

import type { Client } from "pg";
import { quotePath } from "../base/quote.js";
import type { ForeignReferrer, TargetCatalog, TargetTable } from "../plan/target-catalog.js";
import { readColumns } from "./catalog-columns.js";
import { readConstraints, readIndexes, readReferrers, readTriggers } from "./catalog-keys.js";
import {
  readExtensions,
  readFunctions,
  readInstallable,
  readRelations,
  readTypes,
  readViewers,
  readViews,
} from "./catalog-names.js";

/** Tables asked about rows in one query: each takes a lock, of which a server has a few thousand. */
const PRESENCE_BATCH = 500;

/** What `schema` holds; empty lists where it does not exist. Reads only; the client is one of target/connect.ts. */
export async function readTargetCatalog(client: Client, schema: string): Promise<TargetCatalog> {
  const tables = await readTables(client, schema);
  const withRows = await readPresence(client, schema, tables);
  const columns = await readColumns(client, schema);
  const constraints = await readConstraints(client, schema);
  const indexes = await readIndexes(client, schema);
  const triggers = await readTriggers(client, schema);
  const referrers = await readReferrers(client, schema);
  const viewers = await readViewers(client, schema);
  return {
    schema,
    schemaExists: await schemaExists(client, schema),
    tables: tables.map(
      ({ readable: _readable, ...table }): TargetTable => ({
        ...table,
        hasRows: withRows.get(table.name) ?? null,
        columns: columns.get(table.name) ?? [],
        constraints: constraints.get(table.name) ?? [],
        indexes: indexes.get(table.name) ?? [],
        triggers: triggers.get(table.name) ?? [],
        referredFrom: referrers.get(table.name) ?? ([] as ForeignReferrer[]),
        viewedBy: viewers.get(table.name) ?? [],
      }),
    ),
    views: await readViews(client, schema),
    relations: await readRelations(client, schema),
    types: await readTypes(client, schema),
    extensions: await readExtensions(client),
    functions: await readFunctions(client, schema),
    installable: await readInstallable(client),
  };
}

async function schemaExists(client: Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select exists (select from pg_namespace where nspname = $1) as found",
    [schema],
  );
  return rows[0]?.found === true;
}

type BareTable = Omit<
  TargetTable,
  "hasRows" | "columns" | "constraints" | "indexes" | "triggers" | "referredFrom" | "viewedBy"
> & {
  readable: boolean;
};

async function readTables(client: Client, schema: string): Promise<BareTable[]> {
  const { rows } = await client.query<
    Omit<BareTable, "parents" | "estimatedRows"> & { parents: string; estimatedRows: string }
  >(
    `select c.relname as "name",
            case c.relkind when 'r' then 'ordinary' else 'partitioned' end as "kind",
            c.relispartition as "isPartition",
            to_json(array(
              select quote_ident(pn.nspname) || '.' || quote_ident(p.relname)
                from pg_inherits as i
                join pg_class as p on p.oid = i.inhparent
                join pg_namespace as pn on pn.oid = p.relnamespace
               where i.inhrelid = c.oid
               order by i.inhseqno)) as "parents",
            exists (select from pg_inherits as i where i.inhparent = c.oid) as "hasChildren",
            case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end as "persistence",
            pg_get_userbyid(c.relowner) as "owner",
            (select e.extname
               from pg_depend as d
               join pg_extension as e on e.oid = d.refobjid
              where d.classid = 'pg_class'::regclass
                and d.objid = c.oid
                and d.refclassid = 'pg_extension'::regclass
                and d.deptype = 'e') as "extension",
            c.reltuples::float8 as "estimatedRows",
            c.relrowsecurity as "rowSecurity",
            c.relforcerowsecurity as "forceRowSecurity",
            has_schema_privilege(c.relnamespace, 'usage')
              and has_table_privilege(c.oid, 'select')
              and not row_security_active(c.oid) as "readable"
       from pg_class as c
       join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = $1
        and c.relkind in ('r', 'p')
      order by c.relname collate "C"`,
    [schema],
  );
  return rows.map((row) => ({
    ...row,
    parents: JSON.parse(row.parents) as string[],
    estimatedRows: Number(row.estimatedRows),
  }));
}

/** Table → whether it has a row; tables that this user cannot read whole are left out. */
async function readPresence(
  client: Client,
  schema: string,
  tables: BareTable[],
): Promise<Map<string, boolean>> {
  const names = tables.filter((table) => table.readable).map((table) => table.name);
  const presence = new Map<string, boolean>();
  for (let i = 0; i < names.length; i += PRESENCE_BATCH) {
    const batch = names.slice(i, i + PRESENCE_BATCH);
    const selects = batch.map(
      (name, n) => `select ${n} as n, exists (select from ${quotePath(schema, name)}) as found`,
    );
    const { rows } = await client.query<{ n: number; found: boolean }>(selects.join(" union all "));
    for (const row of rows) {
      presence.set(batch[row.n] ?? "", row.found);
    }
  }
  return presence;
}
