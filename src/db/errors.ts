// The one error class that an application sees, with codes that are the same on both engines.

import type { Engine } from "./contract.js";

export const DATABASE_ERROR_CODES = [
  // The data says no.
  "unique",
  "foreign-key",
  "check",
  "not-null",
  "bad-value",
  "raised",
  // The call is wrong.
  "syntax",
  "bad-input",
  "misuse",
  "read-only",
  "forbidden",
  "settings",
  "closed",
  // Someone else was in the way: the same transaction may succeed.
  "busy",
  "serialization",
  "deadlock",
  // Time.
  "timeout",
  "acquire-timeout",
  "cancelled",
  // The way to the database.
  "connection",
  "login",
  "in-doubt",
  // What came before.
  "aborted",
  // The database itself.
  "disk-full",
  "corrupt",
  "failed",
] as const;

export type DatabaseErrorCode = (typeof DATABASE_ERROR_CODES)[number];

export interface ErrorDetails {
  /** What to do or type. */
  hint?: string;
  constraint?: string;
  table?: string;
  columns?: readonly string[];
  /** Of a transaction in doubt: what stands in `outgrow_commits` if it was committed. */
  token?: string;
  cause?: unknown;
}

/** Whatever a database throws. `cause` is the driver's own error, which may hold values. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;
  readonly engine: Engine | null;
  readonly hint: string | undefined;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly columns: readonly string[] | undefined;
  readonly token: string | undefined;

  constructor(code: DatabaseErrorCode, engine: Engine | null, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.engine = engine;
    this.hint = details.hint;
    this.constraint = details.constraint;
    this.table = details.table;
    this.columns = details.columns;
    this.token = details.token;
  }
}

const RETRIABLE: ReadonlySet<DatabaseErrorCode> = new Set([
  "serialization",
  "deadlock",
  "busy",
  "connection",
]);

/**
 * Whether the whole transaction may run again. A lost connection counts, since one that was lost after COMMIT was sent
 * is `in-doubt` and not `connection`.
 */
export function mayRunAgain(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && RETRIABLE.has(error.code);
}

/** The code for metrics; `failed` for what no database threw. */
export function codeOf(error: unknown): DatabaseErrorCode {
  return error instanceof DatabaseError ? error.code : "failed";
}
