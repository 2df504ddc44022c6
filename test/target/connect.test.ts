// Connections to a real server: settings, values, and what every failure says.
import { createServer, type Server } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { connect, endClient, SESSION_SETTINGS, targetError, withClient } from "#outgrow/target/connect.js";
import { parseTarget, type TargetSettings } from "#outgrow/target/settings.js";
import { administer, type TestDatabase, testDatabase } from "../support/server.js";

const PASSWORD = "s3cret & Ünusual:/?#@";
const ROLE = `connect_role_${process.pid}`;

let database: TestDatabase;
let target: TargetSettings;

beforeAll(async () => {
  database = await testDatabase("connect");
  target = parseTarget(database.url);
  await administer(`create role ${ROLE} login password '${PASSWORD}'`);
});

afterAll(async () => {
  await database.drop();
  await administer(`drop role ${ROLE}`);
});

/** Everything a program could print about the error, its causes and properties among it. */
async function failure(run: Promise<unknown>): Promise<{ error: OutgrowError; printed: string }> {
  const error: unknown = await run.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OutgrowError)) {
    throw error;
  }
  return { error, printed: `${inspect(error, { depth: 20, showHidden: true })}\n${JSON.stringify(error)}` };
}

function changed(change: Partial<TargetSettings>): TargetSettings {
  return { ...target, ...change };
}

