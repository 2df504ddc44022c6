// Parses one statement of SQLite's SQL: CREATE of every kind, SELECT, and what trigger bodies hold. What it does not know
// is a SqlSyntaxError.

import type { CreateTrigger, CreateView, Expr, Statement, TriggerStatement } from "./ast.js";
import { commentIn } from "./comments.js";
import { Cursor } from "./cursor.js";
import { parseDelete, parseInsert, parseUpdate } from "./parse-dml.js";
import { parseExpr } from "./parse-expression.js";
import { parseSelect, parseWith } from "./parse-select.js";
import { parseCreateIndex, parseCreateTable, parseHeading, parseVirtualTable } from "./parse-table.js";

export { SqlSyntaxError } from "./cursor.js";

/** One statement, with or without a semicolon. Throws SqlSyntaxError. */
export function parseStatement(sql: string): Statement {
  const cursor = Cursor.over(sql);
  const statement = cursor.sees("create") ? parseCreate(cursor) : parseTriggerStatement(cursor);
  requireEnd(cursor);
  return statement;
}

/** An expression alone, such as a DEFAULT as PRAGMA table_xinfo gives it. Throws SqlSyntaxError. */
export function parseExpression(sql: string): Expr {
  const cursor = Cursor.over(sql);
  const expr = parseExpr(cursor);
  requireEnd(cursor);
  return expr;
}

function requireEnd(cursor: Cursor): void {
  while (cursor.take(";")) {
    // SQLite passes over empty statements
  }
  if (!cursor.ended) {
    cursor.fail();
  }
}

function parseCreate(cursor: Cursor): Statement {
  cursor.expect("create");
  const temporary = cursor.takeAny("temp", "temporary") !== null;
  if (cursor.take("table")) return parseCreateTable(cursor, temporary);
  if (cursor.take("view")) return parseView(cursor, temporary);
  if (cursor.take("trigger")) return parseTrigger(cursor, temporary);
  if (cursor.take("virtual", "table")) return parseVirtualTable(cursor);
  if (cursor.take("unique", "index")) return parseCreateIndex(cursor, true);
  cursor.expect("index");
  return parseCreateIndex(cursor, false);
}

function parseView(cursor: Cursor, temporary: boolean): CreateView {
  const heading = parseHeading(cursor, temporary);
  const afterName = cursor.mark();
  const columns = cursor.sees("(") ? cursor.parenthesised(() => cursor.list(() => cursor.name())) : null;
  const beforeAs = cursor.mark();
  cursor.expect("as");
  const places = [afterName, ...(columns === null ? [] : [beforeAs]), cursor.mark()];
  const comment = commentIn(places.map((token) => cursor.gapBefore(token)));
  return { kind: "createView", ...heading, columns, select: parseSelect(cursor), comment };
}

function parseTrigger(cursor: Cursor, temporary: boolean): CreateTrigger {
  const heading = parseHeading(cursor, temporary);
  const afterName = cursor.mark();
  const time = cursor.take("instead", "of") ? "instead of" : (cursor.takeAny("before", "after") ?? "before");
  const event = cursor.takeAny("insert", "update", "delete") ?? cursor.fail();
  const updateOf = event === "update" && cursor.take("of") ? cursor.list(() => cursor.name()) : null;
  cursor.expect("on");
  const first = cursor.name();
  const second = cursor.take(".") ? cursor.name() : null;
  cursor.take("for", "each", "row");
  const places = Array.from({ length: cursor.mark() - afterName + 1 }, (_, i) => afterName + i);
  const when = cursor.take("when") ? parseExpr(cursor) : null;
  const begin = cursor.mark();
  cursor.expect("begin");
  const body: TriggerStatement[] = [];
  while (!cursor.take("end")) {
    body.push(parseTriggerStatement(cursor));
    cursor.expect(";");
  }
  return {
    kind: "createTrigger",
    ...heading,
    time,
    event,
    updateOf,
    table: second ?? first,
    tableSchema: second === null ? null : first,
    when,
    body,
    comment: commentIn(
      [...places, ...(when === null ? [] : [begin]), ...(body.length === 1 ? [begin + 1] : [])].map((token) =>
        cursor.gapBefore(token),
      ),
    ),
  };
}

function parseTriggerStatement(cursor: Cursor): TriggerStatement {
  const mark = cursor.mark();
  const withTables = parseWith(cursor);
  if (cursor.seesAny("insert", "replace")) return parseInsert(cursor, withTables);
  if (cursor.sees("update")) return parseUpdate(cursor, withTables);
  if (cursor.sees("delete")) return parseDelete(cursor, withTables);
  cursor.back(mark);
  return parseSelect(cursor);
}
