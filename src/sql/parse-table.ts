// CREATE TABLE, CREATE VIRTUAL TABLE and CREATE INDEX ("CREATE TABLE", "CREATE INDEX"; parse.y, create_table).

import type {
  ColumnConstraint,
  ColumnDef,
  ConflictAction,
  CreateIndex,
  CreateTable,
  CreateVirtualTable,
  Deferral,
  Expr,
  IndexedColumn,
  KeyAction,
  References,
  TableConstraint,
} from "./ast.js";
import { commentTable, type TablePlaces } from "./comments.js";
import type { Cursor } from "./cursor.js";
import { parseExpr, parseTypeName } from "./parse-expression.js";
import { parseSelect } from "./parse-select.js";
import { isMark, isWord } from "./sql-tokens.js";

export interface Heading {
  temporary: boolean;
  ifNotExists: boolean;
  schema: string | null;
  name: string;
}

export function parseHeading(cursor: Cursor, temporary: boolean): Heading {
  const ifNotExists = cursor.take("if", "not", "exists");
  const first = cursor.name();
  const second = cursor.take(".") ? cursor.name() : null;
  return { temporary, ifNotExists, schema: second === null ? null : first, name: second ?? first };
}

export function parseCreateTable(cursor: Cursor, temporary: boolean): CreateTable {
  const heading = parseHeading(cursor, temporary);
  const table: CreateTable = {
    kind: "createTable",
    ...heading,
    columns: [],
    constraints: [],
    withoutRowid: false,
    strict: false,
    as: null,
    comment: null,
  };
  if (cursor.take("as")) {
    return { ...table, as: parseSelect(cursor) };
  }
  const open = cursor.mark();
  const places: TablePlaces["columns"] = [];
  const takeColumn = () => {
    const start = cursor.mark();
    table.columns.push(parseColumnDef(cursor));
    places.push({ start, end: cursor.mark() });
  };
  cursor.expect("(");
  takeColumn();
  while (cursor.take(",")) {
    if (startsTableConstraint(cursor)) {
      parseTableConstraints(cursor, table.constraints);
      break;
    }
    takeColumn();
  }
  const close = cursor.mark();
  cursor.expect(")");
  do {
    if (cursor.take("without")) {
      if (!isWord(cursor.next(), "rowid")) {
        cursor.fail();
      }
      table.withoutRowid = true;
    } else if (cursor.take("strict")) {
      table.strict = true;
    }
  } while (cursor.take(","));
  const found = { open, columns: places, close, end: cursor.mark() };
  commentTable(table, found, (token) => cursor.gapBefore(token));
  return table;
}

function startsTableConstraint(cursor: Cursor): boolean {
  return cursor.seesAny("constraint", "primary", "unique", "check", "foreign");
}

/** Divided by commas, or by nothing; a name may stand with no constraint after it (parse.y, conslist and tcons). */
function parseTableConstraints(cursor: Cursor, constraints: TableConstraint[]): void {
  do {
    while (startsTableConstraint(cursor)) {
      const name = cursor.take("constraint") ? cursor.name() : null;
      const constraint = parseTableConstraint(cursor, name);
      if (constraint !== null) {
        constraints.push(constraint);
      }
    }
  } while (cursor.take(","));
}

function parseTableConstraint(cursor: Cursor, name: string | null): TableConstraint | null {
  if (cursor.take("primary", "key")) {
    let autoincrement = false;
    const columns = cursor.parenthesised(() => {
      const list = cursor.list(() => parseIndexedColumn(cursor));
      autoincrement = cursor.take("autoincrement");
      return list;
    });
    return { name, kind: "primaryKey", columns, conflict: parseConflict(cursor), autoincrement };
  }
  if (cursor.take("unique")) {
    const columns = cursor.parenthesised(() => cursor.list(() => parseIndexedColumn(cursor)));
    return { name, kind: "unique", columns, conflict: parseConflict(cursor) };
  }
  if (cursor.take("check")) {
    return { name, kind: "check", ...parseCheck(cursor) };
  }
  if (cursor.take("foreign", "key")) {
    const columns = cursor.parenthesised(() => cursor.list(() => cursor.name()));
    cursor.expect("references");
    return { name, kind: "foreignKey", columns, key: parseReferences(cursor) };
  }
  return null;
}

