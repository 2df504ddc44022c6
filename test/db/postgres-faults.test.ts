// What a bare pool gets wrong: each is tried on a real server, which is stopped, killed, silent or cut off.
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, type LogLine, openDatabase } from "#outgrow/db/index.js";
import { PostgresPool } from "#outgrow/db/postgres/pool.js";
import { poolSettings } from "#outgrow/db/postgres/settings.js";
import { parseConnectionUrl } from "#outgrow/db/settings/connection-settings.js";
import { startEmbedded } from "#outgrow/target/embedded.js";
import { whenOver } from "../support/lifetime.js";
import { clientToolsDir, type TestDatabase, testDatabase } from "../support/server.js";
import { ownServer } from "../target/own-server.js";
import { openAgain, rejection } from "./both-engines.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase("faults");
  const client = await database.client();
  await client.query("create table t (id bigint generated always as identity primary key, v text)");
});

beforeEach(async () => {
  await (await database.client()).query("truncate t");
});

async function timed(work: Promise<unknown>): Promise<{ error: Error; ms: number }> {
  const began = performance.now();
  return { error: await rejection(work), ms: performance.now() - began };
}

const values = async () => {
  const { rows } = await (await database.client()).query<{ v: string }>("select v from t order by id");
  return rows.map(({ v }) => v);
};

describe("a pool", () => {
  it("outlives its idle clients", async () => {
    const { db, lines } = await openAgain(database.url);
    await Promise.all([1, 2, 3].map(() => db.query("select pg_sleep(0.05)")));
    expect(db.state().idle).toBe(3);
    const other = await database.client();
    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'outgrow' and pid <> pg_backend_pid()",
    );
    await sleep(200);
    expect(lines.filter((line) => /idle connection .* ended/.test(line.message))).toHaveLength(3);
    expect(await db.get("select 1 as one")).toEqual({ one: 1 });
  });

  it("gives a transaction a live connection where the one at hand has died unnoticed", async () => {
    const proxy = await startProxy(database.url);
    const { db } = await openAgain(proxy.url, { pool: { max: 1 } });
    await db.query("select 1");
    let isFirst = true;
    proxy.onSend = (text) => {
      const isCut = isFirst && /begin/.test(text);
      isFirst &&= !isCut;
      return isCut ? "cut" : "pass";
    };
    let runs = 0;
    await db.transaction(
      async (tx) => {
        runs += 1;
        await tx.execute("insert into t (v) values ('a')");
      },
      { attempts: 1 },
    );
    expect([runs, isFirst]).toEqual([1, false]);
    expect(await values()).toEqual(["a"]);
  });

  it("lends no connection that came back inside a transaction, so that it swallows no later write", async () => {
    const lines: LogLine[] = [];
    const pool = new PostgresPool({
      connection: parseConnectionUrl(database.url, {}, "argument"),
      pool: poolSettings({ max: 1 }, {}),
      acquireTimeoutMs: 2_000,
      session: {},
      log: (line) => void lines.push(line),
      hooks: {},
    });
    whenOver(() => pool.close());
    for (const leftOpen of ["begin", "begin; select 1/0"]) {
      const client = await pool.acquire();
      await client.query(leftOpen).catch(() => undefined);
      pool.release(client, false);
      const next = await pool.acquire();
      await next.query("insert into t (v) values ('kept')");
      pool.release(next, false);
    }
    expect(await values()).toEqual(["kept", "kept"]);
    expect(lines.filter((line) => /inside a transaction/.test(line.message))).toHaveLength(2);
  });

  it("replaces connections after their uses and their lifetime", async () => {
    const pidOf = async (db: Database) => (await db.get("select pg_backend_pid() as pid"))?.pid;
    const { db: used } = await openAgain(database.url, { pool: { max: 1, maxUses: 2 } });
    const pids = [await pidOf(used), await pidOf(used), await pidOf(used)];
    expect(pids[1]).toBe(pids[0]);
    expect(pids[2]).not.toBe(pids[0]);
    const { db: old } = await openAgain(database.url, { pool: { max: 1, lifetimeMs: 200 } });
    const first = await pidOf(old);
    await sleep(400);
    await pidOf(old);
    expect(await pidOf(old)).not.toBe(first);
  });

  it("sets what the values and the limits rest on in every session", async () => {
    const { db } = await openAgain(`${database.url}?options=-c%20TimeZone%3DAsia/Tokyo`, {
      statementTimeoutMs: 7_000,
      pool: { lockTimeoutMs: 900 },
    });
    const shown = await db.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name in ('TimeZone', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by 1",
    );
    expect(Object.fromEntries(shown.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: "UTC",
      statement_timeout: "7000",
      lock_timeout: "900",
      idle_in_transaction_session_timeout: "65000",
    });
  });
});

