// Expressions, by SQLite's precedences (parse.y, %left and %right; "SQL Language Expressions" section 2).

import type { BinaryOp, Call, Expr, Frame, FrameBound, InSet, OrderTerm, Window } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseSelect, startsSelect } from "./parse-select.js";
import { lowerAscii, type Token } from "./sql-tokens.js";

/** The whole expression that stands here. */
export function parseExpr(cursor: Cursor): Expr {
  return parseOr(cursor);
}

function parseOr(cursor: Cursor): Expr {
  let left = parseAnd(cursor);
  while (cursor.take("or")) {
    left = { kind: "binary", op: "or", left, right: parseAnd(cursor) };
  }
  return left;
}

function parseAnd(cursor: Cursor): Expr {
  let left = parseNot(cursor);
  while (cursor.take("and")) {
    left = { kind: "binary", op: "and", left, right: parseNot(cursor) };
  }
  return left;
}

function parseNot(cursor: Cursor): Expr {
  if (cursor.sees("not") && !cursor.sees("not", "exists")) {
    cursor.next();
    return { kind: "unary", op: "not", operand: parseNot(cursor) };
  }
  return parseEquality(cursor);
}

const EQUALITIES: Record<string, BinaryOp> = { "=": "=", "==": "=", "<>": "<>", "!=": "<>" };

function parseEquality(cursor: Cursor): Expr {
  let left = parseComparison(cursor);
  for (;;) {
    const next = equalityAfter(cursor, left);
    if (next === null) {
      return left;
    }
    // After what ends without an operand, a tighter operator takes all of it: 1 in (1) + 1 is 2.
    const isEnded = next.kind === "nullTest" || (next.kind === "in" && next.operand === left);
    left = isEnded ? parseLevel(cursor, 0, next) : next;
  }
}

function equalityAfter(cursor: Cursor, left: Expr): Expr | null {
  const token = cursor.peek();
  const op = token?.kind === "mark" ? EQUALITIES[token.text] : undefined;
  if (op !== undefined) {
    cursor.next();
    return { kind: "binary", op, left, right: parseComparison(cursor) };
  }
  if (cursor.take("is")) {
    const not = cursor.take("not");
    const distinct = cursor.take("distinct", "from");
    return { kind: "is", not: distinct ? !not : not, left, right: parseComparison(cursor) };
  }
  if (cursor.take("isnull")) {
    return { kind: "nullTest", not: false, operand: left };
  }
  if (cursor.take("notnull") || cursor.take("not", "null")) {
    return { kind: "nullTest", not: true, operand: left };
  }
  const mark = cursor.mark();
  const not = cursor.take("not");
  if (cursor.take("between")) {
    const low = parseComparison(cursor);
    cursor.expect("and");
    return { kind: "between", not, operand: left, low, high: parseComparison(cursor) };
  }
  if (cursor.take("in")) {
    return { kind: "in", not, operand: left, set: parseSet(cursor) };
  }
  const word = cursor.takeAny("like", "glob", "regexp", "match");
  if (word !== null) {
    const right = parseComparison(cursor);
    // ESCAPE binds tighter than LIKE itself.
    const escapedBy = cursor.take("escape") ? parseComparison(cursor) : null;
    return { kind: "match", op: word, not, left, right, escape: escapedBy };
  }
  cursor.back(mark);
  return null;
}

function parseSet(cursor: Cursor): InSet {
  if (!cursor.sees("(")) {
    const first = cursor.name();
    const second = cursor.take(".") ? cursor.name() : null;
    const args = cursor.sees("(") ? cursor.parenthesised(() => exprsUntil(cursor)) : null;
    return { kind: "table", schema: second === null ? null : first, name: second ?? first, args };
  }
  return cursor.parenthesised(
    (): InSet =>
      startsSelect(cursor)
        ? { kind: "select", select: parseSelect(cursor) }
        : { kind: "list", items: exprsUntil(cursor) },
  );
}

/** Expressions up to a closing parenthesis; perhaps none. */
function exprsUntil(cursor: Cursor): Expr[] {
  return cursor.sees(")") ? [] : cursor.list(() => parseExpr(cursor));
}

