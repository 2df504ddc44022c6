// Checkout and what becomes of an order, on both engines: nothing is sold twice, nothing is charged twice, nothing is lost.
import { expect, it } from "vitest";
import { fakePayments } from "../dist/payments.js";
import { settleForgotten } from "../dist/settle.js";
import { SETTINGS } from "../dist/shop.js";
import { makeCategory, makeProduct } from "./shelf.js";
import {
  adminClient,
  type Client,
  clientOf,
  customerClient,
  makeAdmin,
  makeCustomer,
  onBothEngines,
  openShop,
} from "./support.js";

const ADDRESS = {
  firstName: "Zoë",
  lastName: "O'Brien",
  line1: "Main St 1",
  city: "Köln",
  state: "NRW",
  postalCode: "50667",
  country: "DE",
};

/** A guest with a cart. */
async function guestWith(
  app: Parameters<typeof clientOf>[0],
  productId: number,
  quantity: number,
): Promise<Client> {
  const client = clientOf(app);
  await client.get("/session");
  const added = await client.post("/cart/items", { productId, quantity });
  expect(added.status, JSON.stringify(added.body)).toBe(200);
  return client;
}

let keys = 0;
const order = (client: Client, more: object = {}, key = `test-key-${++keys}`) =>
  client.post(
    "/checkout",
    { email: "guest@example.org", shippingAddress: ADDRESS, paymentToken: "tok", ...more },
    { "idempotency-key": key },
  );

async function totalOf(client: Client, more: object = {}): Promise<string> {
  const { status, body } = await client.post("/checkout/quote", more);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.total;
}

