// `outgrow verify`: after a move, on a pair that another program filled, and when either side changed since.
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { PairReport } from "#outgrow/move/verify-pair.js";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";

const CUSTOMERS = `
  create table customers (id integer primary key autoincrement, name text not null, balance decimal(10,2), at datetime);
  create table orders (id integer primary key, customer_id integer references customers (id), note text);
  create index orders_customer on orders (customer_id);
  insert into customers (name, balance, at) values
    ('Ann', 10.5, '2024-01-01 00:00:00'), ('Bob', 0.1, null), ('Cleo', -3, '2024-02-29 23:59:59');
  insert into orders values (1, 1, 'first'), (2, 1, null), (3, 3, '');`;

async function verify(args: string[]): Promise<{ code: number | null; report: PairReport }> {
  const ended = await outgrow(["verify", ...args, "--json"]);
  return { code: ended.code, report: ended.json() as PairReport };
}

async function moved(
  sql = CUSTOMERS,
  args: string[] = [],
): Promise<{ source: string; database: TestDatabase }> {
  const source = makeSqlite(sql);
  const database = await testDatabase("verify");
  const ended = await outgrow(["migrate", source, database.url, ...args, "--json"]);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  return { source, database };
}

function write(source: string, sql: string): void {
  const db = new Database(source);
  db.exec(sql);
  db.close();
}

