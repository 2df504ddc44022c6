// A database that exists is taken into the books, and one that is not what the files make is not.
import { describe, expect, it } from "vitest";
import { baseline, runMigrations, schemaStatus } from "#outgrow/db/schema/index.js";
import { ENGINES, exec, folder, place, put, recorded, refusal, tables } from "./places.js";

const FILES = {
  "001_a.sql":
    "create table Users (id integer); create table gone (id integer); create temp table x (a integer)",
  "002_b.sql":
    "drop table gone; alter table Users rename to people; create table if not exists orders (id integer)",
  "003_c.sql": "create table reviews (id integer)",
};

describe.each(ENGINES)("on %s", (engine) => {
  it("records files as adopted and runs none, and up goes on after them", async () => {
    const one = await place(engine);
    await exec(one, "create table People (id integer)", "create table orders (id integer)");
    const dir = folder(FILES);
    const result = await baseline(await one.open(), dir, { to: 2, by: "me" });
    expect(result).toMatchObject({ adopted: [{ number: 1 }, { number: 2 }], accepted: [], tablesFound: 2 });
    expect(await recorded(one)).toEqual(["1 a adopted", "2 b adopted"]);
    const { files } = await runMigrations(await one.open(), dir);
    expect(files.map(({ number }) => number)).toEqual([3]);
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ ok: true, pendingCount: 0 });
    expect(await baseline(await one.open(), dir)).toMatchObject({ adopted: [], accepted: [] });
  });

  it("refuses where tables are missing, unless forced", async () => {
    const one = await place(engine);
    await exec(one, "create table people (id integer)");
    const dir = folder(FILES);
    const refused = await refusal(baseline(await one.open(), dir));
    expect(refused).toMatchObject({
      code: "wrong-state",
      message: 'the files make a table "orders" and 1 more, and the database has no such table',
    });
    expect(await tables(one)).toEqual(["people"]);
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ pendingCount: 3 });
    await baseline(await one.open(), dir, { force: true });
    expect(await recorded(one)).toHaveLength(3);
  });

  it("accepts a changed file where that is said, and no other", async () => {
    const one = await place(engine);
    const dir = folder(FILES);
    await runMigrations(await one.open(), dir);
    put(dir, { "002_b.sql": `${FILES["002_b.sql"]} -- the same`, "003_c.sql": `${FILES["003_c.sql"]};` });
    expect((await refusal(baseline(await one.open(), dir))).code).toBe("wrong-state");
    const refused = await refusal(baseline(await one.open(), dir, { to: 2, acceptChanged: true }));
    expect(refused.message).toContain('"003_c.sql" is not what was applied');
    const result = await baseline(await one.open(), dir, { acceptChanged: true });
    expect(result.accepted.map(({ number }) => number)).toEqual([2, 3]);
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ ok: true });
  });

  it("records nothing in a dry run", async () => {
    const one = await place(engine);
    await exec(one, "create table people (id integer)", "create table orders (id integer)");
    const dir = folder(FILES);
    expect(await baseline(await one.open(), dir, { to: 2, dryRun: true })).toMatchObject({
      dryRun: true,
      tablesFound: 2,
    });
    expect(await schemaStatus(await one.open(), dir)).toMatchObject({ pendingCount: 3 });
  });

  it("refuses a number that no file has", async () => {
    const one = await place(engine);
    expect(await refusal(baseline(await one.open(), folder(FILES), { to: 7 }))).toMatchObject({
      code: "usage",
    });
  });
});

it("looks for tables of PostgreSQL in the schema that is written", async () => {
  const one = await place("postgres");
  await exec(one, "create schema other", 'create table "T" (a int)');
  const dir = folder({ "001_a.sql": 'create table other."T" (a int); create table "T" (a int)' });
  expect((await refusal(baseline(await one.open(), dir))).message).toMatch(/a table "T", and/);
  await exec(one, 'create table other."T" (a int)');
  expect(await baseline(await one.open(), dir)).toMatchObject({ tablesFound: 2 });
});
