// What the runner asks of a database. PostgreSQL and SQLite stand behind it (postgres.ts, sqlite.ts).

import type { Engine } from "./words.js";

export interface SchemaConnection {
  readonly engine: Engine;
  /** Where `outgrow_migrations` stands: the schema in which names without one are made; `main` in SQLite. */
  readonly schema: string;
  /** Major version of a PostgreSQL server; null for SQLite, whose library is part of this program. */
  readonly serverMajor: number | null;
  /** The rows of one statement, for both engines with `$1`, `$2`, … for the parameters. */
  rows(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /**
   * Runs a script of `statements` statements, all of them in what is sent. Throws StatementError, which tells
   * how many were done where the engine says so.
   */
  script(sql: string): Promise<void>;
  /** Runs `work` in a transaction; what it throws undoes all. Does not nest. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a transaction is open after what was answered last. */
  inTransaction(): boolean;
  /** Rolls back what a broken file has left open. */
  abandon(): Promise<void>;
  /**
   * Changes with each transaction and stays the same within one; by this the runner sees that a file has
   * ended the transaction in which it ran.
   */
  transactionId(): Promise<string>;
  /** Makes the session what it was at first: what one file sets must not reach into the next. */
  reset(): Promise<void>;
  /** Runs `work` while no other runner works on this schema. Throws `precondition` after `waitMs`. */
  withLock<T>(waitMs: number, work: () => Promise<T>): Promise<T>;
  /** Whether this session still has the lock that withLock took. */
  holdsLock(): Promise<boolean>;
  /** Whether any runner has it. */
  isLocked(): Promise<boolean>;
  /** How long a statement may wait for another session's lock; 0 for ever. SQLite has no such waits inside a transaction. */
  setLockTimeout(ms: number): Promise<void>;
  /** What a broken statement of its kind leaves behind: invalid indexes in PostgreSQL, by name. */
  leftovers(): Promise<string[]>;
}

export type Parameter = string | number | null;

export type Row = Record<string, unknown>;

/** What the engine said about a statement of a script. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  constructor(
    message: string,
    readonly about: {
      /** How many statements of the script were done before; null where that is not known. */
      doneCount: number | null;
      /** Where in the script, in UTF-16 units; null where the engine names no place. */
      offset: number | null;
      /** SQLSTATE, or SQLite's code such as SQLITE_CONSTRAINT_UNIQUE. */
      code: string;
      /** What the engine adds: PostgreSQL's DETAIL and HINT. */
      detail: string | null;
      engineHint: string | null;
    },
    cause: unknown,
  ) {
    super(message, { cause });
  }
}
