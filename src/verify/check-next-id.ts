// Checks that the next id a table gives out is above every id the source ever gave out.

import type { ClientBase } from "pg";
import { quotePath } from "../base/quote.js";
import type { PlannedTable } from "../plan/plan.js";

interface Sequence {
  schema: string;
  name: string;
  increment: string;
}

/** Reads the sequence without nextval, so that looking uses no number up. */
export async function checkNextId(
  client: ClientBase,
  schema: string,
  table: PlannedTable,
): Promise<{ object: string; expected: string; found: string }[]> {
  if (table.nextId === null) {
    return [];
  }
  const { column, value } = table.nextId;
  const object = `next id of ${table.target}.${column}`;
  const expected = `at least ${value}`;
  const sequence = await sequenceOf(client, quotePath(schema, table.target), column);
  if (sequence === null) {
    return [{ object, expected, found: "no sequence" }];
  }
  const next = await nextValue(client, sequence);
  const isAbove = BigInt(sequence.increment) > 0n && next >= BigInt(value);
  return isAbove ? [] : [{ object, expected, found: String(next) }];
}

/** The sequence of an identity or serial column, or the one that its default draws from. */
async function sequenceOf(client: ClientBase, table: string, column: string): Promise<Sequence | null> {
  const { rows } = await client.query<Sequence>(
    `select n.nspname::text as schema, c.relname::text as name, s.seqincrement::text as increment
       from pg_catalog.pg_attribute as a
       left join pg_catalog.pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
       join pg_catalog.pg_depend as d
         on (d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
             and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype in ('a', 'i'))
         or (d.classid = 'pg_catalog.pg_attrdef'::regclass and d.objid = f.oid
             and d.refclassid = 'pg_catalog.pg_class'::regclass)
       join pg_catalog.pg_class as c
         on c.relkind = 'S'
        and c.oid = case when d.classid = 'pg_catalog.pg_attrdef'::regclass then d.refobjid else d.objid end
       join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
       join pg_catalog.pg_sequence as s on s.seqrelid = c.oid
      where a.attrelid = $1::regclass and a.attname = $2
      order by d.classid = 'pg_catalog.pg_attrdef'::regclass desc
      limit 1`,
    [table, column],
  );
  return rows[0] ?? null;
}

async function nextValue(client: ClientBase, sequence: Sequence): Promise<bigint> {
  const { rows } = await client.query<{ last: string; called: boolean }>(
    `select last_value::text as last, is_called as called
       from ${quotePath(sequence.schema, sequence.name)}`,
  );
  const last = BigInt(rows[0]?.last ?? 0);
  return rows[0]?.called ? last + BigInt(sequence.increment) : last;
}
