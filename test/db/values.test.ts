// The tables of docs/db-values.md, run on both engines.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ColumnType, type Database, json } from "#outgrow/db/index.js";
import { onBothEngines, openEmpty, rejection } from "./both-engines.js";

const PAGE = readFileSync(resolve(import.meta.dirname, "../../docs/db-values.md"), "utf8");
const [COLUMNS = [], EXPRESSIONS = []] = tables(PAGE);

onBothEngines("values", (engine) => {
  let db: Database;

  beforeAll(async () => {
    ({ db } = await openEmpty(engine, {
      columns: { "shop.price": "decimal(10,2)", "shop.flag": "boolean" },
    }));
    await db.execute("create table sums (amount bigint, price decimal(10,2), made_at timestamp)");
    await db.execute(
      "insert into sums values (10, 0.1, '2024-01-01 00:00:00'), (20, 0.2, '2024-01-02 00:00:00'), (30, 0.3, '2024-01-03 00:00:00')",
    );
  });

  it.each(COLUMNS.map((row, i) => [row[0], row[1], row[2], i]))(
    "of %s / %s take %s",
    async (sqlite, postgres, passed, i) => {
      const table = `t_${i}`;
      await db.execute(`create table ${table} (v ${engine === "sqlite" ? sqlite : postgres})`);
      await db.execute(`insert into ${table} values (?)`, [evaluate(String(passed))]);
      const expected = evaluate(COLUMNS[Number(i)]?.[3] ?? "");
      expect(await db.query(`select v from ${table}`)).toEqual([{ v: expected }]);
      await db.transaction(async (tx) => {
        for await (const row of tx.stream(`select v from ${table}`)) expect(row).toEqual({ v: expected });
      });
    },
  );

  it.each(EXPRESSIONS)(
    "of the expression %s are of the type %s",
    async (expression, type, sqlite, postgres, typed) => {
      const sql = `select ${expression} as v from sums order by amount limit 1`.replace(
        /^(select (count|sum|avg|max).*) order by amount/,
        "$1",
      );
      const bare = await db.get<{ v: unknown }>(sql);
      expect(bare?.v).toEqual(evaluate((engine === "sqlite" ? sqlite : postgres) ?? ""));
      const types = type === "none" ? {} : { v: type as ColumnType };
      expect(await db.get(sql, [], { types })).toEqual({ v: evaluate(typed ?? "") });
    },
  );

  it("of columns are what the settings say", async () => {
    await db.execute(
      engine === "sqlite"
        ? "create table shop (price real, flag integer)"
        : "create table shop (price numeric, flag integer)",
    );
    await db.execute(
      "insert into shop values (?, ?), (?, 0)",
      ["5", true, 19.99].map((v) => (v === true ? 1 : v)),
    );
    expect(await db.query("select s.price, flag as f from shop as s order by 1")).toEqual([
      { price: "5.00", f: true },
      { price: "19.99", f: false },
    ]);
  });

  it("that a type does not explain are an error that names the column and not the value", async () => {
    await db.execute("create table notes (due varchar(20))");
    await db.execute("insert into notes values ('soon s3cret')");
    for (const type of [
      "timestamp",
      "integer",
      "json",
      "boolean",
      "date",
      "decimal",
      "real",
      "blob",
    ] as const) {
      const error = await rejection(db.query("select due from notes", [], { types: { due: type } }));
      expect(error).toMatchObject({
        code: "bad-value",
        columns: ["due"],
        hint: expect.stringContaining("any"),
      });
      expect(error.message).not.toContain("s3cret");
    }
    expect(await db.query("select due from notes", [], { types: { due: "any" } })).toHaveLength(1);
  });

  it("that would arrive as something else are refused before anything is sent", async () => {
    const refused = [
      undefined,
      Number.NaN,
      "a\0b",
      "\ud83d",
      new Date(Number.NaN),
      new Date(Date.UTC(12_000, 0)),
      () => 1,
      Symbol("s"),
      { a: 1n },
    ];
    await db.execute("create table refused (v text)");
    for (const value of refused) {
      const error = await rejection(db.execute("insert into refused values (?)", [value]));
      expect(error, String(value)).toMatchObject({
        code: "bad-input",
        message: expect.stringMatching(/^parameter 1 /),
      });
    }
    expect(await db.query("select * from refused")).toEqual([]);
    expect(await rejection(db.query("select 1", [1]))).toMatchObject({ code: "bad-input" });
    expect(await rejection(db.query("select ?", []))).toMatchObject({ code: "bad-input" });
    expect(await rejection(db.query("select :a", {}))).toMatchObject({ code: "bad-input" });
    expect(
      await rejection(db.query("select 1 as v", [], { types: { v: "int" as ColumnType } })),
    ).toMatchObject({
      code: "bad-input",
    });
  });
});

describe("SQLite's own shapes", () => {
  it("of timestamps are read in all three forms, and other texts refused", async () => {
    const { db } = await openEmpty("sqlite");
    await db.execute("create table t (at datetime)");
    await db.execute(
      "insert into t values ('2024-01-02 03:04:05'), ('2024-01-02T03:04:05.000Z'), ('2024-01-02T04:04:05+01:00'), ('2024-01-02 03:04:05.0')",
    );
    const rows = await db.query<{ at: Date }>("select at from t");
    expect(rows.map((row) => row.at.toISOString())).toEqual(Array(4).fill("2024-01-02T03:04:05.000Z"));
    await db.execute("delete from t");
    await db.execute("insert into t values (1704164645)");
    expect(await rejection(db.query("select at from t"))).toMatchObject({ code: "bad-value" });
    expect(await db.get("select at from t", [], { types: { at: "timestamp-seconds" } })).toEqual({
      at: new Date("2024-01-02T03:04:05Z"),
    });
    for (const text of ["2024-02-30", "2024-01-01 24:00:00", "24-01-01", "now"]) {
      await db.execute("update t set at = ?", [text]);
      expect(await rejection(db.query("select at from t")), text).toMatchObject({ code: "bad-value" });
    }
  });
});

/** The cells of every table of a page, without their backticks; heads left out. */
function tables(page: string): string[][][] {
  const found: string[][][] = [];
  let isInside = false;
  for (const line of page.split("\n")) {
    if (!line.startsWith("|")) {
      isInside = false;
      continue;
    }
    if (!isInside) found.push([]);
    isInside = true;
    found.at(-1)?.push(
      line
        .slice(1, -1)
        .split(/\s\|\s/)
        .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
    );
  }
  return found.map((rows) => rows.slice(2));
}

function evaluate(expression: string): unknown {
  return new Function("json", "Buffer", `return (${expression});`)(json, Buffer);
}
