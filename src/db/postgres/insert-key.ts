// Which column of a table the server makes keys for, so that an INSERT can be asked for the key it made.

import type { ClientBase } from "pg";

/**
 * The one column of `table` (as a statement names it) that is an identity or takes its default from a sequence; of several
 * the one that is the primary key. Null where there is none, where reading it back needs a right that inserting does not
 * (the column's SELECT, row security), and for views and tables with rules. Undefined where there is no such table yet.
 */
export async function findInsertKey(client: ClientBase, table: string): Promise<string | null | undefined> {
  const { rows } = await client.query<{ key: string | null }>(
    `select (select case when count(*) = 1 or bool_or(is_primary) then
                      (array_agg(attname::text order by is_primary desc))[1] end
               from (select a.attname,
                            exists (select from pg_catalog.pg_index as i
                                     where i.indrelid = c.oid and i.indisprimary
                                       and i.indkey::smallint[] = array[a.attnum]) as is_primary
                       from pg_catalog.pg_attribute as a
                       left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        and (a.attidentity <> ''
                             or a.attgenerated = '' and pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(')
                        and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')) as made) as key
       from pg_catalog.pg_class as c
      where c.oid = pg_catalog.to_regclass($1)
        and c.relkind in ('r', 'p') and not c.relhasrules and not pg_catalog.row_security_active(c.oid)
      union all
     select null where pg_catalog.to_regclass($1) is not null
      limit 1`,
    [table],
  );
  return rows[0]?.key;
}
