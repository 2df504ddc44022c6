// Writes expressions and SELECTs of the syntax tree as SQLite's SQL, every name between quotes and every operand of an operator
// that is one itself between parentheses: what is written reads back as the same tree.

import { quoteLiteral, quoteName } from "../base/quote.js";
import type {
  Call,
  CommonTable,
  Expr,
  Frame,
  FrameBound,
  From,
  InSet,
  OrderTerm,
  ResultColumn,
  Select,
  SelectCore,
  Window,
} from "./ast.js";

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case "number":
    case "parameter":
      return expr.text;
    case "string":
      return quoteLiteral(expr.value);
    case "blob":
      return `x'${expr.hex}'`;
    case "null":
      return "null";
    case "boolean":
      return String(expr.value);
    case "now":
      return expr.what;
    case "column":
      return [expr.schema, expr.table, expr.name]
        .flatMap((name) => (name === null ? [] : [quoteName(name)]))
        .join(".");
    case "unary":
      return `${expr.op} ${operand(expr.operand)}`;
    case "binary":
      return `${operand(expr.left)} ${expr.op} ${operand(expr.right)}`;
    case "is":
      return `${operand(expr.left)} is ${expr.not ? "not " : ""}${operand(expr.right)}`;
    case "nullTest":
      return `${operand(expr.operand)} ${expr.not ? "notnull" : "isnull"}`;
    case "match": {
      const escapedBy = expr.escape === null ? "" : ` escape ${operand(expr.escape)}`;
      return `${operand(expr.left)} ${expr.not ? "not " : ""}${expr.op} ${operand(expr.right)}${escapedBy}`;
    }
    case "between":
      return `${operand(expr.operand)} ${expr.not ? "not " : ""}between ${operand(expr.low)} and ${operand(expr.high)}`;
    case "in":
      return `${operand(expr.operand)} ${expr.not ? "not " : ""}in ${printSet(expr.set)}`;
    case "case":
      return printCase(expr);
    case "cast":
      return `cast(${printExpr(expr.operand)} as ${expr.type})`;
    case "collate":
      return `${operand(expr.operand)} collate ${quoteName(expr.collation)}`;
    case "call":
      return printCall(expr);
    case "exists":
      return `exists (${printSelect(expr.select)})`;
    case "subquery":
      return `(${printSelect(expr.select)})`;
    case "row":
      return `(${expr.items.map(printExpr).join(", ")})`;
    case "raise":
      return expr.message === null
        ? `raise(${expr.action})`
        : `raise(${expr.action}, ${printExpr(expr.message)})`;
  }
}

/** What cannot be taken apart by an operator beside it. */
const ATOMS = new Set<Expr["kind"]>([
  "number",
  "string",
  "blob",
  "null",
  "boolean",
  "now",
  "column",
  "parameter",
  "call",
  "cast",
  "case",
  "subquery",
  "row",
  "exists",
  "raise",
]);

function operand(expr: Expr): string {
  const sql = printExpr(expr);
  return ATOMS.has(expr.kind) ? sql : `(${sql})`;
}

function printCase({ operand: subject, whens, otherwise }: Extract<Expr, { kind: "case" }>): string {
  const first = subject === null ? "" : ` ${printExpr(subject)}`;
  const tests = whens
    .map(({ when, result }) => ` when ${printExpr(when)} then ${printExpr(result)}`)
    .join("");
  return `case${first}${tests}${otherwise === null ? "" : ` else ${printExpr(otherwise)}`} end`;
}

function printSet(set: InSet): string {
  switch (set.kind) {
    case "list":
      return `(${set.items.map(printExpr).join(", ")})`;
    case "select":
      return `(${printSelect(set.select)})`;
    case "table":
      return `${path(set.schema, set.name)}${set.args === null ? "" : `(${set.args.map(printExpr).join(", ")})`}`;
  }
}

export function path(schema: string | null, name: string): string {
  return schema === null ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
}

function printCall(call: Call): string {
  const order = call.orderBy.length === 0 ? "" : ` order by ${printOrder(call.orderBy)}`;
  const args = call.star
    ? "*"
    : `${call.distinct ? "distinct " : ""}${call.args.map(printExpr).join(", ")}${order}`;
  const filter = call.filter === null ? "" : ` filter (where ${printExpr(call.filter)})`;
  const over =
    call.over === null
      ? ""
      : ` over ${typeof call.over === "string" ? quoteName(call.over) : printWindow(call.over)}`;
  // As PRAGMA table_xinfo gives a default: by its text.
  const name = /^[a-z_][a-z0-9_]*$/.test(call.name) ? call.name : quoteName(call.name);
  return `${name}(${args})${filter}${over}`;
}

