// The shop that outgrew SQLite: it opens on a file that has lived, is moved into the tables that its own migrations make, and opens
// again with another URL. Its customers find what they left.
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { baseline, type Database, runMigrations } from "#outgrow/db/index.js";
import { makeShop } from "#outgrow/sample/make-shop.js";
import { SHOP_TABLES } from "#outgrow/sample/shop-schema.js";
import { reindex } from "../../shop/dist/admin/search-index.js";
import { serveShop } from "../../shop/test/on-both-engines.js";
import type { RunningShop } from "../../shop/test/suite/given.js";
import { shopSuite } from "../../shop/test/suite/index.js";
import {
  type Client,
  clientOf,
  customerClient,
  makeAdmin,
  makeCustomer,
  type Opened,
  openShopAt,
  type Person,
} from "../../shop/test/support.js";
import { outgrow, tempDir, testDatabase } from "../support/server.js";

const SHOP = resolve(import.meta.dirname, "../../shop");
const MIGRATIONS = join(SHOP, "migrations");

interface Report {
  result: string;
  tables: { source: string; rows: number; setAside: number; substituted: number }[];
  verified: { differences: number; structure: unknown[] };
  findings: { severity: string; decided: string | null }[];
}

const ADDRESS = {
  firstName: "Zoë",
  lastName: "Škvorecký",
  line1: "Hauptstraße 1",
  city: "Köln",
  state: "NRW",
  postalCode: "50667",
  country: "DE",
};

let customer: Person;
let before: Opened;
let after: Opened;
let report: Report;
let orderNumber: string;

/** Buys the cart, at the price that is quoted. */
async function buy(client: Client, db: Database, productId: number, key: string): Promise<string> {
  expect((await client.post("/cart/items", { productId, quantity: 2 })).status).toBe(200);
  const { body: quote } = await client.post("/checkout/quote", {});
  const bought = await client.post(
    "/checkout",
    { shippingAddress: ADDRESS, paymentToken: "tok", expectedTotal: quote.total },
    { "idempotency-key": key },
  );
  expect(bought.status, JSON.stringify(bought.body)).toBe(201);
  expect(await db.get("select status from orders where order_number = ?", [bought.body.orderNumber])).toEqual(
    {
      status: "processing",
    },
  );
  return bought.body.orderNumber;
}

const someInStock = async (db: Database): Promise<number> =>
  Number(
    (
      await db.get<{ id: number }>("select id from products where status = ? and stock > 5 order by id", [
        "active",
      ])
    )?.id,
  );

/** What a customer sees, page by page. */
async function answers({ app }: Opened, client: Client): Promise<unknown[]> {
  const guest = clientOf(app);
  const seen: unknown[] = [];
  for (const sort of ["newest", "popular", "rating", "price-low", "price-high", "name"]) {
    for (let page = 1; page <= 3; page++) {
      seen.push((await guest.get(`/products?sort=${sort}&page=${page}&perPage=20`)).body);
    }
  }
  const { body: all } = await guest.get("/products?perPage=100");
  for (const { slug } of all.items) {
    const { body } = await guest.get(`/products/${slug}`);
    seen.push({ ...body, viewCount: 0 }); // looked at here too
  }
  for (const url of [
    "/categories",
    "/products?q=cafe",
    "/products?q=lamp&inStock=true",
    "/products?minPrice=20.00&maxPrice=100.00&sort=price-low",
    "/suggestions?q=cra",
  ]) {
    seen.push((await guest.get(url)).body);
  }
  for (const url of ["/me", "/addresses", "/cart", "/wishlist", "/orders", `/orders/${orderNumber}`]) {
    const answer = await client.get(url);
    expect(answer.status, url).toBe(200);
    seen.push(answer.body);
  }
  return seen;
}

let seenBefore: unknown[];

beforeAll(async () => {
  const file = join(tempDir(), "shop.db");
  const url = `sqlite:${file}`;
  makeShop(file, { orders: 300, quirks: true });
  await baseline(url, MIGRATIONS, { to: 1 });
  await runMigrations(url, MIGRATIONS);
  before = await openShopAt(url);
  await reindex(before.db);
  customer = await makeCustomer(before.db, "Zoë", "Škvorecký");
  await makeAdmin(before.db);
  const client = await customerClient(before.app, customer);
  const product = await someInStock(before.db);
  await client.post("/addresses", { ...ADDRESS, isDefault: true });
  await client.post("/wishlist/items", { productId: product });
  orderNumber = await buy(client, before.db, product, "before the move");
  await client.post("/cart/items", { productId: product });
  seenBefore = await answers(before, client);

  const database = await testDatabase("shop");
  await runMigrations(database.url, MIGRATIONS);
  const ended = await outgrow([
    "migrate",
    file,
    database.url,
    "--plan",
    join(SHOP, "outgrow.plan.yaml"),
    "--json",
    "-q",
  ]);
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  report = ended.json() as Report;
  after = await openShopAt(database.url);
});

it("moves all twelve tables, every row accounted for", async () => {
  expect(report.result).toBe("moved");
  expect(report.verified).toMatchObject({ differences: 0, structure: [] });
  expect(
    report.findings.filter(({ severity, decided }) => severity === "blocker" && decided === null),
  ).toEqual([]);
  for (const table of SHOP_TABLES) {
    const count = `select count(*) as rows from ${table}`;
    const here = await before.db.get<{ rows: number }>(count);
    const there = await after.db.get<{ rows: number }>(count);
    const moved = report.tables.find(({ source }) => source === table);
    expect([table, moved?.rows, moved?.setAside], table).toEqual([table, Number(here?.rows), 0]);
    // Looking at pages leaves searches behind in both.
    if (table !== "search_history") expect(Number(there?.rows), table).toBe(Number(here?.rows));
  }
});

it("answers as before, to the same customer in the same session's words", async () => {
  const client = await customerClient(after.app, customer);
  expect(await answers(after, client)).toEqual(seenBefore);
});

it("goes on: the next order, the next account, and a review get ids above all that were", async () => {
  const client = await customerClient(after.app, customer);
  const last = await after.db.get<{ id: number }>("select max(id) as id from orders");
  await client.delete("/cart");
  const number = await buy(client, after.db, await someInStock(after.db), "after the move");
  const made = await after.db.get<{ id: number }>("select id from orders where order_number = ?", [number]);
  expect(Number(made?.id)).toBeGreaterThan(Number(last?.id));
  expect((await client.post(`/orders/${number}/cancel`)).body).toMatchObject({ status: "cancelled" });
  const made2 = await makeCustomer(after.db);
  expect(made2.id).toBeGreaterThan(customer.id);
});

it("stamps updated_at by triggers on both engines", async () => {
  for (const { db } of [before, after]) {
    await db.execute(
      "update product_reviews set updated_at = ? where id = (select min(id) from product_reviews)",
      [new Date("2020-01-01T00:00:00Z")],
    );
    await db.execute(
      "update product_reviews set title = ? where id = (select min(id) from product_reviews)",
      ["new"],
    );
    const row = await db.get<{ updated_at: Date }>(
      "select updated_at from product_reviews where id = (select min(id) from product_reviews)",
    );
    expect(Number(row?.updated_at)).toBeGreaterThan(Date.now() - 600_000);
  }
});

describe("the moved shop passes the suite that both engines pass", () => {
  let shop: RunningShop;
  beforeAll(async () => {
    shop = await serveShop(after.db);
  });
  shopSuite(() => shop);
});
