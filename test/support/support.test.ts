// Tests the test support itself: a harness that hides failures would be worse than none.
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { describeFixtures, fixtureNames, makeSqlite, tempDir } from "./files.js";
import { administer, serverMajor, type TestDatabase, testDatabase } from "./server.js";

describe("testDatabase", () => {
  let shared: TestDatabase;
  let dropped: TestDatabase;
  beforeAll(async () => {
    shared = await testDatabase("shared by the file");
  });

  it("gives a new UTF8 database with the C collation", async () => {
    dropped = await testDatabase();
    const client = await dropped.client();
    const { rows } = await client.query(
      `select pg_encoding_to_char(encoding) as encoding, datcollate as collation
       from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([{ encoding: "UTF8", collation: "C" }]);
    expect(serverMajor()).toBeGreaterThanOrEqual(14);
  });

  it("drops the database of a test that passed, and keeps the file's until the end", async () => {
    const client = await shared.client();
    const { rows } = await client.query("select datname from pg_database where datname = any($1)", [
      [shared.name, dropped.name],
    ]);
    expect(rows).toEqual([{ datname: shared.name }]);
  });

  it("can be dropped twice", async () => {
    const database = await testDatabase();
    await database.drop();
    await database.drop();
    await expect(administer("select 1")).resolves.toBeUndefined();
  });
});

describe("makeSqlite", () => {
  it("writes a file that may hold orphans", () => {
    const path = makeSqlite(`
      create table parent (id integer primary key);
      create table child (parent_id integer references parent (id));
      insert into child values (7)`);
    const db = new Database(path, { readonly: true });
    expect(db.pragma("foreign_key_check")).toHaveLength(1);
    db.close();
  });

  it("removes its folder after the test", () => {
    expect(previousDir === undefined || !existsSync(previousDir)).toBe(true);
  });
});

let previousDir: string | undefined;
describe("tempDir", () => {
  it("is a folder", () => {
    previousDir = tempDir();
    expect(existsSync(previousDir)).toBe(true);
  });
  it("is gone after its test", () => {
    expect(previousDir && existsSync(previousDir)).toBe(false);
  });
});

describeFixtures("fixtures", (copy) => {
  it("copies a file with its write-ahead log", () => {
    expect(fixtureNames()).toContain("wal_database.db");
    const path = copy("wal_database.db");
    expect(existsSync(`${path}-wal`)).toBe(true);
    const db = new Database(path);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    db.close();
  });
});
