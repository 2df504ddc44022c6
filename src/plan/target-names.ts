// The planned columns of a source's names, which SQLite compares without case.

import type { PlannedColumn, PlannedTable } from "./plan.js";

/** As they are called in the target; a name that is not moved stays as it is. */
export function targetNames(planned: PlannedTable, names: readonly string[]): string[] {
  return names.map((name) => columnOf(planned, name)?.target ?? name);
}

export function columnOf(planned: PlannedTable, name: string): PlannedColumn | undefined {
  return planned.columns.find((column) => column.source.toLowerCase() === name.toLowerCase());
}
