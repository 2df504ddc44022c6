// The functions for R-Trees and geometries: against SQLite's own R-Tree, and against points that the test itself wrote.
import Database from "better-sqlite3";
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { createHelper, type HelperName } from "#outgrow/sql/translate/helpers.js";
import { floatSteps } from "../../support/float-steps.js";
import { testDatabase } from "../../support/server.js";

let client: pg.Client;

beforeAll(async () => {
  client = await (await testDatabase("spatial")).client();
  const names: HelperName[] = [
    "sqlite_float",
    "sqlite_rtree_down",
    "sqlite_rtree_up",
    "gpkg_is_empty",
    "gpkg_double",
    "gpkg_count",
    "gpkg_envelope",
  ];
  for (const name of names) {
    await client.query(createHelper(name, "public"));
  }
});

/** Doubles of every size, the same in each run: bits made by a linear congruence. */
function doubles(count: number): number[] {
  const bytes = Buffer.alloc(8);
  let state = 20_261_125n;
  const made = Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    bytes.writeBigUInt64BE(state);
    return bytes.readDoubleBE();
  }).filter(Number.isFinite);
  const near = [
    0,
    0.1,
    1 / 3,
    16_777_217,
    2 ** 53 + 2,
    1e-45,
    7e-46,
    7.1e-46,
    1e-320,
    3.4028235e38,
    3.41e38,
    180.000001,
  ];
  return [...made, ...near, ...near.map((value) => -value), ...made.map((value) => value % 1000)];
}

it("rounds bounds as an R-Tree does", async () => {
  const values = doubles(4_000);
  const db = new Database(":memory:");
  db.exec("create virtual table r using rtree(id, least, most)");
  const insert = db.prepare("insert into r values (?, ?, ?)");
  db.transaction(() => {
    for (const [i, value] of values.entries()) insert.run(i + 1, value, value);
  })();
  const here = db.prepare("select least, most from r order by id").raw().all() as [number, number][];
  // From 3.54 on SQLite takes the nearest float outwards, before at times the one after it.
  const minor = Number((db.prepare("select sqlite_version()").pluck().get() as string).split(".")[1]);
  const further = minor >= 54 ? 1 : 0;
  db.close();
  const { rows } = await client.query<{ least: number; most: number }>(
    `select sqlite_rtree_down(v) as least, sqlite_rtree_up(v) as most
       from unnest($1::float8[]) with ordinality as x(v, place) order by place`,
    [values],
  );
  expect(rows.length).toBe(values.length);
  const wrong = rows.filter(({ least, most }, i) => {
    const [low = Number.NaN, high = Number.NaN] = here[i] ?? [];
    return !(Math.abs(floatSteps(low, least)) <= further && Math.abs(floatSteps(high, most)) <= further);
  });
  expect(wrong).toEqual([]);
});

type Point = [x: number, y: number];

/** A geometry with its header; `envelope` 0 leaves the bounds to be found in the WKB. */
function geometry(wkb: Buffer, little: boolean, envelope: 0 | 1, bounds: number[], empty = false): Buffer {
  const header = Buffer.alloc(8 + (envelope === 1 ? 32 : 0));
  header.write("GP", "latin1");
  header.writeUInt8(0, 2);
  header.writeUInt8((little ? 1 : 0) | (envelope << 1) | (empty ? 16 : 0), 3);
  bounds.forEach((bound, i) => {
    if (envelope === 1)
      little ? header.writeDoubleLE(bound, 8 + 8 * i) : header.writeDoubleBE(bound, 8 + 8 * i);
  });
  return Buffer.concat([header, wkb]);
}

const word = (value: number, little: boolean) => {
  const bytes = Buffer.alloc(4);
  little ? bytes.writeUInt32LE(value) : bytes.writeUInt32BE(value);
  return bytes;
};
const head = (kind: number, little: boolean) =>
  Buffer.concat([Buffer.from([little ? 1 : 0]), word(kind, little)]);
const coordinates = (points: Point[], extra: number, little: boolean) =>
  Buffer.concat(
    points.map(([x, y]) => {
      const bytes = Buffer.alloc(8 * (2 + extra), 0x41);
      little ? bytes.writeDoubleLE(x) : bytes.writeDoubleBE(x);
      little ? bytes.writeDoubleLE(y, 8) : bytes.writeDoubleBE(y, 8);
      return bytes;
    }),
  );

it("finds the bounds of every kind of geometry, in both byte orders, with and without Z and M", async () => {
  const points: Point[] = [
    [1.5, -2.25],
    [-1e300, 4e-310],
    [0.1, 7],
  ];
  const expected = [-1e300, 1.5, -2.25, 7];
  const cases: { name: string; bytes: Buffer }[] = [];
  for (const little of [true, false]) {
    for (const [name, code, extra] of [
      ["xy", 0, 0],
      ["z", 1000, 1],
      ["m", 2000, 1],
      ["zm", 3000, 2],
      ["ewkb z", 0x80000000, 1],
    ] as const) {
      const line = Buffer.concat([
        head(code + 2, little),
        word(3, little),
        coordinates(points, extra, little),
      ]);
      const ring = Buffer.concat([
        head(code + 3, little),
        word(1, little),
        word(3, little),
        coordinates(points, extra, little),
      ]);
      const point = (at: Point) => Buffer.concat([head(code + 1, little), coordinates([at], extra, little)]);
      const many = Buffer.concat([head(code + 4, little), word(3, little), ...points.map(point)]);
      const collection = Buffer.concat([head(code + 7, little), word(3, little), many, ring, line]);
      for (const [kind, wkb] of Object.entries({ line, ring, many, collection })) {
        cases.push({ name: `${kind} ${name} ${little}`, bytes: geometry(wkb, little, 0, []) });
      }
    }
    cases.push({ name: `header ${little}`, bytes: geometry(Buffer.alloc(0), little, 1, expected) });
  }
  const { rows } = await client.query<{ bounds: number[] }>(
    "select gpkg_envelope(g) as bounds from unnest($1::bytea[]) with ordinality as x(g, place) order by place",
    [cases.map(({ bytes }) => bytes)],
  );
  expect(rows.map(({ bounds }, i) => [cases[i]?.name, bounds])).toEqual(
    cases.map(({ name }) => [name, expected]),
  );
});

it("gives no bounds for what is empty or no geometry", async () => {
  const nothing = [
    geometry(Buffer.concat([head(2, true), word(0, true)]), true, 0, []),
    geometry(
      Buffer.concat([head(1, true), coordinates([[Number.NaN, Number.NaN]], 0, true)]),
      true,
      0,
      [],
      true,
    ),
    Buffer.from("GP"),
    Buffer.from("no geometry at all"),
    geometry(Buffer.concat([head(99, true), word(0, true)]), true, 0, []),
  ];
  const { rows } = await client.query(
    "select gpkg_envelope(g) as bounds, gpkg_is_empty(g) as empty from unnest($1::bytea[]) with ordinality as x(g, place) order by place",
    [nothing],
  );
  expect(rows.map(({ bounds }) => bounds)).toEqual([null, null, null, null, null]);
  expect(rows.map(({ empty }) => empty)).toEqual([false, true, null, null, false]);
});
