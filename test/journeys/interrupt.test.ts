// A move that is stopped, disturbed or started at the wrong moment: each ends in a state that the next command goes on from.
import type { ChildProcess } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, tempDir, testDatabase } from "../support/server.js";
import { ownServer } from "../target/own-server.js";
import { type Gate, makeGate } from "./gate.js";
import { migrateOdd } from "./kill-move.js";
import { makeOdd, ODD_DECISIONS } from "./odd-shop.js";
import { expectWhole, reportOf } from "./whole-move.js";

interface Held {
  source: string;
  database: TestDatabase;
  client: pg.Client;
  gate: Gate;
  /** Sends a signal to the move. */
  send(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** A move that is held in its step number `steps`. */
async function held(steps: number, label: string): Promise<Held> {
  const source = makeSqlite((db) => makeOdd(db, 600), "odd.db");
  const database = await testDatabase(label);
  const client = await database.client();
  const gate = await makeGate(database.url, client);
  await gate.close(steps, "work");
  let child: ChildProcess | null = null;
  const ended = outgrow(["migrate", source, database.url, "--jobs", "2", "--json", ...ODD_DECISIONS], {
    onStart: (started) => {
      child = started;
    },
  });
  expect(await gate.caught(ended)).toBe(true);
  return { source, database, client, gate, ended, send: (signal) => child?.kill(signal) };
}

async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {}); // the server is going to be stopped
  await client.connect();
  return client;
}

function errorOf(ended: Ended): { code: string; message: string; hint: string } {
  return (ended.json() as { error: { code: string; message: string; hint: string } }).error;
}

/** In the middle of the copy: 4 tables are made, one is copied. */
const COPYING = 5;
/** In the middle of the keys. */
const KEYS = 12;

