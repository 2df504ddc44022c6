// What the server, the network and pg say, in the codes of DatabaseError (PostgreSQL appendix A).

import pg from "pg";
import { OutgrowError } from "../../base/errors.js";
import { DatabaseError, type DatabaseErrorCode, type ErrorDetails } from "../errors.js";
import { fromConnection, isConnectionError } from "../settings/connection-errors.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { lowerFirst, place } from "../settings/error-words.js";
import { fromServer } from "../settings/server-errors.js";

/** The first that matches. */
const CODES: readonly [RegExp, DatabaseErrorCode][] = [
  [/^(23505|23P01)$/, "unique"],
  [/^(23503|23001)$/, "foreign-key"],
  [/^(23514|44000)$/, "check"],
  [/^23502$/, "not-null"],
  [/^22/, "bad-value"],
  [/^P0/, "raised"],
  [/^25006$/, "read-only"],
  [/^25P02$/, "aborted"],
  [/^(25P03|25P04|57014)$/, "timeout"],
  [/^40001$/, "serialization"],
  [/^40P01$/, "deadlock"],
  [/^55P03$/, "busy"],
  [/^42501$/, "forbidden"],
  [/^(42|0A|21)/, "syntax"],
  [/^(28|3D)/, "login"],
  [/^(57P|08|53300)/, "connection"],
  [/^53100$/, "disk-full"],
  [/^XX00[12]$/, "corrupt"],
];

/** For a statement that was sent. What is no error of the server or the connection comes back as it is. */
export function fromStatement(error: unknown, settings: ConnectionSettings): unknown {
  if (error instanceof DatabaseError) {
    return error;
  }
  if (error instanceof pg.DatabaseError) {
    return fromSqlState(error);
  }
  if (isConnectionError(error)) {
    return new DatabaseError("connection", "postgres", `the connection to ${place(settings)} was lost`, {
      cause: error,
    });
  }
  return error;
}

function fromSqlState(error: pg.DatabaseError): DatabaseError {
  const state = error.code ?? "";
  const code = CODES.find(([pattern]) => pattern.test(state))?.[1] ?? "failed";
  return new DatabaseError(code, "postgres", `${lowerFirst(error.message)} (SQLSTATE ${state})`, {
    ...(error.hint === undefined ? {} : { hint: lowerFirst(error.hint) }),
    ...(error.constraint === undefined ? {} : { constraint: error.constraint }),
    ...(error.table === undefined ? {} : { table: error.table }),
    ...columnsOf(error),
    cause: error,
  });
}

/** The server names a column itself only for NOT NULL; for keys it names them in its detail. */
function columnsOf(error: pg.DatabaseError): ErrorDetails {
  if (error.column !== undefined) {
    return { columns: [error.column] };
  }
  const listed = /\(((?:[^()"]|"(?:[^"]|"")*")+)\)=\(/.exec(error.detail ?? "")?.[1];
  return listed === undefined
    ? {}
    : {
        columns: listed
          .split(", ")
          .map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)),
      };
}

/** For a connection that was not made. */
export function fromConnecting(error: unknown, settings: ConnectionSettings): DatabaseError {
  if (error instanceof DatabaseError) {
    return error;
  }
  if (error instanceof OutgrowError) {
    return new DatabaseError("login", "postgres", error.message, details(error.hint, error));
  }
  const known =
    error instanceof pg.DatabaseError
      ? fromServer(error, settings, "connect")
      : fromConnection(error, settings, "connect");
  const code = codeOfConnecting(error, known.code);
  return new DatabaseError(code, "postgres", known.message, details(known.hint, error));
}

function codeOfConnecting(error: unknown, code: string): DatabaseErrorCode {
  if (error instanceof pg.DatabaseError && error.code === "3D000") {
    return "login";
  }
  if (/^target-(auth|tls)$/.test(code)) {
    return "login";
  }
  return isConnectionError(error) || code === "target-unreachable" ? "connection" : "failed";
}

function details(hint: string | undefined, cause: unknown): ErrorDetails {
  return { cause, ...(hint === undefined ? {} : { hint }) };
}

/** Whether the connection is of no use after this error, and with it what the statement did unknown. */
export function isLost(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "connection";
}
