// SELECT and VALUES, with their FROM ("SELECT"; parse.y, select).

import type { CommonTable, Expr, From, ResultColumn, Select, SelectCore } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseExpr, parseOrderTerm, parseWindow } from "./parse-expression.js";

export function startsSelect(cursor: Cursor): boolean {
  return cursor.seesAny("select", "values") || (cursor.sees("with") && cursor.seesName(1));
}

export function parseSelect(cursor: Cursor): Select {
  const withTables = parseWith(cursor);
  const parts: Select["parts"] = [{ op: null, core: parseCore(cursor) }];
  for (;;) {
    const op = parseCompound(cursor);
    if (op === null) {
      break;
    }
    parts.push({ op, core: parseCore(cursor) });
  }
  const orderBy = cursor.take("order", "by") ? cursor.list(() => parseOrderTerm(cursor)) : [];
  return { kind: "select", with: withTables, parts, orderBy, ...parseLimit(cursor) };
}

function parseCompound(cursor: Cursor): "union" | "union all" | "intersect" | "except" | null {
  if (cursor.take("union", "all")) return "union all";
  return cursor.takeAny("union", "intersect", "except");
}

/** `limit a, b` is offset a, limit b. */
export function parseLimit(cursor: Cursor): { limit: Expr | null; offset: Expr | null } {
  if (!cursor.take("limit")) {
    return { limit: null, offset: null };
  }
  const first = parseExpr(cursor);
  if (cursor.take("offset")) {
    return { limit: first, offset: parseExpr(cursor) };
  }
  return cursor.take(",") ? { limit: parseExpr(cursor), offset: first } : { limit: first, offset: null };
}

export function parseWith(cursor: Cursor): Select["with"] {
  if (!cursor.take("with")) {
    return null;
  }
  const recursive = cursor.sees("recursive") && cursor.seesName(1) && cursor.take("recursive");
  return { recursive, tables: cursor.list(() => parseCommonTable(cursor)) };
}

function parseCommonTable(cursor: Cursor): CommonTable {
  const name = cursor.name();
  const columns = cursor.sees("(") ? cursor.parenthesised(() => cursor.list(() => cursor.name())) : null;
  cursor.expect("as");
  const not = cursor.take("not");
  const materialized = cursor.take("materialized") ? !not : null;
  return { name, columns, materialized, select: cursor.parenthesised(() => parseSelect(cursor)) };
}

function parseCore(cursor: Cursor): SelectCore {
  if (cursor.take("values")) {
    return {
      kind: "values",
      rows: cursor.list(() => cursor.parenthesised(() => cursor.list(() => parseExpr(cursor)))),
    };
  }
  cursor.expect("select");
  const distinct = cursor.take("distinct");
  if (!distinct) {
    cursor.take("all");
  }
  const columns = cursor.list(() => parseResultColumn(cursor));
  const from = cursor.take("from") ? parseFrom(cursor) : null;
  const where = cursor.take("where") ? parseExpr(cursor) : null;
  const groupBy = cursor.take("group", "by") ? cursor.list(() => parseExpr(cursor)) : [];
  const having = cursor.take("having") ? parseExpr(cursor) : null;
  const windows = cursor.take("window")
    ? cursor.list(() => {
        const name = cursor.name();
        cursor.expect("as");
        return { name, window: parseWindow(cursor) };
      })
    : [];
  return { kind: "query", distinct, columns, from, where, groupBy, having, windows };
}

export function parseResultColumn(cursor: Cursor): ResultColumn {
  if (cursor.take("*")) {
    return { kind: "star" };
  }
  const mark = cursor.mark();
  if (cursor.seesName()) {
    const table = cursor.name();
    if (cursor.take(".", "*")) {
      return { kind: "tableStar", table };
    }
    cursor.back(mark);
  }
  const expr = parseExpr(cursor);
  const source = cursor.textSince(mark);
  const alias = cursor.take("as") ? cursor.name() : cursor.seesBareAlias() ? cursor.name() : null;
  return { kind: "expr", expr, alias, source };
}

/** Joins bind from left to right, a comma like the others. */
export function parseFrom(cursor: Cursor): From {
  let left = parseTable(cursor);
  for (;;) {
    const join = parseJoinWords(cursor);
    if (join === null) {
      return left;
    }
    const right = parseTable(cursor);
    const on = cursor.take("on") ? parseExpr(cursor) : null;
    const using =
      on === null && cursor.take("using")
        ? cursor.parenthesised(() => cursor.list(() => cursor.name()))
        : null;
    left = { kind: "join", left, right, ...join, on, using };
  }
}

type JoinType = Extract<From, { kind: "join" }>["type"];

/** Any of the words may stand in any order: `left natural outer join` (select.c, sqlite3JoinType). */
function parseJoinWords(cursor: Cursor): { type: JoinType; natural: boolean } | null {
  if (cursor.take(",")) {
    return { type: "comma", natural: false };
  }
  const mark = cursor.mark();
  const words = new Set<string>();
  for (;;) {
    const word = cursor.takeAny("natural", "left", "right", "full", "inner", "cross", "outer");
    if (word === null) {
      break;
    }
    words.add(word);
  }
  if (!cursor.take("join")) {
    cursor.back(mark);
    return null;
  }
  const isBoth = words.has("full") || (words.has("left") && words.has("right"));
  const type: JoinType = isBoth
    ? "full"
    : words.has("left")
      ? "left"
      : words.has("right")
        ? "right"
        : words.has("cross")
          ? "cross"
          : "inner";
  return { type, natural: words.has("natural") };
}

function parseTable(cursor: Cursor): From {
  if (cursor.sees("(")) {
    cursor.next();
    const inside: From = startsSelect(cursor)
      ? { kind: "select", select: parseSelect(cursor), alias: null }
      : { kind: "group", from: parseFrom(cursor), alias: null };
    cursor.expect(")");
    return { ...inside, alias: parseAlias(cursor) };
  }
  const first = cursor.name();
  const second = cursor.take(".") ? cursor.name() : null;
  const args = cursor.sees("(")
    ? cursor.parenthesised(() => (cursor.sees(")") ? [] : cursor.list(() => parseExpr(cursor))))
    : null;
  const alias = parseAlias(cursor);
  return {
    kind: "table",
    schema: second === null ? null : first,
    name: second ?? first,
    alias,
    args,
    indexed: parseIndexed(cursor),
  };
}

function parseAlias(cursor: Cursor): string | null {
  return cursor.take("as") ? cursor.name() : cursor.seesBareAlias() ? cursor.name() : null;
}

/** `indexed by x` is x, `not indexed` is false. */
export function parseIndexed(cursor: Cursor): string | false | null {
  if (cursor.take("indexed", "by")) {
    return cursor.name();
  }
  return cursor.take("not", "indexed") ? false : null;
}
