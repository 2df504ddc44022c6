// What a person may choose for a column: by --decide where nothing loses nothing, and by --type.
import { describe, expect, it } from "vitest";
import type { MoveReport } from "#outgrow/move/report.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";

describe("numbers, texts and bytes in one column", () => {
  it("become one text each, and what each was stands in outgrow.originals", async () => {
    const source = makeSqlite(`
      create table t (id integer primary key, v);
      insert into t (v) values (1), ('1'), (2.0), (x'00ff'), ('a' || char(0) || 'b'), (null), ('\\x00ff');`);
    const database = await testDatabase("classes");
    const ended = await outgrow([
      "migrate",
      source,
      database.url,
      "--json",
      "--decide",
      "bytes-and-text:t.v=text",
    ]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const client = await database.client();
    const { rows } = await client.query({ text: "select v from t order by id", rowMode: "array" });
    expect(rows.flat()).toEqual(["1", "1", "2.0", "\\x00ff", "ab", null, "\\x00ff"]);
    const kept = await client.query({
      text: "select key, class, coalesce(value, encode(bytes, 'hex')) from outgrow.originals order by key",
      rowMode: "array",
    });
    expect(kept.rows).toEqual([
      ["1", "integer", "1"],
      ["3", "real", "2.0"],
      ["4", "blob", "00ff"],
      ["5", "text", "610062"],
    ]);
    const report = ended.json() as MoveReport;
    expect(report.tables[0]).toMatchObject({ rows: 7, substituted: 4, verified: 3 });
  });
});

describe("a codec set by hand", () => {
  it("is refused where it is none for the type", async () => {
    const source = makeSqlite(
      "create table t (id integer primary key, r real); insert into t (r) values (0.1)",
    );
    const database = await testDatabase("types");
    const ended = await outgrow(["migrate", source, database.url, "--type", "t.r=real/double"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      'error: column "t"."r" cannot become real by the codec double, which makes double precision',
    );
    expect(ended.stderr).toContain("--type t.r=real");
    const right = await outgrow(["migrate", source, database.url, "--type", "t.r=float8/double", "--json"]);
    expect([right.code, right.stderr]).toEqual([0, ""]);
  });
});

describe("JSON in a key", () => {
  it("is text, byte for byte", async () => {
    const source = makeSqlite(`
      create table t (id integer primary key, j json unique);
      insert into t (j) values ('{"a":1}'), ('{"a": 1}'), (null);`);
    const database = await testDatabase("json");
    const ended = await outgrow(["migrate", source, database.url, "--json"]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const report = ended.json() as MoveReport;
    expect(report.tables[0]?.columns[1]).toMatchObject({ type: "text", codec: "text" });
    const again = await testDatabase("json");
    const byHand = await outgrow(["migrate", source, again.url, "--type", "t.j=text/text", "--json"]);
    expect([byHand.code, byHand.stderr]).toEqual([0, ""]);
  });
});

describe("decimals kept as text in a key", () => {
  it("stay text, where 1.0 and 1.00 are two keys", async () => {
    const source = makeSqlite(`
      create table prices (id integer primary key, amount decimal text unique, other decimal text);
      insert into prices values (1, '1.0', '1.0'), (2, '1.00', '1.00');
      create table uses (id integer primary key, amount decimal text references prices (amount));
      insert into uses values (1, '1.00');`);
    const database = await testDatabase("decimals");
    const ended = await outgrow(["migrate", source, database.url, "--json"]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const report = ended.json() as MoveReport;
    const types = report.tables.map((one) => one.columns.map(({ source, type }) => `${source} ${type}`));
    expect(types).toEqual([
      ["id bigint", "amount text", "other numeric"],
      ["id bigint", "amount text"],
    ]);
  });
});
