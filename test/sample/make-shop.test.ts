// The sample shop: the same for the same seed, sound, and as large as promised.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutgrowError } from "#outgrow/base/errors.js";
import { makeShop, type ShopCounts, shopOfRows } from "#outgrow/sample/make-shop.js";
import { SHOP_TABLES, shopSchemaSql } from "#outgrow/sample/shop-schema.js";

const folder = mkdtempSync(join(tmpdir(), "sample-shop-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** One hash over every value of every table, with its storage class. */
function hashOf(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    const hash = createHash("sha256");
    for (const table of SHOP_TABLES) {
      const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[];
      const cells = columns.map((name) => `quote("${name}")`).join(", ");
      for (const line of db
        .prepare(`select concat_ws('|', ${cells}) from "${table}" order by id`)
        .pluck()
        .iterate()) {
        hash.update(`${table} ${line}\n`);
      }
    }
    return hash.digest("hex");
  } finally {
    db.close();
  }
}

describe("a shop of 2,000 orders", () => {
  const path = join(folder, "shop.db");
  const reported: string[] = [];
  let counts: ShopCounts;
  let db: Database.Database;
  const one = (sql: string): unknown => db.prepare(sql).pluck().get();

  beforeAll(() => {
    counts = makeShop(path, {
      orders: 2000,
      onProgress: ({ table, rows }) => reported.push(`${table} ${rows}`),
    });
    db = new Database(path, { readonly: true });
  });
  afterAll(() => db.close());

  it("is byte for byte the same for the same seed and other for another", () => {
    const again = join(folder, "again.db");
    const other = join(folder, "other.db");
    expect(makeShop(again, { orders: 2000, seed: 1 })).toEqual(counts);
    makeShop(other, { orders: 2000, seed: 2 });
    expect(hashOf(again)).toBe(hashOf(path));
    expect(hashOf(other)).not.toBe(hashOf(path));
  });

  it("passes SQLite's own checks of integrity and foreign keys", () => {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.pragma("foreign_key_check")).toEqual([]);
  });

  it("holds the rows it says", () => {
    for (const table of SHOP_TABLES) {
      expect([table, one(`select count(*) from ${table}`)]).toEqual([table, counts[table]]);
      expect(counts[table]).toBeGreaterThan(0);
    }
    expect(counts.orders).toBe(2000);
  });

  it("reports its progress by table and by thousand orders", () => {
    expect(reported).toContain("orders 1000");
    expect(reported).toContain("search_history 8000");
  });

  it("has exactly the schema that the application makes", () => {
    const fresh = new Database(":memory:");
    fresh.exec(shopSchemaSql);
    const schema = "select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by name";
    expect(db.prepare(schema).all()).toEqual(fresh.prepare(schema).all());
    fresh.close();
  });

  it("has what makes a move hard", () => {
    expect(one("select seq from sqlite_sequence where name = 'orders'")).toBe(2001);
    expect(one("select max(id) from orders")).toBe(2000);
    expect(one("select count(*) from categories c where parent_id > id")).toBe(1);
    expect(one("select count(*) from orders where user_id is null")).toBeGreaterThan(0);
    expect(one("select count(*) from orders where notes = ''")).toBeGreaterThan(0);
    expect(one("select count(*) from product_reviews where order_id is null")).toBeGreaterThan(0);
    expect(one("select count(*) from cart_items where user_id is null")).toBeGreaterThan(0);
    expect(one("select count(*) from product_reviews where instr(comment, '😍') > 0")).toBeGreaterThan(0);
    expect(one("select count(*) from product_reviews where instr(comment, char(10)) > 0")).toBeGreaterThan(0);
    expect(one("select count(distinct typeof(price)) from products")).toBe(2);
  });

  it("keeps money in whole cents, sums that add up, and JSON that is valid", () => {
    expect(one("select count(*) from order_items where total <> round(total * 100) / 100.0")).toBe(0);
    expect(
      one(`select count(*) from orders o
           join (select order_id, sum(cast(round(total * 100) as integer)) as cents from order_items group by 1) i
             on i.order_id = o.id
           where cast(round(subtotal * 100) as integer) <> cents`),
    ).toBe(0);
    for (const column of ["dimensions", "images", "tags", "attributes", "specifications", "shipping"]) {
      expect([column, one(`select count(*) from products where json_valid(${column}) = 0`)]).toEqual([
        column,
        0,
      ]);
    }
  });

  it("fits the lengths that the plan's PostgreSQL schema sets", () => {
    const tooLong = SHOP_TABLES.flatMap((table) => {
      const columns = db.prepare("select name, type from pragma_table_info(?)").all(table) as {
        name: string;
        type: string;
      }[];
      return columns.flatMap(({ name, type }) => {
        const limit = /^VARCHAR\((\d+)\)$/.exec(type)?.[1];
        const rows =
          limit === undefined ? 0 : one(`select count(*) from ${table} where length(${name}) > ${limit}`);
        return rows === 0 ? [] : [`${table}.${name}`];
      });
    });
    expect(tooLong).toEqual([]);
  });
});

it("makes about as many rows as were asked for", () => {
  for (const rows of [20_000, 60_000]) {
    const counts = makeShop(join(folder, `${rows}.db`), shopOfRows(rows));
    const made = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(Math.abs(made / rows - 1)).toBeLessThan(0.02);
  }
});

it("makes a shop of a single order", () => {
  expect(makeShop(join(folder, "one.db"), { orders: 1 }).orders).toBe(1);
});

it("refuses a file that exists and a number of orders that is none", () => {
  expect(() => makeShop(join(folder, "shop.db"), { orders: 10 })).toThrow(OutgrowError);
  expect(() => makeShop(join(folder, "none.db"), { orders: 0 })).toThrow(/0 orders/);
  expect(() => makeShop(join(folder, "half.db"), { orders: 1.5 })).toThrow(/1.5 orders/);
});

it("has the schema of the shop's first migration", () => {
  const schemaOf = (sql: string) => {
    const db = new Database(":memory:");
    try {
      db.exec(sql);
      const rows = db.prepare<[], { name: string; sql: string | null }>(
        "select name, sql from sqlite_schema order by name",
      );
      return rows.all().map(({ name, sql: text }) => [name, text?.replace(/\s+/g, " ").toLowerCase()]);
    } finally {
      db.close();
    }
  };
  const file = join(import.meta.dirname, "../../shop/migrations/sqlite/001_initial_schema.sql");
  expect(schemaOf(readFileSync(file, "utf8"))).toEqual(schemaOf(shopSchemaSql));
});
