// GROUP BY, and what stands beside aggregates ("SELECT" sections 2.4 and 2.5).

import { quoteName } from "../../base/quote.js";
import type { Expr, SelectCore } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { columnsOf } from "../walk.js";
import { hasAggregate, isAggregate } from "./aggregates.js";
import { translate } from "./expression.js";
import { type ColumnMeaning, Untranslatable } from "./meaning.js";
import { sortKey } from "./order.js";
import { placeOf, type Result } from "./results.js";
import type { Scope } from "./scope.js";
import type { Typed } from "./typed.js";

export function groupKey(expr: Expr, results: readonly Result[], scope: Scope): Typed {
  const place = expr.kind === "number" ? placeOf(expr, results) : null;
  const of = place === null ? expr : (results[place]?.expr ?? expr);
  const value = translate(of, scope);
  if (value.class === "any") {
    throw new Untranslatable("it groups by values of any storage class");
  }
  const isAsItIs = value.column !== null && !/^jsonb?$/.test(value.column.meaning.type);
  return { ...value, sql: isAsItIs ? (value.column?.sql ?? value.sql) : sortKey(value) };
}

/**
 * Among groups, SQLite lets a column stand bare and takes its value from some row of the group ("SELECT" section 2.4). Where the
 * group does not determine it PostgreSQL refuses, and it is taken from some row there as well.
 */
export function resultValue(
  expr: Expr,
  isGrouped: boolean,
  core: Extract<SelectCore, { kind: "query" }>,
  scope: Scope,
  groups: readonly Typed[],
): Typed {
  const value = translate(expr, scope);
  if (!isGrouped || hasAggregate(expr) || columnsOf(expr).length === 0) {
    if (isGrouped && hasAggregate(expr) && bareColumns(expr, core, scope, groups)) {
      throw new Untranslatable("it mixes an aggregate and a column that is not grouped by");
    }
    return value;
  }
  const isKey = groups.some((group) => group.sql === (value.column?.sql ?? value.sql));
  if (isKey || determined(value, scope, groups)) {
    return value;
  }
  if (value.column === null) {
    throw new Untranslatable("it reads an expression that is not grouped by");
  }
  const sql = `(array_agg(${value.column.sql}${rowOfExtreme(core, scope)}))[1]`;
  const meaning: ColumnMeaning = value.column.meaning;
  return { ...value, sql: meaning.value(sql), column: { sql, meaning }, atom: true };
}

/** With one min() or max(), the row is the one that has it ("SELECT" section 2.4). */
function rowOfExtreme(core: Extract<SelectCore, { kind: "query" }>, scope: Scope): string {
  const extremes = core.columns.flatMap((column) =>
    column.kind === "expr" &&
    column.expr.kind === "call" &&
    isAggregate(column.expr) &&
    /^(?:min|max)$/.test(column.expr.name)
      ? [column.expr]
      : [],
  );
  const [one, ...others] = extremes;
  if (one === undefined) {
    return "";
  }
  const [arg] = one.args;
  if (others.length > 0 || arg === undefined) {
    throw new Untranslatable("it reads a column that is not grouped by, beside several of min() and max()");
  }
  return ` order by ${sortKey(translate(arg, scope))} ${one.name === "max" ? "desc " : ""}nulls last`;
}

function bareColumns(expr: Expr, _core: SelectCore, scope: Scope, groups: readonly Typed[]): boolean {
  return columnsOf(expr, isAggregate).some((ref) => {
    const value = translate(ref, scope);
    return !groups.some((group) => group.sql === value.column?.sql) && !determined(value, scope, groups);
  });
}

/** PostgreSQL itself sees that a table's primary key among the groups determines its columns. */
function determined(value: Typed, scope: Scope, groups: readonly Typed[]): boolean {
  return scope.sources.some((source) => {
    const isOfSource =
      source.table.columns.some((meaning) => meaning === value.column?.meaning) &&
      value.column?.sql.startsWith(source.prefix);
    const { primaryKey } = source.table;
    return (
      isOfSource &&
      primaryKey.length > 0 &&
      primaryKey.every((name) => {
        const meaning = source.table.columns.find((one) => lowerAscii(one.source) === lowerAscii(name));
        return (
          meaning !== undefined &&
          groups.some((group) => group.sql === `${source.prefix}${quoteName(meaning.target)}`)
        );
      })
    );
  });
}
