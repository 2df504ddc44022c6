import type Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSource } from "#outgrow/source/open-source.js";
import { connect } from "#outgrow/target/connect.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { compareMultiset } from "#outgrow/verify/compare-multiset.js";
import { compareRange } from "#outgrow/verify/compare-range.js";
import { hasKeyOrder } from "#outgrow/verify/table-sides.js";
import { makeSqlite, testDatabase } from "../support/server.js";
import { plannedColumn, plannedTable, twoSides } from "./two-sides.js";

const OPTIONS = { largestRowBytes: 1000, from: '"t" not indexed', sample: null, mayMisfit: false };
const WHOLE = { after: null, upTo: null };

async function open(content: string | ((db: Database.Database) => void), ddl: string) {
  const source = openSource(makeSqlite(content));
  onTestFinished(() => source.close());
  const client = await connect(parseTarget((await testDatabase("verify")).url));
  onTestFinished(async () => client.end());
  await client.query(ddl);
  return { source, client };
}

const text = (name: string) => plannedColumn({ name, codec: "text", type: "text" });

describe("a table with a text key", () => {
  const table = plannedTable([], {
    columns: [text("k"), text("part"), text("note")],
    primaryKey: { name: "t_pkey", columns: ["k", "part"] },
    read: { largestRowBytes: 1000, by: "scan", orderBy: ['"k"', '"part"'] },
  });

  it("has no order in common, and a changed row is told by its key", async () => {
    expect(hasKeyOrder(table)).toBe(false);
    const { source, client } = await open(
      `create table t(k text, part text, note text, primary key (k, part)) without rowid;
       insert into t values ('b', 'x', '1'), ('B', 'x', '2'), ('á', 'x', '3'), ('a', 'y', '4')`,
      `create table public.t(k text, part text, note text, primary key (k, part));
       insert into public.t values ('á', 'x', '3'), ('a', 'y', '4'), ('B', 'x', '2'), ('b', 'x', '1')`,
    );
    expect(await compareMultiset(source, client, "public", table, OPTIONS)).toMatchObject({
      rows: 4,
      values: 12,
      differenceCount: 0,
    });
    await client.query(
      "update public.t set note = '5' where k = 'B'; update public.t set k = 'c' where k = 'b'",
    );
    expect((await compareMultiset(source, client, "public", table, OPTIONS)).differences).toEqual([
      { kind: "value", key: "k=B, part=x", column: "note", source: "2", target: "5" },
      { kind: "extra", key: "k=c, part=x" },
      { kind: "missing", key: "k=b, part=x" },
    ]);
  });
});

describe("a UTF-16 file", () => {
  it.each(["UTF-16le", "UTF-16be"])("is compared by its characters: %s", async (encoding) => {
    const { source, client } = await open(
      `pragma encoding = '${encoding}';
       create table t(id integer primary key, note text);
       insert into t values (1, 'żółw 🐘'), (2, char(1) || char(9) || char(10)), (3, null), (4, '')`,
      `create table public.t(id bigint primary key, note text);
       insert into public.t values (1, 'żółw 🐘'), (2, chr(1) || chr(9) || chr(10)), (3, null), (4, '')`,
    );
    const table = plannedTable([{ name: "note", codec: "text", type: "text" }]);
    expect(await compareRange(source, client, "public", table, WHOLE, OPTIONS)).toMatchObject({
      rows: 4,
      values: 8,
      differenceCount: 0,
    });
    await client.query("update public.t set note = 'żółw 🐄' where id = 1");
    for (const result of [
      await compareRange(source, client, "public", table, WHOLE, OPTIONS),
      await compareMultiset(source, client, "public", table, OPTIONS),
    ]) {
      expect(result.differences).toMatchObject([{ key: "1", column: "note" }]);
    }
  });
});

