// COMMENT ON what outgrow makes, one statement each.

import { quoteLiteral, quoteName, quotePath } from "../base/quote.js";
import type { PlannedTable, PlannedTrigger, PlannedView } from "../plan/plan.js";

/** Of the table and its columns. */
export function tableComments(schema: string, table: PlannedTable): string[] {
  const path = quotePath(schema, table.target);
  return [
    ...commentOn(`table ${path}`, table),
    ...table.columns.flatMap((column) => commentOn(`column ${path}.${quoteName(column.target)}`, column)),
  ];
}

export function viewComments(schema: string, view: PlannedView): string[] {
  return commentOn(`view ${quotePath(schema, view.target)}`, view);
}

export function triggerComments(trigger: PlannedTrigger): string[] {
  return commentOn(`trigger ${quoteName(trigger.target)} on ${trigger.table}`, trigger);
}

function commentOn(what: string, { comment }: { comment?: string }): string[] {
  return comment === undefined ? [] : [`comment on ${what} is ${quoteLiteral(comment)}`];
}
