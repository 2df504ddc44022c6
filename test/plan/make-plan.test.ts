// What a plan says of tables that belong together, and of what PostgreSQL cannot do as SQLite does.
import { expect, it } from "vitest";
import type { Plan } from "#outgrow/plan/plan.js";
import { planOf } from "./plan-of.js";

/** Without the notes about ids, which nearly every file gets. */
const told = ({ findings }: Plan) =>
  findings.filter(({ code }) => !/^(?:ids-go-on|rowid-not-carried)$/.test(code));

it("warns that a key changes its type to agree with a column that refers to it", () => {
  const plan = planOf(`
    create table stadium (id int primary key);
    create table concert (stadium_id text references stadium (id));
    insert into stadium values (1);
    insert into concert values ('1');
  `);
  expect(plan.tables[0]?.columns[0]).toMatchObject({ type: "text", codec: "mixed-text" });
  expect(told(plan)).toMatchObject([
    { code: "key-type", severity: "warning", table: "stadium", column: "id" },
  ]);
  expect(plan.findings[0]?.reason).toBe(
    'declared INT, but it becomes text, not bigint, to agree with "concert"."stadium_id", declared TEXT, over a foreign key',
  );
});

it("gives a column without values the type that those declared alike became", () => {
  const plan = planOf(`
    create table users (id char(36), created_at datetime, deleted_at datetime);
    create table keys (id char(36), used datetime);
    insert into users values ('0190163d-8694-739b-aea5-966c26f8ad91', '2024-01-01 00:00:00+00:00', null);
  `);
  expect(plan.tables.flatMap((table) => table.columns.map(({ target, type }) => [target, type]))).toEqual([
    ["id", "uuid"],
    ["created_at", "timestamptz"],
    ["deleted_at", "timestamptz"],
    ["id", "uuid"],
    ["used", "timestamptz"],
  ]);
  expect(told(plan).map(({ code, severity }) => `${severity} ${code}`)).toEqual(
    Array(3).fill("note type-from-alike"),
  );
});

it("follows no example where columns declared alike became different types", () => {
  const plan = planOf(`
    create table t (a datetime, b datetime, c datetime);
    insert into t values ('2024-01-01T00:00:00Z', '2024-01-01 00:00:00', null);
  `);
  expect(plan.tables[0]?.columns.map(({ type }) => type)).toEqual(["timestamptz", "timestamp", "timestamp"]);
});

it("warns of ON CONFLICT clauses but the one that PostgreSQL follows, and not of the words in a text", () => {
  const plan = planOf(`
    create table a (x integer unique on conflict replace);
    create table b (x integer unique on conflict abort, y text default 'on conflict ignore');
  `);
  expect(told(plan)).toMatchObject([{ code: "conflict-clause-not-carried", table: "a" }]);
});

it("says of a unique index that it cannot carry that values can be there twice", () => {
  const plan = planOf(`
    create table a (x text, y text);
    create unique index a_x on a (x) where x glob y;
    create index a_y on a (y) where y glob x;
  `);
  expect(told(plan).map(({ code, object }) => [code, object])).toEqual([
    ["unique-not-carried", "a_x"],
    ["index-not-carried", "a_y"],
  ]);
});

it("has a codec for decimals of more places than a power of ten among doubles", () => {
  const plan = planOf(`
    create table t (a decimal(38,30), b decimal(38,30), c decimal(38,30));
    insert into t values (null, 0.5, 7);
  `);
  expect(plan.tables[0]?.columns.map(({ type, codec }) => [type, codec])).toEqual([
    ["numeric(38,30)", "numeric-int"],
    ["double precision", "double"],
    ["numeric", "numeric-int"],
  ]);
});

it.each([
  ["int primary key", "real", ["1.0", "2.0"], "bigint", "bigint"],
  ["integer primary key", "real", ["1.0", "2.0"], "bigint", "bigint"],
  ["real primary key", "int", ["1", "2"], "bigint", "bigint"],
  ["int primary key", "real", ["1.0", "2.5"], "bigint", "double precision"],
  ["int primary key", "real", ["1.0", "1e300"], "bigint", "double precision"],
  ["real primary key", "int", ["1", "null"], "bigint", "bigint"],
  ["decimal(10,2) primary key", "real", ["1.0", "2.0"], "bigint", "bigint"],
  ["integer primary key", "real", ["1.0", "2.5"], "bigint", "double precision"],
])(
  "gives a key declared %s and a reference declared %s that holds %s types that compare",
  (key, reference, held, parent, child) => {
    const plan = planOf(`
    create table club (id ${key});
    create table player (club ${reference} references club (id));
    insert into club values (1), (2);
    insert into player values ${held.map((value) => `(${value})`).join(", ")};
  `);
    expect(plan.tables.map(({ columns }) => columns[0]?.type)).toEqual([parent, child]);
    expect(plan.findings.some(({ code }) => code === "foreign-key-not-carried")).toBe(parent !== child);
  },
);

it("folds the names of indexes where it folds those of tables and columns", () => {
  const sql = "create table Users (Name text); create index Users_Name on Users (Name);";
  const [table] = planOf(sql, { names: "fold" }).tables;
  expect([table?.target, table?.indexes[0]?.name]).toEqual(["users", "users_name"]);
});

it("leaves a key of integers beside bytes and a reference of REALs apart, which as bytes would be other values", () => {
  const plan = planOf(`
    create table other (raw numeric unique);
    create table k (e numeric unique references other (raw), v real references k (e));
    insert into other values (x'00'); insert into k values (0, 0), (2402926.5, 0), (3058540598905908828, 0);
  `);
  expect(plan.tables[1]?.columns.map(({ type }) => type)).toEqual(["text", "double precision"]);
  expect(plan.findings.filter(({ code }) => code === "foreign-key-not-carried")).toHaveLength(2);
});

it("keeps what a key refers to text where it is JSON, also where no key of its own is on it", () => {
  const plan = planOf(`
    create table document (id integer primary key, body json);
    create table part (body json, n int, primary key (body, n), foreign key (body) references document (body));
    insert into document values (1, '{}');
    insert into part values ('{}', 1);
  `);
  expect(plan.tables.map(({ columns }) => columns.find(({ target }) => target === "body")?.type)).toEqual([
    "text",
    "text",
  ]);
});
