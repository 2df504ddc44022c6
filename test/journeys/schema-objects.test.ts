// A schema with one of everything: what SQLite enforced and offered is there in PostgreSQL, and acts.
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";
import { ONE_OF_EVERYTHING } from "./one-of-everything.js";

let database: TestDatabase;
let client: pg.Client;
let file: string;

interface Document {
  result: string;
  conversions: { kind: string; name: string; target: string | null; reason: string | null }[];
  verified: {
    proofs: { kind: string; name: string; outcome: string; detail: string }[];
    structure: unknown[];
  };
  findings: { code: string; severity: string; object: string | null }[];
}

let report: Document;

beforeAll(async () => {
  database = await testDatabase("objects");
  client = await database.client();
  file = makeSqlite(ONE_OF_EVERYTHING);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  report = ended.json() as Document;
  await client.query("set timezone = 'UTC'");
});

/** SQLSTATE of a statement that fails; it changes nothing. */
async function refusal(sql: string): Promise<string | undefined> {
  await client.query("begin");
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.query("rollback");
  }
}

async function rows(sql: string): Promise<unknown[]> {
  return (await client.query(sql)).rows;
}

/** Runs statements, gives what the last one gives, and takes all of it back. */
async function trial(...statements: string[]): Promise<unknown[]> {
  await client.query("begin");
  try {
    let last: unknown[] = [];
    for (const sql of statements) {
      last = await rows(sql);
    }
    return last;
  } finally {
    await client.query("rollback");
  }
}

it("converts all but what calls a function that PostgreSQL has not, and proves it", () => {
  expect(report.result).toBe("moved");
  expect(report.verified.structure).toEqual([]);
  expect(
    report.conversions.filter((one) => one.target === null).map(({ kind, name }) => [kind, name]),
  ).toEqual([["trigger", "odd"]]);
  const unproven = report.verified.proofs.filter(({ outcome }) => outcome !== "equal");
  expect(unproven.map(({ kind, name, detail }) => [kind, name, detail])).toEqual([
    ["trigger", "through_view", "it is on a view"],
  ]);
  expect(
    report.findings
      .filter(({ severity }) => severity === "warning")
      .map(({ code, object }) => [code, object]),
  ).toEqual([
    ["time-without-zone", null],
    ["trigger-not-carried", "odd"],
  ]);
});

describe("constraints", () => {
  it.each([
    ["insert into customers (email, name) values ('d@example.org', '')", "23514"],
    ["insert into customers (email, kind) values ('d@example.org', 'odd')", "23514"],
    ["insert into customers (email) values ('ANN@EXAMPLE.ORG')", "23505"],
    ["insert into orders (id, customer_id, number, quantity) values (9, 3, 'C1', 0)", "23514"],
    ["insert into orders (id, customer_id, number, quantity) values (9, 3, '1C', 1)", "23514"],
    ["insert into orders (id, customer_id, number, quantity, data) values (9, 3, 'C1', 1, '{')", "22P02"],
    ["insert into orders (id, customer_id, number, quantity) values (9, 1, 'C1', 1)", "23505"],
    ["insert into orders (id, customer_id, number, quantity) values (9, 3, 'a1', 1)", "23514"],
    ["insert into orders (id, customer_id, number, quantity, paid) values (9, 1, 'B1', 1, 1)", "23505"],
    ["update orders set total = 1", "428C9"],
    [
      "insert into orders (id, customer_id, number, quantity) values (9, 77, 'C1', 1); set constraints all immediate",
      "23503",
    ],
  ])("refuse: %s", async (sql, code) => {
    expect(await refusal(sql)).toBe(code);
  });

  it("wait for the end of the transaction where SQLite does", async () => {
    const late = [
      "insert into orders (id, customer_id, number, quantity) values (9, 77, 'C1', 1)",
      "insert into customers (id, email) values (77, 'late@example.org')",
      "set constraints all immediate",
    ];
    expect(await trial(...late, "select customer_id::int as c from orders where id = 9")).toEqual([
      { c: 77 },
    ]);
  });
});

it("finds a NOCASE column without case", async () => {
  expect(await rows("select id::int from customers where email = 'bob@EXAMPLE.org'")).toEqual([{ id: 2 }]);
});

it("fills defaults and generated columns as SQLite does", async () => {
  const [row] = (await trial(
    "insert into customers (email) values ('d@example.org')",
    "select *, created_at = date_trunc('second', statement_timestamp()) at time zone 'UTC' as now from customers where email = 'd@example.org'",
  )) as [Record<string, unknown>];
  expect(row).toMatchObject({ name: "nobody", kind: "new", active: true, now: true });
  expect(row.token).toMatch(/^[0-9a-f]{16}$/);
  expect(
    await trial(
      `insert into orders (id, customer_id, number, quantity, price, data) values (9, 3, 'Cx1', 3, 0.335, '{"source": "shop"}')`,
      "select total, label, source from orders where id = 9",
    ),
  ).toEqual([{ total: 1.01, label: "CX1 x3", source: "shop" }]);
});

it("uses the indexes that were converted", async () => {
  await client.query("set enable_seqscan = off");
  const plan = async (sql: string) => JSON.stringify(await rows(`explain ${sql}`));
  expect(await plan("select 1 from orders where customer_id = 1 and paid = 0")).toContain("one_open");
  expect(await plan(`select 1 from orders where lower(number collate "C") = 'a1'`)).toContain("by_number");
  await client.query("set enable_seqscan = on");
});

