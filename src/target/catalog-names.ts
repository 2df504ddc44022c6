// Reads the names a schema has given out (relations, types), its views, and the database's extensions.

import type { Client } from "pg";
import type { TargetCatalog, TargetRelation, TargetView } from "../plan/target-catalog.js";

/** SQL of the name of the extension that the object `id` of catalog `catalog` belongs to, or NULL. */
function extensionOf(catalog: string, id: string): string {
  return `(select e.extname
               from pg_depend as d
               join pg_extension as e on e.oid = d.refobjid
              where d.classid = '${catalog}'::regclass
                and d.objid = ${id}
                and d.refclassid = 'pg_extension'::regclass
                and d.deptype = 'e')`;
}

/** Every relation name of the schema, of any kind. */
export async function readRelations(client: Client, schema: string): Promise<TargetRelation[]> {
  const { rows } = await client.query<TargetRelation>(
    `select c.relname as "name",
            case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'f' then 'foreign table'
              when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
              when 'c' then 'composite type' else 'index' end as "kind",
            coalesce(
              (select t.relname from pg_index as i join pg_class as t on t.oid = i.indrelid where i.indexrelid = c.oid),
              (select t.relname
                 from pg_depend as d
                 join pg_class as t on t.oid = d.refobjid
                where c.relkind = 'S'
                  and d.classid = 'pg_class'::regclass
                  and d.objid = c.oid
                  and d.refclassid = 'pg_class'::regclass
                  and d.refobjsubid > 0
                  and d.deptype in ('a', 'i')
                limit 1)) as "table",
            ${extensionOf("pg_class", "c.oid")} as "extension"
       from pg_class as c
       join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = $1
        and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I')
      order by c.relname collate "C"`,
    [schema],
  );
  return rows;
}

/** Views and materialized views with their SELECT. */
export async function readViews(client: Client, schema: string): Promise<TargetView[]> {
  const { rows } = await client.query<TargetView>(
    `select c.relname as "name",
            case c.relkind when 'v' then 'view' else 'materialized view' end as "kind",
            pg_get_viewdef(c.oid) as "definition"
       from pg_class as c
       join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = $1
        and c.relkind in ('v', 'm')
      order by c.relname collate "C"`,
    [schema],
  );
  return rows;
}

/** Types of the schema, without the row types and array types that come along with others. */
export async function readTypes(client: Client, schema: string): Promise<TargetCatalog["types"]> {
  const { rows } = await client.query<TargetCatalog["types"][number]>(
    `select t.typname as "name",
            case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' when 'm' then 'range'
              when 'c' then 'composite' else 'base' end as "kind",
            ${extensionOf("pg_type", "t.oid")} as "extension"
       from pg_type as t
       join pg_namespace as n on n.oid = t.typnamespace
       left join pg_class as c on c.oid = t.typrelid
      where n.nspname = $1
        and t.typcategory <> 'A'
        and (c.oid is null or c.relkind = 'c')
      order by t.typname collate "C"`,
    [schema],
  );
  return rows;
}

/** Extensions installed in the database. */
export async function readExtensions(client: Client): Promise<TargetCatalog["extensions"]> {
  const { rows } = await client.query<TargetCatalog["extensions"][number]>(
    `select e.extname as "name", e.extversion as "version", n.nspname as "schema"
       from pg_extension as e
       join pg_namespace as n on n.oid = e.extnamespace
      order by e.extname collate "C"`,
  );
  return rows;
}

/** Table → the views and materialized views, of any schema, that read it. */
export async function readViewers(client: Client, schema: string): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; view: string }>(
    `select distinct c.relname collate "C" as "table",
            (quote_ident(vn.nspname) || '.' || quote_ident(v.relname)) collate "C" as "view"
       from pg_depend as d
       join pg_rewrite as r on r.oid = d.objid
       join pg_class as v on v.oid = r.ev_class and v.relkind in ('v', 'm')
       join pg_namespace as vn on vn.oid = v.relnamespace
       join pg_class as c on c.oid = d.refobjid and c.relkind in ('r', 'p')
       join pg_namespace as n on n.oid = c.relnamespace
      where d.classid = 'pg_rewrite'::regclass
        and d.refclassid = 'pg_class'::regclass
        and n.nspname = $1
      order by 1, 2`,
    [schema],
  );
  const viewers = new Map<string, string[]>();
  for (const { table, view } of rows) {
    viewers.set(table, [...(viewers.get(table) ?? []), view]);
  }
  return viewers;
}

/** A trusted extension needs CREATE on the database, and the server's packages (PostgreSQL, CREATE EXTENSION). */
export async function readInstallable(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select a.name::text as "name"
       from pg_available_extensions as a
      where a.name = 'citext'
        and (has_database_privilege(current_database(), 'create')
             or (select r.rolsuper from pg_roles as r where r.rolname = current_user))`,
  );
  return rows.map(({ name }) => name);
}

export async function readFunctions(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct p.proname::text collate "C" as "name"
       from pg_proc as p
       join pg_namespace as n on n.oid = p.pronamespace
      where n.nspname = $1
      order by 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}
