// Triggers: a function in PL/pgSQL with the statements of the body, and a trigger FOR EACH ROW that calls it ("CREATE TRIGGER").

import { quoteLiteral, quoteName } from "../../base/quote.js";
import type { SourceCatalog } from "../../source/catalog.js";
import type { CreateTrigger, Expr, Select, TriggerStatement } from "../../sql/ast.js";
import { parseStatement, SqlSyntaxError } from "../../sql/parse.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { translate, translateCondition } from "../../sql/translate/expression.js";
import { translateFrom } from "../../sql/translate/from.js";
import type { HelperSet } from "../../sql/translate/helpers.js";
import {
  type ColumnMeaning,
  columnNamed,
  type TableMeaning,
  tableNamed,
  Untranslatable,
} from "../../sql/translate/meaning.js";
import type { Scope, Source } from "../../sql/translate/scope.js";
import { selectScope, translateSelect } from "../../sql/translate/select.js";
import { asText } from "../../sql/translate/typed.js";
import { someExpr } from "../../sql/walk.js";
import { note } from "../concern.js";
import { NameBook } from "../names.js";
import type { Conversion, PlannedTrigger } from "../plan.js";
import { commented } from "./comments.js";
import { type Converting, convert } from "./conversions.js";
import { deleteSql, insertSql, updateSql } from "./statements.js";

type Declared = SourceCatalog["triggers"][number];

export function planTriggers(
  triggers: readonly Declared[],
  isComputed: (table: string, column: string) => boolean,
  taken: readonly string[],
  converting: Converting,
): void {
  const parsed = triggers.map((trigger) => ({ trigger, statement: parsedOrNull(trigger.sql) }));
  const functions = new NameBook(taken);
  const names = new Map<string, NameBook>();
  for (const { trigger, statement } of parsed) {
    const index = statement === null ? null : keptIndex(statement, converting);
    if (index !== null) {
      tellNeedless(trigger, index, converting);
      continue;
    }
    const subject = {
      kind: "trigger" as const,
      table: trigger.table,
      name: trigger.name,
      source: trigger.sql,
    };
    const made = convert(converting, subject, (helpers) => {
      const statement = parseTrigger(trigger.sql);
      const table = tableNamed(converting.meanings, trigger.table);
      if (table === undefined) {
        throw new Untranslatable(`it is on "${trigger.table}", which is not among what outgrow makes`);
      }
      const isRing = reaches(
        statement,
        parsed.flatMap((one) => one.statement ?? []),
        statement.name,
      );
      const body = functionBody(statement, table, helpers, converting, isRing, isComputed);
      const own = names.get(table.path) ?? new NameBook();
      names.set(table.path, own);
      const name = own.take(trigger.name, "trigger");
      const made: PlannedTrigger = {
        source: trigger.name,
        table: table.path,
        target: name,
        functionName: functions.take(`${trigger.name}_trigger`, "trigger"),
        body,
        when: `${statement.time} ${eventSql(statement, table)}`,
        ...commented(statement.comment),
      };
      return { target: `${made.when} on ${table.path} for each row\n${body}`, made: name, planned: made };
    });
    if (made !== null) {
      const { planned } = made;
      converting.triggers.push({ ...planned, body: made.target.slice(made.target.indexOf("\n") + 1) });
    }
  }
}

/** The full-text index that the trigger only keeps in step; null where it does something else as well. */
function keptIndex({ body }: CreateTrigger, { done }: Converting): string | null {
  const written = body.map((statement) => (statement.kind === "select" ? null : lowerAscii(statement.table)));
  const [first] = written;
  const index = done.find(
    ({ kind, name, target }) => kind === "full-text index" && target !== null && lowerAscii(name) === first,
  );
  return index !== undefined && written.every((name) => name === first) && !isOwnText(index)
    ? index.name
    : null;
}

/** A full-text table that keeps its own text is a table like any other to its triggers. */
const isOwnText = ({ source }: Conversion) => !/content\s*=/i.test(source);

