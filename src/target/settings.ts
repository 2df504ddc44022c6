// Where the target is and how to get in: a URL or the environment, read once and checked, as plain data.

import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { type Environment, setting } from "./environment.js";
import { passwordFilePath, passwordFromFile } from "./password-file.js";
import { readService } from "./service-file.js";
import { resolveTls, sslWord, type TlsSettings } from "./tls.js";
import { parseUrl } from "./url.js";

/** Plain data: may be handed to a worker thread. Never print it whole, it holds the password. */
export interface TargetSettings {
  /** A name, an address, or the directory of a Unix socket (begins with a slash). */
  host: string;
  port: number;
  user: string;
  database: string;
  password: string | null;
  /** From `?schema=` (Prisma), `?currentSchema=` (JDBC) or a search_path of one name; null where none is named. */
  schema: string | null;
  ssl: TlsSettings;
  /** `-c name=value …` for the server process, or null. */
  options: string | null;
  applicationName: "outgrow";
  /** 0 waits for ever, as libpq's connect_timeout=0. */
  connectTimeoutMs: number;
  /** The URL without the password, safe to print. */
  displayUrl: string;
  /** What the user should know: words ignored, connections not verified. One sentence each. */
  warnings: string[];
  /** What it was read from: `argument`, or the variable that decided: `OUTGROW_TARGET`, `DB_HOST`, … */
  from: string;
}

const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

/** libpq's variables (PostgreSQL 34.15) that fill what a URL leaves open. */
const LIBPQ_VARIABLES: readonly (readonly [variable: string, keyword: string])[] = [
  ["PGHOST", "host"],
  ["PGPORT", "port"],
  ["PGUSER", "user"],
  ["PGPASSWORD", "password"],
  ["PGDATABASE", "dbname"],
  ["PGSSLMODE", "sslmode"],
  ["PGSSLROOTCERT", "sslrootcert"],
  ["PGSSLCERT", "sslcert"],
  ["PGSSLKEY", "sslkey"],
  ["PGSSLCRL", "sslcrl"],
  ["PGOPTIONS", "options"],
  ["PGCONNECT_TIMEOUT", "connect_timeout"],
];

/** Keywords that mean nothing here and need no word about it. */
const SILENT = new Set(
  (
    "application_name fallback_application_name client_encoding encoding gssencmode gsslib krbsrvname requirepeer " +
    "keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout sslcompression sslsni " +
    "uselibpqcompat channel_binding"
  ).split(" "),
);

const KNOWN = new Set(
  (
    "host port user password dbname sslmode sslrootcert sslcert sslkey sslpassword sslcrl options connect_timeout " +
    "passfile service ssl schema currentSchema pgbouncer"
  ).split(" "),
);

/**
 * Reads TARGET. `env` fills what the URL leaves open, as libpq does (PGUSER, PGPASSWORD, PGSSLMODE, ~/.pgpass);
 * only commands hand in the real environment. Throws `settings`; no message holds a password.
 */
export function parseTarget(text: string, env: Environment = {}): TargetSettings {
  return complete(parseUrl(text), env, "argument");
}

/**
 * The target the environment names, or null: OUTGROW_TARGET, then DATABASE_URL where it is PostgreSQL's, then DB_HOST …
 * (the names of the shop's plan), then PG* where PGHOST, PGSERVICE or PGDATABASE is set. Throws `settings`.
 */
export function targetFromEnvironment(env: Environment): TargetSettings | null {
  const own = setting(env, "OUTGROW_TARGET");
  if (own !== null) {
    return complete(parseUrl(own), env, "OUTGROW_TARGET");
  }
  // In many applications that stand on SQLite this is SQLite's own URL.
  const url = setting(env, "DATABASE_URL");
  if (url !== null && /^\s*postgres(ql)?(\+[a-z0-9]+)?:/i.test(url)) {
    return complete(parseUrl(url), env, "DATABASE_URL");
  }
  if (setting(env, "DB_HOST") !== null) {
    return complete(fromPlanNames(env), env, "DB_HOST");
  }
  const variable = ["PGHOST", "PGSERVICE", "PGDATABASE"].find((name) => setting(env, name) !== null);
  return variable === undefined ? null : complete(new Map(), env, variable);
}

/** The names of the shop's plan: DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_SSL and its CA file. */
function fromPlanNames(env: Environment): Map<string, string> {
  const params = new Map<string, string>([["port", "5432"]]);
  const names = {
    DB_HOST: "host",
    DB_PORT: "port",
    DB_NAME: "dbname",
    DB_USER: "user",
    DB_PASSWORD: "password",
  };
  for (const [variable, keyword] of Object.entries(names)) {
    const value = setting(env, variable);
    if (value !== null) {
      params.set(keyword, value);
    }
  }
  const ssl = env.DB_SSL || null;
  if (ssl !== null) {
    params.set("ssl", ssl);
  }
  const ca = env.DB_SSL_CA || env.DB_SSL_CA_FILE || null;
  if (ca !== null) {
    params.set("sslrootcert", ca);
  }
  if (!params.has("dbname")) {
    throw new OutgrowError("settings", "DB_HOST is set and DB_NAME is not", {
      hint: "set DB_NAME to the database's name, or give the target as postgres://USER@HOST:5432/DATABASE",
    });
  }
  return params;
}

