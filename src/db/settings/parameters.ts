// Reads the single parameters of a connection, as text, into checked values.

import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { OutgrowError } from "../../base/errors.js";
import { sslWord } from "./tls.js";

const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

/** Turns drivers' `ssl=true` and DB_SSL into an sslmode; an sslmode that is there wins. */
export function withSslMode(params: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const word = params.get("ssl");
  if (word === undefined) {
    return params;
  }
  const mode = sslWord(word);
  if (mode === null) {
    throw new OutgrowError("settings", `ssl "${word}" is not known`, {
      hint: "write true, false or one of libpq's sslmode words, verify-full for instance",
    });
  }
  return new Map([["sslmode", mode], ...params]);
}

/** The one schema that the parameters name, or null. */
export function schemaOf(params: ReadonlyMap<string, string>): string | null {
  const named = params.get("schema") ?? params.get("currentSchema");
  if (named !== undefined) {
    return named;
  }
  // Rails and others pass the schema as a server option.
  return /(?:^|\s)-c\s*search_path=([^\s,"$\\]+)(?:\s|$)/.exec(params.get("options") ?? "")?.[1] ?? null;
}

/** Throws `settings`; the text is not repeated. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    // What stands where a port belongs may be a piece of a password with an unescaped slash or colon.
    throw new OutgrowError("settings", "the port is not a number from 1 to 65535", {
      hint: "write postgres://USER@HOST:5432/DATABASE; in a password write / as %2F, # as %23 and @ as %40",
    });
  }
  return port;
}

/** Throws `settings` for a list of hosts, which libpq would try in turn. */
export function oneHost(host: string): string {
  if (host.includes(",")) {
    throw new OutgrowError("settings", "the connection names several hosts", {
      hint: "name the one host that takes writes (the primary)",
    });
  }
  return host;
}

/** The socket directory of Debian or of PostgreSQL's own default that has a socket for `port`, else localhost. */
export function defaultHost(port: number): string {
  const socket = ["/var/run/postgresql", "/tmp"].find((folder) =>
    existsSync(join(folder, `.s.PGSQL.${port}`)),
  );
  return socket ?? "localhost";
}

/** The name of this process's user, libpq's default. Throws `settings` where it has none. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new OutgrowError("settings", "the connection names no user and this process's user has no name", {
      hint: "add the user to the URL: postgres://USER@HOST:5432/DATABASE",
      cause: error,
    });
  }
}

/** Seconds; 0 for no limit. Throws `settings`. */
export function connectTimeout(text: string | undefined): number {
  if (text === undefined) {
    return DEFAULT_CONNECT_TIMEOUT_SECONDS;
  }
  const seconds = Number(text);
  if (!/^-?\d+$/.test(text) || seconds > 86_400) {
    throw new OutgrowError("settings", `connect_timeout "${text.slice(0, 20)}" is not a number of seconds`, {
      hint: "write connect_timeout=10",
    });
  }
  return Math.max(0, seconds);
}

/** Everything but the password, in a form that parseTarget reads again. */
export function showUrl(
  host: string,
  port: number,
  user: string,
  database: string,
  query: Record<string, string | null>,
): string {
  const socket = host.startsWith("/");
  const named = socket ? { host, ...(port === 5432 ? {} : { port: String(port) }), ...query } : query;
  const pairs = Object.entries(named).filter(([, value]) => value !== null && value !== "");
  const text = pairs.map(
    ([key, value]) => `${key}=${encodeURIComponent(value ?? "").replaceAll("%2F", "/")}`,
  );
  const place = socket ? "" : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const tail = text.length === 0 ? "" : `?${text.join("&")}`;
  return `postgres://${encodeURIComponent(user)}@${place}/${encodeURIComponent(database)}${tail}`;
}
