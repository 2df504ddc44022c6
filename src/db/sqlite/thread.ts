// A thread with one SQLite connection. It runs one request at a time, so that the main thread never waits for a disk.

import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { quoteName } from "../../base/quote.js";
import {
  Gate,
  type RawColumn,
  type RawRow,
  type Reply,
  type Request,
  type ThreadError,
  type ThreadSettings,
  type Work,
} from "./messages.js";

type Connection = Sqlite.Database;
type Statement = Sqlite.Statement<unknown[], RawRow>;

const ROWS_PER_REPLY = 1_000;
const STATEMENTS_KEPT = 500;

const settings = workerData as ThreadSettings;
const port = parentPort;
const gate = new Gate(settings.gate);
const statements = new Map<string, Statement>();
const keys = new Map<string, string | null>();
const cursors = new Map<number, { rows: Iterator<RawRow>; columns: () => RawColumn[] }>();
let db: Connection | null = null;

/** What was stopped before it could commit. The main thread has told the caller already. */
class Stopped extends Error {}

port?.on("message", ({ id, request }: { id: number; request: Request }) => {
  try {
    if (!gate.enter(id)) {
      throw new Stopped();
    }
    handle(id, request);
  } catch (error) {
    // What a worker throws past its handler ends it; the main thread makes an error of its own of this.
    send({ id, error: asThreadError(error) });
  }
});

function send(reply: Reply): void {
  port?.postMessage(reply);
}

function done(id: number, changes = 0, key: number | bigint | null = null, mustWrite = false): void {
  send({ id, result: { changes, key, mustWrite } });
}

function handle(id: number, request: Request): void {
  switch (request.kind) {
    case "run":
      run(id, request.work);
      break;
    case "open":
      openCursor(id, request.cursor, request.work);
      break;
    case "next":
      nextRows(id, request.cursor, request.rowCount);
      break;
    case "close-cursor":
      closeCursor(request.cursor);
      done(id);
      break;
    case "control":
      prepared(request.sql).run();
      done(id);
      break;
    case "rollback":
      rollBack();
      done(id);
      break;
    case "query-only":
      connection().pragma(`query_only = ${request.on ? "on" : "off"}`);
      done(id);
      break;
    case "close":
      db?.close();
      db = null;
      done(id);
      port?.close();
  }
}

function connection(): Connection {
  db ??= open();
  return db;
}

function open(): Connection {
  const opened = new Sqlite(settings.path, {
    readonly: settings.readOnly,
    fileMustExist: settings.readOnly || !settings.create,
    timeout: settings.busyTimeoutMs,
  });
  opened.defaultSafeIntegers(true);
  opened.pragma("foreign_keys = on");
  if (!settings.readOnly && settings.path !== ":memory:") {
    opened.pragma("journal_mode = wal");
    opened.pragma(`synchronous = ${settings.synchronous}`);
  }
  return opened;
}

function prepared(sql: string): Statement {
  const known = statements.get(sql);
  if (known !== undefined) {
    return known;
  }
  const statement = connection().prepare<unknown[], RawRow>(sql);
  if (statement.reader) {
    statement.raw(true);
  }
  if (statements.size >= STATEMENTS_KEPT) {
    statements.delete(statements.keys().next().value ?? "");
  }
  statements.set(sql, statement);
  return statement;
}

function run(id: number, work: Work): void {
  const key = work.keyOf === null ? null : keyColumn(work.keyOf);
  const statement = prepared(key === null ? work.sql : `${work.sql} returning ${quoteName(key)}`);
  if (settings.readOnly && !statement.readonly) {
    done(id, 0, null, true);
    return;
  }
  if (!work.isWrite || statement.readonly || connection().inTransaction) {
    execute(id, statement, work, key !== null);
    return;
  }
  prepared("begin immediate").run();
  try {
    execute(id, statement, work, key !== null, () => {
      if (!gate.pass(id)) {
        throw new Stopped();
      }
      prepared("commit").run();
    });
  } finally {
    rollBack();
  }
}

/** `commit` runs before the result is told. */
function execute(id: number, statement: Statement, work: Work, hasKey: boolean, commit = () => {}): void {
  if (/^\s*(create|drop|alter)\b/i.test(work.sql)) {
    keys.clear();
  }
  if (!statement.reader) {
    const { changes } = statement.run(...work.values);
    commit();
    done(id, changes);
    return;
  }
  if (statement.readonly) {
    sendRows(id, statement, statement.iterate(...work.values));
    commit();
    done(id);
    return;
  }
  const rows = statement.all(...work.values);
  commit();
  if (hasKey) {
    done(id, rows.length, asKey(rows.at(-1)?.[0]));
    return;
  }
  sendRows(id, statement, rows);
  done(id, rows.length);
}

