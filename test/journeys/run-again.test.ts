// The same file moved again: what an earlier run recorded counts only for what it was asked for, and for what is there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ended } from "../support/command.js";
import { makeSqlite, outgrow, type TestDatabase, tempDir, testDatabase } from "../support/server.js";
import { type Gate, makeGate } from "./gate.js";
import { reportOf, row } from "./whole-move.js";

const TWO = `
  create table a (id integer primary key, name text); insert into a values (1, 'one');
  create table b (id integer primary key, name text); insert into b values (2, 'two')`;

function migrate(file: string, database: TestDatabase, ...more: string[]): Promise<Ended> {
  return outgrow(["migrate", file, database.url, "--json", "-q", ...more]);
}

/** A move of `file` that is killed when `steps` steps are recorded. */
async function kill(file: string, database: TestDatabase, steps: number, ...more: string[]): Promise<Gate> {
  const gate = await makeGate(database.url, await database.client());
  await gate.close(steps, "work");
  const killer = new AbortController();
  const run = outgrow(["migrate", file, database.url, "--json", "-q", ...more], {
    signal: killer.signal,
    killWith: "SIGKILL",
  });
  expect(await gate.caught(run)).toBe(true);
  killer.abort();
  await run;
  await gate.open();
  return gate;
}

const errorOf = (ended: Ended) => (ended.json() as { error: { message: string; hint: string } }).error;

describe("a file that was moved before", () => {
  it("is moved by a new plan where other tables are asked for", async () => {
    const database = await testDatabase("again");
    const file = makeSqlite(TWO);
    reportOf(await migrate(file, database, "--include", "a"));
    const report = reportOf(await migrate(file, database, "--include", "b"));
    expect(report).toMatchObject({ resumed: false, tables: [{ source: "b", rows: 1, verified: 1 }] });
  });

  it("refuses decisions that answer nothing instead of leaving them unread", async () => {
    const database = await testDatabase("again");
    const file = makeSqlite(TWO);
    reportOf(await migrate(file, database));
    const stray = await migrate(file, database, "--decide", "nonsense:q.r=abc");
    expect(stray.code).toBe(2);
    expect(errorOf(stray).message).toMatch(/nonsense.*answers no finding/);
  });

  it("is moved anew where its table was dropped", async () => {
    const database = await testDatabase("again");
    const client = await database.client();
    const file = makeSqlite("create table a (id integer primary key); insert into a values (1)");
    reportOf(await migrate(file, database));
    await client.query("drop table a");
    const report = reportOf(await migrate(file, database, "--no-verify"));
    expect(report).toMatchObject({ resumed: false, tables: [{ rows: 1 }] });
    expect(await row(client, "select count(*)::int as n from a")).toEqual({ n: 1 });
  });

  it("differs where a column is gone since", async () => {
    const database = await testDatabase("again");
    const client = await database.client();
    const file = makeSqlite(TWO);
    reportOf(await migrate(file, database));
    await client.query("alter table a drop column name");
    const again = await migrate(file, database);
    expect(again.code, again.stderr).toBe(4);
    expect(again.json()).toMatchObject({ result: "differs" });
    // What the application did since is not undone with the move.
    expect((await migrate(file, database, "--abort")).code).toBe(5);
  });
});

describe("a move that is not finished", () => {
  it("is not gone on with for other options, and is begun anew with --restart", {
    timeout: 60_000,
  }, async () => {
    const database = await testDatabase("other options");
    const file = makeSqlite(TWO);
    await kill(file, database, 2);
    const other = await migrate(file, database, "--rename", "a=other", "--existing-rows", "keep");
    expect(other.code).toBe(5);
    expect(errorOf(other)).toMatchObject({
      message: expect.stringMatching(/was begun with another --existing-rows, --rename or --type$/),
      hint: expect.stringMatching(/--restart/),
    });
    const report = reportOf(await migrate(file, database, "--rename", "a=other", "--restart"));
    expect(report).toMatchObject({ resumed: false, tables: [{ target: "public.other" }, {}] });
  });

  it("is left as it stands by --dry-run and --plan-only", { timeout: 60_000 }, async () => {
    const database = await testDatabase("dry");
    const client = await database.client();
    const file = makeSqlite(TWO);
    await kill(file, database, 3);
    const before = await row(client, "select count(*)::int as steps from outgrow.progress");
    const planFile = join(tempDir(), "plan.yaml");
    for (const more of [["--dry-run"], ["--plan-only", planFile]]) {
      expect(reportOf(await migrate(file, database, ...more))).toMatchObject({
        result: "planned",
        resumed: true,
      });
      expect(await row(client, "select count(*)::int as steps from outgrow.progress")).toEqual(before);
    }
    expect(readFileSync(planFile, "utf8")).toMatch(/name: b/);
    expect(reportOf(await migrate(file, database))).toMatchObject({ result: "moved", resumed: true });
  });
});
