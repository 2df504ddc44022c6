// Turns what pg, the server and the network say into errors of outgrow, with what to type.

import pg from "pg";
import { OutgrowError } from "../base/errors.js";
import type { TargetSettings } from "./settings.js";

/** In `connect` nothing was begun yet; in `work` a lost connection leaves a state that can be resumed. */
export type Phase = "connect" | "work";

/** Whether `error` comes from the server, the driver's connection or the network, and not from a bug. */
export function isTargetError(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError ||
    networkCode(error) !== null ||
    isTls(error) ||
    isLost(error) ||
    isSasl(error)
  );
}

/**
 * The error of outgrow for `error`; one that is already of that class comes back as it is, anything unknown becomes
 * `failed` with its own words. The password stands in neither message, hint nor cause.
 */
export function targetError(error: unknown, settings: TargetSettings, phase: Phase = "work"): OutgrowError {
  if (error instanceof OutgrowError) {
    return error;
  }
  const cause = withoutPassword(error, settings);
  const known =
    error instanceof pg.DatabaseError
      ? fromServer(error, settings, phase)
      : fromConnection(error, settings, phase);
  return new OutgrowError(known.code, hide(known.message, settings), {
    cause,
    ...(known.hint === undefined ? {} : { hint: hide(known.hint, settings) }),
  });
}

interface Known {
  code: OutgrowError["code"];
  message: string;
  hint?: string;
}

function fromServer(error: pg.DatabaseError, settings: TargetSettings, phase: Phase): Known {
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
  const context = error.where?.split("\n")[0];
  return {
    code: "failed",
    message: `${where} reports: ${said} (SQLSTATE ${state})${context === undefined ? "" : `, in ${context}`}`,
    ...(error.hint === undefined ? {} : { hint: lowerFirst(error.hint) }),
  };
}

function fromConnection(error: unknown, settings: TargetSettings, phase: Phase): Known {
  const where = place(settings);
  const text = error instanceof Error ? error.message : String(error);
  if (isTls(error)) {
    return fromTls(codeOf(error) ?? "", text, settings);
  }
  if (isSasl(error)) {
    return { code: "target-auth", message: `the login at ${where} failed: ${lowerFirst(text)}` };
  }
  const network = networkCode(error);
  if (phase === "work" && (isLost(error) || network !== null)) {
    return lost(where, network ?? lowerFirst(text));
  }
  switch (network) {
    case "ECONNREFUSED":
      return {
        ...unreachable(where, "nothing listens there"),
        hint: "start the server, or check host and port",
      };
    case "ENOENT":
      return {
        ...unreachable(where, `there is no socket ${settings.host}/.s.PGSQL.${settings.port}`),
        hint: "start the server, or check the socket directory (show unix_socket_directories) and the port",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        ...unreachable(where, `the name ${settings.host} is not known`),
        hint: "check the host's name",
      };
    case "EACCES":
      return unreachable(where, "this user may not open the socket");
  }
  if (text === "timeout expired" || network === "ETIMEDOUT") {
    return {
      ...unreachable(where, `no answer within ${settings.connectTimeoutMs / 1000} s`),
      hint: "check host, port and firewall, or allow more time with connect_timeout=30",
    };
  }
  if (network !== null || isLost(error)) {
    return unreachable(where, network ?? lowerFirst(text));
  }
  return { code: "failed", message: lowerFirst(text) };
}

function fromTls(code: string, text: string, settings: TargetSettings): Known {
  const where = place(settings);
  if (text === "The server does not support SSL connections") {
    return {
      code: "target-tls",
      message: `${where} offers no TLS`,
      hint: "on a network you trust add sslmode=disable to the URL; else turn ssl on in the server",
    };
  }
  if (text === "There was an error establishing an SSL connection") {
    // pg says so for any answer to its request for TLS but yes and no.
    return {
      ...unreachable(where, "the answer to the request for TLS is not PostgreSQL's"),
      hint: "check that host and port are those of PostgreSQL",
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      code: "target-tls",
      message: `the certificate of ${where} is made out to another name: ${lowerFirst(text)}`,
      hint: "use the name in the certificate as the host, or check the authority only: sslmode=verify-ca&sslrootcert=FILE",
    };
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return {
      code: "target-tls",
      message: `the certificate of ${where} is not valid today: ${lowerFirst(text)}`,
    };
  }
  if (/SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY|CERT_/.test(code)) {
    return {
      code: "target-tls",
      message: `the certificate of ${where} is not signed by an authority known here: ${lowerFirst(text)}`,
      hint: "name the authority's certificate with sslrootcert=FILE; sslmode=require encrypts without verifying",
    };
  }
  return {
    code: "target-tls",
    message: `TLS with ${where} failed: ${lowerFirst(text)}`,
    hint: "check sslmode, sslcert and sslkey, and the server's log",
  };
}

function loginHint(said: string, settings: TargetSettings): string {
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

function diskFull(where: string, said: string): Known {
  return {
    code: "disk-full",
    message: `${where} has no disk space left: ${said}`,
    hint: "make room on the server, then run the same command again; it goes on where it stopped",
  };
}

function lost(where: string, said: string): Known {
  return {
    code: "target-lost",
    message: `the connection to ${where} was lost: ${said}`,
    hint: "run the same command again; it goes on where it stopped",
  };
}

function unreachable(where: string, said: string): Known {
  return {
    code: "target-unreachable",
    message: `${where} cannot be reached: ${said}`,
    hint: "check that the server is up and that host and port are right",
  };
}

/** `PostgreSQL at db.example:5432`. */
function place(settings: TargetSettings): string {
  return `PostgreSQL at ${settings.host.startsWith("/") ? settings.host : `${settings.host}:${settings.port}`}`;
}

function createdbOptions(settings: TargetSettings): string {
  return ` -h ${shellWord(settings.host)} -p ${settings.port} -U ${shellWord(settings.user)}`;
}

function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The code of a network or socket error; AggregateError is what Node throws when all addresses of a name fail. */
function networkCode(error: unknown): string | null {
  const code = codeOf(error);
  return code !== null &&
    /^(E[A-Z_]{3,}|EAI_AGAIN)$/.test(code) &&
    !code.startsWith("ERR_") &&
    code !== "EPROTO"
    ? code
    : null;
}

function isTls(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return (
    /^(CERT_|CRL_|ERR_TLS|ERR_SSL|ERR_OSSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(
      code,
    ) ||
    (error instanceof Error &&
      /^(The server does not support SSL connections|There was an error establishing an SSL connection)$|before secure TLS connection/.test(
        error.message,
      ))
  );
}

function isLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^Connection terminated|not queryable$|^Client was closed|^timeout expired$|^Premature close$/.test(
      error.message,
    )
  );
}

function isSasl(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("SASL");
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** The first letter small, as our sentences are, unless the word is an abbreviation; no full stop. */
function lowerFirst(text: string): string {
  const sentence = text.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}

/** A password that is also a name of the connection stands in texts as that name, so nothing is told by it. */
function hide(text: string, settings: TargetSettings): string {
  const { password, user, database, host } = settings;
  if (password === null || password === "" || [user, database, host].includes(password)) {
    return text;
  }
  return text.replaceAll(password, "***");
}

function withoutPassword(error: unknown, settings: TargetSettings): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const texts = [
    error.message,
    error.stack ?? "",
    ...Object.values(error).filter((v) => typeof v === "string"),
  ];
  if (texts.every((text) => hide(text, settings) === text)) {
    return error;
  }
  const clean = new Error(hide(error.message, settings));
  clean.stack = hide(error.stack ?? "", settings);
  return clean;
}