/** The operators that bind tighter than equality, loosest first; each level is left-associative. */
const LEVELS: readonly (readonly BinaryOp[])[] = [
  ["<", "<=", ">", ">="],
  ["&", "|", "<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
  ["||", "->", "->>"],
];

function parseComparison(cursor: Cursor): Expr {
  return parseLevel(cursor, 0);
}

/** `start` is the left operand, where it was read already. */
function parseLevel(cursor: Cursor, level: number, start?: Expr): Expr {
  const ops = LEVELS[level];
  if (ops === undefined) {
    return start === undefined ? parseUnary(cursor) : parseCollations(cursor, start);
  }
  let left = parseLevel(cursor, level + 1, start);
  for (;;) {
    const token = cursor.peek();
    const op = token?.kind === "mark" ? ops.find((one) => one === token.text) : undefined;
    if (op === undefined) {
      return left;
    }
    cursor.next();
    left = { kind: "binary", op, left, right: parseLevel(cursor, level + 1) };
  }
}

/** `-`, `+` and `~` bind tighter than `||`, and COLLATE tighter than those. */
function parseUnary(cursor: Cursor): Expr {
  const op = cursor.takeAny("-", "+", "~");
  if (op !== null) {
    return { kind: "unary", op, operand: parseUnary(cursor) };
  }
  // NOT may stand after an operator, and then reaches as far as it does elsewhere.
  if (cursor.sees("not") && !cursor.sees("not", "exists")) {
    return parseNot(cursor);
  }
  return parseCollations(cursor, parsePrimary(cursor));
}

function parseCollations(cursor: Cursor, of: Expr): Expr {
  let operand = of;
  while (cursor.take("collate")) {
    operand = { kind: "collate", operand, collation: cursor.name() };
  }
  return operand;
}

function parsePrimary(cursor: Cursor): Expr {
  const token = cursor.peek();
  switch (token?.kind) {
    case "number":
      cursor.next();
      return { kind: "number", text: token.text };
    case "blob":
      cursor.next();
      return { kind: "blob", hex: token.value };
    case "parameter":
      cursor.next();
      return { kind: "parameter", text: token.text };
    case "string":
      // 'x'.y is a table's name in quotes, as SQLite lets it be.
      if (!isDot(cursor.peek(1))) {
        cursor.next();
        return { kind: "string", value: token.value };
      }
      return parseColumn(cursor);
    case "name":
      return isOpen(cursor.peek(1)) ? parseCall(cursor) : parseColumn(cursor);
    case "mark":
      return token.text === "(" ? parseParenthesis(cursor) : cursor.fail();
    case "word":
      return parseWord(cursor, lowerAscii(token.text));
    default:
      return cursor.fail();
  }
}

const isDot = (token: Token | undefined) => token?.kind === "mark" && token.text === ".";
const isOpen = (token: Token | undefined) => token?.kind === "mark" && token.text === "(";

function parseParenthesis(cursor: Cursor): Expr {
  return cursor.parenthesised((): Expr => {
    if (startsSelect(cursor)) {
      return { kind: "subquery", select: parseSelect(cursor) };
    }
    const items = cursor.list(() => parseExpr(cursor));
    return items.length === 1 ? (items[0] as Expr) : { kind: "row", items };
  });
}

function parseWord(cursor: Cursor, word: string): Expr {
  switch (word) {
    case "null":
      cursor.next();
      return { kind: "null" };
    case "case":
      return parseCase(cursor);
    case "not":
    case "exists":
      return parseExists(cursor);
    case "current_timestamp":
    case "current_date":
    case "current_time":
      cursor.next();
      return { kind: "now", what: word };
  }
  if (word === "cast" && isOpen(cursor.peek(1))) {
    cursor.next();
    return cursor.parenthesised(() => {
      const operand = parseExpr(cursor);
      cursor.expect("as");
      return { kind: "cast", operand, type: parseTypeName(cursor) };
    });
  }
  if (word === "raise" && isOpen(cursor.peek(1))) {
    return parseRaise(cursor);
  }
  if (isOpen(cursor.peek(1)) && (cursor.seesName() || FUNCTION_WORDS.has(word))) {
    return parseCall(cursor);
  }
  if ((word === "true" || word === "false") && !isDot(cursor.peek(1))) {
    cursor.next();
    return { kind: "boolean", value: word === "true" };
  }
  return parseColumn(cursor);
}

/** Words that are no names and yet name functions (parse.y: LIKE_KW and others are fallbacks to ID already). */
const FUNCTION_WORDS = new Set(["replace", "like", "glob", "regexp", "match", "if", "left", "right"]);

function parseExists(cursor: Cursor): Expr {
  if (cursor.take("not")) {
    return { kind: "unary", op: "not", operand: parseExists(cursor) };
  }
  cursor.expect("exists");
  return cursor.parenthesised(() => ({ kind: "exists", select: parseSelect(cursor) }));
}

function parseCase(cursor: Cursor): Expr {
  cursor.expect("case");
  const operand = cursor.sees("when") ? null : parseExpr(cursor);
  const whens: Extract<Expr, { kind: "case" }>["whens"] = [];
  while (cursor.take("when")) {
    const when = parseExpr(cursor);
    cursor.expect("then");
    whens.push({ when, result: parseExpr(cursor) });
  }
  if (whens.length === 0) {
    cursor.fail();
  }
  const otherwise = cursor.take("else") ? parseExpr(cursor) : null;
  cursor.expect("end");
  return { kind: "case", operand, whens, otherwise };
}

function parseRaise(cursor: Cursor): Expr {
  cursor.expect("raise", "(");
  const action = cursor.takeAny("ignore", "rollback", "abort", "fail");
  if (action === null) {
    return cursor.fail();
  }
  let message: Expr | null = null;
  if (action !== "ignore") {
    cursor.expect(",");
    message = parseExpr(cursor);
  }
  cursor.expect(")");
  return { kind: "raise", action, message };
}

function parseColumn(cursor: Cursor): Expr {
  const names: { value: string; quoted: '"' | "`" | "[" | "'" | null }[] = [];
  do {
    if (!cursor.seesName()) {
      cursor.fail();
    }
    const token = cursor.next();
    names.push({ value: token.value, quoted: quoteOf(token) });
  } while (names.length < 3 && cursor.take("."));
  const [last, table, schema] = names.reverse();
  return {
    kind: "column",
    schema: schema?.value ?? null,
    table: table?.value ?? null,
    name: last?.value ?? "",
    quoted: last?.quoted ?? null,
  };
}

function quoteOf(token: Token): '"' | "`" | "[" | "'" | null {
  const first = token.text.charAt(0);
  return token.kind !== "word" && (first === '"' || first === "`" || first === "[" || first === "'")
    ? first
    : null;
}

function parseCall(cursor: Cursor): Call {
  const name = lowerAscii(cursor.next().value);
  cursor.expect("(");
  const distinct = cursor.take("distinct");
  if (!distinct) {
    cursor.take("all");
  }
  const star = cursor.sees("*", ")") && cursor.take("*");
  const args = star || cursor.sees(")") ? [] : cursor.list(() => parseExpr(cursor));
  const orderBy = cursor.take("order", "by") ? cursor.list(() => parseOrderTerm(cursor)) : [];
  cursor.expect(")");
  const filter = cursor.sees("filter", "(") ? parseFilter(cursor) : null;
  const over =
    cursor.sees("over") && (isOpen(cursor.peek(1)) || cursor.seesName(1)) ? parseOver(cursor) : null;
  return { kind: "call", name, distinct, star, args, orderBy, filter, over };
}

function parseFilter(cursor: Cursor): Expr {
  cursor.expect("filter");
  return cursor.parenthesised(() => {
    cursor.expect("where");
    return parseExpr(cursor);
  });
}

function parseOver(cursor: Cursor): Window | string {
  cursor.expect("over");
  return cursor.sees("(") ? parseWindow(cursor) : cursor.name();
}

export function parseWindow(cursor: Cursor): Window {
  return cursor.parenthesised(() => {
    const startsClause =
      cursor.seesAny(")", "order", "rows", "range", "groups") || cursor.sees("partition", "by");
    const base = startsClause ? null : cursor.name();
    const partitionBy = cursor.take("partition", "by") ? cursor.list(() => parseExpr(cursor)) : [];
    const orderBy = cursor.take("order", "by") ? cursor.list(() => parseOrderTerm(cursor)) : [];
    return { base, partitionBy, orderBy, frame: parseFrame(cursor) };
  });
}

function parseFrame(cursor: Cursor): Frame | null {
  const unit = cursor.takeAny("rows", "range", "groups");
  if (unit === null) {
    return null;
  }
  const isBetween = cursor.take("between");
  const start = parseBound(cursor);
  let end: FrameBound | null = null;
  if (isBetween) {
    cursor.expect("and");
    end = parseBound(cursor);
  }
  return { unit, start, end, exclude: cursor.take("exclude") ? parseExclude(cursor) : null };
}

function parseExclude(cursor: Cursor): NonNullable<Frame["exclude"]> {
  if (cursor.take("no", "others")) return "no others";
  if (cursor.take("current", "row")) return "current row";
  return cursor.takeAny("group", "ties") ?? cursor.fail();
}

function parseBound(cursor: Cursor): FrameBound {
  if (cursor.take("unbounded", "preceding")) return { kind: "unbounded preceding" };
  if (cursor.take("unbounded", "following")) return { kind: "unbounded following" };
  if (cursor.take("current", "row")) return { kind: "current row" };
  const offset = parseExpr(cursor);
  return { kind: cursor.takeAny("preceding", "following") ?? cursor.fail(), offset };
}

export function parseOrderTerm(cursor: Cursor): OrderTerm {
  const expr = parseExpr(cursor);
  const descending = cursor.takeDescending();
  const nulls = cursor.take("nulls") ? (cursor.takeAny("first", "last") ?? cursor.fail()) : null;
  return { expr, descending, nulls };
}

/** Names in a row, with one or two signed numbers in parentheses (parse.y, typetoken); '' where none stands. */
export function parseTypeName(cursor: Cursor): string {
  const mark = cursor.mark();
  while (cursor.seesName() && !cursor.sees("generated", "always")) {
    cursor.next();
  }
  if (cursor.mark() !== mark && cursor.take("(")) {
    cursor.list(() => {
      cursor.takeAny("+", "-");
      if (cursor.peek()?.kind !== "number" && !cursor.seesName()) {
        cursor.fail();
      }
      cursor.next();
    });
    cursor.expect(")");
  }
  return cursor.textSince(mark).replace(/\s+/g, " ");
}

export function requireEnd(cursor: Cursor): void {
  while (cursor.take(";")) {
    // a statement may end in any number of them
  }
  if (!cursor.ended) {
    cursor.fail();
  }
}
