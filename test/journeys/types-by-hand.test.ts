// Types that a person sets by hand, or asks for with --integers, for columns that outgrow makes.
import { expect, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";
import { reportOf } from "./whole-move.js";

async function typesOf(sql: string, ...options: string[]): Promise<(string | undefined)[]> {
  const path = makeSqlite(sql, "by-hand.db");
  const { url } = await testDatabase("types by hand");
  const report = reportOf(await outgrow(["migrate", path, url, "--json", ...options]));
  expect(describeVerdict(await compareMove(path, url, { schema: "public", report }))).toBe("");
  return report.tables[0]?.columns.map(({ type }) => type) ?? [];
}

it("makes integer columns of 4 bytes where --integers int4 asks for it and the values fit", async () => {
  const sql = `create table t (id integer primary key, small integer, large integer);
    insert into t values (1, 1, 3000000000);`;
  expect(await typesOf(sql, "--integers", "int4")).toEqual(["integer", "integer", "bigint"]);
});

it("keeps bigint for a key whose next id is beyond 4 bytes", async () => {
  const sql = `create table t (id integer primary key autoincrement, v integer);
    insert into t values (3000000000, 1), (2, 2); delete from t where id > 2;`;
  expect(await typesOf(sql, "--integers", "int4")).toEqual(["bigint", "integer"]);
});

it.each([
  ["boolean", "integer", "0"],
  ["smallint", "integer", "7"],
  ["integer", "integer", "7"],
  ["timestamp", "text", "'2024-01-31 10:00:00'"],
  ["uuid", "blob", "x'000102030405060708090a0b0c0d0e0f'"],
])("takes %s set by hand for a column declared %s that holds %s", async (type, declared, value) => {
  const sql = `create table t (id integer primary key, v ${declared}); insert into t values (1, ${value}), (2, null);`;
  expect((await typesOf(sql, "--type", `t.v=${type}`))[1]).toMatch(new RegExp(`^${type}`));
});
