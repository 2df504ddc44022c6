// The runner's connection to SQLite, over a better-sqlite3 database that someone else opened and will close.

import Database from "better-sqlite3";
import { OutgrowError } from "../../base/errors.js";
import { printable } from "../../base/printable.js";
import { splitStatements } from "../../sql/split-statements.js";
import { type Parameter, type Row, type SchemaConnection, StatementError } from "./connection.js";
import { type HeldLock, isLockFileHeld, takeLockFile } from "./lock-file.js";

/** Throws `precondition` where a transaction is open on the connection. */
export function sqliteConnection(db: Database.Database): SchemaConnection {
  if (db.inTransaction) {
    throw new OutgrowError("precondition", "the SQLite connection is inside a transaction", {
      hint: "hand the runner a connection of its own",
    });
  }
  // What files may set; each begins with what the connection had.
  const pragmas = new Map(RESET_PRAGMAS.map((name) => [name, db.pragma(name, { simple: true })]));
  const lockPath = db.memory ? null : `${db.name}-outgrow-lock`;
  let held: HeldLock | null = null;
  let transactions = 0;
  return {
    engine: "sqlite",
    schema: "main",
    serverMajor: null,
    rows: async (sql, parameters = []) => rowsOf(db, sql, parameters),
    script: async (sql) => runScript(db, sql),
    transaction: async (work) => {
      begin(db);
      transactions += 1;
      try {
        const result = await work();
        commit(db);
        return result;
      } catch (error) {
        if (db.inTransaction) {
          db.exec("rollback");
        }
        throw error;
      }
    },
    inTransaction: () => db.inTransaction,
    abandon: async () => {
      if (db.inTransaction) {
        db.exec("rollback");
      }
    },
    // Statements run one by one, and none that ends a transaction gets so far: see check-file.ts.
    transactionId: async () => (db.inTransaction ? String(transactions) : "none"),
    reset: async () => {
      if (db.inTransaction) {
        // Some would do nothing here, and defer_foreign_keys is the file's until its end.
        return;
      }
      for (const [name, value] of pragmas) {
        db.pragma(`${name} = ${Number(value)}`);
      }
    },
    withLock: async (waitMs, work) => {
      if (lockPath === null) {
        return work();
      }
      held = await takeLockFile(lockPath, waitMs);
      if (held === null) {
        throw new OutgrowError(
          "precondition",
          `another outgrow works on "${printable(db.name)}", and did not end within ${waitMs / 1000} s`,
          { hint: "wait until it ends, or allow more time with --wait" },
        );
      }
      try {
        return await work();
      } finally {
        held.release();
        held = null;
      }
    },
    holdsLock: async () => lockPath === null || held !== null,
    isLocked: async () => lockPath !== null && (held !== null || isLockFileHeld(lockPath)),
    setLockTimeout: async () => undefined,
    leftovers: async () => [],
  };
}

/** At once the writer: a transaction that only becomes it later can fail in the middle (sqlite.org/lang_transaction.html). */
function begin(db: Database.Database): void {
  try {
    db.exec("begin immediate");
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
      throw new OutgrowError("source-locked", `"${printable(db.name)}" is locked by another program`, {
        hint: "stop the program that writes to it, or try again when it is at rest",
        cause: error,
      });
    }
    throw error;
  }
}

/** Where foreign keys are deferred, this is where they fail. */
function commit(db: Database.Database): void {
  try {
    db.exec("commit");
  } catch (error) {
    throw error instanceof Database.SqliteError ? statementError(error, null, null) : error;
  }
}

/** Of the connection, not of the file (sqlite.org/pragma.html), and safe to set again. */
const RESET_PRAGMAS = [
  "foreign_keys",
  "defer_foreign_keys",
  "ignore_check_constraints",
  "legacy_alter_table",
  "recursive_triggers",
  "writable_schema",
  "query_only",
  "synchronous",
];

/** better-sqlite3 binds `$1` by the name 1. */
function rowsOf(db: Database.Database, sql: string, parameters: readonly Parameter[]): Row[] {
  const statement = db.prepare<unknown[], Row>(sql);
  const named = Object.fromEntries(parameters.map((value, i) => [String(i + 1), value]));
  const given = parameters.length === 0 ? [] : [named];
  if (statement.reader) {
    return statement.all(...given);
  }
  statement.run(...given);
  return [];
}

/** One statement at a time, since SQLite names no place where one fails. */
function runScript(db: Database.Database, sql: string): void {
  for (const [doneCount, { text, start }] of splitStatements(sql).entries()) {
    try {
      // Rows that it gives are read and dropped.
      db.exec(text);
    } catch (error) {
      throw error instanceof Database.SqliteError ? statementError(error, doneCount, start) : error;
    }
  }
}

function statementError(
  error: InstanceType<typeof Database.SqliteError>,
  doneCount: number | null,
  offset: number | null,
): StatementError {
  const about = { doneCount, offset, code: error.code, detail: null, engineHint: null };
  return new StatementError(error.message, about, error);
}
