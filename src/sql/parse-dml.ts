// INSERT, UPDATE and DELETE, as trigger bodies have them ("INSERT", "UPSERT", "UPDATE", "DELETE").

import type { Assignment, Delete, Insert, ResultColumn, Select, Update, Upsert } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseExpr, parseOrderTerm } from "./parse-expression.js";
import { parseFrom, parseIndexed, parseLimit, parseResultColumn, parseSelect } from "./parse-select.js";
import { parseIndexedColumn } from "./parse-table.js";

export function parseInsert(cursor: Cursor, withTables: Select["with"]): Insert {
  const isReplace = cursor.take("replace");
  let or: Insert["or"] = isReplace ? "replace" : null;
  if (!isReplace) {
    cursor.expect("insert");
    or = parseOr(cursor);
  }
  cursor.expect("into");
  const target = parseTarget(cursor);
  const columns = cursor.sees("(") ? cursor.parenthesised(() => cursor.list(() => cursor.name())) : null;
  const select = cursor.take("default", "values") ? null : parseSelect(cursor);
  const upserts: Upsert[] = [];
  while (cursor.take("on", "conflict")) {
    upserts.push(parseUpsert(cursor));
  }
  return {
    kind: "insert",
    with: withTables,
    or,
    ...target,
    columns,
    select,
    upserts,
    returning: parseReturning(cursor),
  };
}

function parseOr(cursor: Cursor): Insert["or"] {
  return cursor.take("or")
    ? (cursor.takeAny("rollback", "abort", "fail", "ignore", "replace") ?? cursor.fail())
    : null;
}

function parseTarget(cursor: Cursor): { schema: string | null; table: string; alias: string | null } {
  const first = cursor.name();
  const second = cursor.take(".") ? cursor.name() : null;
  const alias = cursor.take("as") ? cursor.name() : null;
  return { schema: second === null ? null : first, table: second ?? first, alias };
}

function parseUpsert(cursor: Cursor): Upsert {
  const target = cursor.sees("(")
    ? {
        columns: cursor.parenthesised(() => cursor.list(() => parseIndexedColumn(cursor))),
        where: cursor.take("where") ? parseExpr(cursor) : null,
      }
    : null;
  cursor.expect("do");
  if (cursor.take("nothing")) {
    return { target, set: null, where: null };
  }
  cursor.expect("update", "set");
  const set = cursor.list(() => parseAssignment(cursor));
  return { target, set, where: cursor.take("where") ? parseExpr(cursor) : null };
}

function parseAssignment(cursor: Cursor): Assignment {
  const columns = cursor.sees("(")
    ? cursor.parenthesised(() => cursor.list(() => cursor.name()))
    : [cursor.name()];
  if (!cursor.take("=")) {
    cursor.expect("==");
  }
  return { columns, value: parseExpr(cursor) };
}

function parseReturning(cursor: Cursor): ResultColumn[] {
  return cursor.take("returning") ? cursor.list(() => parseResultColumn(cursor)) : [];
}

export function parseUpdate(cursor: Cursor, withTables: Select["with"]): Update {
  cursor.expect("update");
  const or = parseOr(cursor);
  const target = parseTarget(cursor);
  const indexed = parseIndexed(cursor);
  cursor.expect("set");
  const set = cursor.list(() => parseAssignment(cursor));
  const from = cursor.take("from") ? parseFrom(cursor) : null;
  const where = cursor.take("where") ? parseExpr(cursor) : null;
  const returning = parseReturning(cursor);
  return {
    kind: "update",
    with: withTables,
    or,
    ...target,
    indexed,
    set,
    from,
    where,
    returning,
    ...parseEnd(cursor),
  };
}

export function parseDelete(cursor: Cursor, withTables: Select["with"]): Delete {
  cursor.expect("delete", "from");
  const target = parseTarget(cursor);
  const indexed = parseIndexed(cursor);
  const where = cursor.take("where") ? parseExpr(cursor) : null;
  const returning = parseReturning(cursor);
  return { kind: "delete", with: withTables, ...target, indexed, where, returning, ...parseEnd(cursor) };
}

function parseEnd(cursor: Cursor): Pick<Update, "orderBy" | "limit" | "offset"> {
  const orderBy = cursor.take("order", "by") ? cursor.list(() => parseOrderTerm(cursor)) : [];
  return { orderBy, ...parseLimit(cursor) };
}