describe("rows of megabytes", () => {
  it("are compared one by one", async () => {
    const image = Buffer.alloc(3_000_000, 7);
    const { source, client } = await open(
      (db) => {
        db.exec("create table t(id integer primary key, image blob)");
        for (let id = 1; id <= 6; id += 1) db.prepare("insert into t values (?, ?)").run(id, image);
      },
      `create table public.t(id bigint primary key, image bytea);
       insert into public.t select n, decode(repeat('07', 3000000), 'hex') from generate_series(1, 6) as n`,
    );
    const table = plannedTable([{ name: "image", codec: "blob", type: "bytea" }]);
    const options = { ...OPTIONS, largestRowBytes: 3_000_100 };
    expect(await compareRange(source, client, "public", table, WHOLE, options)).toMatchObject({
      rows: 6,
      values: 12,
      differenceCount: 0,
    });
    await client.query("update public.t set image = set_bit(image, 23999999, 1) where id = 6");
    for (const result of [
      await compareRange(source, client, "public", table, WHOLE, options),
      await compareMultiset(source, client, "public", table, options),
    ]) {
      expect(result.differences).toEqual([
        {
          kind: "value",
          key: "6",
          column: "image",
          source: `…${"07".repeat(11)}`,
          target: `…${"07".repeat(10)}87`,
        },
      ]);
    }
  });
});

describe("a table whose columns have odd names", () => {
  it("is compared", async () => {
    const names = ['a"b', "f1", "select", "<img onerror>", "żółw", "r", "l"];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(" text, ");
    const values = names.map((_, i) => `'v${i}'`).join(", ");
    const { source, client } = await open(
      `create table t(id integer primary key, ${quoted} text); insert into t values (1, ${values})`,
      `create table public.t(id bigint primary key, ${quoted} text); insert into public.t values (1, ${values})`,
    );
    const table = plannedTable(names.map((name) => ({ name, codec: "text", type: "text" })));
    expect(await compareRange(source, client, "public", table, WHOLE, OPTIONS)).toMatchObject({
      values: 8,
      differenceCount: 0,
    });
  });

  it("may call the key f0, as the query calls its first field", async () => {
    const { source, client } = await open(
      "create table t(x text, f0 integer primary key); insert into t values ('b', 1), ('a', 2)",
      "create table public.t(x text, f0 bigint primary key); insert into public.t values ('b', 1), ('a', 2)",
    );
    const table = plannedTable([], {
      columns: [text("x"), plannedColumn({ name: "f0", codec: "int64", type: "bigint" })],
      read: { largestRowBytes: 1000, by: "rowid", name: "rowid", keyColumn: "f0", ranges: [WHOLE] },
    });
    expect(await compareRange(source, client, "public", table, WHOLE, OPTIONS)).toMatchObject({
      values: 4,
      differenceCount: 0,
    });
  });
});

describe("a comparison that fails", () => {
  it("leaves the connection usable", async () => {
    const sides = await twoSides([{ name: "note", codec: "text", type: "text" }], [[1n, ["a", "a"]]]);
    const broken = plannedTable([{ name: "note", codec: "text", type: "text" }], { target: "nowhere" });
    await expect(sides.byRange({}, broken)).rejects.toThrow("nowhere");
    await expect(sides.byMultiset({}, broken)).rejects.toThrow("nowhere");
    const noColumn = plannedTable([{ name: "other", codec: "text", type: "text" }]);
    await expect(sides.byRange({}, noColumn)).rejects.toThrow("other");
    await expect(sides.byMultiset({}, noColumn)).rejects.toThrow("other");
    expect(await sides.byRange()).toMatchObject({ differenceCount: 0 });
  });

  it("stops when it is told to", async () => {
    const sides = await twoSides([{ name: "note", codec: "text", type: "text" }], [[1n, ["a", "a"]]]);
    const signal = AbortSignal.abort();
    await expect(sides.byRange({ signal })).rejects.toMatchObject({ code: "interrupted" });
    await expect(sides.byMultiset({ signal })).rejects.toMatchObject({ code: "interrupted" });
    expect(await sides.byRange()).toMatchObject({ differenceCount: 0 });
  });
});
