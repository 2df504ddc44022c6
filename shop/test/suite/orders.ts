// A customer's orders, a guest's by number and e-mail, and cancelling.

import { beforeAll, describe, expect, it } from "vitest";
import { BAD_EMAILS, refusesBadFields } from "./bad-input.js";
import { add } from "./cart.js";
import { buy, purchase } from "./checkout.js";
import type { Client } from "./client.js";
import { type Customer, type Given, mailsTo, makeCustomer, makeProduct, stockOf } from "./given.js";
import type { Order, Page, Product } from "./shapes.js";

export function orderChecks(given: Given): void {
  let customer: Customer;
  let client: Client;
  beforeAll(async () => {
    customer = await makeCustomer(given());
    client = customer.client;
  });
  const order = async (product: { id: number }, quantity = 1) => {
    await add(client, product, quantity);
    return (await buy(client, await purchase(client))).body;
  };

  describe("orders", () => {
    let made: Order[];
    beforeAll(async () => {
      made = [];
      for (const quantity of [1, 2, 3, 4, 5]) made.unshift(await order(await makeProduct(given()), quantity));
    });

    it.each([1, 2, 3, 100])("are listed newest first, %i a page", async (perPage) => {
      const got: string[] = [];
      for (let page = 1; page <= Math.ceil(5 / perPage); page++) {
        const { body } = await client.get<Page<Order>>(`/api/orders?perPage=${perPage}&page=${page}`);
        expect(body).toMatchObject({ total: 5, page, perPage });
        got.push(...body.items.map(({ orderNumber }) => orderNumber));
      }
      expect(got).toEqual(made.map(({ orderNumber }) => orderNumber));
      expect((await client.get<Page<Order>>("/api/orders?page=10000")).body.items).toEqual([]);
    });

    it("are listed with what matters, and shown whole one by one", async () => {
      const [last] = made;
      const { body } = await client.get<Page<Order>>("/api/orders");
      expect(body.items[0]).toEqual({
        orderNumber: last?.orderNumber,
        status: "processing",
        paymentStatus: "paid",
        total: last?.total,
        createdAt: expect.any(String),
      });
      expect((await client.get(`/api/orders/${last?.orderNumber}`)).body).toEqual(last);
    });

    it.each(["page=0", "page=x", "perPage=0", "perPage=101", "page=1&page=2"])("refuse %s", async (query) => {
      expect((await client.get(`/api/orders?${query}`)).status).toBe(400);
    });

    it.each(["ORD-2026-ABCDEFGHJK", "1", "%25", "'", "ord"])("have no %s", async (number) => {
      expect((await client.get(`/api/orders/${number}`)).status).toBe(404);
      expect((await client.post(`/api/orders/${number}/cancel`)).status).toBe(404);
      const lookup = await client.post("/api/orders/lookup", {
        number: decodeURIComponent(number),
        email: customer.email,
      });
      expect(lookup).toMatchObject({ status: 404, body: { title: "there is no such order" } });
    });

    it.each(["%00", "a%00b", "%20", "x".repeat(51)])("cannot be asked for as %s", async (number) => {
      expect((await client.get(`/api/orders/${number}`)).status).toBe(400);
      expect((await client.post(`/api/orders/${number}/cancel`)).status).toBe(400);
    });

    refusesBadFields(() => client, {
      method: "POST",
      path: "/api/orders/lookup",
      good: { number: "ORD-2026-ABCDEFGHJK", email: "someone@example.org" },
      required: ["number", "email"],
      bad: { number: ["", " ", "x".repeat(51), "a\u0000", 5, null, ["x"], {}], email: BAD_EMAILS },
    });
  });

  describe("cancelling an order", () => {
    it("gives the money and the stock back, once", async () => {
      const shop = given();
      const product = await makeProduct(shop, { stock: 5 });
      const { orderNumber } = await order(product, 3);
      expect(await stockOf(shop, product)).toBe(2);
      const answer = await client.post<Order>(`/api/orders/${orderNumber}/cancel`);
      expect(answer).toMatchObject({ status: 200, body: { status: "cancelled", paymentStatus: "refunded" } });
      expect(await stockOf(shop, product)).toBe(5);
      expect((await client.get<Product>(`/api/products/${product.slug}`)).body.salesCount).toBe(0);
      expect((await mailsTo(shop, customer.email)).at(-1)).toEqual({
        template: "order-cancelled",
        payload: { order: orderNumber },
      });
      expect(await client.post(`/api/orders/${orderNumber}/cancel`)).toMatchObject({
        status: 409,
        body: { type: "urn:outgrow-shop:wrong-status" },
      });
      expect(await stockOf(shop, product)).toBe(5);
    });

    it("twice at once is done once", async () => {
      const shop = given();
      const product = await makeProduct(shop, { stock: 5 });
      const { orderNumber } = await order(product, 3);
      const quiet = shop.quietClient();
      Object.assign(quiet, { cookie: client.cookie, csrf: client.csrf });
      const answers = await Promise.all([1, 2, 3].map(() => quiet.post(`/api/orders/${orderNumber}/cancel`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect(await stockOf(shop, product)).toBe(5);
    });

    it.each(["shipped", "delivered", "cancelled", "refunded"])("that is %s is refused", async (status) => {
      const shop = given();
      const product = await makeProduct(shop);
      const { orderNumber } = await order(product);
      await shop.db.execute("update orders set status = ? where order_number = ?", [status, orderNumber]);
      expect(await client.post(`/api/orders/${orderNumber}/cancel`)).toMatchObject({
        status: 409,
        body: { title: `an order that is ${status} cannot become cancelled` },
      });
      expect(await stockOf(shop, product)).toBe(49);
    });
  });
}