function parseCheck(cursor: Cursor): { expr: Expr; source: string; conflict: ConflictAction | null } {
  cursor.expect("(");
  const mark = cursor.mark();
  const expr = parseExpr(cursor);
  const source = cursor.textSince(mark);
  cursor.expect(")");
  return { expr, source, conflict: parseConflict(cursor) };
}

function parseColumnDef(cursor: Cursor): ColumnDef {
  const column: ColumnDef = {
    name: cursor.name(),
    type: parseTypeName(cursor),
    constraints: [],
    comment: null,
  };
  let name: string | null = null;
  for (;;) {
    if (cursor.take("constraint")) {
      name = cursor.name();
      continue;
    }
    const constraint = parseColumnConstraint(cursor, name);
    if (constraint === null) {
      return column;
    }
    column.constraints.push(constraint);
    name = null;
  }
}

function parseColumnConstraint(cursor: Cursor, name: string | null): ColumnConstraint | null {
  if (cursor.take("primary", "key")) {
    const descending = cursor.takeDescending();
    const conflict = parseConflict(cursor);
    return { name, kind: "primaryKey", descending, conflict, autoincrement: cursor.take("autoincrement") };
  }
  if (cursor.take("not", "null")) return { name, kind: "notNull", conflict: parseConflict(cursor) };
  if (cursor.take("null")) return { name, kind: "null", conflict: parseConflict(cursor) };
  if (cursor.take("unique")) return { name, kind: "unique", conflict: parseConflict(cursor) };
  if (cursor.take("check")) return { name, kind: "check", ...parseCheck(cursor) };
  if (cursor.take("default")) return { name, kind: "default", ...parseDefault(cursor) };
  if (cursor.take("collate")) return { name, kind: "collate", collation: cursor.name() };
  if (cursor.take("references")) return { name, kind: "references", key: parseReferences(cursor) };
  const deferral = parseDeferral(cursor);
  if (deferral !== null) return { name, kind: "deferral", ...deferral };
  if (cursor.take("generated", "always", "as") || cursor.take("as")) {
    cursor.expect("(");
    const mark = cursor.mark();
    const expr = parseExpr(cursor);
    const source = cursor.textSince(mark);
    cursor.expect(")");
    const kind = cursor.takeAny("stored", "virtual");
    return { name, kind: "generated", expr, source, stored: kind === "stored" };
  }
  return null;
}

/** A bare word is a string, as a double-quoted one is where no column has the name. */
function parseDefault(cursor: Cursor): { expr: Expr; parenthesised: boolean; source: string } {
  const mark = cursor.mark();
  if (cursor.sees("(")) {
    const expr = cursor.parenthesised(() => parseExpr(cursor));
    return { expr, parenthesised: true, source: cursor.textSince(mark) };
  }
  const sign = cursor.takeAny("-", "+");
  const token = cursor.peek();
  const isPlainWord =
    token?.kind === "word" &&
    cursor.seesName() &&
    !/^(?:true|false|current_(?:timestamp|date|time))$/i.test(token.text);
  if (sign === null && (isPlainWord || token?.kind === "name")) {
    cursor.next();
    return {
      expr: { kind: "string", value: token.value },
      parenthesised: false,
      source: cursor.textSince(mark),
    };
  }
  const operand = parseDefaultTerm(cursor);
  const expr: Expr = sign === null ? operand : { kind: "unary", op: sign, operand };
  return { expr, parenthesised: false, source: cursor.textSince(mark) };
}

function parseDefaultTerm(cursor: Cursor): Expr {
  const token = cursor.next();
  switch (token.kind) {
    case "number":
      return { kind: "number", text: token.text };
    case "string":
      return { kind: "string", value: token.value };
    case "blob":
      return { kind: "blob", hex: token.value };
    case "word":
      if (/^null$/i.test(token.text)) return { kind: "null" };
      if (/^(?:true|false)$/i.test(token.text)) return { kind: "boolean", value: /^true$/i.test(token.text) };
      if (/^current_timestamp$/i.test(token.text)) return { kind: "now", what: "current_timestamp" };
      if (/^current_date$/i.test(token.text)) return { kind: "now", what: "current_date" };
      if (/^current_time$/i.test(token.text)) return { kind: "now", what: "current_time" };
      return { kind: "string", value: token.value };
    default:
      return cursor.fail();
  }
}

