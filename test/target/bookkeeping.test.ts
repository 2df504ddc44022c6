// The schema `outgrow` in a real database: made once, kept from others, one move at a time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBookkeeping, hasBookkeeping } from "#outgrow/target/bookkeeping.js";
import { withClient } from "#outgrow/target/connect.js";
import { lockTarget, unlockTarget } from "#outgrow/target/lock-target.js";
import { doneSteps, findMove, finishMove, openMove, saveStep, setMoveState } from "#outgrow/target/moves.js";
import { parseTarget, type TargetSettings } from "#outgrow/target/settings.js";
import { administer, databaseUrl, type TestDatabase, testDatabase } from "../support/server.js";

const ROLE = `bookkeeping_role_${process.pid}`;

let database: TestDatabase;
let target: TargetSettings;

beforeAll(async () => {
  database = await testDatabase("bookkeeping");
  target = parseTarget(database.url);
  await administer(`create role ${ROLE} login password 'pw'`);
});

afterAll(async () => {
  await database.drop();
  await administer(`drop role ${ROLE}`);
});

describe("the bookkeeping", () => {
  it("is made once, however many begin at the same time", async () => {
    await withClient(target, async (client) => {
      expect(await hasBookkeeping(client)).toBe(false);
    });
    await Promise.all(
      Array.from({ length: 8 }, () => withClient(target, (client) => ensureBookkeeping(client))),
    );
    await withClient(target, async (client) => {
      await ensureBookkeeping(client);
      expect(await hasBookkeeping(client)).toBe(true);
      const { rows } = await client.query<{ relname: string }>(
        "select relname from pg_class where relnamespace = 'outgrow'::regnamespace and relkind = 'r' order by 1",
      );
      expect(rows.map((row) => row.relname)).toEqual([
        "moves",
        "originals",
        "pending_ddl",
        "progress",
        "quarantine",
      ]);
    });
  });

  it("cannot be read by other roles", async () => {
    const other = parseTarget(databaseUrl(database.name, { name: ROLE, password: "pw" }));
    const read = withClient(other, (client) => client.query("select * from outgrow.originals"));
    await expect(read).rejects.toMatchObject({ code: "missing-right" });
  });

  it("holds exactly one of value and bytes, or neither for NULL", async () => {
    await withClient(target, async (client) => {
      const move = await openMove(client, newMove("checks"));
      const put = (kind: string, value: string | null, bytes: Buffer | null) =>
        client.query(
          `insert into outgrow.originals (move, table_name, key, column_name, code, class, value, bytes)
           values ($1, 't', '1', 'c', 'text-nul', $2, $3, $4)`,
          [move, kind, value, bytes],
        );
      await put("text", "a", null);
      await put("text", null, Buffer.from("a\0b"));
      await put("null", null, null);
      await expect(put("text", "a", Buffer.from("a"))).rejects.toMatchObject({ code: "23514" });
      await expect(put("text", null, null)).rejects.toMatchObject({ code: "23514" });
      await expect(put("null", "a", null)).rejects.toMatchObject({ code: "23514" });
      await expect(put("date", "a", null)).rejects.toMatchObject({ code: "23514" });
    });
  });

  it("is refused where a schema of that name is someone else's, or of a later version", async () => {
    const other = await testDatabase("foreign_outgrow");
    await withClient(parseTarget(other.url), async (client) => {
      await client.query("create schema outgrow");
      await expect(ensureBookkeeping(client)).rejects.toMatchObject({
        code: "precondition",
        message: expect.stringMatching(/that outgrow did not make/),
      });
      await client.query("comment on schema outgrow is 'bookkeeping of outgrow, version 99'");
      await expect(ensureBookkeeping(client)).rejects.toMatchObject({
        message: expect.stringMatching(/version 99/),
      });
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    });
  });
});

function newMove(source: string, schema = "shop") {
  return {
    source,
    fingerprint: "f",
    schema,
    plan: { nextId: 2n ** 62n, tables: ["ü", "a\\b'\""] },
    toolVersion: "0.1.0",
  };
}

describe("a move", () => {
  it("is found again as the latest of its schema, with its plan", async () => {
    await withClient(target, async (client) => {
      expect(await findMove(client, { schema: "none" })).toBeNull();
      await openMove(client, newMove("first.db"));
      const id = await openMove(client, newMove("second.db"));
      await openMove(client, newMove("third.db", "elsewhere"));
      expect(await findMove(client, { schema: "shop" })).toMatchObject({
        id,
        source: "second.db",
        schema: "shop",
        state: "loading",
        plan: { nextId: "4611686018427387904", tables: ["ü", "a\\b'\""] },
        finishedAt: null,
        report: null,
      });
      expect(await findMove(client, { schema: "shop", source: "first.db" })).toMatchObject({
        source: "first.db",
      });
      const started = (await findMove(client, { schema: "shop" }))?.startedAt.getTime() ?? 0;
      expect(Math.abs(started - Date.now())).toBeLessThan(60_000);
    });
  });

  it("remembers its steps, each in the transaction that did it", async () => {
    await withClient(target, async (client) => {
      const id = await openMove(client, newMove("steps.db"));
      const counts = { rows: 2_450_000, setAside: 2, substituted: 3, seconds: 1.25 };
      await client.query("begin");
      await saveStep(client, id, "copy orders 1", counts);
      await client.query("rollback");
      expect(await doneSteps(client, id)).toEqual(new Map());
      await saveStep(client, id, "copy orders 1", counts);
      await expect(saveStep(client, id, "copy orders 1", counts)).rejects.toMatchObject({ code: "23505" });
      expect(await doneSteps(client, id)).toEqual(new Map([["copy orders 1", counts]]));
    });
  });

  it("ends with a state and a report", async () => {
    await withClient(target, async (client) => {
      const id = await openMove(client, newMove("ends.db", "ends"));
      await setMoveState(client, id, "loaded");
      expect(await findMove(client, { schema: "ends" })).toMatchObject({ state: "loaded", finishedAt: null });
      await finishMove(client, id, "moved", { rows: 3n });
      const move = await findMove(client, { schema: "ends" });
      expect(move).toMatchObject({ state: "moved", report: { rows: 3 } });
      expect(move?.finishedAt).toBeInstanceOf(Date);
    });
  });
});

describe("the lock of a target schema", () => {
  it("refuses a second run, naming the process, and lets other schemas and the same session pass", async () => {
    await withClient(target, async (first) => {
      await lockTarget(first, "shop");
      await lockTarget(first, "shop");
      await unlockTarget(first, "shop");
      const pid = (await first.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
      await withClient(target, async (second) => {
        await expect(lockTarget(second, "shop")).rejects.toMatchObject({
          code: "precondition",
          message: expect.stringMatching(
            new RegExp(
              `another outgrow works on schema "shop": server process ${pid} from 127.0.0.1, connected since \\d{4}-`,
            ),
          ),
        });
        await lockTarget(second, "Shop");
      });
    });
  });

  it("ends with the session, also when the session is cut", async () => {
    await withClient(target, async (holder) => {
      await lockTarget(holder, "cut");
      const pid = (await holder.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
      await administer(`select pg_terminate_backend(${pid}, 5000)`);
    });
    await withClient(target, (client) => lockTarget(client, "cut"));
  });
});
