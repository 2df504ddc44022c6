// Down files: the last first, each with its record gone, and what is refused before anything runs.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { revertMigrations, runMigrations } from "#outgrow/db/schema/index.js";
import { ENGINES, exec, folder, place, put, recorded, refusal, tables } from "./places.js";

const FILES = {
  "001_a.sql": "create table a (id integer)",
  "001_a.down.sql": "drop table a",
  "002_b.sql": "create table b (id integer)",
  "002_b.down.sql": "drop table b;",
  "003_c.sql": "create table c (id integer)",
  "003_c.down.sql": "drop table c",
};

describe.each(ENGINES)("on %s", (engine) => {
  async function upped(more: Record<string, string | null> = {}) {
    const one = await place(engine);
    const dir = folder({ ...FILES, ...more });
    await runMigrations(await one.open(), dir);
    return { one, dir };
  }

  it("undoes the last file, some, all above a number, or all, and runs them again", async () => {
    const { one, dir } = await upped();
    const { files } = await revertMigrations(await one.open(), dir);
    expect(files).toMatchObject([{ number: 3, file: "003_c.down.sql", statements: 1 }]);
    expect(await tables(one)).toEqual(["a", "b"]);
    await runMigrations(await one.open(), dir);
    await revertMigrations(await one.open(), dir, { steps: 2 });
    expect(await recorded(one)).toEqual(["1 a applied"]);
    await runMigrations(await one.open(), dir);
    await revertMigrations(await one.open(), dir, { to: 2 });
    expect(await tables(one)).toEqual(["a", "b"]);
    await revertMigrations(await one.open(), dir, { to: 0 });
    expect(await tables(one)).toEqual([]);
    expect(await revertMigrations(await one.open(), dir)).toMatchObject({ files: [] });
    await runMigrations(await one.open(), dir);
    expect(await tables(one)).toEqual(["a", "b", "c"]);
  });

  it("undoes a file that was changed since, so that it can run anew", async () => {
    const { one, dir } = await upped();
    put(dir, { "003_c.sql": "create table c (id integer, more integer)" });
    await revertMigrations(await one.open(), dir);
    await runMigrations(await one.open(), dir);
    expect(await one.rows("select more from c")).toEqual([]);
  });

  it("refuses before anything runs where one has no way back", async () => {
    const { one, dir } = await upped({ "002_b.down.sql": null });
    expect(await refusal(revertMigrations(await one.open(), dir, { steps: 3 }))).toMatchObject({
      code: "wrong-state",
      message: expect.stringContaining('"002_b.sql" has no way back'),
    });
    rmSync(join(dir, "003_c.sql"));
    rmSync(join(dir, "003_c.down.sql"));
    expect((await refusal(revertMigrations(await one.open(), dir))).message).toMatch(
      /the file 3 "c" was applied/,
    );
    expect(await tables(one)).toEqual(["a", "b", "c"]);
  });

  it("keeps file and record where a down file fails", async () => {
    const { one, dir } = await upped({ "002_b.down.sql": "drop table b;\ndrop table nowhere" });
    const refused = await refusal(revertMigrations(await one.open(), dir, { to: 0 }));
    expect(refused.message).toMatch(/^"002_b.down.sql", line 2: /);
    expect(await tables(one)).toEqual(["a", "b"]);
    expect(await recorded(one)).toEqual(["1 a applied", "2 b applied"]);
  });

  it("goes on with a down file that stopped outside a transaction", async () => {
    const { one, dir } = await upped({
      "003_c.down.sql": "-- outgrow: no-transaction\ndrop table c;\ndrop table later;",
    });
    expect((await refusal(revertMigrations(await one.open(), dir))).hint).toContain(
      "schema down --after-failure",
    );
    expect(await recorded(one)).toEqual(["1 a applied", "2 b applied", "3 c revert-failed 1"]);
    for (const refused of [
      await refusal(revertMigrations(await one.open(), dir)),
      await refusal(runMigrations(await one.open(), dir)),
    ]) {
      expect(refused.code).toBe("wrong-state");
      expect(refused.hint).toContain("outgrow schema down --after-failure");
    }
    await revertMigrations(await one.open(), dir, { afterFailure: "done" });
    expect(await recorded(one)).toEqual(["1 a applied", "2 b applied"]);
  });

  it("resumes a down file with the statement that failed", async () => {
    const { one, dir } = await upped({
      "003_c.down.sql": "-- outgrow: no-transaction\ndrop table c;\ndrop table later;",
    });
    await refusal(revertMigrations(await one.open(), dir));
    await exec(one, "create table later (a integer)");
    await revertMigrations(await one.open(), dir, { afterFailure: "resume" });
    expect(await tables(one)).toEqual(["a", "b"]);
    expect(await recorded(one)).toEqual(["1 a applied", "2 b applied"]);
  });

  it("undoes a file that itself stopped half way", async () => {
    const { one, dir } = await upped();
    put(dir, {
      "004_d.sql": "-- outgrow: no-transaction\ncreate table d (a integer); insert into nowhere values (1);",
      "004_d.down.sql": "drop table if exists d",
    });
    await refusal(runMigrations(await one.open(), dir));
    await revertMigrations(await one.open(), dir);
    expect(await recorded(one)).toEqual(["1 a applied", "2 b applied", "3 c applied"]);
  });

  it.each<[object, RegExp]>([
    [{ to: 9 }, /no file with the number 9/],
    [{ to: 1, steps: 1 }, /--to and --steps/],
    [{ afterFailure: "retry" }, /no down file has failed/],
  ])("refuses %j", async (options, message) => {
    const { one, dir } = await upped();
    expect(await refusal(revertMigrations(await one.open(), dir, options))).toMatchObject({
      code: "usage",
      message: expect.stringMatching(message),
    });
    expect(await tables(one)).toEqual(["a", "b", "c"]);
  });

  it("tells what it would undo in a dry run", async () => {
    const { one, dir } = await upped();
    const { files } = await revertMigrations(await one.open(), dir, { to: 0, dryRun: true });
    expect(files.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(await recorded(one)).toHaveLength(3);
  });
});
