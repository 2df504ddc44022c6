// Reads what stands on a schema's tables: constraints, indexes, triggers, and foreign keys that refer to them from elsewhere.

import type { Client } from "pg";
import type {
  ForeignReferrer,
  TargetConstraint,
  TargetIndex,
  TargetIndexKey,
  TargetReference,
  TargetTrigger,
} from "../plan/target-catalog.js";

/** Table → its constraints. NOT NULL is a property of the column here, also where PostgreSQL 18 keeps it as a constraint. */
export async function readConstraints(
  client: Client,
  schema: string,
): Promise<Map<string, TargetConstraint[]>> {
  const { rows } = await client.query<
    Omit<TargetConstraint, "columns" | "references"> & {
      table: string;
      columns: string;
      references: string | null;
    }
  >(
    `select c.relname as "table",
            k.conname as "name",
            case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'c' then 'check'
              when 'f' then 'foreign key' else 'exclude' end as "kind",
            ${columnNames("k.conkey", "k.conrelid")} as "columns",
            pg_get_constraintdef(k.oid) as "definition",
            k.convalidated as "validated",
            k.condeferrable as "deferrable",
            k.condeferred as "initiallyDeferred",
            k.conislocal as "isLocal",
            case when k.contype in ('p', 'u', 'x') then i.relname end as "index",
            case when k.contype = 'f' then json_build_object(
              'schema', rn.nspname,
              'table', r.relname,
              'columns', ${columnNames("k.confkey", "k.confrelid")},
              'onUpdate', ${action("k.confupdtype")},
              'onDelete', ${action("k.confdeltype")}) end as "references"
       from pg_constraint as k
       join pg_class as c on c.oid = k.conrelid
       join pg_namespace as n on n.oid = c.relnamespace
       left join pg_class as i on i.oid = k.conindid
       left join pg_class as r on r.oid = k.confrelid
       left join pg_namespace as rn on rn.oid = r.relnamespace
      where n.nspname = $1
        and c.relkind in ('r', 'p')
        and k.contype in ('p', 'u', 'c', 'f', 'x')
      order by c.relname collate "C", k.conname collate "C"`,
    [schema],
  );
  return byTable(rows, ({ table: _table, ...row }) => ({
    ...row,
    columns: JSON.parse(row.columns) as string[],
    references: row.references === null ? null : (JSON.parse(row.references) as TargetReference),
  }));
}

/** Table → its indexes, those of constraints among them. */
export async function readIndexes(client: Client, schema: string): Promise<Map<string, TargetIndex[]>> {
  const { rows } = await client.query<Omit<TargetIndex, "keys"> & { table: string; keys: string }>(
    // to_jsonb: indnullsnotdistinct came with PostgreSQL 15.
    `select c.relname as "table",
            ic.relname as "name",
            i.indisunique as "unique",
            i.indisvalid and i.indisready as "valid",
            pg_get_indexdef(i.indexrelid) as "definition",
            am.amname as "method",
            to_json(array(
              select json_build_object(
                       'column', a.attname,
                       'expression', pg_get_indexdef(i.indexrelid, part, false),
                       'descending', i.indoption[part - 1] & 1 = 1)
                from generate_series(1, i.indnkeyatts) as part
                left join pg_attribute as a
                  on a.attrelid = i.indrelid and a.attnum = i.indkey[part - 1] and i.indkey[part - 1] <> 0
               order by part)) as "keys",
            pg_get_expr(i.indpred, i.indrelid) as "predicate",
            coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) as "nullsNotDistinct",
            k.conname as "constraint"
       from pg_index as i
       join pg_class as ic on ic.oid = i.indexrelid
       join pg_class as c on c.oid = i.indrelid
       join pg_namespace as n on n.oid = c.relnamespace
       join pg_am as am on am.oid = ic.relam
       left join pg_constraint as k
         on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
      where n.nspname = $1
        and c.relkind in ('r', 'p')
      order by c.relname collate "C", ic.relname collate "C"`,
    [schema],
  );
  return byTable(rows, ({ table: _table, ...row }) => ({
    ...row,
    keys: JSON.parse(row.keys) as TargetIndexKey[],
  }));
}

/** Table → the triggers that users made, not those that foreign keys are carried out by. */
export async function readTriggers(client: Client, schema: string): Promise<Map<string, TargetTrigger[]>> {
  const { rows } = await client.query<TargetTrigger & { table: string }>(
    `select c.relname as "table",
            t.tgname as "name",
            pg_get_triggerdef(t.oid) as "definition",
            case t.tgenabled when 'O' then 'origin' when 'R' then 'replica' when 'A' then 'always'
              else 'disabled' end as "enabled"
       from pg_trigger as t
       join pg_class as c on c.oid = t.tgrelid
       join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = $1
        and c.relkind in ('r', 'p')
        and not t.tgisinternal
      order by c.relname collate "C", t.tgname collate "C"`,
    [schema],
  );
  return byTable(rows, ({ table: _table, ...row }) => row);
}

/** Table → foreign keys of other schemas' tables that refer to it; not those that a partition has from its parent. */
export async function readReferrers(client: Client, schema: string): Promise<Map<string, ForeignReferrer[]>> {
  const { rows } = await client.query<Omit<ForeignReferrer, "table"> & { table: string; referrer: string }>(
    `select r.relname as "table",
            n.nspname as "schema",
            c.relname as "referrer",
            k.conname as "constraint",
            pg_get_constraintdef(k.oid) as "definition"
       from pg_constraint as k
       join pg_class as r on r.oid = k.confrelid
       join pg_namespace as rn on rn.oid = r.relnamespace
       join pg_class as c on c.oid = k.conrelid
       join pg_namespace as n on n.oid = c.relnamespace
      where rn.nspname = $1
        and n.nspname <> $1
        and k.contype = 'f'
        and k.conislocal
      order by r.relname collate "C", n.nspname collate "C", c.relname collate "C", k.conname collate "C"`,
    [schema],
  );
  return byTable(rows, ({ referrer, ...row }) => ({ ...row, table: referrer }));
}

/** SQL of a JSON array: the names of the columns that `numbers` (an int2 array) lists, in its order. */
function columnNames(numbers: string, relation: string): string {
  return `to_json(array(
              select a.attname
                from unnest(${numbers}) with ordinality as u (attnum, place)
                join pg_attribute as a on a.attrelid = ${relation} and a.attnum = u.attnum
               order by u.place))`;
}

function action(type: string): string {
  return `case ${type} when 'r' then 'RESTRICT' when 'c' then 'CASCADE' when 'n' then 'SET NULL'
                when 'd' then 'SET DEFAULT' else 'NO ACTION' end`;
}

/** Groups what `make` makes of each row by the row's `table`. */
function byTable<R extends { table: string }, T>(rows: R[], make: (row: R) => T): Map<string, T[]> {
  const tables = new Map<string, T[]>();
  for (const row of rows) {
    const group = tables.get(row.table) ?? [];
    group.push(make(row));
    tables.set(row.table, group);
  }
  return tables;
}