function sendRows(id: number, statement: Statement, rows: Iterable<RawRow>): void {
  let batch: RawRow[] = [];
  let isFirst = true;
  const flush = () => {
    // After the first step: a statement that was prepared before the schema changed is prepared again by it.
    send({ id, columns: isFirst ? columnsOf(statement) : null, rows: batch });
    isFirst = false;
    batch = [];
  };
  for (const row of rows) {
    batch.push(narrowed(row));
    if (batch.length === ROWS_PER_REPLY) {
      flush();
    }
    if ((batch.length & 0xff) === 0 && gate.isStopped(id)) {
      throw new Stopped();
    }
  }
  if (batch.length > 0 || isFirst) {
    flush();
  }
}

function columnsOf(statement: Statement): RawColumn[] {
  return statement.columns().map(({ name, type, table, column }) => ({
    name,
    declared: type,
    origin: table === null || column === null ? null : `${table}.${column}`,
  }));
}

/** Whole numbers come as bigint; most are small, and a bigint costs more to send. */
function narrowed(row: RawRow): RawRow {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "bigint") {
      const number = Number(value);
      row[i] = Number.isSafeInteger(number) ? number : value;
    }
  }
  return row;
}

function asKey(value: unknown): number | bigint | null {
  const [key] = narrowed([typeof value === "bigint" ? value : null]);
  return typeof key === "number" || typeof key === "bigint" ? key : null;
}

/** The column that is the rowid (lang_createtable, "ROWIDs and the INTEGER PRIMARY KEY"), or null. */
function keyColumn(path: readonly string[]): string | null {
  const name = path.join("\0");
  const known = keys.get(name);
  if (known !== undefined) {
    return known;
  }
  const [table, schema] = [path.at(-1) ?? "", path.length > 1 ? path[0] : null];
  const found = connection()
    .prepare<unknown[], [string]>(
      `select max(c.name) from pragma_table_list(:table) as l, pragma_table_xinfo(l.name, l.schema) as c
       where l.schema = coalesce(:schema, l.schema) and l.type = 'table' and l.wr = 0 and c.pk > 0
       group by l.schema
       having count(*) = 1 and max(upper(c.type)) = 'INTEGER'
       order by l.schema = 'temp' desc, l.schema = 'main' desc`,
    )
    .raw(true)
    .get({ table, schema });
  const column = found?.[0] ?? null;
  keys.set(name, column);
  return column;
}

function openCursor(id: number, cursor: number, work: Work): void {
  // Not one of the kept statements: the same text may run beside the cursor.
  const statement = connection().prepare<unknown[], RawRow>(work.sql);
  if (!statement.reader || !statement.readonly) {
    throw new TypeError("stream() reads, and this statement does not");
  }
  // Other statements of the transaction may run while the cursor is open, as they may in PostgreSQL.
  connection().unsafeMode(true);
  statement.raw(true);
  const rows = statement.iterate(...work.values);
  cursors.set(cursor, { rows, columns: () => columnsOf(statement) });
  done(id);
}

function nextRows(id: number, cursor: number, rowCount: number): void {
  const open = cursors.get(cursor);
  const batch: RawRow[] = [];
  while (open !== undefined && batch.length < rowCount) {
    const next = open.rows.next();
    if (next.done === true) {
      break;
    }
    batch.push(narrowed(next.value));
    if (gate.isStopped(id)) {
      throw new Stopped();
    }
  }
  send({ id, columns: open?.columns() ?? [], rows: batch });
  done(id);
}

function closeCursor(cursor: number): void {
  cursors.get(cursor)?.rows.return?.();
  cursors.delete(cursor);
  if (cursors.size === 0) {
    connection().unsafeMode(false);
  }
}

function rollBack(): void {
  for (const cursor of [...cursors.keys()]) {
    closeCursor(cursor);
  }
  if (db?.inTransaction) {
    prepared("rollback").run();
  }
}

function asThreadError(error: unknown): ThreadError {
  if (error instanceof Stopped) {
    return { code: "STOPPED", message: "stopped", stack: "" };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof Sqlite.SqliteError ? error.code : "", message, stack: stack ?? "" };
}