describe("a move", () => {
  it("ends with exit code 7 where the server is restarted, and goes on", { timeout: 120_000 }, async () => {
    const source = makeSqlite((db) => makeOdd(db, 600), "odd.db");
    const home = join(tempDir(), "data");
    const server = await ownServer({}, home);
    const holder = await connectTo(server.url);
    const gate = await makeGate(server.url, holder);
    await gate.close(COPYING, "work");
    const ended = migrateOdd(source, server.url);
    expect(await gate.caught(ended)).toBe(true);
    // SIGQUIT is the immediate shutdown: no commit, no checkpoint, recovery at the next start.
    process.kill(server.pid, "SIGQUIT");
    const lost = await ended;
    expect(lost.code, lost.stderr).toBe(7);
    expect(errorOf(lost).code).toBe("target-lost");
    const down = await migrateOdd(source, server.url);
    expect(down.code, down.stderr).toBe(7);
    expect(errorOf(down)).toMatchObject({
      code: "target-unreachable",
      hint: expect.stringMatching(/start the server/),
    });
    const again = await ownServer({}, home);
    const client = await connectTo(again.url);
    try {
      await client.query("delete from gate.closed");
      await expectWhole(source, again.url, client, reportOf(await migrateOdd(source, again.url)));
    } finally {
      await client.end();
      await again.stop();
    }
  });

  it.each([
    ["SIGINT", 130, COPYING],
    ["SIGINT", 130, KEYS],
    ["SIGTERM", 143, COPYING],
  ] as const)(
    "ends the step under way at %s, reports interrupted with exit code %i, and goes on",
    async (signal, code, steps) => {
      const { source, database, client, gate, ended, send } = await held(steps, `stop by ${signal}`);
      send(signal);
      await sleep(300);
      await gate.open();
      const stopped = await ended;
      expect(stopped.code, stopped.stderr).toBe(code);
      expect(stopped.json()).toMatchObject({ result: "interrupted" });
      expect(stopped.stderr).toMatch(/once more to stop at once/);
      const report = reportOf(await migrateOdd(source, database.url));
      expect(report.resumed).toBe(true);
      await expectWhole(source, database.url, client, report);
    },
  );

  it("stops at once at the second SIGINT, and goes on", async () => {
    const { source, database, client, gate, ended, send } = await held(COPYING, "stop twice");
    send("SIGINT");
    await sleep(300);
    send("SIGINT");
    expect((await ended).code).toBe(130); // while the step is still held
    await gate.open();
    await expectWhole(source, database.url, client, reportOf(await migrateOdd(source, database.url)));
  });

  it("ends with exit code 7 where its connections are cut, and goes on", async () => {
    const { source, database, client, gate, ended } = await held(COPYING, "cut");
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'outgrow%'",
    );
    const cut = await ended;
    expect(cut.code, cut.stderr).toBe(7);
    expect(errorOf(cut)).toMatchObject({
      code: "target-lost",
      message: expect.stringMatching(/^the connection to PostgreSQL at 127\.0\.0\.1:\d+ was lost: /),
      hint: "run the same command again; it goes on where it stopped",
    });
    await gate.open();
    await expectWhole(source, database.url, client, reportOf(await migrateOdd(source, database.url)));
  });

  it("ends with exit code 7 where one worker's connection is cut, and goes on", async () => {
    const { source, database, client, gate, ended } = await held(COPYING, "cut one");
    await client.query(
      `select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
    );
    await gate.open();
    expect((await ended).code).toBe(7);
    await expectWhole(source, database.url, client, reportOf(await migrateOdd(source, database.url)));
  });

  it("refuses to go on where the source changed since, and begins anew with --restart", async () => {
    const { source, database, client, gate, ended, send } = await held(COPYING, "changed source");
    send("SIGKILL");
    await ended;
    await gate.open();
    const db = new Database(source);
    db.exec("insert into no_key values ('a late row', 1)");
    db.close();
    const refused = await migrateOdd(source, database.url);
    expect(refused.code, refused.stderr).toBe(5);
    expect(errorOf(refused)).toMatchObject({
      code: "source-changed",
      message: expect.stringMatching(/odd\.db"? changed since its move began$/),
      hint: expect.stringMatching(/--restart/),
    });
    const anew = await outgrow(["migrate", source, database.url, "--json", "--restart", ...ODD_DECISIONS]);
    const report = reportOf(anew);
    expect(report.resumed).toBe(false);
    await client.query(
      "delete from outgrow.quarantine where move = 1; delete from outgrow.originals where move = 1",
    );
    await expectWhole(source, database.url, client, report);
  });

  it("refuses another file while the move of one is not finished", async () => {
    const { source, database, gate, ended, send } = await held(COPYING, "other file");
    send("SIGKILL");
    await ended;
    await gate.open();
    const other = source.replace("odd.db", "other.db");
    copyFileSync(source, other);
    const refused = await migrateOdd(other, database.url);
    expect(refused.code, refused.stderr).toBe(5);
    expect(errorOf(refused)).toMatchObject({
      code: "wrong-state",
      message: expect.stringMatching(/a move of .*odd\.db.* into schema "public" is not finished/),
      hint: expect.stringMatching(/--restart/),
    });
  });

  it("refuses to run beside another of the same schema, and leaves that one alone", async () => {
    const { source, database, client, gate, ended } = await held(COPYING, "two at once");
    const second = await migrateOdd(source, database.url);
    expect(second.code, second.stderr).toBe(5);
    expect(errorOf(second)).toMatchObject({
      code: "precondition",
      message: expect.stringMatching(
        /^another outgrow works on schema "public": server process \d+ from 127\.0\.0\.1/,
      ),
      hint: expect.stringMatching(/pg_terminate_backend/),
    });
    await gate.open();
    await expectWhole(source, database.url, client, reportOf(await ended));
  });

  it("copies nothing a second time after it ended, and compares everything again", async () => {
    const source = makeSqlite((db) => makeOdd(db, 600), "odd.db");
    const database = await testDatabase("again");
    const client = await database.client();
    const first = reportOf(await migrateOdd(source, database.url));
    const before = await client.query("select xmin, ctid, * from public.ticks order by id");
    const again = reportOf(await migrateOdd(source, database.url));
    expect(again.resumed).toBe(true);
    expect(again.verified).toEqual(first.verified);
    const after = await client.query("select xmin, ctid, * from public.ticks order by id");
    expect(after.rows).toEqual(before.rows);
    await expectWhole(source, database.url, client, again);
  });
});