onBothEngines("an order", (engine) => {
  for (const checkout of ["reserve", "inside", "outside"] as const) {
    it(`sells the last pieces once, to as many as there are pieces: ${checkout}`, async () => {
      const { app, db } = await openShop(engine, { checkout });
      const product = await makeProduct(db, await makeCategory(db), { price: "10.00", stock: 5 });
      const buyers = await Promise.all(Array.from({ length: 20 }, () => guestWith(app, product.id, 1)));
      const expectedTotal = await totalOf(buyers[0] as Client);
      const answers = await Promise.all(buyers.map((client) => order(client, { expectedTotal })));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array(5).fill(201), ...Array(15).fill(409)]);
      const left = await db.get("select stock, sales_count from products where id = ?", [product.id]);
      expect(left).toEqual({ stock: 0, sales_count: 5 });
      const orders = await db.get<{ n: number }>("select count(*) as n from orders where status = ?", [
        "processing",
      ]);
      expect(Number(orders?.n)).toBe(5);
    });
  }

  it("adds up to the cent, and says so where the price has changed meanwhile", async () => {
    const { app, db } = await openShop(engine);
    const product = await makeProduct(db, await makeCategory(db), { price: "19.99", stock: 10 });
    await db.execute("insert into discounts (code, percent) values (?, ?)", ["TEN", 10]);
    const client = await guestWith(app, product.id, 3);
    const { body: quote } = await client.post("/checkout/quote", { discountCode: "ten" });
    // 59.97 - 6.00 = 53.97 of goods, above free shipping; 8.25 % of it is 4.4525.
    expect(quote).toEqual({
      subtotal: "59.97",
      discount: "6.00",
      shipping: "0.00",
      tax: "4.45",
      total: "58.42",
    });
    await db.execute("update products set price = ? where id = ?", ["20.00", product.id]);
    const refused = await order(client, { discountCode: "TEN", expectedTotal: quote.total });
    expect(refused).toMatchObject({
      status: 409,
      body: { type: "urn:outgrow-shop:price-changed", total: "58.46" },
    });
    expect((await client.get("/cart")).body.items[0]).toMatchObject({ price: "20.00", priceBefore: "19.99" });
    const placed = await order(client, { discountCode: "TEN", expectedTotal: "58.46" });
    expect(placed.body).toMatchObject({ subtotal: "60.00", discount: "6.00", tax: "4.46", total: "58.46" });
  });

  it("is placed once for a key, also when it is asked for twice at once", async () => {
    const { app, db } = await openShop(engine);
    const product = await makeProduct(db, await makeCategory(db), { stock: 10 });
    const client = await guestWith(app, product.id, 2);
    const expectedTotal = await totalOf(client);
    const [one, two] = await Promise.all([
      order(client, { expectedTotal }, "the-same-key"),
      order(client, { expectedTotal }, "the-same-key"),
    ]);
    const numbers = [one, two].filter(({ status }) => status === 201).map(({ body }) => body.orderNumber);
    expect(new Set(numbers).size).toBe(1);
    const again = await order(client, { expectedTotal }, "the-same-key");
    expect(again).toMatchObject({ status: 201, body: { orderNumber: numbers[0] } });
    expect(await order(client, { expectedTotal, notes: "another" }, "the-same-key")).toMatchObject({
      status: 422,
      body: { type: "urn:outgrow-shop:key-reused" },
    });
    expect(await db.get("select stock from products where id = ?", [product.id])).toEqual({ stock: 8 });
  });

  it("that is declined gives stock and cart back, and is declined again for its key", async () => {
    const { app, db } = await openShop(engine);
    const product = await makeProduct(db, await makeCategory(db), { stock: 3 });
    const client = await guestWith(app, product.id, 2);
    const body = { expectedTotal: await totalOf(client), paymentToken: "declined" };
    expect(await order(client, body, "declined-key")).toMatchObject({ status: 402 });
    expect(await order(client, body, "declined-key")).toMatchObject({ status: 402 });
    expect(await db.get("select stock, sales_count from products where id = ?", [product.id])).toEqual({
      stock: 3,
      sales_count: 0,
    });
    expect((await client.get("/cart")).body.items).toMatchObject([{ productId: product.id, quantity: 2 }]);
  });

  it("whose payment was never heard of is settled as the provider says", async () => {
    const { app, db } = await openShop(engine);
    const product = await makeProduct(db, await makeCategory(db), { stock: 4 });
    const asked = fakePayments({ minMs: 0, maxMs: 0 });
    const shop = { db, payments: asked, settings: SETTINGS, now: () => new Date(Date.now() + 3_600_000) };
    for (const token of ["tok", "never"]) {
      const client = await guestWith(app, product.id, 1);
      const { body } = await order(client, { expectedTotal: await totalOf(client) });
      // As it stands when the process ends between the two transactions.
      await db.execute(
        "update orders set status = ?, payment_status = ?, payment_id = null where order_number = ?",
        ["pending", "pending", body.orderNumber],
      );
      await db.execute("update products set sales_count = sales_count - 1 where id = ?", [product.id]);
      if (token === "tok") await asked.charge({ reference: body.orderNumber, cents: 1, token });
    }
    expect(await settleForgotten(shop)).toBe(2);
    expect(await settleForgotten(shop)).toBe(0);
    const states = await db.query("select status, payment_status from orders order by id");
    expect(states).toEqual([
      { status: "processing", payment_status: "paid" },
      { status: "cancelled", payment_status: "failed" },
    ]);
    expect(await db.get("select stock, sales_count from products where id = ?", [product.id])).toEqual({
      stock: 3,
      sales_count: 1,
    });
  });

  it("is seen and cancelled by its customer alone, and moved on by an admin", async () => {
    const { app, db } = await openShop(engine);
    const product = await makeProduct(db, await makeCategory(db), { stock: 10 });
    const [mine, other] = await Promise.all([
      customerClient(app, await makeCustomer(db)),
      customerClient(app, await makeCustomer(db)),
    ]);
    await mine.post("/cart/items", { productId: product.id, quantity: 4 });
    const { body: placed } = await order(mine, { expectedTotal: await totalOf(mine) });
    const at = `/orders/${placed.orderNumber}`;
    expect((await other.get(at)).status).toBe(404);
    expect((await other.post(`${at}/cancel`)).status).toBe(404);
    expect((await clientOf(app).get(at)).status).toBe(401);
    expect(
      (await clientOf(app).post("/orders/lookup", { number: placed.orderNumber, email: "x@y.org" })).status,
    ).toBe(404);
    const lookup = await clientOf(app).post("/orders/lookup", {
      number: placed.orderNumber,
      email: placed.email.toUpperCase(),
    });
    expect(lookup.body).toEqual((await mine.get(at)).body);

    const admin = await adminClient(app, await makeAdmin(db));
    expect((await mine.get("/admin/orders")).status).toBe(401);
    expect((await admin.get(`/admin/orders?q=${placed.orderNumber.slice(4, 12)}`)).body.items).toMatchObject([
      { orderNumber: placed.orderNumber, email: placed.email },
    ]);
    const move = (body: object) => admin.put(`/admin${at}/status`, body);
    expect((await move({ status: "delivered" })).status).toBe(409);
    expect((await move({ status: "processing" })).status).toBe(400);
    expect((await admin.put(`/admin${at}/tracking`, { trackingNumber: "T" })).status).toBe(409);
    expect((await move({ status: "shipped", trackingNumber: "TRACK-1" })).body).toMatchObject({
      status: "shipped",
      trackingNumber: "TRACK-1",
    });
    expect((await mine.post(`${at}/cancel`)).status).toBe(409);
    expect((await admin.put(`/admin${at}/tracking`, { trackingNumber: "TRACK-2" })).body.trackingNumber).toBe(
      "TRACK-2",
    );
    expect((await move({ status: "delivered" })).body.deliveredAt).not.toBeNull();
    // What left the house does not come back into stock by itself.
    expect((await move({ status: "refunded" })).body).toMatchObject({
      status: "refunded",
      paymentStatus: "refunded",
    });
    expect(await db.get("select stock from products where id = ?", [product.id])).toEqual({ stock: 6 });

    await mine.post("/cart/items", { productId: product.id, quantity: 1 });
    const { body: second } = await order(mine, { expectedTotal: await totalOf(mine) });
    expect((await mine.post(`/orders/${second.orderNumber}/cancel`)).body).toMatchObject({
      status: "cancelled",
      paymentStatus: "refunded",
    });
    expect(await db.get("select stock from products where id = ?", [product.id])).toEqual({ stock: 6 });
    expect(
      (await mine.get("/orders")).body.items.map((one: { orderNumber: string }) => one.orderNumber),
    ).toEqual([second.orderNumber, placed.orderNumber]);
  });
});
