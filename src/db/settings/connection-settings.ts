// Where a PostgreSQL is and how to get in: a URL or the environment, read once and checked, as plain data.

import { OutgrowError } from "../../base/errors.js";
import { type Environment, setting } from "./environment.js";
import {
  connectTimeout,
  defaultHost,
  oneHost,
  parsePort,
  schemaOf,
  showUrl,
  systemUser,
  withSslMode,
} from "./parameters.js";
import { passwordFilePath, passwordFromFile } from "./password-file.js";
import { readService } from "./service-file.js";
import { resolveTls, type TlsSettings } from "./tls.js";
import { parseUrl } from "./url.js";

/** Plain data: may be handed to a worker thread. Never print it whole, it holds the password. */
export interface ConnectionSettings {
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
  applicationName: string;
  /** 0 waits for ever, as libpq's connect_timeout=0. */
  connectTimeoutMs: number;
  /** The URL without the password, safe to print. */
  displayUrl: string;
  /** What the user should know: words ignored, connections not verified. One sentence each. */
  warnings: string[];
  /** What it was read from: `argument`, or the variable that decided: `OUTGROW_TARGET`, `DB_HOST`, … */
  from: string;
}

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

/** libpq's keywords with the values that hold where nothing else names one. */
export type Defaults = ReadonlyMap<string, string>;

const NO_DEFAULTS: Defaults = new Map();

/**
 * Reads a connection URL. `env` fills what the URL leaves open, as libpq does (PGUSER, PGPASSWORD, PGSSLMODE, ~/.pgpass);
 * only those who own the process hand in the real environment. `from` is what it was read from. Throws `settings`; no
 * message holds a password.
 */
export function parseConnectionUrl(
  text: string,
  env: Environment,
  from: string,
  defaults: Defaults = NO_DEFAULTS,
): ConnectionSettings {
  return complete(parseUrl(text), env, from, defaults);
}

/** Whether a URL is PostgreSQL's by its scheme; drivers' additions such as `postgresql+asyncpg:` count. */
export function isPostgresUrl(text: string): boolean {
  return /^\s*postgres(ql)?(\+[a-z0-9]+)?:/i.test(text);
}

/**
 * The connection that the environment names, or null: DATABASE_URL where it is PostgreSQL's, then DB_HOST … (the names
 * of the shop's plan), then PG* where PGHOST, PGSERVICE or PGDATABASE is set. Throws `settings`.
 */
export function connectionFromEnvironment(
  env: Environment,
  defaults: Defaults = NO_DEFAULTS,
): ConnectionSettings | null {
  // In many applications that stand on SQLite this is SQLite's own URL.
  const url = setting(env, "DATABASE_URL");
  if (url !== null && isPostgresUrl(url)) {
    return complete(parseUrl(url), env, "DATABASE_URL", defaults);
  }
  if (setting(env, "DB_HOST") !== null) {
    return complete(fromPlanNames(env), env, "DB_HOST", defaults);
  }
  const variable = ["PGHOST", "PGSERVICE", "PGDATABASE"].find((name) => setting(env, name) !== null);
  return variable === undefined ? null : complete(new Map(), env, variable, defaults);
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
      hint: "set DB_NAME to the database's name, or give a URL: postgres://USER@HOST:5432/DATABASE",
    });
  }
  return params;
}

function complete(
  given: ReadonlyMap<string, string>,
  env: Environment,
  from: string,
  defaults: Defaults,
): ConnectionSettings {
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
  };
  const service = given.get("service") ?? setting(env, "PGSERVICE");
  const params = new Map([
    ...defaults,
    ...libpqVariables(env),
    ...(service === null ? [] : readService(service, env)),
    ...withSslMode(given),
  ]);
  const port = parsePort(params.get("port") ?? "5432");
  const host = oneHost(params.get("host") ?? defaultHost(port));
  const database = params.get("dbname");
  if (database === undefined) {
    throw new OutgrowError("settings", "the connection names no database", {
      hint: "add it to the URL after the host: postgres://USER@HOST:5432/DATABASE",
    });
  }
  const user = params.get("user") ?? systemUser();
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

function noteIgnored(params: ReadonlyMap<string, string>, warn: (text: string) => void): void {
  if (/^(true|1)$/i.test(params.get("pgbouncer") ?? "")) {
    warn(
      "the URL leads through PgBouncer; outgrow needs a session of its own: use the server's direct port if a move fails",
    );
  }
  for (const key of params.keys()) {
    if (!KNOWN.has(key) && !SILENT.has(key)) {
      warn(`the URL's parameter "${key.slice(0, 40)}" is not used by outgrow and was ignored`);
    }
  }
}
