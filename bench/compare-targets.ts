// Whether two databases that got the same shop hold the same rows and the same structure.

import { quoteName } from "#outgrow/base/quote.js";
import { SHOP_TABLES, type ShopTable } from "#outgrow/sample/shop-schema.js";
import { type BenchServer, withClient } from "./server.js";

export interface Contents {
  rows: Map<ShopTable, number>;
  /** `orders.total numeric(10,2) not null`, sorted. */
  columns: string[];
  /** Numbers of indexes and of validated foreign keys, as text. */
  keys: string[];
}

/** Counts every table of the shop by reading it; a table that is missing throws. */
export async function readContents(server: BenchServer, database: string): Promise<Contents> {
  return withClient(server, database, async (client) => {
    const rows = new Map<ShopTable, number>();
    for (const table of SHOP_TABLES) {
      const counted = await client.query<{ count: string }>(
        `select count(*) as count from ${quoteName(table)}`,
      );
      rows.set(table, Number(counted.rows[0]?.count));
    }
    const columns = await client.query<{ line: string }>(
      `select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || case when a.attnotnull then ' not null' else '' end as line
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       where c.relname = any($1) and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
       order by 1`,
      [SHOP_TABLES],
    );
    const keys = await client.query<{ line: string }>(
      `select 'indexes: ' || count(*) as line from pg_index where indrelid = any($1::text[]::regclass[])
       union all
       select 'foreign keys: ' || count(*) from pg_constraint where contype = 'f' and convalidated and conrelid = any($1::text[]::regclass[])`,
      [SHOP_TABLES],
    );
    return { rows, columns: columns.rows.map(lineOf), keys: keys.rows.map(lineOf) };
  });
}

const lineOf = (row: { line: string }): string => row.line;

/** Tables whose number of rows is not the expected one, a sentence each. */
export function rowDifferences(expected: Map<ShopTable, number>, found: Map<ShopTable, number>): string[] {
  return [...expected]
    .filter(([table, rows]) => found.get(table) !== rows)
    .map(([table, rows]) => `${table} has ${found.get(table)} rows, not ${rows}`);
}

/** What stands in only one of the two structures. */
export function structureDifferences(floor: Contents, outgrow: Contents): string[] {
  const only = (own: string[], other: string[], whose: string): string[] =>
    own.filter((line) => !other.includes(line)).map((line) => `only ${whose}: ${line}`);
  return [
    ...only([...floor.columns, ...floor.keys], [...outgrow.columns, ...outgrow.keys], "the floor"),
    ...only([...outgrow.columns, ...outgrow.keys], [...floor.columns, ...floor.keys], "outgrow"),
  ];
}
