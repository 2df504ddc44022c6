// What a settled concern does to the draft of a column.

import type { Concern, Effect } from "./concern.js";
import type { PlannedColumn, PlannedTable } from "./plan.js";

/** What a choice changes in the column and its table. */
export function applyEffect(
  planned: PlannedTable,
  column: PlannedColumn,
  concern: Concern,
  effect: Effect,
): void {
  Object.assign(column, effect.column);
  if (effect.substitution !== undefined) {
    column.substitutions.push({ code: concern.code, ...effect.substitution });
  }
  if (effect.setAside !== undefined) {
    planned.setAside.push({ code: concern.code, predicate: effect.setAside });
  }
}