function complete(given: ReadonlyMap<string, string>, env: Environment, from: string): TargetSettings {
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
  };
  const service = given.get("service") ?? setting(env, "PGSERVICE");
  const params = new Map([
    ...libpqVariables(env),
    ...(service === null ? [] : readService(service, env)),
    ...given,
  ]);
  const port = parsePort(params.get("port") ?? "5432");
  const host = oneHost(params.get("host") ?? defaultHost(port));
  const database = params.get("dbname");
  if (database === undefined) {
    throw new OutgrowError("settings", "the target names no database", {
      hint: "add it to the URL after the host: postgres://USER@HOST:5432/DATABASE",
    });
  }
  const user = params.get("user") ?? systemUser();
  understandSsl(params);
  noteIgnored(params, warn);
  const ssl = resolveTls(params, host, env, warn);
  const passwordFile = params.get("passfile") ?? passwordFilePath(env);
  const password =
    params.get("password") ?? passwordFromFile({ host, port, database, user }, passwordFile, warn);
  const schema = schemaOf(params);
  return {
    host,
    port,
    user,
    database,
    password,
    schema,
    ssl,
    options: params.get("options") ?? null,
    applicationName: "outgrow",
    connectTimeoutMs: connectTimeout(params.get("connect_timeout")) * 1000,
    displayUrl: showUrl(host, port, user, database, { schema, sslmode: params.get("sslmode") ?? null }),
    warnings,
    from,
  };
}

function libpqVariables(env: Environment): [string, string][] {
  return LIBPQ_VARIABLES.flatMap(([variable, keyword]): [string, string][] => {
    const value = setting(env, variable);
    return value === null ? [] : [[keyword, value]];
  });
}

/** Turns `ssl=true` (drivers), DB_SSL and Prisma's `sslaccept` into an sslmode; an sslmode that is there wins. */
function understandSsl(params: Map<string, string>): void {
  const word = params.get("ssl");
  if (word === undefined) {
    return;
  }
  const mode = sslWord(word);
  if (mode === null) {
    throw new OutgrowError("settings", `ssl "${word}" is not known`, {
      hint: "write true, false or one of libpq's sslmode words, verify-full for instance",
    });
  }
  if (!params.has("sslmode")) {
    params.set("sslmode", mode);
  }
}

function noteIgnored(params: ReadonlyMap<string, string>, warn: (text: string) => void): void {
  if (/^(true|1)$/i.test(params.get("pgbouncer") ?? "")) {
    warn(
      "the URL leads through PgBouncer; outgrow needs a session of its own: use the server's direct port if a move fails",
    );
  }
  for (const key of params.keys()) {
    if (!KNOWN.has(key) && !SILENT.has(key)) {
      warn(`the target's parameter "${key.slice(0, 40)}" is not used by outgrow and was ignored`);
    }
  }
}

function schemaOf(params: ReadonlyMap<string, string>): string | null {
  const named = params.get("schema") ?? params.get("currentSchema");
  if (named !== undefined) {
    return named;
  }
  // Rails and others pass the schema as a server option.
  return /(?:^|\s)-c\s*search_path=([^\s,"$\\]+)(?:\s|$)/.exec(params.get("options") ?? "")?.[1] ?? null;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    // What stands where a port belongs may be a piece of a password with an unescaped slash or colon.
    throw new OutgrowError(
      "settings",
      `the target's port ${/^\d+$/.test(text) ? `${text} ` : ""}is not a number from 1 to 65535`,
      {
        hint: "write postgres://USER@HOST:5432/DATABASE; in a password write / as %2F, # as %23 and @ as %40",
      },
    );
  }
  return port;
}

function oneHost(host: string): string {
  if (host.includes(",")) {
    throw new OutgrowError("settings", "the target names several hosts", {
      hint: "name the one host that takes writes (the primary)",
    });
  }
  return host;
}

/** The socket directory of Debian or of PostgreSQL's own default that has a socket for `port`, else localhost. */
function defaultHost(port: number): string {
  const socket = ["/var/run/postgresql", "/tmp"].find((folder) =>
    existsSync(join(folder, `.s.PGSQL.${port}`)),
  );
  return socket ?? "localhost";
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new OutgrowError("settings", "the target names no user and this process's user has no name", {
      hint: "add the user to the URL: postgres://USER@HOST:5432/DATABASE",
      cause: error,
    });
  }
}

function connectTimeout(text: string | undefined): number {
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
function showUrl(
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
