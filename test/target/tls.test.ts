// sslmode against a real server with certificates of an authority made for the test.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { withClient } from "#outgrow/target/connect.js";
import type { EmbeddedServer } from "#outgrow/target/embedded.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { tempDir } from "../support/server.js";
import { ownServer, writeServerFile } from "./own-server.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) {
  console.error("skipped: TLS with a real server: openssl is not on the PATH");
}

const HBA = `
hostnossl all plain_only all scram-sha-256
hostssl all tls_only all scram-sha-256
hostssl all cert_only all cert map=certs
host all postgres all scram-sha-256
`;

function openssl(dir: string, ...args: string[]): void {
  execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
}

/** An authority `NAME.crt`, `NAME.key`. */
function makeAuthority(dir: string, name: string): void {
  openssl(
    dir,
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.crt`,
  );
}

/** A certificate of `authority` for `subject`; `names` as openssl's subjectAltName. */
function makeCertificate(
  dir: string,
  authority: string,
  name: string,
  subject: string,
  names: string | null,
): void {
  openssl(
    dir,
    "req",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    `/CN=${subject}`,
    ...(names === null ? [] : ["-addext", `subjectAltName=${names}`]),
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
  );
  openssl(
    dir,
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    "-CA",
    `${authority}.crt`,
    "-CAkey",
    `${authority}.key`,
    "-CAcreateserial",
    "-days",
    "2",
    "-copy_extensions",
    "copy",
    "-out",
    `${name}.crt`,
  );
}

describe.skipIf(!hasOpenssl)("TLS with a real server", () => {
  let server: EmbeddedServer;
  let dir: string;

  beforeAll(async () => {
    dir = tempDir();
    makeAuthority(dir, "ours");
    makeAuthority(dir, "theirs");
    makeCertificate(dir, "ours", "server", "localhost", "DNS:localhost");
    makeCertificate(dir, "ours", "client", "postgres", null);
    server = await ownServer();
    const read = (name: string) => readFileSync(join(dir, name), "utf8");
    for (const name of ["server.crt", "server.key"]) {
      writeServerFile(server, name, read(name));
    }
    writeServerFile(server, "authority.crt", read("ours.crt"));
    writeServerFile(server, "pg_ident.conf", "certs postgres cert_only\n");
    writeServerFile(server, "pg_hba.conf", HBA);
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query("alter system set ssl_ca_file = 'authority.crt'");
    await client.query("alter system set ssl = on");
    await client.query("create role plain_only login password 'pw'");
    await client.query("create role tls_only login password 'pw'");
    await client.query("create role cert_only login");
    await client.end();
    await server.stop();
    server = await ownServer({}, server.dataDir);
  });

  afterAll(async () => {
    await server.stop();
  });

  function url(host: string, query: string, user?: string): string {
    const base = new URL(server.url);
    const login = user === undefined ? `${base.username}:${base.password}` : `${user}:pw`;
    return `postgres://${login}@${host}:${base.port}/postgres?${query}`;
  }

  async function encrypted(target: string): Promise<boolean> {
    return withClient(parseTarget(target), async (client) => {
      const { rows } = await client.query<{ ssl: boolean }>(
        "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
      );
      return rows[0]?.ssl === true;
    });
  }

  async function refusal(target: string): Promise<OutgrowError> {
    const error: unknown = await encrypted(target).catch((thrown: unknown) => thrown);
    if (!(error instanceof OutgrowError)) {
      throw new Error(`no refusal but ${error}`);
    }
    return error;
  }

  const ca = (name = "ours") => `sslrootcert=${join(dir, `${name}.crt`)}`;

  it("verify-full accepts the authority's certificate with the right name", async () => {
    expect(await encrypted(url("localhost", `sslmode=verify-full&${ca()}`))).toBe(true);
    expect(await encrypted(url("localhost", ca()))).toBe(true);
  });

  it("verify-full refuses without the authority, and with another", async () => {
    for (const query of ["sslmode=verify-full", `sslmode=verify-full&${ca("theirs")}`]) {
      const error = await refusal(url("localhost", query));
      expect(error.code).toBe("target-tls");
      expect(error.message).toMatch(/not signed by an authority known here/);
      expect(error.hint).toContain("sslrootcert=FILE");
    }
  });

  it("verify-full refuses a certificate for another name", async () => {
    const error = await refusal(url("127.0.0.1", `sslmode=verify-full&${ca()}`));
    expect(error.code).toBe("target-tls");
    expect(error.message).toMatch(/made out to another name/);
    expect(error.hint).toContain("verify-ca");
  });

  it("verify-ca, and require with an authority, check the chain and not the name", async () => {
    for (const mode of ["verify-ca", "require"]) {
      expect(await encrypted(url("127.0.0.1", `sslmode=${mode}&${ca()}`))).toBe(true);
      expect((await refusal(url("127.0.0.1", `sslmode=${mode}&${ca("theirs")}`))).code).toBe("target-tls");
    }
  });

  it("require alone, and prefer, encrypt without checking", async () => {
    expect(await encrypted(url("127.0.0.1", "sslmode=require"))).toBe(true);
    expect(await encrypted(url("127.0.0.1", "sslmode=prefer"))).toBe(true);
  });

  it("disable, allow and the default on this machine go plain", async () => {
    expect(await encrypted(url("127.0.0.1", "sslmode=disable"))).toBe(false);
    expect(await encrypted(url("127.0.0.1", "sslmode=allow"))).toBe(false);
    expect(await encrypted(url("127.0.0.1", ""))).toBe(false);
  });

  it("allow and prefer take the other way where pg_hba.conf refuses the first", async () => {
    expect(await encrypted(url("127.0.0.1", "sslmode=allow", "tls_only"))).toBe(true);
    expect(await encrypted(url("127.0.0.1", "sslmode=prefer", "plain_only"))).toBe(false);
  });

  it("a login that pg_hba.conf refuses over this transport names the way out", async () => {
    const error = await refusal(url("127.0.0.1", "", "tls_only"));
    expect(error.code).toBe("target-auth");
    expect(error.hint).toMatch(/server wants TLS/);
  });

  it("a client certificate logs in where the server asks for one", async () => {
    const files = `sslcert=${join(dir, "client.crt")}&sslkey=${join(dir, "client.key")}`;
    expect(await encrypted(url("localhost", `${ca()}&${files}`, "cert_only"))).toBe(true);
    expect((await refusal(url("localhost", ca(), "cert_only"))).code).toBe("target-auth");
  });

  it("settings survive the way into a worker thread", async () => {
    const copy = structuredClone(parseTarget(url("127.0.0.1", `sslmode=verify-ca&${ca()}`)));
    await withClient(copy, (client) => client.query("select 1"));
  });
});
