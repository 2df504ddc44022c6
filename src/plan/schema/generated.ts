// Generated columns: PostgreSQL computes them again, and verification compares what both engines made. Before PostgreSQL 18 all
// are stored, and none may read another ("Generated Columns", PostgreSQL 5.4).

import { codecFor } from "../../codec/index.js";
import type { CreateTable, Expr } from "../../sql/ast.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { translate } from "../../sql/translate/expression.js";
import { columnNamed, type TableMeaning, Untranslatable } from "../../sql/translate/meaning.js";
import { rowScope } from "../../sql/translate/scope.js";
import { mapExpr } from "../../sql/walk.js";
import type { TableDraft } from "../make-table.js";
import type { PlannedColumn } from "../plan.js";
import { storedValue } from "../store-value.js";
import { type Converting, convert, leave } from "./conversions.js";

export function planGenerated(
  draft: TableDraft,
  declared: CreateTable,
  meaning: TableMeaning,
  converting: Converting,
): void {
  const expressions = new Map(
    declared.columns.flatMap((column) =>
      column.constraints.flatMap((one) =>
        one.kind === "generated" ? [[lowerAscii(column.name), one] as const] : [],
      ),
    ),
  );
  for (const column of draft.planned.columns) {
    const generated = expressions.get(lowerAscii(column.source));
    if (generated === undefined) {
      continue;
    }
    const subject = {
      kind: "generated column" as const,
      table: draft.table.name,
      column: column.source,
      name: column.source,
      source: `AS (${generated.source})`,
    };
    const obstacle = obstacleTo(column);
    if (obstacle !== null) {
      leave(converting, subject, obstacle);
      continue;
    }
    if (!isWanted(draft, column, generated.source, converting)) {
      converting.done.push({
        kind: subject.kind,
        table: subject.table,
        name: subject.name,
        source: subject.source,
        target: null,
        made: null,
        reason: "its values move, by a decision",
      });
      continue;
    }
    const made = convert(converting, subject, (helpers) => {
      const whole = inlined(generated.expr, expressions, 0);
      const value = translate(whole, rowScope(meaning, helpers));
      if (value.volatility !== "immutable") {
        throw new Untranslatable("PostgreSQL generates columns by immutable expressions alone");
      }
      const of = columnNamed(meaning, column.source);
      if (of === undefined) {
        throw new Untranslatable("the column does not move");
      }
      return { target: storedValue(value, of), made: column.target };
    });
    if (made !== null) {
      column.generatedSql = made.target;
      column.computed = true;
      column.defaultSql = null;
    }
  }
}

function obstacleTo(column: PlannedColumn): string | null {
  if (column.substitutions.length > 0) {
    return "some of its values are substituted";
  }
  return codecFor(column.codec).equality === "json" ? "its values are compared as JSON" : null;
}

function isWanted(draft: TableDraft, column: PlannedColumn, source: string, { ledger }: Converting): boolean {
  const declared = draft.table.columns.find((one) => one.name === column.source);
  const effect = ledger.raise({
    code: "generated-column",
    severity: "note",
    table: draft.table.name,
    column: column.source,
    object: null,
    count: 1,
    reason: `it is generated as (${source})${declared?.generated === "virtual" ? ", VIRTUAL in SQLite and stored in PostgreSQL" : ""}; every value is computed again and compared`,
    where: null,
    automatic: "generated",
    choices: [
      { name: "generated", does: "PostgreSQL generates it", recommended: true, effect: {} },
      {
        name: "values",
        does: "the values move into an ordinary column",
        recommended: false,
        effect: { constraint: "leave-out" },
      },
    ],
  });
  return effect.constraint !== "leave-out";
}

/** With the expressions of other generated columns in place of their names. SQLite has no rings of them. */
function inlined(expr: Expr, expressions: ReadonlyMap<string, { expr: Expr }>, depth: number): Expr {
  return mapExpr(expr, (part) => {
    const other = part.kind === "column" ? expressions.get(lowerAscii(part.name)) : undefined;
    return other === undefined || depth > 50 ? part : inlined(other.expr, expressions, depth + 1);
  });
}