/** A server that takes connections and does with them what `answer` says. */
async function fakeServer(
  answer: Parameters<typeof createServer>[1],
): Promise<{ port: number; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

describe("a connection", () => {
  it("has the session settings whatever the role, the database or the URL say", async () => {
    await administer(`alter database "${database.name}" set datestyle = 'German'`);
    await administer(`alter database "${database.name}" set search_path = 'nonsense', 'public'`);
    await administer(`alter database "${database.name}" set bytea_output = 'escape'`);
    await administer(`alter role ${ROLE} set extra_float_digits = -15`);
    await administer(`alter role ${ROLE} set timezone = 'Asia/Kathmandu'`);
    await administer(`alter role ${ROLE} set statement_timeout = '1ms'`);
    const settings = changed({ user: ROLE, password: PASSWORD, options: "-c client_encoding=LATIN1" });
    await withClient(settings, async (client) => {
      for (const [name, wanted] of Object.entries(SESSION_SETTINGS)) {
        const { rows } = await client.query<{ value: string | null }>(
          "select current_setting($1, true) as value",
          [name],
        );
        const value = rows[0]?.value;
        expect([name, value === "" ? null : value]).toEqual([name, value == null ? null : wanted]);
      }
      const { rows } = await client.query("select 'ü→💶'::text as text, 0.1::float8 + 0.2::float8 as sum");
      expect(rows[0]).toEqual({ text: "ü→💶", sum: "0.30000000000000004" });
    });
  });

  it("gives values as PostgreSQL's text, but booleans and integers", async () => {
    await withClient(target, async (client) => {
      const { rows } = await client.query(
        `select true as "bool", 7::int2 as "int2", 8::int4 as "int4", 9223372036854775807 as "int8", 1.50::numeric as "numeric",
                '2026-01-02 03:04:05.123456+00'::timestamptz as "timestamptz", '{"a":  1}'::json as "json",
                '\\x00ff'::bytea as "bytea", null::int8 as "null", 'infinity'::float8 as "float8", array[1, 2] as "array"`,
      );
      expect(rows[0]).toEqual({
        bool: true,
        int2: 7,
        int4: 8,
        int8: 9223372036854775807n,
        numeric: "1.50",
        timestamptz: "2026-01-02 03:04:05.123456+00",
        json: '{"a":  1}',
        bytea: "\\x00ff",
        null: null,
        float8: "Infinity",
        array: "{1,2}",
      });
    });
  });

  it("says who it is, and takes a password of any characters", async () => {
    await withClient(changed({ user: ROLE, password: PASSWORD }), async (client) => {
      const { rows } = await client.query(
        "select current_user as user, current_setting('application_name') as name",
      );
      expect(rows[0]).toEqual({ user: ROLE, name: "outgrow" });
    });
  });

  it("is ended by withClient, also when the work fails with an error of its own", async () => {
    const bug = new TypeError("a bug");
    let pid = 0;
    const run = withClient(target, async (client) => {
      pid = (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid ?? 0;
      throw bug;
    });
    await expect(run).rejects.toBe(bug);
    await withClient(target, async (client) => {
      await expect
        .poll(
          async () => (await client.query("select 1 from pg_stat_activity where pid = $1", [pid])).rowCount,
        )
        .toBe(0);
    });
  });

  it("may be ended twice", async () => {
    const client = await connect(target);
    await endClient(client);
    await endClient(client);
  });
});

describe("a connection that breaks", () => {
  async function kill(pid: number): Promise<void> {
    await administer(`select pg_terminate_backend(${pid}, 5000)`);
  }

  it("rejects the query under way as lost and resumable", async () => {
    const { error } = await failure(
      withClient(target, async (client) => {
        const pid = (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid ?? 0;
        await Promise.all([client.query("select pg_sleep(60)"), kill(pid)]);
      }),
    );
    expect(error.code).toBe("target-lost");
    expect(error.hint).toMatch(/run the same command again/);
  });

  it("while idle does not end the process, and rejects the next query", async () => {
    const { error } = await failure(
      withClient(target, async (client) => {
        const pid = (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid ?? 0;
        await kill(pid);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await client.query("select 1");
      }),
    );
    expect(error.code).toBe("target-lost");
  });
});

describe("a failure to connect", () => {
  it.each([
    [
      "a wrong password",
      { password: "wr0ng-password" },
      "target-auth",
      /refused the password of user/,
      /PGPASSWORD/,
    ],
    ["no password", { password: null }, "target-auth", /wants a password/, /pgpass/],
    [
      "no such user",
      { user: "nobody-here" },
      "target-auth",
      /refused the password of user "nobody-here"/,
      /URL/,
    ],
    [
      "no such database",
      { database: "no such db" },
      "target-unreachable",
      /has no database/,
      /createdb .*'no such db'/,
    ],
    ["nothing listening", { port: 1 }, "target-unreachable", /nothing listens there/, /start the server/],
    [
      "nothing listening at a name",
      { host: "localhost", port: 1 },
      "target-unreachable",
      /nothing listens/,
      /port/,
    ],
    [
      "an unknown name",
      { host: "no.such.host.invalid" },
      "target-unreachable",
      /name .* is not known/,
      /host's name/,
    ],
    [
      "no socket",
      { host: "/no/such/dir" },
      "target-unreachable",
      /no socket \/no\/such\/dir\/\.s\.PGSQL/,
      /directory/,
    ],
  ] as const)("by %s names the cause and what to do", async (_name, change, code, message, hint) => {
    const { error } = await failure(connect(changed(change)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.message).not.toMatch(/\.$/);
  });

  it("by a server without TLS names sslmode=disable", async () => {
    const { error } = await failure(connect(parseTarget(`${database.url}?sslmode=verify-full`)));
    expect(error.code).toBe("target-tls");
    expect(error.hint).toContain("sslmode=disable");
    for (const mode of ["allow", "prefer"]) {
      await withClient(parseTarget(`${database.url}?sslmode=${mode}`), (client) => client.query("select 1"));
    }
  });

  it("by silence ends after the connection timeout", async () => {
    const { port, server } = await fakeServer(() => undefined);
    try {
      const begun = performance.now();
      const { error } = await failure(connect(changed({ port, connectTimeoutMs: 300 })));
      expect(error.message).toMatch(/no answer within 0.3 s/);
      expect(error.code).toBe("target-unreachable");
      expect(performance.now() - begun).toBeLessThan(3_000);
    } finally {
      server.close();
    }
  });

  it("by a server that hangs up, or that is another program, is told apart from a loss in mid-work", async () => {
    const hangUp = await fakeServer((socket) => socket.destroy());
    const web = await fakeServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    try {
      expect((await failure(connect(changed({ port: hangUp.port })))).error.code).toBe("target-unreachable");
      const overTls = parseTarget(`postgres://u:p@127.0.0.1:${web.port}/db?sslmode=require`);
      const { error } = await failure(connect(overTls));
      expect([error.code, error.message]).toEqual([
        "target-unreachable",
        expect.stringMatching(/not PostgreSQL's/),
      ]);
    } finally {
      hangUp.server.close();
      web.server.close();
    }
  });

  it("never shows the password, in no text and no cause", async () => {
    const secret = "Sw0rdfish-of-the-test";
    const attempts: Partial<TargetSettings>[] = [
      {},
      { user: "nobody-here" },
      { port: 1 },
      { host: "localhost", port: 1 },
      { host: "no.such.host.invalid" },
      { host: "/no/such/dir" },
      { options: `-c no_such_setting=${secret}` },
    ];
    for (const change of attempts) {
      const { printed } = await failure(connect(changed({ password: secret, ...change })));
      expect(printed).not.toContain(secret);
    }
    // The server repeats what it was told: here the password itself, as a value and as a name.
    const right = changed({ user: ROLE, password: PASSWORD });
    const { printed } = await failure(
      withClient(right, (client) => client.query(`select "${PASSWORD}", '${PASSWORD}'::int4`)),
    );
    expect(printed).not.toContain(PASSWORD);
    expect(target.displayUrl).not.toContain(target.password ?? "none");
  });
});

describe("an error of the server", () => {
  const asRole = () => changed({ user: ROLE, password: PASSWORD });

  it("that a right is missing has its own code", async () => {
    const { error } = await failure(withClient(asRole(), (client) => client.query("create schema nope")));
    expect([error.code, error.exitCode]).toEqual(["missing-right", 5]);
  });

  it("that the session is read-only has its own code", async () => {
    const settings = changed({ options: "-c default_transaction_read_only=on" });
    const { error } = await failure(
      withClient(settings, (client) => client.query("create table public.t (a int)")),
    );
    expect(error.code).toBe("server-is-replica");
  });

  it("that a lock is not given has its own code", async () => {
    await withClient(target, async (holder) => {
      await holder.query("create table public.locked (a int)");
      await holder.query("begin");
      await holder.query("lock table public.locked");
      const { error } = await failure(
        withClient(target, async (client) => {
          await client.query("set lock_timeout = '50ms'");
          await client.query("select * from public.locked");
        }),
      );
      expect(error.code).toBe("precondition");
      await holder.query("rollback");
    });
  });

  it("that is none of these comes out with its words and SQLSTATE", async () => {
    const { error } = await failure(withClient(target, (client) => client.query("select 1/0")));
    expect(error.code).toBe("failed");
    expect(error.message).toMatch(/division by zero \(SQLSTATE 22012\)/);
  });

  it("that the disk is full has its own code, by SQLSTATE and by words", async () => {
    // A full disk cannot be made without harm; the server itself raises both here.
    for (const raise of [
      "raise exception using errcode = '53100', message = 'could not extend file: No space left on device'",
      "raise exception using errcode = '58030', message = 'could not write to file: No space left on device'",
    ]) {
      const { error } = await failure(
        withClient(target, (client) => client.query(`do $$ begin ${raise}; end $$`)),
      );
      expect([error.code, error.exitCode]).toEqual(["disk-full", 1]);
    }
  });

  it("passes an error of outgrow through unchanged", () => {
    const own = new OutgrowError("blocked", "x");
    expect(targetError(own, target)).toBe(own);
  });

  it("by too many connections of the role says so", async () => {
    await administer(`alter role ${ROLE} connection limit 1`);
    try {
      const first = await connect(asRole());
      try {
        const { error } = await failure(connect(asRole()));
        expect([error.code, error.message]).toEqual([
          "target-unreachable",
          expect.stringMatching(/no more connections/),
        ]);
      } finally {
        await endClient(first);
      }
    } finally {
      await administer(`alter role ${ROLE} connection limit -1`);
    }
  });

  it("that a role may not log in comes out as a failed login", async () => {
    await administer(`alter role ${ROLE} nologin`);
    const { error } = await failure(connect(asRole()));
    await administer(`alter role ${ROLE} login`);
    expect([error.code, error.message]).toEqual([
      "target-auth",
      expect.stringMatching(/not permitted to log in/),
    ]);
  });
});