function printWindow({ base, partitionBy, orderBy, frame }: Window): string {
  const parts = [
    base === null ? "" : quoteName(base),
    partitionBy.length === 0 ? "" : `partition by ${partitionBy.map(printExpr).join(", ")}`,
    orderBy.length === 0 ? "" : `order by ${printOrder(orderBy)}`,
    frame === null ? "" : printFrame(frame),
  ];
  return `(${parts.filter((part) => part !== "").join(" ")})`;
}

function printFrame({ unit, start, end, exclude }: Frame): string {
  const bounds = end === null ? printBound(start) : `between ${printBound(start)} and ${printBound(end)}`;
  return `${unit} ${bounds}${exclude === null ? "" : ` exclude ${exclude}`}`;
}

const printBound = (bound: FrameBound) =>
  "offset" in bound ? `${operand(bound.offset)} ${bound.kind}` : bound.kind;

export function printOrder(terms: readonly OrderTerm[]): string {
  return terms
    .map(
      ({ expr, descending, nulls }) =>
        `${printExpr(expr)}${descending ? " desc" : ""}${nulls === null ? "" : ` nulls ${nulls}`}`,
    )
    .join(", ");
}

export function printSelect(select: Select): string {
  const parts = select.parts
    .map(({ op, core }) => `${op === null ? "" : ` ${op} `}${printCore(core)}`)
    .join("");
  return `${printWith(select.with)}${parts}${printEnd(select)}`;
}

/** ` order by … limit … offset …` */
export function printEnd({ orderBy, limit, offset }: Pick<Select, "orderBy" | "limit" | "offset">): string {
  return [
    orderBy.length === 0 ? "" : ` order by ${printOrder(orderBy)}`,
    limit === null ? "" : ` limit ${printExpr(limit)}`,
    offset === null ? "" : ` offset ${printExpr(offset)}`,
  ].join("");
}

export function printWith(tables: Select["with"]): string {
  return tables === null
    ? ""
    : `with ${tables.recursive ? "recursive " : ""}${tables.tables.map(printCommonTable).join(", ")} `;
}

function printCommonTable({ name, columns, materialized, select }: CommonTable): string {
  const names = columns === null ? "" : ` (${columns.map(quoteName).join(", ")})`;
  const hint = materialized === null ? "" : materialized ? "materialized " : "not materialized ";
  return `${quoteName(name)}${names} as ${hint}(${printSelect(select)})`;
}

function printCore(core: SelectCore): string {
  if (core.kind === "values") {
    return `values ${core.rows.map((row) => `(${row.map(printExpr).join(", ")})`).join(", ")}`;
  }
  return [
    `select ${core.distinct ? "distinct " : ""}${core.columns.map(printResult).join(", ")}`,
    core.from === null ? "" : ` from ${printFrom(core.from)}`,
    core.where === null ? "" : ` where ${printExpr(core.where)}`,
    core.groupBy.length === 0 ? "" : ` group by ${core.groupBy.map(printExpr).join(", ")}`,
    core.having === null ? "" : ` having ${printExpr(core.having)}`,
    core.windows.length === 0
      ? ""
      : ` window ${core.windows.map(({ name, window }) => `${quoteName(name)} as ${printWindow(window)}`).join(", ")}`,
  ].join("");
}

/** SQLite names a column by its text where it has no alias, so the text as written becomes the alias. */
export function printResult(column: ResultColumn): string {
  switch (column.kind) {
    case "star":
      return "*";
    case "tableStar":
      return `${quoteName(column.table)}.*`;
    case "expr": {
      const isNamed = column.alias !== null || column.expr.kind === "column";
      const alias = isNamed ? column.alias : column.source;
      return `${printExpr(column.expr)}${alias === null ? "" : ` as ${quoteName(alias)}`}`;
    }
  }
}

const JOINS = {
  comma: ",",
  cross: " cross join",
  inner: " join",
  left: " left join",
  right: " right join",
  full: " full join",
} as const;

export function printFrom(from: From): string {
  const alias = "alias" in from && from.alias !== null ? ` as ${quoteName(from.alias)}` : "";
  switch (from.kind) {
    case "table": {
      const args = from.args === null ? "" : `(${from.args.map(printExpr).join(", ")})`;
      return `${path(from.schema, from.name)}${args}${alias}${printIndexed(from.indexed)}`;
    }
    case "select":
      return `(${printSelect(from.select)})${alias}`;
    case "group":
      return `(${printFrom(from.from)})${alias}`;
    case "join": {
      const words = from.natural ? ` natural${JOINS[from.type]}` : JOINS[from.type];
      const on = from.on === null ? "" : ` on ${printExpr(from.on)}`;
      const using = from.using === null ? "" : ` using (${from.using.map(quoteName).join(", ")})`;
      return `${printFrom(from.left)}${words} ${printFrom(from.right)}${on}${using}`;
    }
  }
}

export function printIndexed(indexed: string | false | null): string {
  return indexed === null ? "" : indexed === false ? " not indexed" : ` indexed by ${quoteName(indexed)}`;
}
