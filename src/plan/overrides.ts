// What a person sets by hand: names, types and codecs, from options or the plan file.

import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";
import type { SourceCatalog } from "../source/catalog.js";

export interface PlanOverrides {
  /** Source table → target table. */
  tables: Readonly<Record<string, string>>;
  /** Source table → source column → what to do with it. */
  columns: Readonly<Record<string, Readonly<Record<string, ColumnOverride>>>>;
}

export interface ColumnOverride {
  name?: string | undefined;
  type?: string | undefined;
  codec?: string | undefined;
}

export const NO_OVERRIDES: PlanOverrides = { tables: {}, columns: {} };

/** The target's name for a table, where one was set. A table may be called `constructor`. */
export function tableOverride({ tables }: PlanOverrides, table: string): string | undefined {
  return Object.hasOwn(tables, table) ? tables[table] : undefined;
}

export function columnOverride(
  { columns }: PlanOverrides,
  table: string,
  column: string,
): ColumnOverride | undefined {
  const ofTable = Object.hasOwn(columns, table) ? (columns[table] ?? {}) : {};
  return Object.hasOwn(ofTable, column) ? ofTable[column] : undefined;
}

/** Throws `usage` for a name that the source has not, so that a slip of the pen is not taken for a wish fulfilled. */
export function checkOverrides({ tables, columns }: PlanOverrides, catalog: SourceCatalog): void {
  const known = new Set([...catalog.tables, ...catalog.unreadable].map(({ name }) => name));
  const strayTable = [...Object.keys(tables), ...Object.keys(columns)].find((name) => !known.has(name));
  if (strayTable !== undefined) {
    throw stray(`table ${quoteName(strayTable)}`, strayTable, [...known]);
  }
  for (const table of catalog.tables.filter(({ name }) => Object.hasOwn(columns, name))) {
    const names = [...table.columns, ...table.uncomputable].map(({ name }) => name);
    const strayColumn = Object.keys(columns[table.name] ?? {}).find((name) => !names.includes(name));
    if (strayColumn !== undefined) {
      throw stray(`column ${quoteName(table.name)}.${quoteName(strayColumn)}`, strayColumn, names);
    }
  }
}

function stray(what: string, name: string, known: readonly string[]): OutgrowError {
  const alike = known.find((one) => one.toLowerCase() === name.toLowerCase());
  return new OutgrowError("usage", `the source has no ${what}, for which a name or type was set`, {
    hint:
      alike === undefined ? `it has ${known.slice(0, 12).join(", ")}` : `it is written ${quoteName(alike)}`,
  });
}
