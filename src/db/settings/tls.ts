// What sslmode and its files mean (PostgreSQL 34.19), resolved to plain data and then to what pg takes.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { OutgrowError } from "../../base/errors.js";
import { type Environment, readTextFile } from "./environment.js";

const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

export type SslMode = (typeof MODES)[number];

/** Plain data, so that settings can be handed to a worker thread. Certificates and keys are PEM text. */
export interface TlsSettings {
  mode: SslMode;
  /** What is checked once TLS stands: nothing, the chain to an authority, or the chain and the host's name. */
  verify: "none" | "ca" | "full";
  /** Null: the authorities that come with Node. */
  ca: string | null;
  cert: string | null;
  key: string | null;
  passphrase: string | null;
  crl: string | null;
}

/** Whether connections to `host` stay on this machine: a socket directory, localhost or a loopback address. */
export function isLocal(host: string): boolean {
  return host.startsWith("/") || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}

/**
 * Reads sslmode, sslrootcert, sslcert, sslkey, sslpassword and sslcrl as libpq does. Without a mode: plain on this
 * machine, verify-full elsewhere and wherever an authority is named. Throws `settings`.
 */
export function resolveTls(
  params: ReadonlyMap<string, string>,
  host: string,
  env: Environment,
  warn: (text: string) => void,
): TlsSettings {
  const home = env.HOME ? join(env.HOME, ".postgresql") : null;
  const ownFile = (name: string) => (home !== null && existsSync(join(home, name)) ? join(home, name) : null);
  const rootcert = params.get("sslrootcert") ?? null;
  const mode =
    sslMode(params.get("sslmode")) ?? (isLocal(host) && rootcert === null ? "disable" : "verify-full");
  const none = { ca: null, cert: null, key: null, passphrase: null, crl: null };
  if (host.startsWith("/") || mode === "disable") {
    if (mode === "disable" && !isLocal(host)) {
      warn("sslmode=disable: the password's proof and all data travel unencrypted");
    }
    // libpq ignores sslmode on Unix sockets, where the server offers no TLS.
    return { mode: "disable", verify: "none", ...none };
  }
  const caFile = rootcert === "system" ? null : (rootcert ?? ownFile("root.crt"));
  const certFile = params.get("sslcert") ?? ownFile("postgresql.crt");
  const keyFile = params.get("sslkey") ?? (certFile === null ? null : ownFile("postgresql.key"));
  const verify = checked(mode, caFile, rootcert);
  if (verify === "none") {
    warn(`sslmode=${mode} does not verify who the server is; sslmode=verify-full does`);
  }
  return {
    mode,
    verify,
    ca: pem(caFile, "sslrootcert"),
    cert: pem(certFile, "sslcert"),
    key: pem(keyFile, "sslkey"),
    passphrase: params.get("sslpassword") ?? null,
    crl: pem(params.get("sslcrl") ?? ownFile("root.crl"), "sslcrl"),
  };
}

function checked(mode: SslMode, caFile: string | null, rootcert: string | null): TlsSettings["verify"] {
  if (rootcert === "system" && mode !== "verify-full") {
    throw new OutgrowError("settings", `sslmode=${mode} cannot be used with sslrootcert=system`, {
      hint: "write sslmode=verify-full",
    });
  }
  if (mode === "verify-ca" && caFile === null) {
    // Any server with a public certificate would do then, so libpq demands the file as well.
    throw new OutgrowError("settings", "sslmode=verify-ca needs the authority's certificate", {
      hint: "add sslrootcert=FILE, or write sslmode=verify-full",
    });
  }
  if (mode === "verify-full") {
    return "full";
  }
  // "If a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca" (34.19.1).
  return mode === "verify-ca" || (mode === "require" && caFile !== null) ? "ca" : "none";
}

/** Certificates may stand in a variable as text; libpq knows files only. */
function pem(pathOrText: string | null, name: string): string | null {
  if (pathOrText === null || pathOrText.startsWith("-----BEGIN ")) {
    return pathOrText;
  }
  return readTextFile(pathOrText, name);
}

function sslMode(word: string | undefined): SslMode | null {
  if (word === undefined) {
    return null;
  }
  const mode = MODES.find((known) => known === word);
  if (mode === undefined) {
    throw new OutgrowError("settings", `sslmode "${word}" is not known`, {
      hint: `write one of ${MODES.join(", ")}`,
    });
  }
  return mode;
}

/** The modes in words that drivers and frameworks use in place of sslmode; null for one that is none of them. */
export function sslWord(word: string): SslMode | null {
  const mode = MODES.find((known) => known === word);
  if (mode !== undefined) {
    return mode;
  }
  if (/^(true|1|on|yes)$/i.test(word)) {
    return "verify-full";
  }
  if (/^(false|0|off|no)$/i.test(word)) {
    return "disable";
  }
  return word === "no-verify" ? "require" : null;
}

/** What pg takes as `ssl`, for an attempt over TLS. */
export function tlsOptions(tls: TlsSettings): ConnectionOptions {
  return {
    rejectUnauthorized: tls.verify !== "none",
    ...(tls.verify === "ca" ? { checkServerIdentity: () => undefined } : {}),
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
    ...(tls.passphrase === null ? {} : { passphrase: tls.passphrase }),
    ...(tls.crl === null ? {} : { crl: tls.crl }),
  };
}
