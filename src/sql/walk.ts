// Looks through expressions: their parts, the columns they read, and copies with parts replaced.

import type { ColumnRef, Expr } from "./ast.js";

/** The expressions one level down, without those of subqueries. */
export function children(expr: Expr): Expr[] {
  const found: Expr[] = [];
  mapChildren(expr, (child) => {
    found.push(child);
    return child;
  });
  return found;
}

/** Columns that the expression reads, outside of subqueries and of what `skip` is true for. */
export function columnsOf(expr: Expr, skip: (expr: Expr) => boolean = () => false): ColumnRef[] {
  if (expr.kind === "column") {
    return [expr];
  }
  return skip(expr) ? [] : children(expr).flatMap((child) => columnsOf(child, skip));
}

export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  return test(expr) || children(expr).some((child) => someExpr(child, test));
}

/** The expression with each part replaced by what `change` makes of it, from the inside out. Subqueries stay as they are. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
  return change(mapChildren(expr, (child) => mapExpr(child, change)));
}

function mapChildren(expr: Expr, map: (expr: Expr) => Expr): Expr {
  const maybe = (child: Expr | null) => (child === null ? null : map(child));
  switch (expr.kind) {
    case "unary":
    case "nullTest":
    case "cast":
    case "collate":
      return { ...expr, operand: map(expr.operand) };
    case "binary":
    case "is":
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case "match":
      return { ...expr, left: map(expr.left), right: map(expr.right), escape: maybe(expr.escape) };
    case "between":
      return { ...expr, operand: map(expr.operand), low: map(expr.low), high: map(expr.high) };
    case "in": {
      const { set } = expr;
      return {
        ...expr,
        operand: map(expr.operand),
        set: set.kind === "list" ? { ...set, items: set.items.map(map) } : set,
      };
    }
    case "case":
      return {
        ...expr,
        operand: maybe(expr.operand),
        whens: expr.whens.map(({ when, result }) => ({ when: map(when), result: map(result) })),
        otherwise: maybe(expr.otherwise),
      };
    case "call":
      return { ...expr, args: expr.args.map(map), filter: maybe(expr.filter) };
    case "row":
      return { ...expr, items: expr.items.map(map) };
    case "raise":
      return { ...expr, message: maybe(expr.message) };
    default:
      return expr;
  }
}
