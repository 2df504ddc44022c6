// Codecs on files that hold UTF-16, on expressions in place of columns, and on columns with collations and affinities.
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { codecFor } from "#outgrow/codec/index.js";
import { testDatabase } from "../support/server.js";
import { cross, SESSION, Source, Target, type Value } from "./crossing.js";

let client: pg.Client;
let target: Target;

beforeAll(async () => {
  client = await (await testDatabase("encodings")).client();
  await client.query(SESSION);
  target = new Target(client);
});

const TEXTS = [
  "",
  "a",
  "é",
  "\x01",
  "\x01\x01",
  "a\tb\nc\r",
  "\u{1f600}",
  "\ufeff",
  "漢字",
  "ĀĀ",
  "\u0101\u0101",
];

describe.each(["UTF-16le", "UTF-16be"] as const)("a file in %s", (encoding) => {
  const values: [string, Value[], string][] = [
    ["text", TEXTS, "text"],
    ["mixed-text", [...TEXTS, 5n, 0.1, -0, Number.NEGATIVE_INFINITY], "text"],
    ["bytes(utf16)", [...TEXTS, 5n, 0.1, -0, Buffer.from("a\0b"), Buffer.alloc(0)], "bytea"],
    ["blob", [Buffer.from("a\0b"), Buffer.alloc(0)], "bytea"],
    ["json", TEXTS.map((text) => JSON.stringify(text)), "json"],
    ["uuid-blob", [Buffer.from("00112233445566778899aabbccddeeff", "hex")], "uuid"],
    ["double", [0.1, -0, 1e22, 5n], "double precision"],
    ["numeric(2)", [0.1, -1.5, 5n], "numeric(10,2)"],
    ["iso(T,3,Z)", ["2024-01-01T00:00:00.120Z"], "timestamptz"],
    ["date-compact", ["20240229"], "date"],
    ["bool(f,t)", ["t", "f"], "boolean"],
    ["epoch-ms", [-1n, 1_700_000_000_123n], "timestamptz"],
  ];

  it.each(values.map(([id]) => id))("crosses by %s", async (id) => {
    const codec = codecFor(id);
    const [, column = [], type = ""] = values.find(([each]) => each === id) ?? [];
    const source = new Source("", encoding);
    source.fill([...column, null]);
    expect(source.evaluate(codec.misfit('"v"')).every((answer) => answer === 0n)).toBe(true);
    await target.create(type);
    expect(await cross(codec, source, target)).toEqual([]);
  });

  it("stores texts as their UTF-8 bytes", async () => {
    const source = new Source("", encoding);
    source.fill([...TEXTS, 5n, 0.1, -0]);
    await target.create("bytea");
    await cross(codecFor("bytes(utf16)"), source, target);
    const { rows } = await client.query("select convert_from(v, 'UTF8') as v from t order by id");
    expect(rows.map(({ v }) => v)).toEqual([...TEXTS, "5", "0.1", "-0.0"]);
  });
});

it("takes an expression in place of a column", async () => {
  const expressions: [string, string, string][] = [
    ["int64", "v + 1", "bigint"],
    ["numeric(2)", "v / 4.0", "numeric"],
    ["double", "v / 3.0", "double precision"],
    ["text", "'a' || v", "text"],
    ["epoch-ms", "v - 1", "timestamptz"],
    ["ticks", "v * 10 + 621355968000000000", "timestamptz"],
    ["uuid-dotnet", "cast(v || x'0102030405060708090a0b0c0d0e0f' as blob)", "uuid"],
    ["bool", "v = 3 or v = 4", "boolean"],
    ["julian", "v + 2400000.25", "timestamptz"],
    ["cocoa", "v + 0.25", "timestamptz"],
  ];
  const source = new Source();
  source.fill([3n, 5n, null]);
  for (const [id, expression, type] of expressions) {
    const codec = codecFor(id);
    const onExpression = {
      ...codec,
      encode: () => codec.encode(expression),
      canonical: () => codec.canonical(expression),
    };
    await target.create(type);
    expect([id, await cross(onExpression, source, target)]).toEqual([id, []]);
  }
});

it("is not misled by a column that compares without case", () => {
  const source = new Source("text collate nocase");
  source.fill(["T", "t", "True", "2024-01-01t00:00:00Z", "ABCDEF00-0000-0000-0000-000000000000"]);
  expect(source.evaluate(codecFor("bool(f,t)").misfit('"v"'))).toEqual([1n, 0n, 1n, 1n, 1n]);
  expect(source.evaluate(codecFor("uuid").misfit('"v"'))).toEqual([1n, 1n, 1n, 1n, 1n]);
  expect(source.evaluate(codecFor("iso(T,none,Z)").misfit('"v"'))).toEqual([1n, 1n, 1n, 1n, 1n]);
});

it("keeps the texts of a column of TEXT affinity, whatever numbers they look like", async () => {
  const source = new Source("text");
  source.fill(["0", "-0", "-0.0", "0.0", "1e5", "5"]);
  for (const id of ["text", "input", "mixed-text", "json"]) {
    await target.create("text");
    expect([id, await cross(codecFor(id), source, target)]).toEqual([id, []]);
    const { rows } = await client.query("select v from t order by id");
    expect(rows.map(({ v }) => v)).toEqual(["0", "-0", "-0.0", "0.0", "1e5", "5"]);
  }
});

it("prints the numbers of any affinity as SQLite does", async () => {
  for (const declared of ["", "real", "numeric", "integer", "text", "blob"]) {
    const source = new Source(declared);
    source.fill([0.1, 1e22, 5e-324, -1.5, 3, 1e15, 123456789.123, 7n]);
    await target.create("text");
    await cross(codecFor("mixed-text"), source, target);
    const { rows } = await client.query("select v from t order by id");
    expect(rows.map(({ v }) => v)).toEqual(source.evaluate("v || ''"));
  }
});
