// Which table and column of the target a name of the source means: the same, or else the only one without case.

import type { TargetCatalog, TargetColumn, TargetTable } from "./target-catalog.js";

export function findExisting(target: TargetCatalog, name: string): TargetTable | null {
  return byName(target.tables, name);
}

export function findTargetColumn(existing: TargetTable, name: string): TargetColumn | null {
  return byName(existing.columns, name);
}

function byName<T extends { name: string }>(all: readonly T[], name: string): T | null {
  const exact = all.find((one) => one.name === name);
  const folded = all.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  return exact ?? (folded.length === 1 ? (folded[0] ?? null) : null);
}