export function parseReferences(cursor: Cursor): References {
  const key: References = {
    table: cursor.name(),
    columns: cursor.sees("(") ? cursor.parenthesised(() => cursor.list(() => cursor.name())) : null,
    onDelete: null,
    onUpdate: null,
    match: null,
    deferrable: null,
    initially: null,
  };
  for (;;) {
    if (cursor.take("on", "delete")) {
      key.onDelete = parseAction(cursor);
    } else if (cursor.take("on", "update")) {
      key.onUpdate = parseAction(cursor);
    } else if (cursor.take("on", "insert")) {
      parseAction(cursor); // SQLite reads it and does nothing with it (parse.y, refarg)
    } else if (cursor.take("match")) {
      key.match = cursor.name();
    } else {
      return { ...key, ...parseDeferral(cursor) };
    }
  }
}

/** After it no more of the key's own clauses may follow (parse.y, defer_subclause). */
function parseDeferral(cursor: Cursor): Deferral | null {
  const deferrable = cursor.take("not", "deferrable") ? false : cursor.take("deferrable") ? true : null;
  if (deferrable === null) {
    return null;
  }
  const initially = cursor.take("initially")
    ? (cursor.takeAny("deferred", "immediate") ?? cursor.fail())
    : null;
  return { deferrable, initially };
}

function parseAction(cursor: Cursor): KeyAction {
  if (cursor.take("set", "null")) return "set null";
  if (cursor.take("set", "default")) return "set default";
  if (cursor.take("no", "action")) return "no action";
  return cursor.takeAny("cascade", "restrict") ?? cursor.fail();
}

export function parseConflict(cursor: Cursor): ConflictAction | null {
  if (!cursor.take("on", "conflict")) {
    return null;
  }
  return cursor.takeAny("rollback", "abort", "fail", "ignore", "replace") ?? cursor.fail();
}

export function parseIndexedColumn(cursor: Cursor): IndexedColumn {
  const mark = cursor.mark();
  const expr = parseExpr(cursor);
  const source = cursor.textSince(mark);
  return { expr, descending: cursor.takeDescending(), source };
}

export function parseCreateIndex(cursor: Cursor, unique: boolean): CreateIndex {
  const { ifNotExists, schema, name } = parseHeading(cursor, false);
  cursor.expect("on");
  const table = cursor.name();
  const columns = cursor.parenthesised(() => cursor.list(() => parseIndexedColumn(cursor)));
  const mark = cursor.mark() + 1;
  const where = cursor.take("where") ? parseExpr(cursor) : null;
  const whereSource = where === null ? null : cursor.textSince(mark);
  return { kind: "createIndex", unique, ifNotExists, schema, name, table, columns, where, whereSource };
}

/** A module's arguments are any tokens with balanced parentheses, divided by commas. */
export function parseVirtualTable(cursor: Cursor): CreateVirtualTable {
  const { ifNotExists, schema, name } = parseHeading(cursor, false);
  cursor.expect("using");
  const module = cursor.name();
  const args: string[] = [];
  if (cursor.take("(")) {
    let mark = cursor.mark();
    for (let depth = 0; ; ) {
      const token = cursor.peek();
      if (depth === 0 && (isMark(token, ",") || isMark(token, ")"))) {
        args.push(cursor.textSince(mark));
        cursor.next();
        if (isMark(token, ")")) {
          break;
        }
        mark = cursor.mark();
        continue;
      }
      depth += isMark(token, "(") ? 1 : isMark(token, ")") ? -1 : 0;
      cursor.next();
    }
  }
  return {
    kind: "createVirtualTable",
    ifNotExists,
    schema,
    name,
    module,
    args: args.filter((arg) => arg !== ""),
  };
}
