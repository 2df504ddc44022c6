// Makes the sample shop: a SQLite file of any size that is the same for the same options, on every machine.

import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";
import { makeCategories, makeProducts } from "./make-goods.js";
import { makeOrders } from "./make-orders.js";
import { makeAddresses, makeAdmins, makeTokens, makeUsers } from "./make-people.js";
import { makeQuirks } from "./make-quirks.js";
import { makeCarts, makeSearches, makeWishlists } from "./make-visits.js";
import { makeRandom } from "./random.js";
import { SHOP_TABLES, type ShopTable, shopIndexesSql, shopTablesSql } from "./shop-schema.js";
import type { ShopSize, ShopWriter } from "./shop-writer.js";

export interface ShopOptions {
  /** Orders in the finished shop; every other table grows with it. 2,000 make about 23,000 rows. */
  orders: number;
  /** Another seed gives other values in the same amounts; 1 unless told. */
  seed?: number;
  /** With what a store that has lived holds (make-quirks.ts), which wants decisions. */
  quirks?: boolean;
  /** Called after each table, and between orders with the number of orders so far. */
  onProgress?: (progress: { table: ShopTable; rows: number }) => void;
}

/** Rows in each table of the finished file, counted there. */
export type ShopCounts = Record<ShopTable, number>;

const ROWS_PER_ORDER = 11.428;

/** The number of orders with which a shop has about `rows` rows in all its tables together (within 2 %, above 20,000 rows). */
export function shopOfRows(rows: number): { orders: number } {
  return { orders: Math.max(1, Math.round(rows / ROWS_PER_ORDER)) };
}

/**
 * Writes a new SQLite file with the shop's schema and rows, in WAL mode; about 147 bytes and 9 µs a row.
 * Throws `usage` where the file exists or `orders` is not a whole number above 0; a file that failed is removed.
 */
export function makeShop(path: string, options: ShopOptions): ShopCounts {
  if (!Number.isSafeInteger(options.orders) || options.orders < 1) {
    throw new OutgrowError("usage", `a shop cannot have ${options.orders} orders`, {
      hint: "give a whole number of 1 or more",
    });
  }
  if (existsSync(path)) {
    throw new OutgrowError(
      "usage",
      `"${path}" exists already, and a sample shop is only made as a new file`,
      {
        hint: "name another file, or remove that one",
      },
    );
  }
  const db = new Database(path);
  try {
    fillShop(db, options);
    const counts = countShop(db);
    db.close();
    return counts;
  } catch (error) {
    db.close();
    rmSync(path, { force: true });
    throw error;
  }
}

function fillShop(db: Database.Database, options: ShopOptions): void {
  // A crash while making leaves a broken file, which nobody misses; journal and fsync would double the time.
  db.pragma("journal_mode = off");
  db.pragma("synchronous = off");
  db.pragma("foreign_keys = off");
  db.pragma("cache_size = -262144");
  const shop: ShopWriter = {
    db,
    random: makeRandom(options.seed ?? 1),
    size: sizeOf(options.orders),
    users: [],
    products: [],
  };
  const report = options.onProgress ?? (() => {});
  db.transaction(() => {
    db.exec(shopTablesSql);
    const steps: [ShopTable, () => void][] = [
      ["users", () => makeUsers(shop)],
      ["admins", () => makeAdmins(shop)],
      ["categories", () => makeCategories(shop)],
      ["products", () => makeProducts(shop)],
      ["user_addresses", () => makeAddresses(shop)],
      ["cart_items", () => makeCarts(shop)],
      ["wishlist_items", () => makeWishlists(shop)],
      ["orders", () => makeOrders(shop, (rows) => report({ table: "orders", rows }))],
      ["search_history", () => makeSearches(shop)],
      ["email_tokens", () => makeTokens(shop)],
    ];
    for (const [table, make] of steps) {
      make();
      report({ table, rows: countRows(db, table) });
    }
    makeDeletions(db);
    if (options.quirks === true) {
      makeQuirks(shop);
    }
    db.exec(shopIndexesSql);
  })();
  // Where a shop is open for business it is in WAL mode; the mode is stored in the file.
  db.pragma("journal_mode = wal");
  db.pragma("wal_checkpoint(truncate)");
}

function sizeOf(orders: number): ShopSize {
  return {
    users: Math.max(5, Math.round(orders * 0.4)),
    admins: 3 + Math.floor(orders / 2_000),
    categories: 40 + Math.floor(orders / 2_500),
    // An order of six different products needs 42 to choose from (`differentIds`).
    products: Math.max(48, Math.round(orders * 0.02)),
    orders,
    searches: orders * 4,
  };
}

/**
 * What people and admins deleted: rows here and there, and the newest rows of some tables, so that
 * sqlite_sequence is ahead of the highest id and a sequence set by max(id) would give an id out again.
 */
function makeDeletions(db: Database.Database): void {
  db.exec(`
    delete from cart_items where id % 11 = 5;
    delete from search_history where id % 97 = 0;
    insert into orders (order_number, email, billing_first_name, billing_last_name, billing_address_line_1,
      billing_city, billing_state, billing_postal_code, billing_country, shipping_first_name, shipping_last_name,
      shipping_address_line_1, shipping_city, shipping_state, shipping_postal_code, shipping_country, subtotal, total)
    values ('TEST-1', 'test@shop.example', 'T', 'T', '-', '-', '-', '-', 'XX', 'T', 'T', '-', '-', '-', '-', 'XX', 0, 0);
    delete from orders where order_number = 'TEST-1';
    insert into users (email, password, first_name, last_name)
    values ('test1@shop.example', '-', 'T', 'T'), ('test2@shop.example', '-', 'T', 'T');
    delete from users where email in ('test1@shop.example', 'test2@shop.example');
    delete from wishlist_items where id = (select max(id) from wishlist_items);
    delete from email_tokens where id = (select max(id) from email_tokens);
  `);
}

function countRows(db: Database.Database, table: ShopTable): number {
  return db
    .prepare(`select count(*) from ${quoteName(table)}`)
    .pluck()
    .get() as number;
}

function countShop(db: Database.Database): ShopCounts {
  return Object.fromEntries(SHOP_TABLES.map((table) => [table, countRows(db, table)])) as ShopCounts;
}