describe("verify after a move", () => {
  it("compares by the plan of the move and finds everything equal", async () => {
    const { source, database } = await moved();
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ result: "equal", move: { state: "moved", sourceChanged: false } });
    expect(report.verified).toMatchObject({ rows: 6, values: 21, differences: 0, notes: [] });
  });

  it("ends with 4 and names row, column and both values of what differs", async () => {
    const { source, database } = await moved();
    const client = await database.client();
    await client.query("update customers set balance = balance + 0.01 where id = 2");
    await client.query("delete from orders where id = 3");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.result).toBe("differs");
    expect(report.verified.differences).toBe(2);
    expect(report.verified.examples).toEqual([
      { table: "customers", kind: "value", key: "2", column: "balance", source: "0.10", target: "0.11" },
      { table: "orders", kind: "missing", key: "3" },
    ]);
    const { stdout } = await outgrow(["verify", source, database.url]);
    expect(stdout).toContain("customers 2 balance: 0.10 in the source, 0.11 in the target");
    expect(stdout).toContain("orders 3: the row is not in the target");
  });

  it("tells an index, a column and a table that went missing, and compares the rest", async () => {
    const { source, database } = await moved();
    const client = await database.client();
    await client.query("drop index orders_customer");
    await client.query("alter table customers drop column name");
    const first = await verify([source, database.url]);
    expect(first.code).toBe(4);
    expect(first.report.verified.structure.map((one) => one.object)).toEqual([
      "column customers.name",
      "index orders_customer on orders",
    ]);
    expect(first.report.verified.rows).toBe(6);
    await client.query("drop table orders");
    const second = await verify([source, database.url]);
    expect(second.code).toBe(4);
    expect(second.report.verified.structure).toContainEqual({
      object: "table orders",
      expected: "a table",
      found: "none",
    });
  });

  it("says that the source changed since, and compares what it has now, whatever its new rows", async () => {
    const { source, database } = await moved();
    write(source, "insert into orders values (-7, 2, 'before'), (900000, 2, 'behind')");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.move?.sourceChanged).toBe(true);
    expect(report.verified.examples).toEqual([
      { table: "orders", kind: "missing", key: "-7" },
      { table: "orders", kind: "missing", key: "900000" },
    ]);
    const client = await database.client();
    await client.query("insert into orders values (-7, 2, 'before'), (900000, 2, 'behind')");
    const again = await verify([source, database.url]);
    expect(again.report.verified.examples).toEqual([]);
  });

  it("finds a value that the planned type cannot hold, written to the source since", async () => {
    const { source, database } = await moved();
    write(source, "update customers set balance = 0.099 where id = 2");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.examples).toEqual([
      { table: "customers", kind: "value", key: "2", column: "balance", source: "0.099", target: "0.10" },
    ]);
  });

  it("notes columns and tables that came to the source, and those that went", async () => {
    const { source, database } = await moved();
    write(
      source,
      "alter table orders drop column note; alter table customers add column fresh text; create table more (a)",
    );
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(0);
    expect(report.verified.notes.sort()).toEqual([
      "customers.fresh was not compared: it is not part of the move",
      "more was not compared: it is not part of the move",
      "orders.note was not compared: the source has no such column any more",
    ]);
  });

  it("knows the rows set aside and the values substituted by decisions", async () => {
    const sql = `${CUSTOMERS} pragma foreign_keys = off; insert into orders values (4, 99, 'orphan')`;
    const aside = await moved(sql, ["--decide", "foreign-key-orphans=set-aside"]);
    const first = await verify([aside.source, aside.database.url]);
    expect([first.code, first.report.verified.rows]).toEqual([0, 6]);
    const nulled = await moved(sql, ["--decide", "foreign-key-orphans=null"]);
    const second = await verify([nulled.source, nulled.database.url]);
    expect([second.code, second.report.verified.rows]).toEqual([0, 7]);
    expect(second.report.tables.find((table) => table.source === "orders")?.substituted).toBe(1);
  });

  it("counts what was set aside and the originals that a decision kept", async () => {
    const sql = `${CUSTOMERS} pragma foreign_keys = off; insert into orders values (4, 99, 'orphan'), (5, 98, 'orphan')`;
    const { source, database } = await moved(sql, ["--decide", "foreign-key-orphans=set-aside"]);
    const client = await database.client();
    await client.query("delete from outgrow.quarantine where key = '4'");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.structure).toEqual([
      { object: "rows of orders in outgrow.quarantine", expected: "2", found: "1" },
    ]);
    const nulled = await moved(sql, ["--decide", "foreign-key-orphans=null"]);
    const other = await nulled.database.client();
    await other.query("delete from outgrow.originals");
    const second = await verify([nulled.source, nulled.database.url]);
    expect(second.report.verified.structure).toEqual([
      { object: "values of orders in outgrow.originals", expected: "2", found: "0" },
    ]);
  });

  it("tells a default that became another", async () => {
    const { source, database } = await moved(`
      create table d (id integer primary key, n integer default -5, x real default 0.5, t text default 'it''s (a)',
        b boolean default 1, m decimal(10,2) default 1.5, at datetime default current_timestamp, on_day date default '2024-01-31',
        j json default '{}', bytes blob default x'00ff', empty text default null);
      insert into d (id, b, m) values (1, 0, 2);`);
    const first = await verify([source, database.url]);
    expect(first.report.verified.structure).toEqual([]);
    const client = await database.client();
    await client.query(
      "alter table d alter n set default -6, alter t set default 'x', alter b set default false, alter x set default random(), alter at set default '2024-01-01'",
    );
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.structure.map((one) => one.object)).toEqual([
      "column d.n",
      "column d.x",
      "column d.t",
      "column d.b",
      "column d.at",
    ]);
  });

  it("compares only the tables named, and refuses names that match none", async () => {
    const { source, database } = await moved();
    const { code, report } = await verify([source, database.url, "--table", "ord*"]);
    expect(code).toBe(0);
    expect(report.tables.map((table) => table.source)).toEqual(["orders"]);
    expect(report.verified.notes).toEqual([]);
    const wrong = await outgrow(["verify", source, database.url, "--table", "nope"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("the tables are customers, orders");
  });

  it("writes nothing to the target", async () => {
    const { source, database } = await moved();
    const client = await database.client();
    const look = async () =>
      (
        await client.query(
          `select (select json_agg(m) from outgrow.moves m) as moves,
                  (select count(*)::int from outgrow.progress) as progress,
                  (select sum(n_tup_ins + n_tup_upd + n_tup_del)::int from pg_stat_user_tables) as written`,
        )
      ).rows;
    const before = await look();
    await verify([source, database.url]);
    expect(await look()).toEqual(before);
  });

  it("compares a sample where it is asked to, and says so", async () => {
    const { source, database } = await moved(`
      create table many (id integer primary key, a text);
      insert into many with recursive n (i) as (select 1 union all select i + 1 from n where i < 30000) select i, 'v' || i from n`);
    const { code, report } = await verify([source, database.url, "--sample", "20%"]);
    expect(code).toBe(0);
    expect(report.verified.rows).toBe(5000);
    expect(report.verified.notes.join()).toMatch(/many: 1 of 7 parts were compared/);
  });
});