describe("the way to the server", () => {
  it("that is refused ends within its time, with a sentence and no password", async () => {
    const { db } = await openAgain("postgres://u:s3cret@127.0.0.1:1/shop", { acquireTimeoutMs: 500 });
    const { error, ms } = await timed(db.query("select 1"));
    expect(error).toMatchObject({
      code: "connection",
      message: expect.stringContaining("nothing listens there"),
    });
    expect(ms).toBeLessThan(1_500);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("s3cret");
  });

  it("that answers nothing ends within its time", async () => {
    const silent = createServer();
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    whenOver(() => void silent.close());
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { db } = await openAgain(`postgres://u:p@127.0.0.1:${port}/shop`, { acquireTimeoutMs: 400 });
    const { error, ms } = await timed(db.beginTransaction());
    expect(error.message).toMatch(/no answer within|not free within/);
    expect(["connection", "acquire-timeout"]).toContain((error as { code?: string }).code);
    expect(ms).toBeLessThan(1_400);
  });

  it("that is not let in says why at once", async () => {
    const url = new URL(database.url);
    url.password = "wrong";
    const { db } = await openAgain(url.href, { acquireTimeoutMs: 30_000 });
    expect(await rejection(db.query("select 1"))).toMatchObject({ code: "login" });
    url.password = new URL(database.url).password;
    url.pathname = "/nowhere_at_all";
    const { db: none } = await openAgain(url.href, { acquireTimeoutMs: 30_000 });
    expect(await rejection(none.query("select 1"))).toMatchObject({ code: "login" });
  });

  it("that falls silent is given up after the statement's own limit", async () => {
    const proxy = await startProxy(database.url);
    const { db } = await openAgain(proxy.url, { statementTimeoutMs: 300 });
    await db.query("select 1");
    proxy.answer = () => "hold";
    const read = await timed(db.query("select v from t"));
    expect(read.error).toMatchObject({ code: "connection" });
    expect(read.ms).toBeLessThan(1_300);
    proxy.answer = () => "pass";
    await db.query("select 1");
    proxy.answer = () => "hold";
    const write = await timed(db.execute("insert into t (v) values ('?')"));
    expect(write.error).toMatchObject({ code: "in-doubt" });
    expect(write.ms).toBeLessThan(1_300);
    proxy.answer = () => "pass";
    expect(await db.get("select 1 as one")).toEqual({ one: 1 });
  });
});

