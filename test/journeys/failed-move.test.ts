// A move that fails, or is disturbed by writers of its source, says what is known: one document with a result in every case.
import type { ChildProcess } from "node:child_process";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";
import { makeGate } from "./gate.js";
import { reportOf } from "./whole-move.js";

describe("the document of a move that fails", () => {
  it("has the error, the result, and the tables and findings as far as they are known", async () => {
    const database = await testDatabase("failed");
    const client = await database.client();
    await client.query(
      `create table a (id int primary key); create table b (id int, exclude (id with =));
       insert into b values (5)`,
    );
    const file = makeSqlite(
      `create table a (id integer primary key); insert into a values (1), (2);
       create table b (id integer primary key); insert into b values (5)`,
    );
    const failed = await outgrow([
      "migrate",
      file,
      database.url,
      "--json",
      "-q",
      "--jobs",
      "1",
      "--existing-rows",
      "keep",
    ]);
    expect(failed.code).toBe(1);
    expect(failed.json()).toMatchObject({
      result: "failed",
      error: { code: "failed", message: expect.stringMatching(/exclusion constraint/), hint: null },
      tables: [
        { source: "a", rows: 2 },
        { source: "b", rows: 0 },
      ],
      findings: [{ code: "existing-rows" }],
      resumed: false,
    });
  });

  it("has the error and the result where nothing else is known", async () => {
    const database = await testDatabase("failed");
    const missing = await outgrow(["migrate", "/nowhere/at-all.db", database.url, "--json"]);
    expect(missing.code).toBe(6);
    expect(missing.json()).toEqual({
      result: "failed",
      error: expect.objectContaining({ code: "source-missing" }),
    });
    const file = makeSqlite(
      "create table t (id integer primary key, name text); insert into t values (1, 'x')",
    );
    const wrong = await outgrow(["migrate", file, database.url, "--json", "--type", "t.name=integer"]);
    expect(wrong.code).toBe(3);
    expect(wrong.json()).toMatchObject({ result: "blocked" });
  });
});

describe("a source that is in use", () => {
  const CONTENT = "create table t (id integer primary key); insert into t values (1), (2)";
  const LARGE = "; create table large (b blob); insert into large values (zeroblob(9000000))";

  it("is told of where a reader keeps its writers out for long", async () => {
    const database = await testDatabase("in use");
    const journal = await outgrow(["migrate", makeSqlite(CONTENT + LARGE), database.url, "--json"]);
    expect(journal.stderr).toMatch(/is not in WAL mode: programs that write it wait/);
    const wal = makeSqlite(`pragma journal_mode = wal; ${CONTENT}${LARGE}`);
    const ended = await outgrow(["migrate", wal, database.url, "--json", "--schema", "other"]);
    expect(reportOf(ended)).toMatchObject({ warnings: [] });
    expect(ended.stderr).not.toMatch(/WAL/);
  });

  it("moves as it was at the beginning, and the report says what came after", async () => {
    const database = await testDatabase("in use");
    const file = makeSqlite(`pragma journal_mode = wal; ${CONTENT}`);
    const gate = await makeGate(database.url, await database.client());
    await gate.close(1, "work");
    const run = outgrow(["migrate", file, database.url, "--json"], {
      onStart: (_child: ChildProcess) => undefined,
    });
    expect(await gate.caught(run)).toBe(true);
    const db = new Database(file);
    db.exec("insert into t values (3); create table late (id integer primary key)");
    db.close();
    await gate.open();
    expect(reportOf(await run)).toMatchObject({
      result: "moved",
      tables: [{ source: "t", rows: 2, verified: 2 }],
      warnings: [
        expect.stringMatching(/was written during the move: what was written after .* is not in the target$/),
      ],
    });
  });
});
