// Whether an expression stands for many rows.

import type { Expr } from "../ast.js";
import { children } from "../walk.js";

export const AGGREGATES: ReadonlySet<string> = new Set([
  "count",
  "sum",
  "total",
  "avg",
  "min",
  "max",
  "group_concat",
  "string_agg",
]);

/** min and max of several arguments are scalar functions. */
export function isAggregate(expr: Expr): boolean {
  return (
    expr.kind === "call" &&
    expr.over === null &&
    AGGREGATES.has(expr.name) &&
    !(/^(?:min|max)$/.test(expr.name) && expr.args.length !== 1)
  );
}

/** Whether an aggregate (not a window function) stands in the expression itself, outside of subqueries. */
export function hasAggregate(expr: Expr): boolean {
  return isAggregate(expr) || children(expr).some(hasAggregate);
}
