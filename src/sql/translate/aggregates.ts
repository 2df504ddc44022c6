// Which columns an expression reads, and whether it stands for many rows.

import type { ColumnRef, Expr } from "../ast.js";
import { AGGREGATES } from "./functions.js";

/** Whether an aggregate (not a window function) stands in the expression itself, outside of subqueries. */
export function hasAggregate(expr: Expr): boolean {
  return isAggregate(expr) || children(expr).some(hasAggregate);
}

function isAggregate(expr: Expr): boolean {
  return (
    expr.kind === "call" &&
    expr.over === null &&
    AGGREGATES.has(expr.name) &&
    !(/^(?:min|max)$/.test(expr.name) && expr.args.length !== 1)
  );
}

export function columnsOf(expr: Expr, options: { outsideAggregates?: boolean } = {}): ColumnRef[] {
  if (expr.kind === "column") {
    return [expr];
  }
  if (options.outsideAggregates && isAggregate(expr)) {
    return [];
  }
  return children(expr).flatMap((child) => columnsOf(child, options));
}

/** The expressions one level down, without those of subqueries. */
export function children(expr: Expr): Expr[] {
  switch (expr.kind) {
    case "unary":
    case "nullTest":
    case "cast":
    case "collate":
      return [expr.operand];
    case "binary":
    case "is":
      return [expr.left, expr.right];
    case "match":
      return [expr.left, expr.right, ...(expr.escape === null ? [] : [expr.escape])];
    case "between":
      return [expr.operand, expr.low, expr.high];
    case "in":
      return [expr.operand, ...(expr.set.kind === "list" ? expr.set.items : [])];
    case "case":
      return [
        ...(expr.operand === null ? [] : [expr.operand]),
        ...expr.whens.flatMap(({ when, result }) => [when, result]),
        ...(expr.otherwise === null ? [] : [expr.otherwise]),
      ];
    case "call":
      return [...expr.args, ...(expr.filter === null ? [] : [expr.filter])];
    case "row":
      return expr.items;
    default:
      return [];
  }
}
