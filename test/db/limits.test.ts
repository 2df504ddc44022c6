// Every call ends in its time, and what is held too long is told, on both engines.
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { Database } from "#outgrow/db/index.js";
import { keyColumn, onBothEngines, openEmpty, rejection } from "./both-engines.js";

onBothEngines("limits", (engine) => {
  const slowRead =
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000000) select count(*) as c from n";
  const slowWrite = `insert into t (v) ${slowRead}`;
  // The time by which the tests wait for what has an end: a machine with much to do is slow.
  const soon = 4_000;

  async function open(settings: Parameters<typeof openEmpty>[1]) {
    const opened = await openEmpty(engine, settings);
    await opened.db.execute(`create table t (${keyColumn(engine)}, v bigint)`);
    return opened;
  }

  async function timed(work: Promise<unknown>): Promise<{ error: Error; ms: number }> {
    const began = performance.now();
    const error = await rejection(work);
    return { error, ms: performance.now() - began };
  }

  const rows = async (db: Database) =>
    (await db.get<{ n: number }>("select count(*) as n from t", [], { timeoutMs: 0 }))?.n;

  it("stop a statement that reads, and one that writes, of which nothing stays", async () => {
    const { db } = await open({ statementTimeoutMs: 150 });
    for (const run of [() => db.query(slowRead), () => db.execute(slowWrite)]) {
      const { error, ms } = await timed(run());
      expect(error).toMatchObject({ code: "timeout" });
      expect(ms).toBeLessThan(150 + soon);
    }
    expect(await rows(db)).toBe(0);
  });

  it("hold for one call alone where it has its own", async () => {
    const { db } = await open({ statementTimeoutMs: 150 });
    const sql = slowRead.replace("5000000", "1500000");
    expect(await db.get(sql, [], { timeoutMs: 60_000 })).toEqual({ c: 1_500_000 });
    expect(await rejection(db.query(slowRead))).toMatchObject({ code: "timeout" });
    expect(await rejection(db.query(slowRead, [], { timeoutMs: 50 }))).toMatchObject({ code: "timeout" });
  });

  it("of the caller's own signal stop a statement at once", async () => {
    // In SQLite the writer comes back when the statement that was stopped has come to its end.
    const { db } = await open({ acquireTimeoutMs: 30_000 });
    const stop = AbortSignal.timeout(200);
    const { error, ms } = await timed(db.query(slowRead, [], { signal: stop }));
    expect(error).toMatchObject({ code: "cancelled" });
    expect(ms).toBeLessThan(soon);
    const write = new AbortController();
    setTimeout(() => write.abort(), 100);
    expect(await rejection(db.execute(slowWrite, [], { signal: write.signal }))).toMatchObject({
      code: "cancelled",
    });
    expect(await rejection(db.query("select 1", [], { signal: AbortSignal.abort() }))).toMatchObject({
      code: "cancelled",
    });
    expect(await rows(db)).toBe(0);
    await db.execute("insert into t (v) values (1)", [], { signal: new AbortController().signal });
    expect(await rows(db)).toBe(1);
  });

  it("stop a statement in a transaction, and the transaction with it", async () => {
    const { db } = await open({ statementTimeoutMs: 200 });
    const { error, ms } = await timed(
      db.transaction(async (tx) => {
        await tx.execute("insert into t (v) values (1)");
        await tx.query(slowRead);
      }),
    );
    expect(error).toMatchObject({ code: "timeout" });
    expect(ms).toBeLessThan(200 + soon);
    expect(await rows(db)).toBe(0);
  });

  it("end the wait for a connection that is not given back", async () => {
    const { db, lines } = await open({ acquireTimeoutMs: 300, pool: { max: 1 }, heldTooLongMs: 100 });
    const tx = await db.beginTransaction();
    const waiting = [db.beginTransaction(), db.execute("insert into t (v) values (1)")];
    const state = db.state();
    for (const { error, ms } of await Promise.all(waiting.map((wait) => timed(wait)))) {
      expect(error).toMatchObject({ code: "acquire-timeout", message: expect.stringContaining("300 ms") });
      expect(ms).toBeLessThan(1_300);
      expect(ms).toBeGreaterThan(250);
    }
    expect(state.waiting).toBe(2);
    expect(state.inUse).toBeGreaterThan(0);
    const held = lines.find((line) => /open for \d+ ms/.test(line.message));
    expect(held?.stack).toContain("limits.test.ts");
    await tx.rollback();
    await db.execute("insert into t (v) values (1)");
    expect(db.state()).toMatchObject({ inUse: 0, waiting: 0 });
  });

  it("report a stream that is held, with the place that reads it", async () => {
    const { db, lines } = await open({ heldTooLongMs: 50 });
    await db.execute("insert into t (v) values (1)");
    for await (const _row of db.stream("select v from t")) await sleep(200);
    const held = lines.filter((line) => /^a stream is open for/.test(line.message));
    expect(held).toEqual([expect.objectContaining({ stack: expect.stringContaining("limits.test.ts") })]);
    await sleep(100);
    expect(db.state().inUse).toBe(0);
  });

  it("serve those who wait in the order of their coming", async () => {
    const { db } = await open({ pool: { max: 1 } });
    const order: number[] = [];
    const first = await db.beginTransaction();
    const others = [1, 2, 3, 4].map((i) => db.transaction(async () => void order.push(i)));
    await sleep(50);
    await first.commit();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("roll back a transaction in which nothing happens", async () => {
    const { db } = await open({ idleTransactionTimeoutMs: 200 });
    const tx = await db.beginTransaction();
    await tx.execute("insert into t (v) values (1)");
    await sleep(600);
    expect(await rejection(tx.execute("insert into t (v) values (2)"))).toMatchObject({ code: "timeout" });
    expect(await rejection(tx.commit())).toMatchObject({ code: "timeout" });
    await tx.rollback();
    await db.execute("insert into t (v) values (3)");
    expect(await rows(db)).toBe(1);
  });

  it("find a handle that was dropped without an end, and who took it", async () => {
    const held: string[] = [];
    const { db, lines } = await open({
      pool: { max: 1 },
      hooks: { onHeld: ({ kind, stack }) => void held.push(`${kind} ${stack}`) },
    });
    await leak(db);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    for (let i = 0; i < 50 && held.length === 0; i++) {
      collect();
      await sleep(20);
    }
    expect(held).toEqual([expect.stringMatching(/^leaked [\s\S]*at leak /)]);
    expect(lines.some((line) => /dropped without commit/.test(line.message))).toBe(true);
    await db.execute("insert into t (v) values (2)");
    expect(await rows(db)).toBe(1);
  });

  it("tell the hooks what was waited for and what was run", async () => {
    const events: unknown[] = [];
    const { db } = await open({
      hooks: {
        onAcquire: ({ error }) => void events.push(["acquire", error]),
        onQuery: ({ sql, rowCount, error, inTransaction }) =>
          void events.push([sql, rowCount, error, inTransaction]),
        onTransaction: ({ attempts, error }) => void events.push(["transaction", attempts, error]),
      },
    });
    events.length = 0;
    await db.execute("insert into t (v) values (?), (?)", [1, 2]);
    await db.transaction((tx) => tx.query("select v from t"));
    await rejection(db.execute("insert into nowhere values (1)"));
    expect(events).toEqual([
      ["acquire", null],
      ["insert into t (v) values (?), (?)", 2, null, false],
      ["acquire", null],
      ["select v from t", 2, null, true],
      ["transaction", 1, null],
      ["acquire", null],
      ["insert into nowhere values (1)", 0, "syntax", false],
    ]);
  });

  it("let close() wait for what is under way, and nothing begin after it", async () => {
    const { db } = await open({});
    const running = db.get(slowRead.replace("5000000", "300000"));
    const closed = db.close();
    expect(await running).toEqual({ c: 300_000 });
    await closed;
    expect(await rejection(db.beginTransaction())).toMatchObject({ code: "closed" });
  });
});

/** Not inlined, so that nothing of its frame keeps the handle. */
async function leak(db: Database): Promise<void> {
  const tx = await db.beginTransaction();
  await tx.execute("insert into t (v) values (1)");
}
