// What the network, TLS and pg itself say, when the server has not spoken.

import type { ConnectionSettings } from "./connection-settings.js";
import { type Known, lost, lowerFirst, type Phase, place, unreachable } from "./error-words.js";

/** Whether `error` comes from the network, TLS or the driver's connection, and not from a bug. */
export function isConnectionError(error: unknown): boolean {
  return networkCode(error) !== null || isTls(error) || isLost(error) || isSasl(error);
}

/** Anything unknown is `failed` with its own words. */
export function fromConnection(error: unknown, settings: ConnectionSettings, phase: Phase): Known {
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

function fromTls(code: string, text: string, settings: ConnectionSettings): Known {
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