function tellNeedless(trigger: Declared, index: string, { done, ledger }: Converting): void {
  const reason = `it kept the full-text index "${index}" in step, which PostgreSQL's does by itself`;
  done.push({
    kind: "trigger",
    table: trigger.table,
    name: trigger.name,
    source: trigger.sql,
    target: null,
    made: null,
    reason,
  });
  ledger.raise(note("note", "trigger-not-needed", { table: trigger.table, object: trigger.name }, reason));
}

function parsedOrNull(sql: string): CreateTrigger | null {
  try {
    return parseTrigger(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) {
      return null;
    }
    throw error;
  }
}

function parseTrigger(sql: string): CreateTrigger {
  const statement = parseStatement(sql);
  if (statement.kind !== "createTrigger") {
    throw new SqlSyntaxError("it is no CREATE TRIGGER", 0);
  }
  return statement;
}

function eventSql({ event, updateOf }: CreateTrigger, table: TableMeaning): string {
  if (updateOf === null) {
    return event;
  }
  const columns = updateOf.map((name) => {
    const column = columnNamed(table, name);
    if (column === undefined) {
      throw new Untranslatable(`it is on the column "${name}", which does not move`);
    }
    return quoteName(column.target);
  });
  return `update of ${columns.join(", ")}`;
}

/**
 * Whether what the trigger writes can fire it again: SQLite does not let a trigger run inside itself unless
 * recursive_triggers is on ("PRAGMA recursive_triggers"); PostgreSQL does, without an end.
 */
function reaches(from: CreateTrigger, all: readonly CreateTrigger[], wanted: string): boolean {
  const seen = new Set<string>();
  const next = [from];
  for (let trigger = next.pop(); trigger !== undefined; trigger = next.pop()) {
    for (const fired of trigger.body.flatMap((statement) => firedBy(statement, all))) {
      if (fired.name === wanted) {
        return true;
      }
      if (!seen.has(fired.name)) {
        seen.add(fired.name);
        next.push(fired);
      }
    }
  }
  return false;
}

function firedBy(statement: TriggerStatement, all: readonly CreateTrigger[]): CreateTrigger[] {
  if (statement.kind === "select") {
    return [];
  }
  return all.filter((one) => lowerAscii(one.table) === lowerAscii(statement.table));
}

function functionBody(
  trigger: CreateTrigger,
  table: TableMeaning,
  helpers: HelperSet,
  converting: Converting,
  isRing: boolean,
  isComputed: (table: string, column: string) => boolean,
): string {
  const rows: Source[] = [
    ...(trigger.event === "delete" ? [] : [row("new", table)]),
    ...(trigger.event === "insert" ? [] : [row("old", table)]),
  ];
  const scope = selectScope(converting.meanings, helpers, rows);
  const computed = (of: TableMeaning, column: ColumnMeaning) => isComputed(of.source, column.source);
  const statements = trigger.body.map((statement) => statementSql(statement, scope, trigger, computed));
  const condition = trigger.when === null ? null : translateCondition(trigger.when, scope).sql;
  const marker = quoteLiteral(`sqlite_trigger.${trigger.name.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 40)}`);
  const guarded = isRing
    ? [
        `if coalesce(current_setting(${marker}, true), '') = 'runs' then return ${result(trigger)}; end if;`,
        `perform set_config(${marker}, 'runs', true);`,
        ...statements,
        `perform set_config(${marker}, '', true);`,
      ]
    : statements;
  const inside =
    condition === null ? guarded : [`if ${condition} then`, ...guarded.map((line) => `  ${line}`), "end if;"];
  return [
    "#variable_conflict use_column",
    "begin",
    ...inside.map((line) => `  ${line}`),
    `  return ${result(trigger)};`,
    "end",
  ].join("\n");
}

const row = (name: "new" | "old", table: TableMeaning): Source => ({
  name,
  table,
  prefix: `${name}.`,
  named: true,
});
const result = ({ event }: CreateTrigger) => (event === "delete" ? "old" : "new");

