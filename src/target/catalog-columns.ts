// Reads the columns of a schema's tables, with the type below each domain.

import type { Client } from "pg";
import type { TargetColumn } from "../plan/target-catalog.js";

type Row = Omit<TargetColumn, "enumLabels" | "domainChecks" | "sequence"> & {
  table: string;
  sequenceName: string | null;
  sequenceLast: string | null;
  enumLabels: string | null;
  domainChecks: string;
};

/** Table → its columns by attnum. */
export async function readColumns(client: Client, schema: string): Promise<Map<string, TargetColumn[]>> {
  const { rows } = await client.query<Row>(COLUMNS, [schema]);
  const tables = new Map<string, TargetColumn[]>();
  for (const { table, sequenceName, sequenceLast, ...row } of rows) {
    const columns = tables.get(table) ?? [];
    columns.push({
      ...row,
      enumLabels: row.enumLabels === null ? null : (JSON.parse(row.enumLabels) as string[]),
      domainChecks: JSON.parse(row.domainChecks) as string[],
      sequence: sequenceName === null ? null : { name: sequenceName, last: sequenceLast ?? "0" },
    });
    tables.set(table, columns);
  }
  return tables;
}

/** A domain's typtypmod applies to the type below it, so the deepest one counts (getBaseTypeAndTypmod). */
const COLUMNS = `
with recursive attributes as (
  select c.oid as relation, c.relname, a.*
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid
   where n.nspname = $1
     and c.relkind in ('r', 'p')
     and a.attnum > 0
     and not a.attisdropped
), levels (start, type, typmod, not_null, depth) as (
  select distinct atttypid, atttypid, -1, false, 0
    from attributes
  union all
  select l.start, t.typbasetype, t.typtypmod, t.typnotnull, l.depth + 1
    from levels as l
    join pg_type as t on t.oid = l.type and t.typtype = 'd'
), bases as (
  select distinct on (start) start, type, typmod, depth,
         bool_or(not_null) over (partition by start) as not_null
    from levels
   order by start, depth desc
)
select a.relname as "table",
       a.attname as "name",
       a.attnum as "attnum",
       format_type(a.atttypid, a.atttypmod) as "type",
       format_type(b.type, case when b.depth = 0 then a.atttypmod else b.typmod end) as "baseType",
       bt.typname as "typeName",
       case
         when bt.typcategory = 'A' then 'array'
         when bt.typtype = 'b' then 'base'
         when bt.typtype = 'e' then 'enum'
         when bt.typtype = 'c' then 'composite'
         when bt.typtype in ('r', 'm') then 'range'
         else 'other'
       end as "typeKind",
       case when b.depth = 0 then a.atttypmod else b.typmod end as "typmod",
       case when bt.typtype = 'e'
         then to_json(array(select e.enumlabel from pg_enum as e where e.enumtypid = bt.oid order by e.enumsortorder))
       end as "enumLabels",
       a.attnotnull or b.not_null as "notNull",
       to_json(array(
         select pg_get_constraintdef(k.oid)
           from levels as l
           join pg_constraint as k on k.contypid = l.type and k.contype = 'c'
          where l.start = a.atttypid
          order by l.depth, k.conname)) as "domainChecks",
       case
         when a.attgenerated <> '' then null
         else coalesce(pg_get_expr(d.adbin, d.adrelid), case when b.depth > 0 then pg_get_expr(t.typdefaultbin, 0) end)
       end as "defaultSql",
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as "identity",
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as "generated",
       case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as "generatedSql",
       case when a.attcollation <> t.typcollation then (
         select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
           from pg_collation as co
           join pg_namespace as cn on cn.oid = co.collnamespace
          where co.oid = a.attcollation)
       end as "collation",
       (select quote_ident(sn.nspname) || '.' || quote_ident(s.relname)
          from pg_depend as o
          join pg_class as s on s.oid = o.objid and s.relkind = 'S'
          join pg_namespace as sn on sn.oid = s.relnamespace
         where o.classid = 'pg_class'::regclass
           and o.refclassid = 'pg_class'::regclass
           and o.refobjid = a.relation
           and o.refobjsubid = a.attnum
           and o.deptype in ('a', 'i')
         order by o.deptype desc, s.oid
         limit 1) as "ownedSequence",
       q.name as "sequenceName",
       q.last as "sequenceLast"
  from attributes as a
  join pg_type as t on t.oid = a.atttypid
  join bases as b on b.start = a.atttypid
  join pg_type as bt on bt.oid = b.type
  left join pg_attrdef as d on d.adrelid = a.relation and d.adnum = a.attnum
  left join lateral (
    select quote_ident(sn.nspname) || '.' || quote_ident(s.relname) as name,
           least(p.seqmax, case bt.typname when 'int2' then 32767 when 'int4' then 2147483647
                                           else 9223372036854775807 end)::text as last
      from pg_depend as o
      join pg_class as s
        on s.relkind = 'S'
       and s.oid = case when o.classid = 'pg_attrdef'::regclass then o.refobjid else o.objid end
      join pg_sequence as p on p.seqrelid = s.oid
      join pg_namespace as sn on sn.oid = s.relnamespace
     where (o.classid = 'pg_attrdef'::regclass and o.objid = d.oid and o.refclassid = 'pg_class'::regclass)
        or (o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
            and o.refobjid = a.relation and o.refobjsubid = a.attnum and o.deptype in ('a', 'i'))
     order by o.classid = 'pg_attrdef'::regclass desc, o.deptype desc, s.oid
     limit 1) as q on true
 order by a.relname collate "C", a.attnum`;
