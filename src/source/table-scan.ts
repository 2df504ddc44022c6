// How a table is named in a FROM so that its rows are read from the table itself and from no index.

import { quoteName } from "../base/quote.js";
import type { SourceTable } from "./catalog.js";

/**
 * An index may be damaged, has another order, and may hold fewer rows. NOT INDEXED keeps SQLite from using one,
 * except in a table WITHOUT ROWID, where it is without effect; there the primary key's index is the table.
 * A virtual table has none, and takes neither word.
 */
export function tableScan(table: SourceTable): string {
  const name = quoteName(table.name);
  if (table.kind === "virtual") {
    return name;
  }
  const key = table.withoutRowid ? table.indexes.find((index) => index.origin === "pk") : undefined;
  return key === undefined ? `${name} not indexed` : `${name} indexed by ${quoteName(key.name)}`;
}