describe("a connection that is cut", () => {
  it("before COMMIT was sent runs the function again", async () => {
    const proxy = await startProxy(database.url);
    const { db } = await openAgain(proxy.url);
    let runs = 0;
    await db.transaction(async (tx) => {
      runs += 1;
      await tx.execute("insert into t (v) values (?)", [`run ${runs}`]);
      if (runs === 1) proxy.cut();
      await tx.execute("insert into t (v) values (?)", ["second"]);
    });
    expect(runs).toBe(2);
    expect(await values()).toEqual(["run 2", "second"]);
  });

  it("after COMMIT was sent is in doubt, and nothing runs again", async () => {
    for (const isDone of [true, false]) {
      const proxy = await startProxy(database.url);
      const { db } = await openAgain(proxy.url);
      let runs = 0;
      const result = db.transaction(async (tx) => {
        runs += 1;
        await tx.execute("insert into t (v) values ('x')");
        cutAtCommit(proxy, isDone);
      });
      expect(await rejection(result)).toMatchObject({
        code: "in-doubt",
        hint: expect.stringContaining("token"),
      });
      expect(runs).toBe(1);
    }
    expect(await values()).toEqual(["x"]);
  });

  it("after COMMIT was sent is settled by a token: done stays done, undone is done again", async () => {
    for (const isDone of [true, false]) {
      const proxy = await startProxy(database.url);
      const { db } = await openAgain(proxy.url);
      let runs = 0;
      const given = await db.transaction(
        async (tx) => {
          runs += 1;
          await tx.execute("insert into t (v) values (?)", [`${isDone}`]);
          if (runs === 1) cutAtCommit(proxy, isDone);
          return runs;
        },
        { token: true },
      );
      expect(given).toBe(isDone ? 1 : 2);
    }
    expect(await values()).toEqual(["true", "false"]);
  });

  it("stays in doubt, with its token, where the server cannot be asked", async () => {
    const proxy = await startProxy(database.url);
    const { db } = await openAgain(proxy.url, { acquireTimeoutMs: 300 });
    const result = db.transaction(
      async (tx) => {
        await tx.execute("insert into t (v) values ('y')");
        cutAtCommit(proxy, true);
        proxy.refuse = true;
      },
      { token: true },
    );
    const error = await rejection(result);
    expect(error).toMatchObject({ code: "in-doubt", token: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const { token } = error as { token?: string };
    const { rows } = await (await database.client()).query("select 1 from outgrow_commits where token = $1", [
      token,
    ]);
    expect(rows).toHaveLength(1);
  });

  it("during a statement of its own is in doubt if it writes", async () => {
    const proxy = await startProxy(database.url);
    const { db } = await openAgain(proxy.url);
    await db.query("select 1");
    proxy.answer = () => "cut";
    expect(await rejection(db.execute("insert into t (v) values ('z')"))).toMatchObject({ code: "in-doubt" });
    proxy.answer = () => "pass";
    await db.query("select 1");
    proxy.answer = () => "cut";
    expect(await rejection(db.query("select v from t"))).toMatchObject({ code: "connection" });
  });
});

describe("transactions in each other's way", () => {
  it("run again until each has had its turn, and lose nothing", async () => {
    const { db } = await openAgain(database.url, { attempts: 30 });
    await db.execute("create table counters (id int primary key, n int)");
    await db.execute("insert into counters values (1, 0)");
    await Promise.all(
      Array.from({ length: 12 }, () =>
        db.transaction(async (tx) => {
          const row = await tx.get<{ n: number }>("select n from counters where id = 1");
          await tx.execute("update counters set n = ? where id = 1", [(row?.n ?? 0) + 1]);
        }),
      ),
    );
    expect(await db.get("select n from counters")).toEqual({ n: 12 });
  });

  it("are not run again more often than told, and a handle never", async () => {
    const { db } = await openAgain(database.url);
    await db.execute("create table pairs (id int primary key, n int)");
    await db.execute("insert into pairs values (1, 0), (2, 0)");
    const [a, b] = [await db.beginTransaction(), await db.beginTransaction()];
    for (const tx of [a, b]) await tx.query("select sum(n) from pairs");
    await a.execute("update pairs set n = 1 where id = 1");
    await b.execute("update pairs set n = 1 where id = 2");
    await a.commit();
    expect(await rejection(b.commit())).toMatchObject({ code: "serialization" });
    await b.rollback();
  });

  it("that lock each other out are told as a deadlock, and one of them runs again", async () => {
    const { db } = await openAgain(database.url, { isolation: "read-committed", pool: { lockTimeoutMs: 0 } });
    await db.execute("create table locks (id int primary key, n int)");
    await db.execute("insert into locks values (1, 0), (2, 0)");
    let runs = 0;
    const both = ([first, second]: [number, number]) =>
      db.transaction(async (tx) => {
        runs += 1;
        await tx.execute("update locks set n = n + 1 where id = ?", [first]);
        await sleep(150);
        await tx.execute("update locks set n = n + 1 where id = ?", [second]);
      });
    await Promise.all([both([1, 2]), both([2, 1])]);
    expect(runs).toBeGreaterThan(2);
    expect(await db.query("select n from locks")).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it("wait for a lock no longer than told", async () => {
    const { db } = await openAgain(database.url, {
      isolation: "read-committed",
      pool: { lockTimeoutMs: 200 },
      attempts: 1,
    });
    const holder = await db.beginTransaction();
    await holder.execute("lock table t in exclusive mode");
    expect(await rejection(db.execute("insert into t (v) values ('w')"))).toMatchObject({ code: "busy" });
    await holder.rollback();
  });
});

describe("a server that starts again under load", () => {
  let url: string;
  let stop: () => Promise<void>;
  let startAgain: () => Promise<void>;

  beforeAll(async () => {
    const server = await ownServer();
    const { port, dataDir } = server;
    url = server.url;
    let running = server;
    stop = () => running.stop();
    startAgain = async () => {
      await running.stop();
      const binDir = clientToolsDir();
      running = await startEmbedded({
        dataDir,
        port,
        durable: false,
        ...(binDir === null ? {} : { binDir }),
      });
      url = running.url;
    };
  });

  afterAll(() => stop());

  it("costs no acknowledged write and no process, and every call ends", async () => {
    const { db } = await openAgain(url, { acquireTimeoutMs: 2_000 });
    await db.execute("create table log (n int primary key)");
    const acknowledged: number[] = [];
    const codes = new Map<string, number>();
    let longest = 0;
    let isRunning = true;
    let next = 0;
    const writer = async () => {
      while (isRunning) {
        const n = ++next;
        const began = performance.now();
        try {
          await db.transaction((tx) => tx.execute("insert into log values (?)", [n]));
          acknowledged.push(n);
        } catch (error) {
          const code = (error as { code?: string }).code ?? String(error);
          codes.set(code, (codes.get(code) ?? 0) + 1);
        }
        longest = Math.max(longest, performance.now() - began);
      }
    };
    const writers = Array.from({ length: 6 }, writer);
    await sleep(400);
    await startAgain();
    const before = acknowledged.length;
    await sleep(600);
    isRunning = false;
    await Promise.all(writers);
    const { db: after } = await openAgain(url);
    const kept = new Set((await after.query<{ n: number }>("select n from log")).map(({ n }) => n));
    expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
    expect(before).toBeGreaterThan(20);
    expect(acknowledged.length).toBeGreaterThan(before);
    for (const code of codes.keys()) expect(["connection", "in-doubt", "acquire-timeout"]).toContain(code);
    expect(longest).toBeLessThan(30_000);
  });
});

/** What becomes of the server's answer. */
type Answer = "pass" | "hold" | "cut";

interface Proxy {
  url: string;
  /** Asked for each piece of what the client sends, before it goes on. */
  onSend: (text: string) => "pass" | "cut";
  answer: () => Answer;
  refuse: boolean;
  cut(): void;
}

/** With `isDone` the server hears COMMIT and its answer is lost, else COMMIT itself is. */
function cutAtCommit(proxy: Proxy, isDone: boolean): void {
  proxy.onSend = (text) => {
    if (!/commit/i.test(text)) return "pass";
    proxy.onSend = () => "pass";
    if (!isDone) return "cut";
    proxy.answer = () => {
      proxy.answer = () => "pass";
      return "cut";
    };
    return "pass";
  };
}

/** Between the client and the run's server. */
async function startProxy(to: string): Promise<Proxy> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const proxy: Proxy = {
    url: "",
    onSend: () => "pass",
    answer: () => "pass",
    refuse: false,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
  const server = createServer((client) => {
    if (proxy.refuse) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (data) =>
      proxy.onSend(data.toString("latin1")) === "cut" ? end() : upstream.write(data),
    );
    upstream.on("data", (data) => {
      const answer = proxy.answer();
      if (answer === "cut" && proxy.refuse) proxy.cut();
      else if (answer === "cut") end();
      else if (answer === "pass") client.write(data);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenOver(() => {
    proxy.cut();
    server.close();
  });
  const address = server.address();
  const url = new URL(to);
  url.port = String(typeof address === "object" ? address?.port : 0);
  proxy.url = url.href;
  return proxy;
}

describe("the environment", () => {
  it("names the database in the order DATABASE_URL, DB_*, PG*", async () => {
    const { port, username, password } = new URL(database.url);
    const plan = {
      DB_HOST: "127.0.0.1",
      DB_PORT: port,
      DB_NAME: database.name,
      DB_USER: username,
      DB_PASSWORD: password,
    };
    const libpq = {
      PGHOST: "127.0.0.1",
      PGPORT: port,
      PGDATABASE: "nowhere",
      PGUSER: username,
      PGPASSWORD: password,
    };
    const open = async (env: Record<string, string>) => {
      const db = await openDatabase({ env, log: null });
      whenOver(() => db.close());
      return db;
    };
    const named = async (env: Record<string, string>) =>
      (await (await open(env)).get<{ name: string }>("select current_database() as name"))?.name;
    expect(await named({ DATABASE_URL: database.url, ...plan, DB_NAME: "nowhere" })).toBe(database.name);
    expect(await named({ ...libpq, ...plan })).toBe(database.name);
    expect(await named({ ...libpq, PGDATABASE: database.name })).toBe(database.name);
    expect((await open({ ...plan, DATABASE_URL: "sqlite::memory:" })).engine).toBe("sqlite");
    expect((await open({ ...plan, DB_POOL_MAX: "3" })).state().max).toBe(3);
    expect((await open(plan)).state().max).toBe(20);
    for (const env of [
      {},
      { DATABASE_URL: "mysql://h/d" },
      { ...plan, DB_POOL_MAX: "many" },
      { ...plan, DB_SSL: "maybe" },
    ]) {
      expect(await rejection(openDatabase({ env })), JSON.stringify(env)).toMatchObject({ code: "settings" });
    }
  });

  it("turns TLS on in production, which a server without it is told by", async () => {
    const { db } = await openAgain(database.url, { env: { NODE_ENV: "production" }, acquireTimeoutMs: 500 });
    expect(await rejection(db.query("select 1"))).toMatchObject({
      code: "login",
      hint: expect.stringContaining("sslmode=disable"),
    });
    const { db: plain } = await openAgain(`${database.url}?sslmode=disable`, {
      env: { NODE_ENV: "production" },
    });
    expect(await plain.get("select 1 as one")).toEqual({ one: 1 });
  });
});
