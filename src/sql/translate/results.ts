// The result columns of a SELECT, and how ORDER BY and GROUP BY name them.

import type { Expr } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import type { Typed } from "./typed.js";

export interface Result {
  name: string;
  alias: string | null;
  /** Null for a column of `*`, which has its value. */
  expr: Expr | null;
  value: Typed | null;
}

/** By number, or by alias; null where it is neither. */
export const placeOf = (expr: Expr, results: readonly Result[]): number | null => {
  if (expr.kind === "number" && /^\d+$/.test(expr.text)) {
    return Number(expr.text) - 1;
  }
  if (expr.kind === "column" && expr.table === null) {
    const place = results.findIndex(
      ({ alias }) => alias !== null && lowerAscii(alias) === lowerAscii(expr.name),
    );
    return place < 0 ? null : place;
  }
  return null;
};
