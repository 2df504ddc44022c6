// What columns with values became, for columns of the same declared type that have none yet.

import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { ColumnProfile, TableProfile } from "../source/profile.js";
import { meaningOf } from "./declared-type.js";

/** A decision to follow, and where it was made. */
export interface Alike {
  type: string;
  codec: string;
  table: string;
  column: string;
}

/** By declared type in upper case. */
export type AlikeColumns = ReadonlyMap<string, Alike>;

type Decide = (
  table: SourceTable,
  column: SourceColumn,
  profile: ColumnProfile,
) => { type: string; codec: string };

/**
 * The one type that all columns of a declared type became, for times and UUIDs, where the declared type alone says
 * too little: an application writes instants with a zone, or UUIDs, into all of them or into none.
 */
export function findAlike(
  tables: readonly SourceTable[],
  profiles: ReadonlyMap<string, TableProfile>,
  decide: Decide,
): AlikeColumns {
  const found = new Map<string, Alike | null>();
  for (const table of tables) {
    table.columns.forEach((column, i) => {
      const profile = profiles.get(table.name)?.columns[i];
      const meaning = meaningOf(column);
      if (profile === undefined || !hasValues(profile) || (meaning !== "timestamp" && meaning !== "uuid")) {
        return;
      }
      const key = alikeKey(column);
      const { type, codec } = decide(table, column, profile);
      const other = found.get(key);
      if (other === undefined) {
        found.set(key, { type, codec, table: table.name, column: column.name });
      } else if (other !== null && other.type !== type) {
        found.set(key, null);
      }
    });
  }
  return new Map([...found].flatMap(([key, alike]) => (alike === null ? [] : [[key, alike] as const])));
}

export function alikeKey(column: SourceColumn): string {
  return column.declaredType.trim().toUpperCase();
}

function hasValues(profile: ColumnProfile): boolean {
  return profile.integers + profile.reals + profile.texts + profile.blobs > 0;
}
