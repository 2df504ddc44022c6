// What the server's SQLSTATEs mean for a move (PostgreSQL appendix A), with what to type.

import type pg from "pg";
import { shorten } from "../../base/printable.js";
import { isSecretColumn } from "../../base/secret-columns.js";
import type { ConnectionSettings } from "./connection-settings.js";
import { diskFull, type Known, lost, lowerFirst, type Phase, place, unreachable } from "./error-words.js";

/** Anything without a meaning of its own is `failed`, with the server's words and SQLSTATE. */
export function fromServer(error: pg.DatabaseError, settings: ConnectionSettings, phase: Phase): Known {
  const where = place(settings);
  const state = error.code ?? "";
  const said = lowerFirst(error.message);
  switch (state) {
    case "28P01":
      return {
        code: "target-auth",
        message: `${where} refused the password of user "${settings.user}"`,
        hint: "check it where it comes from: the URL, DB_PASSWORD, PGPASSWORD or ~/.pgpass",
      };
    case "28000":
      return {
        code: "target-auth",
        message: `${where} refused the login: ${said}`,
        hint: loginHint(said, settings),
      };
    case "3D000":
      return {
        code: "target-unreachable",
        message: `${where} has no database "${settings.database}"`,
        hint: `make it: createdb${createdbOptions(settings)} ${shellWord(settings.database)}`,
      };
    case "53300":
      return {
        code: "target-unreachable",
        message: `${where} takes no more connections: ${said}`,
        hint: "end idle clients or raise max_connections, then run the same command again",
      };
    case "57P03":
      return {
        code: "target-unreachable",
        message: `${where} is not ready: ${said}`,
        hint: "wait until the server is up and run the same command again",
      };
    case "53100":
      return diskFull(where, said);
    case "42501":
      return {
        code: "missing-right",
        message: `user "${settings.user}" lacks a right in database "${settings.database}": ${said}`,
        hint: `let the owner grant it, or connect as the owner; outgrow doctor lists the rights a move needs`,
      };
    case "25006":
      return {
        code: "server-is-replica",
        message: `${where} takes no writes: ${said}`,
        hint: "name the primary, or unset default_transaction_read_only for this user and database",
      };
    case "55P03":
      return {
        code: "precondition",
        message: `a lock in database "${settings.database}" was not given in time: ${said}`,
        hint: "end the session that holds it (select * from pg_locks where not granted shows who waits) and run again",
      };
  }
  if (state === "57014") {
    return {
      code: "target-lost",
      message: `a statement at ${where} was cancelled: ${said}`,
      hint: "run the same command again; it goes on where it stopped",
    };
  }
  if (state === "57P01" || state === "57P02" || state.startsWith("08")) {
    return phase === "connect" ? unreachable(where, said) : lost(where, said);
  }
  if (/no space left on device/i.test(error.message)) {
    return diskFull(where, said);
  }
  const { message, context } = withoutSecrets(said, error.where);
  return {
    code: "failed",
    message: `${where} reports: ${message} (SQLSTATE ${state})${context === undefined ? "" : `, in ${context}`}`,
    ...(error.hint === undefined ? {} : { hint: lowerFirst(error.hint) }),
  };
}

/** `COPY users, line 3, column token: "…"`, or with the whole line where no column is to blame (copyto CopyFromErrorCallback). */
const COPY_PLACE = /^(COPY .+?, line \d+(?:, column (.+?))?)(?:: "(.*)"|: null input)?$/s;

/** The server's words about a row: a line of COPY never, a value only where its column's name is no secret's, and short. */
function withoutSecrets(said: string, where: string | undefined): { message: string; context?: string } {
  const [, place, column, value] = COPY_PLACE.exec(where ?? "") ?? [];
  if (place === undefined) {
    const context = where?.split("\n")[0];
    return { message: said, ...(context === undefined ? {} : { context }) };
  }
  if (column === undefined) {
    return { message: said, context: place };
  }
  if (isSecretColumn(column)) {
    // The message may quote the value too: invalid input syntax for type integer: "…".
    return { message: said.replace(/".*"/s, "…"), context: place };
  }
  return { message: said, context: value === undefined ? place : `${place}: ${shorten(`"${value}"`)}` };
}

function loginHint(said: string, settings: ConnectionSettings): string {
  if (/no encryption|SSL off/i.test(said) && settings.ssl.mode === "disable") {
    return "the server wants TLS: add sslmode=verify-full (and sslrootcert=FILE) to the URL";
  }
  if (/role ".*" does not exist/.test(said)) {
    return `make the role with createuser, or name another user in the URL`;
  }
  if (/pg_hba/.test(said)) {
    return `let pg_hba.conf admit user "${settings.user}" to database "${settings.database}" from here, and reload`;
  }
  return "check the user in the URL and the server's pg_hba.conf";
}

function createdbOptions(settings: ConnectionSettings): string {
  return ` -h ${shellWord(settings.host)} -p ${settings.port} -U ${shellWord(settings.user)}`;
}

function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
