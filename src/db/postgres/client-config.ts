// How pg is told to connect: nothing is left to its own reading of the environment.

import pg, { type ClientConfig } from "pg";
import { OutgrowError } from "../../base/errors.js";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import { tlsOptions } from "../settings/tls.js";

export type Transport = "plain" | "tls";

/** What to try, in order: only allow and prefer have a second choice (PostgreSQL 34.19, table 34.1). */
export function transports(settings: ConnectionSettings): Transport[] {
  switch (settings.ssl.mode) {
    case "disable":
      return ["plain"];
    case "allow":
      return ["plain", "tls"];
    case "prefer":
      return ["tls", "plain"];
    default:
      return ["tls"];
  }
}

/** TLS failed, or pg_hba.conf refused this transport (28000); a wrong password would be wrong the other way too. */
export function mayTryOther(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    return error.code === "28000";
  }
  return /SSL|TLS|EPROTO/.test(
    `${String(error)} ${error instanceof Error && "code" in error ? error.code : ""}`,
  );
}

/** Throws `target-auth` while connecting, where the server wants a password and none is set. */
export function clientConfig(settings: ConnectionSettings, transport: Transport): ClientConfig {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    // A function, so that pg neither looks into the environment nor reads ~/.pgpass itself.
    password: () => {
      if (settings.password === null) {
        throw new OutgrowError(
          "target-auth",
          `the server wants a password for user "${settings.user}", none is set`,
          { hint: "set PGPASSWORD or DB_PASSWORD, or add a line to ~/.pgpass" },
        );
      }
      return settings.password;
    },
    ssl: sslOf(settings, transport),
    sslnegotiation: "postgres",
    enableChannelBinding: transport === "tls",
    application_name: settings.applicationName,
    ...(settings.options === null ? {} : { options: settings.options }),
    connectionTimeoutMillis: settings.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  };
}

/** Always a value: without one pg would read PGSSLMODE, with its own meaning of the words. */
export function sslOf(settings: ConnectionSettings, transport: Transport): NonNullable<ClientConfig["ssl"]> {
  return transport === "tls" ? tlsOptions(settings.ssl) : false;
}
