// What a server must be like before a move, and what is said where it is not.
import { connect as connectSocket, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { ensureBookkeeping } from "#outgrow/target/bookkeeping.js";
import { checkServer, type ServerFacts } from "#outgrow/target/check-server.js";
import { withClient } from "#outgrow/target/connect.js";
import { parseTarget, type TargetSettings } from "#outgrow/target/settings.js";
import { administer, databaseUrl, serverMajor, type TestDatabase, testDatabase } from "../support/server.js";
import { ownServer, writeServerFile } from "./own-server.js";

const ROLE = `check_role_${process.pid}`;

let database: TestDatabase;
let asAdmin: TargetSettings;
let asRole: TargetSettings;

beforeAll(async () => {
  database = await testDatabase("check_server");
  await administer(`create role ${ROLE} login password 'pw'`);
  asAdmin = parseTarget(database.url);
  asRole = parseTarget(databaseUrl(database.name, { name: ROLE, password: "pw" }));
});

afterAll(async () => {
  await database.drop();
  await administer(`drop role ${ROLE}`);
});

function check(settings: TargetSettings, schema = "public"): Promise<ServerFacts> {
  return withClient(settings, (client) => checkServer(client, schema));
}

async function refusal(settings: TargetSettings, schema = "public"): Promise<OutgrowError> {
  const error: unknown = await check(settings, schema).catch((thrown: unknown) => thrown);
  if (!(error instanceof OutgrowError)) {
    throw new Error(`no refusal but ${JSON.stringify(error)}`);
  }
  return error;
}

function sql(...statements: string[]): Promise<void> {
  return withClient(asAdmin, async (client) => {
    for (const statement of statements) {
      await client.query(statement);
    }
  });
}

describe("a server that will do", () => {
  it("is described", async () => {
    const facts = await check(asAdmin);
    expect(Math.floor(facts.versionNumber / 10_000)).toBe(serverMajor());
    expect(facts).toMatchObject({
      database: database.name,
      superuser: true,
      schemaExists: true,
      bookkeepingExists: false,
      encoding: "UTF8",
      collation: "C",
      encrypted: false,
      walLevel: "replica",
      maxConnections: 200,
      freeDiskBytes: null,
      pooled: false,
    });
    expect(facts.version).toMatch(/^\d+\.\d+$/);
    expect(facts.sharedBuffersBytes).toBeGreaterThan(1_000_000);
    expect(facts.databaseBytes).toBeGreaterThan(1_000_000);
    expect(facts.openConnections).toBeGreaterThan(0);
    expect(facts.notes).toEqual([]);
  });

  it("may lack the schema, which can be made", async () => {
    expect((await check(asAdmin, "not there yet")).schemaExists).toBe(false);
  });
});

describe("rights", () => {
  it("to make schemas are asked for with the GRANT to type, and the GRANT suffices", async () => {
    const error = await refusal(asRole, "Store");
    expect(error.code).toBe("missing-right");
    expect(error.message).toContain('may not create schema "Store"');
    const grant = error.hint?.replace(/^.*: grant/, "grant") ?? "";
    await sql(grant);
    expect((await check(asRole, "Store")).superuser).toBe(false);
    await sql(grant.replace("grant", "revoke").replace(" to ", " from "));
  });

  it("in a schema that is there are asked for in the same way", async () => {
    await sql(`create schema "Theirs"`, `grant create on database "${database.name}" to ${ROLE}`);
    const error = await refusal(asRole, "Theirs");
    expect([error.code, error.message]).toEqual([
      "missing-right",
      expect.stringMatching(/create tables in schema "Theirs"/),
    ]);
    await sql(error.hint?.replace(/^.*: grant/, "grant") ?? "");
    await check(asRole, "Theirs");
  });

  it("to bookkeeping that another role made are asked for", async () => {
    await withClient(asAdmin, (client) => ensureBookkeeping(client));
    const error = await refusal(asRole, "Theirs");
    expect([error.code, error.message]).toEqual([
      "missing-right",
      expect.stringMatching(/schema "outgrow" belongs to/),
    ]);
    await sql("drop schema outgrow cascade");
    await withClient(asRole, (client) => ensureBookkeeping(client));
    expect((await check(asRole, "Theirs")).bookkeepingExists).toBe(true);
  });
});

describe("a server that will not do", () => {
  it("because the database is read-only names the setting", async () => {
    await administer(`alter database "${database.name}" set default_transaction_read_only = on`);
    try {
      const error = await refusal(asAdmin);
      expect([error.code, error.exitCode]).toEqual(["server-is-replica", 5]);
      expect(error.hint).toMatch(/reset default_transaction_read_only/);
    } finally {
      await administer(`alter database "${database.name}" reset default_transaction_read_only`);
    }
  });

  it("because the database is not UTF8 says how to make one that is", async () => {
    const name = `latin_${process.pid}`;
    await administer(`create database ${name} template template0 encoding 'LATIN1' locale 'C'`);
    try {
      const error = await refusal(parseTarget(databaseUrl(name)));
      expect([error.code, error.message]).toEqual([
        "precondition",
        expect.stringMatching(/encoded in LATIN1/),
      ]);
      expect(error.hint).toContain("--encoding=UTF8");
    } finally {
      await administer(`drop database ${name}`);
    }
  });

  it("because it is a standby asks for the primary", async () => {
    const primary = await ownServer();
    await primary.stop();
    writeServerFile(primary, "standby.signal", "");
    const standby = await ownServer({}, primary.dataDir);
    try {
      const error = await refusal(parseTarget(standby.url));
      expect([error.code, error.message]).toEqual(["server-is-replica", expect.stringMatching(/standby/)]);
      expect(error.hint).toMatch(/primary/);
    } finally {
      await standby.stop();
    }
  });
});

describe("a server behind a pooler", () => {
  let proxy: Server;

  afterAll(() => {
    proxy.close();
  });

  /** Passes everything on but the process id, as PgBouncer does, which makes up its own. */
  async function pooler(port: number): Promise<number> {
    proxy = createServer((client) => {
      const server = connectSocket(port, "127.0.0.1");
      client.pipe(server);
      server.on("data", (chunk: Buffer) => {
        const keyData = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
        if (keyData >= 0) {
          chunk.writeInt32BE(77, keyData + 5);
        }
        client.write(chunk);
      });
      server.on("close", () => client.destroy());
      client.on("error", () => server.destroy());
      client.on("close", () => server.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  it("is noticed and noted", async () => {
    const port = await pooler(asAdmin.port);
    const facts = await check({ ...asAdmin, port });
    expect(facts.pooled).toBe(true);
    expect(facts.notes.join()).toMatch(/pooler/);
  });

  it("that forgets the session's settings is refused", async () => {
    const error: unknown = await withClient(asAdmin, async (client) => {
      await client.query("discard all");
      return checkServer(client, "public");
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/does not keep the settings/),
    });
  });
});

describe("a schema that is not for applications", () => {
  it.each(["outgrow", "pg_catalog", "information_schema", ""])("refuses %j", async (schema) => {
    const database = await testDatabase();
    await expect(
      withClient(parseTarget(database.url), (client) => checkServer(client, schema)),
    ).rejects.toMatchObject({
      code: "settings",
    });
  });
});
