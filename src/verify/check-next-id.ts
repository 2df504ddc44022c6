// Checks that the next id a table gives out is above every id the source ever gave out.

import type { ClientBase } from "pg";
import { quoteName, quotePath } from "../base/quote.js";
import type { PlannedTable } from "../plan/plan.js";

interface Sequence {
  schema: string;
  name: string;
  increment: string;
}

/** Reads the sequences without nextval, so that looking uses no number up. */
export async function checkNextId(
  client: ClientBase,
  schema: string,
  table: PlannedTable,
): Promise<{ object: string; expected: string; found: string }[]> {
  const columns = new Set([
    ...(table.nextId === null ? [] : [table.nextId.column]),
    ...(table.sequences ?? []).map(({ column }) => column),
  ]);
  const differences = [];
  for (const column of columns) {
    differences.push(...(await checkColumn(client, schema, table, column)));
  }
  return differences;
}

async function checkColumn(
  client: ClientBase,
  schema: string,
  table: PlannedTable,
  column: string,
): Promise<{ object: string; expected: string; found: string }[]> {
  const path = quotePath(schema, table.target);
  const object = `next id of ${table.target}.${column}`;
  const value = table.nextId?.column === column ? table.nextId.value : 1n;
  const sequence = await sequenceOf(client, path, column);
  if (sequence === null) {
    return [{ object, expected: `at least ${value}`, found: "no sequence" }];
  }
  const next = await nextValue(client, sequence);
  const isFalling = BigInt(sequence.increment) < 0n;
  if (isFalling && table.sequences?.some((own) => own.column === column)) {
    const lowest = await usedValue(client, path, column, "min");
    return lowest === null || next < lowest
      ? []
      : [{ object, expected: `below ${lowest}`, found: String(next) }];
  }
  const highest = (await usedValue(client, path, column, "max")) ?? 0n;
  const least = highest >= BigInt(value) ? highest + 1n : BigInt(value);
  return next >= least && !isFalling ? [] : [{ object, expected: `at least ${least}`, found: String(next) }];
}

/** The last value that rows of the column hold: rows that were there before count too. */
async function usedValue(
  client: ClientBase,
  table: string,
  column: string,
  aggregate: "min" | "max",
): Promise<bigint | null> {
  const { rows } = await client.query<{ used: string | null }>(
    `select ${aggregate}(${quoteName(column)})::int8::text as used from ${table}`,
  );
  const used = rows[0]?.used ?? null;
  return used === null ? null : BigInt(used);
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