function statementSql(
  statement: TriggerStatement,
  scope: Scope,
  trigger: CreateTrigger,
  computed: (table: TableMeaning, column: ColumnMeaning) => boolean,
): string {
  switch (statement.kind) {
    case "insert":
      return `${insertSql(statement, scope, computed)};`;
    case "update":
      return `${updateSql(statement, scope)};`;
    case "delete":
      return `${deleteSql(statement, scope)};`;
    case "select":
      return selectStatement(statement, scope, trigger);
  }
}

/** A SELECT of a trigger only raises, or does nothing that lasts. */
function selectStatement(select: Select, scope: Scope, trigger: CreateTrigger): string {
  const [part, ...others] = select.parts;
  const core = part?.core;
  const hasRaise = (expr: Expr) => someExpr(expr, (one) => one.kind === "raise");
  const raises =
    core?.kind === "query"
      ? core.columns.filter((column) => column.kind === "expr" && hasRaise(column.expr))
      : [];
  if (core?.kind !== "query" || raises.length === 0) {
    return `perform * from (${translateSelect(select, scope).sql}) as unused;`;
  }
  const [column] = core.columns;
  if (
    others.length > 0 ||
    core.columns.length > 1 ||
    column?.kind !== "expr" ||
    core.groupBy.length > 0 ||
    select.with !== null
  ) {
    throw new Untranslatable("it raises among other things");
  }
  const from = core.from === null ? null : translateFrom(core.from, scope);
  const inner: Scope =
    from === null ? scope : { ...scope, sources: from.sources, merged: from.merged, outer: scope };
  const where = core.where === null ? null : translateCondition(core.where, inner).sql;
  return raisesOf(column.expr)
    .map(({ when, raise }) => {
      const tests = [where, when === null ? null : translateCondition(when, inner).sql].filter(
        (test) => test !== null,
      );
      const all = tests.map((test) => `(${test})`).join(" and ");
      const test =
        from === null ? all : `exists (select from ${from.sql}${all === "" ? "" : ` where ${all}`})`;
      const action = raiseSql(raise, inner, trigger);
      return test === "" ? action : `if ${test} then ${action} end if;`;
    })
    .join("\n  ");
}

type Raise = Extract<Expr, { kind: "raise" }>;

/** `raise(…)`, or a CASE whose branches are raises; what else a branch gives is thrown away. */
function raisesOf(expr: Expr): { when: Expr | null; raise: Raise }[] {
  if (expr.kind === "raise") {
    return [{ when: null, raise: expr }];
  }
  if (expr.kind !== "case") {
    throw new Untranslatable("it raises inside of an expression");
  }
  const found: { when: Expr | null; raise: Raise }[] = [];
  const before: Expr[] = [];
  for (const { when, result: outcome } of expr.whens) {
    const test: Expr =
      expr.operand === null ? when : { kind: "binary", op: "=", left: expr.operand, right: when };
    if (outcome.kind === "raise") {
      // A branch is reached where those before it are not true; those that raise have ended everything.
      found.push({
        when: before.reduce(
          (all: Expr, other): Expr => ({
            kind: "binary",
            op: "and",
            left: all,
            right: { kind: "is", not: true, left: other, right: { kind: "boolean", value: true } },
          }),
          test,
        ),
        raise: outcome,
      });
    } else {
      before.push(test);
    }
  }
  if (expr.otherwise?.kind === "raise") {
    throw new Untranslatable("it raises in the ELSE of a CASE");
  }
  return found;
}

function raiseSql(raise: Raise, scope: Scope, trigger: CreateTrigger): string {
  switch (raise.action) {
    case "ignore":
      if (trigger.time !== "before") {
        throw new Untranslatable("it says RAISE(IGNORE) after the row is written");
      }
      return "return null;";
    case "abort":
    case "rollback": {
      const message = raise.message === null ? "''" : asText(translate(raise.message, scope)).sql;
      return `raise exception using message = ${message}, errcode = 'integrity_constraint_violation';`;
    }
    case "fail":
      throw new Untranslatable("it says RAISE(FAIL), which keeps what the statement did before");
  }
}