describe("verify of a pair that another program filled", () => {
  async function filled(schema: string): Promise<{ source: string; database: TestDatabase }> {
    const source = makeSqlite(CUSTOMERS);
    const database = await testDatabase("pair");
    const client = await database.client();
    await client.query(schema);
    await client.query(
      "insert into customers (id, name, balance, at) values (1, 'Ann', 10.5, '2024-01-01'), (2, 'Bob', 0.1, null), (3, 'Cleo', -3, '2024-02-29 23:59:59')",
    );
    await client.query(
      "insert into orders (id, customer_id, note) values (1, 1, 'first'), (2, 1, null), (3, 3, '')",
    );
    return { source, database };
  }

  const SCHEMA = `
    create table customers (id int generated by default as identity (start 4) primary key, name varchar(50), balance numeric(12,2), at timestamp);
    create table orders (id int generated by default as identity (start 4) primary key, customer_id int references customers, note text);`;

  it("pairs columns by name and compares by the target's types", async () => {
    const { source, database } = await filled(SCHEMA);
    const { code, report } = await verify([source, database.url]);
    expect([code, report.verified.examples, report.verified.structure]).toEqual([0, [], []]);
    expect(report.move).toBeNull();
    expect(report.verified).toMatchObject({ rows: 6, values: 21, differences: 0 });
    expect(report.verified.notes).toEqual([
      'no move into schema "public" is recorded, so the types of its tables decide; keys and indexes were not compared',
    ]);
  });

  it("finds values that another program rounded", async () => {
    const { source, database } = await filled(SCHEMA.replace("numeric(12,2)", "numeric(12,1)"));
    const client = await database.client();
    await client.query("update customers set name = 'bob' where id = 2");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.examples).toEqual([
      expect.objectContaining({ column: "name", key: "2", source: "Bob", target: "bob" }),
    ]);
  });

  it("finds values that no column of the target's types holds, whatever they were rounded or emptied to", async () => {
    const source = makeSqlite(`
      create table p (id integer primary key, price real, whole real, ok integer, d text, u text, j text, note);
      insert into p values (1, 19.999, 1.5, 2, '', '', '', 12), (2, 5, 1e300, 1, 'a' || char(9) || 'b', char(10), '{', 'x' || char(0));`);
    const database = await testDatabase("pair");
    const client = await database.client();
    await client.query(`
      create table p (id bigint generated by default as identity (start 9) primary key, price numeric(10,2),
        whole numeric(8,0), ok boolean, d date, u uuid, j jsonb, note bigint);
      insert into p values (1, 20.00, 2, null, null, null, null, 12), (2, 5.00, null, true, null, null, null, null)`);
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    const found = report.verified.examples.map((one) =>
      one.kind === "value" ? [one.key, one.column, one.source, one.target] : one,
    );
    expect(found).toEqual([
      ["1", "price", "19.999", "20.00"],
      ["1", "whole", "1.5", "2"],
      ["1", "ok", "2", null],
      ["1", "d", "''", null],
      ["1", "u", "''", null],
      ["1", "j", "''", null],
      ["2", "whole", "1.0e+300", null],
      ["2", "d", expect.stringMatching(/^'a.*b'$/), null],
      ["2", "u", expect.anything(), null],
      ["2", "j", "'{'", null],
      ["2", "note", "'x'", null],
    ]);
  });

  it("finds such values in tables without a key, and beside a text that looks like their literal", async () => {
    const source = makeSqlite(
      "create table n (price real, note text); insert into n values (19.999, 'a'), (1, 'b' || char(0))",
    );
    const database = await testDatabase("pair");
    const client = await database.client();
    await client.query("create table n (price numeric(10,2), note text)");
    await client.query("insert into n values (20, 'a'), (1, $$'b'$$)");
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.examples.map((one) => `${one.kind} ${one.key}`).sort()).toEqual([
      "extra price=1.00, note='b'",
      "extra price=20.00, note=a",
      "missing price=1.00, note='b'",
      "missing price=19.999, note=a",
    ]);
  });

  it("finds a sequence that would give an id out again, and notes where there is none", async () => {
    const low = await filled(SCHEMA.replace("(start 4)", ""));
    const { code, report } = await verify([low.source, low.database.url]);
    expect(code).toBe(4);
    expect(report.verified.structure).toEqual([
      { object: "next id of customers.id", expected: "at least 4", found: "1" },
    ]);
    const none = await filled(SCHEMA.replaceAll("generated by default as identity (start 4)", ""));
    const second = await verify([none.source, none.database.url]);
    expect(second.code).toBe(0);
    expect(second.report.verified.notes).toContain(
      "orders.id has no sequence in the target, so no next id was compared",
    );
  });

  it("tells columns with values and tables without a counterpart as differences, and notes empty columns", async () => {
    const { source, database } = await filled(SCHEMA);
    write(
      source,
      "alter table orders add column extra text; update orders set extra = 'x' where id > 1; alter table orders add column bare text; create table gone (a)",
    );
    const { code, report } = await verify([source, database.url]);
    expect(code).toBe(4);
    expect(report.verified.structure).toEqual([
      { object: "column orders.extra", expected: "a column for 2 values", found: "none" },
      { object: "table gone", expected: "a table", found: "none" },
    ]);
    expect(report.verified.notes.filter((note) => note.startsWith("orders."))).toEqual([
      "orders.bare was not compared: the target has no column that takes it",
    ]);
    const client = await database.client();
    await client.query("alter table orders add column extra text");
    await client.query("update orders set extra = 'x' where id > 1");
    const without = await verify([source, database.url, "--exclude", "gone"]);
    expect(without.code).toBe(0);
  });

  it("makes no schema and no table", async () => {
    const { source, database } = await filled(SCHEMA);
    await verify([source, database.url]);
    const client = await database.client();
    const { rows } = await client.query("select to_regnamespace('outgrow') as made");
    expect(rows).toEqual([{ made: null }]);
  });
});
