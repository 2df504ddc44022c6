// What a Database promises, on both engines alike.
import { beforeAll, beforeEach, expect, it } from "vitest";
import { type Database, DatabaseError, type OpenTransaction } from "#outgrow/db/index.js";
import { keyColumn, type Opened, onBothEngines, openAgain, openEmpty, rejection } from "./both-engines.js";

interface Order {
  id: number;
  email: string;
  total: string | null;
}

onBothEngines("a database", (engine) => {
  let opened: Opened;
  let db: Database;

  beforeAll(async () => {
    opened = await openEmpty(engine);
    db = opened.db;
    await db.execute(
      `create table orders (${keyColumn(engine)}, email text not null unique, total decimal(10,2), check (total >= 0))`,
    );
    await db.execute(
      `create table items (${keyColumn(engine)}, order_id ${engine === "sqlite" ? "integer" : "bigint"} not null references orders(id))`,
    );
  });

  beforeEach(async () => {
    await db.execute("delete from items");
    await db.execute("delete from orders");
  });

  const count = async () => (await db.get<{ n: number }>("select count(*) as n from orders"))?.n;
  const add = (email: string, on: Pick<Database, "execute"> = db) =>
    on.execute("insert into orders (email) values (?)", [email]);

  it("tells at its first connection where it is, once", () => {
    const infos = opened.lines.filter((line) => line.level === "info");
    expect(infos).toHaveLength(1);
    expect(infos[0]?.message).toMatch(
      engine === "sqlite" ? /^opened SQLite 3\..*app\.db$/ : /^connected to PostgreSQL \d+.*without TLS$/,
    );
    expect(infos[0]?.message).not.toMatch(/:[^/@\s]+@/);
  });

  it("gives rows, one row, or none", async () => {
    await db.execute("insert into orders (email, total) values ('a', 1.5), ('b', null)");
    const rows = await db.query<Order>("select email, total from orders order by email");
    expect(rows).toEqual([
      { email: "a", total: "1.50" },
      { email: "b", total: null },
    ]);
    expect((await db.get<Order>("select * from orders where email = 'b'"))?.total).toBeNull();
    expect(await db.get("select * from orders where email = 'c'")).toBeNull();
    expect(await db.query("select * from orders where email = 'c'")).toEqual([]);
  });

  it("gives the key that an INSERT made, and how many rows changed", async () => {
    const first = await add("a");
    const second = await add("b");
    expect(first).toEqual({ id: expect.any(Number), changes: 1, rows: [] });
    expect(Number(second.id)).toBeGreaterThan(Number(first.id));
    expect(await db.get("select email from orders where id = ?", [second.id])).toEqual({ email: "b" });
    const both = await db.execute("insert into orders (email) values ('c'), ('d');  ");
    expect(both.changes).toBe(2);
    expect(await db.get("select email from orders where id = ?", [both.id])).toEqual({ email: "d" });
    expect(await db.execute("update orders set total = 1")).toEqual({ id: null, changes: 4, rows: [] });
    expect(await db.execute("delete from orders where email > 'b'")).toEqual({
      id: null,
      changes: 2,
      rows: [],
    });
  });

  it("gives the key of an upsert, none where nothing happened, and the rows of a RETURNING", async () => {
    const { id } = await add("a");
    const again = "insert into orders (email, total) values ('a', 2) on conflict (email) do";
    expect(await db.execute(`${again} nothing`)).toEqual({ id: null, changes: 0, rows: [] });
    expect(await db.execute(`${again} update set total = 2`)).toEqual({ id, changes: 1, rows: [] });
    expect(await db.execute("update orders set total = 3 returning email, total")).toEqual({
      id: null,
      changes: 1,
      rows: [{ email: "a", total: "3.00" }],
    });
    expect(await db.query("insert into orders (email) values ('z') returning email")).toEqual([
      { email: "z" },
    ]);
  });

  it("gives no key for a table whose keys it does not make", async () => {
    await db.execute("create table words (word varchar(20) primary key)");
    expect(await db.execute("insert into words values ('a')")).toEqual({ id: null, changes: 1, rows: [] });
  });

  it("takes ?, $1 and :name", async () => {
    await db.execute("insert into orders (email, total) values (?, ?)", ["a", "1.50"]);
    await db.execute("insert into orders (total, email) values ($2, $1)", ["b", "2.50"]);
    await db.execute("insert into orders (email, total) values (:email, :total)", {
      total: 3,
      email: "c",
      more: 1,
    });
    expect(await db.query("select email, total from orders order by email")).toEqual([
      { email: "a", total: "1.50" },
      { email: "b", total: "2.50" },
      { email: "c", total: "3.00" },
    ]);
    const same = "select email from orders where email = $1 or email = $1 || $2";
    expect(await db.query(same, ["a", ""])).toEqual([{ email: "a" }]);
    expect(
      await db.query("select email from orders where :e = email or :e = email", { e: "b" }),
    ).toHaveLength(1);
  });

  it("commits a transaction when its function resolves, and undoes it when it throws", async () => {
    const result = await db.transaction(async (tx) => {
      await add("a", tx);
      return (await add("b", tx)).changes;
    });
    expect(result).toBe(1);
    expect(await count()).toBe(2);
    const thrown = new Error("no");
    const failed = db.transaction(async (tx) => {
      await add("c", tx);
      throw thrown;
    });
    expect(await rejection(failed)).toBe(thrown);
    expect(await count()).toBe(2);
  });

  it("keeps what a transaction did to itself until it commits", async () => {
    const tx = await db.beginTransaction();
    await add("a", tx);
    expect(await tx.query("select email from orders")).toEqual([{ email: "a" }]);
    expect(await count()).toBe(0);
    await tx.commit();
    expect(await count()).toBe(1);
  });

  it("ends a handle by commit or rollback, in either form, and no handle twice", async () => {
    const first = await db.beginTransaction();
    await add("a", first);
    await db.rollback(first);
    await first.rollback();
    const second = await db.beginTransaction();
    await add("b", second);
    await db.commit(second);
    await second.rollback();
    expect(await db.query("select email from orders")).toEqual([{ email: "b" }]);
    expect(await rejection(add("c", second))).toMatchObject({ code: "misuse" });
    expect(await rejection(second.commit())).toMatchObject({ code: "misuse" });
  });

  it("undoes an inner transaction alone, and goes on after a failure inside of it", async () => {
    await db.transaction(async (tx) => {
      await add("a", tx);
      const failure = await rejection(
        tx.transaction(async (inner) => {
          await add("b", inner);
          await inner.transaction((innermost) => add("c", innermost));
          await add("a", inner);
        }),
      );
      expect(failure).toMatchObject({ code: "unique" });
      await tx.transaction((inner) => add("d", inner));
    });
    expect(await db.query("select email from orders order by email")).toEqual([
      { email: "a" },
      { email: "d" },
    ]);
  });

  it("does nothing more after a failed statement that nobody caught within an inner transaction", async () => {
    let later: Error | undefined;
    const failed = db.transaction(async (tx) => {
      await add("a", tx);
      await rejection(add("a", tx));
      later = await rejection(add("b", tx));
    });
    expect(await rejection(failed)).toMatchObject({ code: "aborted", cause: { code: "unique" } });
    expect(later).toMatchObject({ code: "aborted", cause: { code: "unique" } });
    expect(await count()).toBe(0);
  });

  it("runs nothing of what was sent together after the one that failed", async () => {
    const failed = db.transaction((tx) => Promise.all([add("a", tx), add("a", tx), add("b", tx)]));
    expect(await rejection(failed)).toMatchObject({ code: "unique" });
    expect(await count()).toBe(0);
  });

  it("refuses the outer handle while an inner transaction is open", async () => {
    await db.transaction(async (tx) => {
      const inner: OpenTransaction = await tx.beginTransaction();
      expect(await rejection(add("a", inner).then(() => add("b", tx)))).toMatchObject({ code: "misuse" });
      await inner.commit();
      await add("c", tx);
    });
    expect(await count()).toBe(2);
  });

  it("refuses options of an inner transaction, which it could not keep", async () => {
    const refused = db.transaction((tx) => tx.transaction(async () => 1, { readOnly: true }));
    expect(await rejection(refused)).toMatchObject({
      code: "misuse",
      message: expect.stringContaining("readOnly"),
    });
  });

  it("refuses to write in a read-only transaction", async () => {
    await add("a");
    const failed = db.transaction(
      async (tx) => {
        expect(await tx.query("select email from orders")).toHaveLength(1);
        await add("b", tx);
      },
      { readOnly: true },
    );
    expect(await rejection(failed)).toMatchObject({ code: "read-only" });
    expect(await count()).toBe(1);
  });

  it("streams rows one by one, and may be left before the end", async () => {
    await db.execute(
      `insert into orders (email) with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
       select 'm' || i from n`,
    );
    let seen = 0;
    for await (const row of db.stream<Order>("select * from orders where id > ? order by id", [0])) {
      seen += typeof row.email === "string" ? 1 : 0;
    }
    expect(seen).toBe(2_500);
    for (let i = 0; i < 10; i++) {
      for await (const row of db.stream<Order>("select * from orders")) {
        expect(row.id).toBeGreaterThan(0);
        break;
      }
    }
    expect(await db.execute("delete from orders")).toMatchObject({ changes: 2_500 });
  });

  it("runs other statements of a transaction while one of it streams", async () => {
    await db.execute(
      `insert into orders (email) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
       select 'm' || i from n`,
    );
    await db.transaction(async (tx) => {
      for await (const { id } of tx.stream<Order>("select id from orders order by id limit 600")) {
        await tx.execute("insert into items (order_id) values (?)", [id]);
      }
      for await (const _row of tx.stream("select id from orders")) break;
    });
    expect(await db.get("select count(*) as n from items")).toEqual({ n: 600 });
  });

  it("runs a prepared statement many times", async () => {
    const statement = db.prepare<Order>("select email from orders where email = ?");
    const insert = db.prepare("insert into orders (email) values (?)");
    for (const email of ["a", "b", "c"]) await insert.execute([email]);
    expect(await statement.get(["b"])).toEqual({ email: "b" });
    expect(await statement.query(["x"])).toEqual([]);
    await db.transaction(async (tx) => {
      const inside = tx.prepare("insert into orders (email) values (?)");
      expect((await inside.execute(["d"])).id).toEqual(expect.any(Number));
    });
    expect(await count()).toBe(4);
  });

  it("refuses what would leave a connection inside a transaction, or changed", async () => {
    for (const sql of [
      "begin",
      "COMMIT",
      "rollback",
      "savepoint a",
      "/* x */ start transaction",
      "set timezone = 'x'",
    ]) {
      expect(await rejection(db.execute(sql)), sql).toMatchObject({
        code: "misuse",
        hint: expect.any(String),
      });
    }
    expect(await rejection(db.query("select 1; drop table orders"))).toMatchObject({ code: "bad-input" });
    expect(await rejection(db.query(" -- nothing"))).toMatchObject({ code: "bad-input" });
    await add("still there");
  });

  it("shows the same to a second connection", async () => {
    await add("a");
    const { db: second } = await openAgain(opened.url);
    expect(await second.query("select email from orders")).toEqual([{ email: "a" }]);
    await second.close();
    await second.close();
    expect(await rejection(second.query("select 1"))).toMatchObject({ code: "closed" });
  });

  it("has errors of one class, with what is known of the place", async () => {
    await add("a");
    const unique = await rejection(add("a"));
    expect(unique).toBeInstanceOf(DatabaseError);
    expect(unique).toMatchObject({ code: "unique", table: "orders", columns: ["email"], engine });
    expect(unique.cause).toBeInstanceOf(Error);
    const errors: [string, string][] = [
      ["insert into orders (email) values (null)", "not-null"],
      ["insert into orders (email, total) values ('b', -1)", "check"],
      ["insert into items (order_id) values (-1)", "foreign-key"],
      ["select * from nowhere", "syntax"],
      ["selec 1", "syntax"],
      ["select nothing from orders", "syntax"],
    ];
    for (const [sql, code] of errors) {
      expect(await rejection(db.execute(sql)), sql).toMatchObject({ code });
    }
    expect(await rejection(db.execute("insert into orders (email) values (null)"))).toMatchObject({
      table: "orders",
      columns: ["email"],
    });
  });
});