it("shows in views what SQLite's views show", async () => {
  expect(await rows("select id::int, email, amount, active, several from open_orders")).toEqual([
    { id: 1, email: "ann@example.org", amount: 7.5, active: true, several: 1 },
    { id: 3, email: "Bob@example.org", amount: 0.5, active: false, several: 1 },
  ]);
  expect(await rows("select * from of_view")).toEqual([{ who: "Ann", rich: 1 }]);
});

describe("triggers", () => {
  it("stamp, without running inside themselves", async () => {
    const [row] = (await trial(
      "update customers set name = 'Anna' where id = 1",
      "select name, updated_at is not null as stamped from customers where id = 1",
    )) as [unknown];
    expect(row).toEqual({ name: "Anna", stamped: true });
  });

  it("count, keep what was, and raise", async () => {
    const insert =
      "insert into orders (id, customer_id, number, quantity, price) values (9, 3, 'C1', 2, 1.5)";
    expect(await trial(insert, "select n::int from counters")).toEqual([{ n: 4 }]);
    expect(await trial("delete from orders where id = 1", "select n::int from counters")).toEqual([{ n: 2 }]);
    expect(
      await trial("update orders set price = 9 where id = 1", "select what, order_id::int, was from audit"),
    ).toEqual([{ what: "price of A1", order_id: 1, was: 2.5 }]);
    expect(await trial("update orders set price = 2.5 where id = 1", "select * from audit")).toEqual([]);
    expect(await refusal("delete from orders where id = 2")).toBe("23000");
    expect(await refusal(insert.replace("'C1', 2", "'C1', 101"))).toBe("23000");
  });

  it("act for a view", async () => {
    expect(
      await trial("delete from open_orders where id = 3", "select paid::int from orders where id = 3"),
    ).toEqual([{ paid: 1 }]);
  });
});

it("is compared again by verify, and makes place for itself with --drop-existing", {
  timeout: 60_000,
}, async () => {
  const verify = await outgrow(["verify", file, database.url, "--json", "-q"]);
  expect(verify.code, verify.stdout).toBe(0);
  const again = await outgrow(["migrate", file, database.url, "--json", "-q", "--drop-existing"]);
  expect(again.code, again.stdout).toBe(0);
  expect(await rows("select * from of_view")).toEqual([{ who: "Ann", rich: 1 }]);
});

it("leaves nothing behind when the move is given up", { timeout: 60_000 }, async () => {
  const other = await testDatabase("given_up");
  const there = await other.client();
  const odd = makeSqlite(
    `${ONE_OF_EVERYTHING}; create table clash (a text, b text); insert into clash values ('x', 'y')`,
  );
  const killer = new AbortController();
  const run = outgrow(["migrate", odd, other.url, "--json", "-q"], {
    signal: killer.signal,
    killWith: "SIGKILL",
  });
  for (let made = false; !made; ) {
    const { rows: found } = await there.query("select 1 from pg_class where relname = 'totals'");
    made = found.length > 0;
  }
  killer.abort();
  await run;
  const aborted = await outgrow(["migrate", odd, other.url, "--abort", "--json"]);
  // Either it was stopped in time, or it had come to its end.
  if (aborted.code === 0) {
    const { rows: left } = await there.query(
      `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'
        union all select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'public' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
    );
    expect(left).toEqual([]);
  } else {
    expect(aborted.code).toBe(5);
  }
});

it("keeps what compares by NOCASE, and indexes over it, on a column that is citext", async () => {
  const other = await testDatabase("nocase");
  const source = makeSqlite(`
    create table people (id integer primary key, email text not null collate nocase, name text);
    create index by_lower on people (lower(email));
    create index of_ann on people (name) where email = 'Ann@x.org';
    create view anns as select id from people where email = 'ANN@X.ORG';
    insert into people values (1, 'ann@x.org', 'a'), (2, 'Ann@X.org', 'b'), (3, 'bob@x.org', 'c');`);
  const ended = await outgrow(["migrate", source, other.url, "--json", "-q"]);
  expect(ended.code, ended.stderr).toBe(0);
  const { conversions, verified } = ended.json() as Document;
  expect(conversions.filter(({ target }) => target === null)).toEqual([]);
  expect(verified.proofs.map(({ name, outcome }) => [name, outcome]).sort()).toEqual([
    ["anns", "equal"],
    ["by_lower", "equal"],
    ["of_ann", "equal"],
  ]);
  const there = await other.client();
  expect((await there.query("select id::int from anns order by id")).rows).toEqual([{ id: 1 }, { id: 2 }]);
});

it.each([
  ["'É'), ('é'", false],
  ["'\u212a'), ('k'", false], // the Kelvin sign
  ["'É'), ('e'", true],
])("offers citext for unique NOCASE values %s only where they stay apart (%s)", async (values, isOffered) => {
  const other = await testDatabase("fold");
  const source = makeSqlite(
    `create table t (v text collate nocase unique); insert into t values (${values})`,
  );
  const asked = await outgrow(["migrate", source, other.url, "--json", "-q", "--decide", "nocase=citext"]);
  expect(asked.code, asked.stderr).toBe(isOffered ? 0 : 2);
  if (!isOffered) expect(asked.stderr).toContain("citext");
  const folded = await outgrow(["migrate", source, other.url, "--schema", "folded", "-q"]);
  expect(folded.code, folded.stderr).toBe(0);
});
