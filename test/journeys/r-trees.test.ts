// R-Trees become tables with a GiST index that finds the same rows, and the triggers that fill them go on doing so.
import Database from "better-sqlite3";
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { floatSteps } from "../support/float-steps.js";
import { fixture, makeSqlite, outgrow, testDatabase } from "../support/server.js";

interface Document {
  conversions: { kind: string; name: string; target: string | null; reason: string | null }[];
  verified: {
    proofs: { kind: string; name: string; outcome: string; detail: string }[];
    structure: unknown[];
  };
  findings: { code: string; table: string | null; reason: string }[];
}

let client: pg.Client;
let report: Document;
let file: string;

beforeAll(async () => {
  const database = await testDatabase("rtrees");
  client = await database.client();
  file = makeSqlite((db) => {
    db.exec(`
      create table places (id integer primary key, name text not null, x real, y real);
      create virtual table places_box using rtree(id, minx, maxx, miny, maxy, +name text);
      create virtual table "Odd ""Name" using rtree_i32(key, "min x", "max x");
      create virtual table rooms using rtree(id, x0, x1, y0, y1, z0, z1);
      create trigger place_in after insert on places when new.x is not null begin
        insert or replace into places_box values (new.id, new.x, new.x, new.y, new.y, new.name);
      end;
      create trigger place_moved after update of x, y on places begin
        update places_box set minx = new.x, maxx = new.x, miny = new.y, maxy = new.y where id = new.id;
      end;
      create trigger place_out after delete on places begin delete from places_box where id = old.id; end;
    `);
    const place = db.prepare("insert into places values (?, ?, ?, ?)");
    for (let i = 1; i <= 200; i++) place.run(i, `place ${i}`, ((i * 37) % 100) / 7, ((i * 53) % 100) / -3);
    const odd = db.prepare(`insert into "Odd ""Name" values (?, ?, ?)`);
    for (let i = 1; i <= 50; i++) odd.run(i * 1_000_000_007, i - 25, i);
    const room = db.prepare("insert into rooms values (?, ?, ?, ?, ?, ?, ?)");
    for (let i = 1; i <= 50; i++) room.run(i, i, i + 2, -i, i, 0.1 * i, i);
  });
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  report = ended.json() as Document;
});

it("are converted, and found to answer alike", () => {
  expect(report.verified.structure).toEqual([]);
  expect(report.conversions.filter(({ target }) => target === null)).toEqual([]);
  expect(report.verified.proofs.filter(({ outcome }) => outcome !== "equal")).toEqual([]);
  expect(report.verified.proofs.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
    'R-Tree Odd "Name',
    "R-Tree places_box",
    "R-Tree rooms",
    "trigger place_in",
    "trigger place_moved",
    "trigger place_out",
  ]);
  const told = report.findings.filter(({ code }) => code === "r-tree");
  expect(told.map(({ table }) => table)).toEqual(["places_box", 'Odd "Name', "rooms"]);
  expect(told[2]?.reason).toContain("first two of its 3 dimensions");
});

it("find the rows of any box by the index", async () => {
  const db = new Database(file, { readonly: true });
  const here = db
    .prepare(
      "select id from places_box where minx <= 9.5 and maxx >= 2 and miny <= -5 and maxy >= -20 order by id",
    )
    .pluck()
    .all();
  db.close();
  expect(here.length).toBeGreaterThan(20);
  await client.query("set enable_seqscan = off");
  const sql = `select id from places_box where box(point(minx, miny), point(maxx, maxy)) && box(point(2, -20), point(9.5, -5))
                 and minx <= 9.5 and maxx >= 2 and miny <= -5 and maxy >= -20 order by id`;
  const { rows } = await client.query<{ id: string }>(sql);
  expect(rows.map(({ id }) => Number(id))).toEqual(here);
  const plan = await client.query(`explain ${sql}`);
  expect(JSON.stringify(plan.rows)).toContain("places_box_box");
});

it("are filled by their triggers with the numbers that SQLite would hold", async () => {
  const db = new Database(file);
  const write = "insert into places values (1000, 'new', 0.1, -0.1)";
  db.exec(write);
  await client.query(write);
  const wanted = "select minx, maxx, miny, maxy, name from places_box where id = 1000";
  const here = db.prepare(wanted).get() as Record<string, number>;
  db.close();
  const { rows } = await client.query<Record<string, number>>(wanted);
  expect(rows.map(({ name }) => name)).toEqual([here.name]);
  for (const bound of ["minx", "maxx", "miny", "maxy"]) {
    // SQLite 3.54 may come one float nearer.
    expect(Math.abs(floatSteps(here[bound] ?? Number.NaN, rows[0]?.[bound] ?? Number.NaN))).toBeLessThan(2);
  }
  expect(rows[0]?.minx).toBeLessThan(0.1);
  expect(rows[0]?.maxx).toBeGreaterThan(0.1);
  await client.query("delete from places where id = 1000");
  expect((await client.query(wanted)).rows).toEqual([]);
});

it("refuse a box whose lower bound is above its upper one, and make ids, as before", async () => {
  await expect(client.query("insert into rooms values (99, 2, 1, 0, 0, 0, 0)")).rejects.toMatchObject({
    code: "23514",
  });
  const { rows } = await client.query(
    "insert into rooms (x0, x1, y0, y1, z0, z1) values (0, 1, 0, 1, 0, 1) returning id",
  );
  expect(Number(rows[0].id)).toBeGreaterThan(50);
});

it("of a GeoPackage are kept by its own triggers", async () => {
  const path = fixture("gpkg_gdal_sample.db");
  if (path === null) return;
  const database = await testDatabase("gpkg");
  const ended = await outgrow(["migrate", path, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr).toBe(0);
  const { verified } = ended.json() as Document;
  expect(verified.proofs.filter(({ kind }) => kind === "trigger").length).toBe(90);
  expect(verified.proofs.filter(({ outcome }) => outcome !== "equal")).toEqual([]);
  const of = await database.client();
  const geometry = "select geom from polygon2d where geom is not null order by fid limit 1";
  await of.query("delete from rtree_point2d_geom where id = 1");
  await of.query(`update point2d set geom = (${geometry}) where fid = 1`);
  const { rows } = await of.query("select minx, maxx, miny, maxy from rtree_point2d_geom where id = 1");
  expect(rows).toEqual([{ minx: 0, maxx: 10, miny: 0, maxy: 10 }]);
});

it("whose functions belong to another application are told, not guessed", async () => {
  const database = await testDatabase("no_gpkg");
  const other = makeSqlite(`
    create table t (id integer primary key, geom blob);
    create virtual table r using rtree(id, a, b);
    create trigger fill after insert on t begin insert into r values (new.id, ST_MinX(new.geom), ST_MaxX(new.geom)); end;
  `);
  const ended = await outgrow(["migrate", other, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr).toBe(0);
  const [trigger] = (ended.json() as Document).conversions.filter(({ kind }) => kind === "trigger");
  expect(trigger).toMatchObject({
    target: null,
    reason: expect.stringContaining("the file is no GeoPackage"),
  });
});
