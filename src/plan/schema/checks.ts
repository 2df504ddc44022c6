// CHECK constraints: SQLite lets a row pass where the expression is not false, as PostgreSQL does ("CREATE TABLE" 3.7).

import type { CreateTable, Expr } from "../../sql/ast.js";
import { translateCondition } from "../../sql/translate/expression.js";
import type { TableMeaning } from "../../sql/translate/meaning.js";
import { rowScope } from "../../sql/translate/scope.js";
import { columnsOf } from "../../sql/walk.js";
import type { TableDraft } from "../make-table.js";
import { NameBook } from "../names.js";
import type { PlanFacts } from "../plan-input.js";
import { targetNames } from "../target-names.js";
import { type Converting, convert } from "./conversions.js";

export interface DeclaredCheck {
  name: string | null;
  expr: Expr;
  source: string;
}

/** In the order of their declaration, which facts.checks counts by. */
export function checksOf(table: CreateTable): DeclaredCheck[] {
  const constraints = [...table.columns.flatMap((column) => column.constraints), ...table.constraints];
  return constraints.flatMap((one) =>
    one.kind === "check" ? [{ name: one.name, expr: one.expr, source: one.source }] : [],
  );
}

export function planChecks(
  draft: TableDraft,
  declared: CreateTable,
  meaning: TableMeaning,
  facts: PlanFacts,
  converting: Converting,
): void {
  const { planned } = draft;
  const names = new NameBook(
    [planned.primaryKey, ...planned.uniques, ...planned.foreignKeys, ...planned.notNullChecks].flatMap(
      (key) => (key === null ? [] : [key.name]),
    ),
  );
  checksOf(declared).forEach((check, i) => {
    const subject = {
      kind: "check" as const,
      table: draft.table.name,
      name: check.name ?? check.source,
      source: `CHECK (${check.source})`,
    };
    const made = convert(converting, subject, (helpers) => ({
      target: translateCondition(check.expr, rowScope(meaning, helpers)).sql,
      made: names.take(check.name ?? nameOf(draft, check.expr), "check"),
    }));
    if (made === null) {
      return;
    }
    const count = facts.checks.get(draft.table.name)?.[i] ?? 0;
    const effect = count === 0 ? "hold" : raiseViolated(draft, check, count, made.made, converting);
    if (effect === "leave-out") {
      converting.done.pop();
      converting.done.push({ ...subject, target: null, made: null, reason: "left out by a decision" });
      return;
    }
    planned.checks.push({
      name: made.made,
      validate: effect !== "not-valid",
      target: made.target,
      source: check.source,
    });
  });
}

/** `orders_total_check`, as PostgreSQL itself would name it (CREATE TABLE, "Notes"). */
function nameOf({ planned }: TableDraft, expr: Expr): string {
  const columns = [
    ...new Set(
      targetNames(
        planned,
        columnsOf(expr).map(({ name }) => name),
      ),
    ),
  ];
  return [planned.target, ...(columns.length === 1 ? columns : []), "check"].join("_");
}

function raiseViolated(
  draft: TableDraft,
  check: DeclaredCheck,
  count: number,
  name: string,
  { ledger }: Converting,
): "hold" | "not-valid" | "leave-out" {
  const where = `not (${check.source})`;
  const effect = ledger.raise({
    code: "check-violated",
    severity: "blocker",
    table: draft.table.name,
    column: null,
    object: name,
    count,
    reason: `the table says CHECK (${check.source}), but ${count} ${count === 1 ? "row does" : "rows do"} not pass it`,
    where,
    automatic: null,
    choices: [
      {
        name: "not-valid",
        does: "the rows move as they are; the constraint is NOT VALID and holds for new ones",
        recommended: true,
        effect: { constraint: "not-valid" },
      },
      {
        name: "set-aside",
        does: "the rows are not moved; they stand whole in outgrow.quarantine",
        recommended: false,
        effect: { setAside: where },
      },
      {
        name: "leave-out",
        does: "the rows move as they are, without the constraint",
        recommended: false,
        effect: { constraint: "leave-out" },
      },
    ],
  });
  if (effect.setAside !== undefined) {
    draft.planned.setAside.push({ code: "check-violated", predicate: effect.setAside });
  }
  return effect.constraint ?? "hold";
}
