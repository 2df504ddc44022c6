// Names that SQLite takes and PostgreSQL does not, or takes for something else.
import { expect, it } from "vitest";
import { outgrow } from "../support/command.js";
import { makeSqlite } from "../support/files.js";
import { testDatabase } from "../support/server.js";

const LONG = "a".repeat(90);

it("keeps every name that PostgreSQL takes, and tells each that it changes", async () => {
  const database = await testDatabase("names");
  const file = makeSqlite(`
    create table t (id integer primary key, a text); insert into t values (1, 'x');
    create table t_id_seq (id integer primary key); insert into t_id_seq values (5);
    create table t_pkey (id integer primary key);
    create index t_id_seq_pkey on t (a);
    create table "we""ird\nname😀" ("col""umn" integer primary key, " " text, "" text, "xmin" text, "select" int, "MixedCase" int);
    insert into "we""ird\nname😀" values (7, 'blank', 'empty', 'system', 1, 2);
    create table ${LONG}1 (x); create table ${LONG}2 (x, y references t (id)); insert into ${LONG}2 values (1, 1)`);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr).toBe(0);
  const report = ended.json() as {
    findings: { code: string; column: string | null }[];
    tables: { source: string; target: string }[];
  };
  const changed = report.findings.filter((finding) => finding.code === "name-changed");
  expect(changed.map((finding) => finding.column)).toEqual(["", "xmin", null, null]);

  const client = await database.client();
  const weird = await client.query('select * from "we""ird\nname😀"');
  expect(weird.rows).toEqual([
    { 'col"umn': "7", " ": "blank", column_3: "empty", xmin_2: "system", select: "1", MixedCase: "2" },
  ]);
  const targets = report.tables.map((table) => table.target);
  expect(new Set(targets).size).toBe(targets.length);
  for (const target of targets) {
    expect(Buffer.byteLength(target.slice("public.".length))).toBeLessThanOrEqual(63);
  }
  const next = await client.query("insert into t (a) values ('y') returning id");
  expect(next.rows).toEqual([{ id: "2" }]);
});

it("folds names to lower case where asked, and gives tables and columns other names", async () => {
  const database = await testDatabase("names");
  const file = makeSqlite(
    `create table "Orders" ("Id" integer primary key, "userName" text); insert into "Orders" values (1, 'Ada')`,
  );
  const ended = await outgrow([
    "migrate",
    file,
    database.url,
    "--names",
    "fold",
    "--rename",
    "Orders=purchases",
    "--rename",
    "Orders.userName=buyer",
    "--schema",
    "shop",
    "-q",
  ]);
  expect(ended.code, ended.stderr).toBe(0);
  const client = await database.client();
  expect((await client.query("select id, buyer from shop.purchases")).rows).toEqual([
    { id: "1", buyer: "Ada" },
  ]);
});
