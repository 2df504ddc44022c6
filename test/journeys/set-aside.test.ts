// Rows that are set aside take no other rows along, and what refers to them is told of.
import { expect, it } from "vitest";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";
import { reportOf } from "./whole-move.js";

const CHAIN = `
  create table a (id integer primary key);
  create table b (id integer primary key, a_id integer references a (id));
  create table c (id integer primary key, b_id integer references b (id));
  insert into a values (1);
  insert into b values (1, 1), (2, 99);
  insert into c values (1, 1), (2, 2);`;
const SELF = `
  create table t (id integer primary key, up integer references t (id));
  insert into t values (1, null), (2, 99), (3, 2), (4, 1);`;
const TEXTS = `
  create table p (name text primary key);
  create table q (id integer primary key, name text references p (name));
  insert into p values ('a'), ('b' || char(0) || 'c');
  insert into q values (1, 'a'), (2, 'b' || char(0) || 'c');`;

it.each([
  ["a chain", CHAIN, "foreign-key-orphans=set-aside", ["c_b_id_fkey"], [1, 1, 2], ["c_b_id_fkey"]],
  ["a table that refers to itself", SELF, "foreign-key-orphans=set-aside", ["t_up_fkey"], [3], ["t_up_fkey"]],
  ["rows whose key cannot be stored", TEXTS, "text-not-storable=set-aside", ["q_name_fkey"], [1, 1], []],
])(
  "in %s the constraint of what refers to them stays NOT VALID, and holds for new rows",
  async (_what, sql, decide, unsure, rows, notValid) => {
    const path = makeSqlite(sql);
    const { url, client: connect } = await testDatabase("set aside");
    const report = reportOf(await outgrow(["migrate", path, url, "--json", "--decide", decide]));
    expect(report.tables.map((table) => table.rows)).toEqual(rows);
    const told = report.findings.filter(({ code }) => code === "foreign-key-unsure");
    expect(told.map(({ object }) => object)).toEqual(unsure);
    const client = await connect();
    const found = await client.query(
      "select conname from pg_constraint where contype = 'f' and not convalidated",
    );
    expect(found.rows.map(({ conname }) => conname)).toEqual(notValid);
    expect(describeVerdict(await compareMove(path, url, { schema: "public", report }))).toBe("");
  },
);

it("keys of rows without a rowid stay apart in quarantine, whatever their texts", async () => {
  const path = makeSqlite(`
    create table t (k text primary key, n integer) without rowid;
    insert into t values ('', 1), (char(0) || 'b', 2), (char(0) || 'c', 3), (cast(x'ff' as text), 4), (cast(x'fe' as text), 5)`);
  const { url, client: connect } = await testDatabase("keys aside");
  const report = reportOf(
    await outgrow(["migrate", path, url, "--json", "--decide", "text-not-storable=set-aside"]),
  );
  expect(report.tables.map(({ rows, setAside }) => [rows, setAside])).toEqual([[1, 4]]);
  const client = await connect();
  const { rows } = await client.query("select key from outgrow.quarantine order by key");
  expect(rows.map(({ key }) => key)).toEqual([
    "cast(X'0062' as text)",
    "cast(X'0063' as text)",
    "cast(X'FE' as text)",
    "cast(X'FF' as text)",
  ]);
});
