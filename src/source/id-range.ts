// The span of a table's integer ids, and whether every number in it is one.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceTable } from "./catalog.js";

/** The smallest and the largest INTEGER PRIMARY KEY. */
export interface IdRange {
  low: bigint;
  high: bigint;
}

/** Null where the table has no INTEGER PRIMARY KEY, or no row. */
export function idRange(db: Database, { name, rowidAlias }: SourceTable): IdRange | null {
  if (rowidAlias === null) {
    return null;
  }
  const [table, id] = [quoteName(name), quoteName(rowidAlias)];
  // Each by itself, which is one step to an end of the b-tree; together they would be a scan ("Query Planner" 2.5).
  const { low, high } = db
    .prepare(`select (select min(${id}) from ${table}) as low, (select max(${id}) from ${table}) as high`)
    .safeIntegers()
    .get() as { low: bigint | null; high: bigint | null };
  return low === null || high === null ? null : { low, high };
}

/** Whether every number between the smallest and the largest id is one of the `rows` ids. */
export function isGapless({ low, high }: IdRange, rows: number): boolean {
  return high - low + 1n === BigInt(rows);
}
