// A query builder on top of a Database.
import { type Generated, Kysely } from "kysely";
import { beforeAll, expect, it } from "vitest";
import { dialectOf } from "#outgrow/db/kysely.js";
import { onBothEngines, openEmpty, rejection } from "./both-engines.js";

interface Tables {
  products: { id: Generated<number>; name: string; price: string; active: boolean; made_at: Date | null };
}

onBothEngines("Kysely", (engine) => {
  let kysely: Kysely<Tables>;

  beforeAll(async () => {
    const { db } = await openEmpty(engine);
    kysely = new Kysely<Tables>({ dialect: dialectOf(db) });
    await kysely.schema
      .createTable("products")
      .addColumn("id", engine === "sqlite" ? "integer" : "serial", (column) => column.primaryKey())
      .addColumn("name", "varchar(50)", (column) => column.notNull().unique())
      .addColumn("price", "decimal(10, 2)", (column) => column.notNull())
      .addColumn("active", "boolean", (column) => column.notNull())
      .addColumn("made_at", "timestamp")
      .execute();
  });

  const names = async () => {
    const rows = await kysely.selectFrom("products").select("name").orderBy("name").execute();
    return rows.map(({ name }) => name);
  };
  const product = (name: string) => ({ name, price: "1.50", active: true, made_at: null });

  it("inserts, reads, updates and deletes with the values of docs/db-values.md", async () => {
    const made_at = new Date("2024-02-29T10:00:00Z");
    const { insertId, numInsertedOrUpdatedRows } = await kysely
      .insertInto("products")
      .values({ name: "a", price: "9.90", active: true, made_at })
      .executeTakeFirstOrThrow();
    expect(numInsertedOrUpdatedRows).toBe(1n);
    const row = await kysely
      .selectFrom("products")
      .selectAll()
      .where("id", "=", Number(insertId))
      .executeTakeFirst();
    expect(row).toEqual({ id: Number(insertId), name: "a", price: "9.90", active: true, made_at });
    const updated = await kysely
      .updateTable("products")
      .set({ active: false })
      .where("name", "=", "a")
      .execute();
    expect(updated).toEqual([{ numUpdatedRows: 1n, numChangedRows: undefined }]);
    const returned = await kysely
      .deleteFrom("products")
      .where("active", "=", false)
      .returning("name")
      .execute();
    expect(returned).toEqual([{ name: "a" }]);
  });

  it("commits, rolls back, and goes back to a savepoint", async () => {
    await kysely.transaction().execute((tx) => tx.insertInto("products").values(product("kept")).execute());
    const failed = kysely.transaction().execute(async (tx) => {
      await tx.insertInto("products").values(product("gone")).execute();
      await tx.insertInto("products").values(product("kept")).execute();
    });
    expect(await rejection(failed)).toMatchObject({ code: "unique" });
    const controlled = await kysely.startTransaction().execute();
    await controlled.insertInto("products").values(product("b")).execute();
    const inner = await controlled.savepoint("one").execute();
    await rejection(inner.insertInto("products").values(product("b")).execute());
    const back = await inner.rollbackToSavepoint("one").execute();
    await back.insertInto("products").values(product("c")).execute();
    await back.releaseSavepoint("one").execute();
    await controlled.commit().execute();
    expect(await names()).toEqual(["b", "c", "kept"]);
  });

  it("streams, and reads the tables that there are", async () => {
    const seen: string[] = [];
    for await (const { name } of kysely.selectFrom("products").select("name").orderBy("name").stream()) {
      seen.push(name);
    }
    expect(seen).toEqual(await names());
    const tables = await kysely.introspection.getTables();
    expect(tables.find(({ name }) => name === "products")?.columns.map(({ name }) => name)).toEqual([
      "id",
      "name",
      "price",
      "active",
      "made_at",
    ]);
  });
});
