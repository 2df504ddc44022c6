// What becomes of orders and of the money when the provider is slow, says no, fails, or when the answer is lost.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChargeResult, Payments } from "../dist/payments.js";
import { settleForgotten } from "../dist/settle.js";
import { type CheckoutShape, SETTINGS } from "../dist/shop.js";
import { ENGINES, startShop } from "./on-both-engines.js";
import { add } from "./suite/cart.js";
import { buy, purchase } from "./suite/checkout.js";
import type { Client } from "./suite/client.js";
import {
  type MadeProduct,
  makeCustomer,
  makeGuest,
  makeProduct,
  newEmail,
  type RunningShop,
  stockOf,
} from "./suite/given.js";
import type { Cart, List, Order } from "./suite/shapes.js";

/** A provider that keeps books, and does at each charge and refund what the test says. */
interface Provider extends Payments {
  charged: { reference: string; cents: number }[];
  refunded: { id: string; cents: number }[];
  /** What has to be over before a charge is answered. */
  beforeCharge: () => Promise<void>;
  afterCharge: () => Promise<void>;
  beforeRefund: () => Promise<void>;
  /** As it was at first, for the next test. */
  forget(): void;
}

function newProvider(): Provider {
  const results = new Map<string, ChargeResult>();
  const fresh = () => ({
    charged: [],
    refunded: [],
    beforeCharge: async () => {},
    afterCharge: async () => {},
    beforeRefund: async () => {},
  });
  const provider: Provider = {
    ...fresh(),
    forget: () => Object.assign(provider, fresh()),
    async charge({ reference, cents, token }) {
      await provider.beforeCharge();
      const result: ChargeResult =
        token === "declined" ? { paid: false, reason: "no cover" } : { paid: true, id: `pay_${reference}` };
      results.set(reference, result);
      if (result.paid) provider.charged.push({ reference, cents });
      await provider.afterCharge();
      return result;
    },
    async refund(id, cents) {
      await provider.beforeRefund();
      if (!provider.refunded.some((one) => one.id === id)) provider.refunded.push({ id, cents });
    },
    find: async (reference) => results.get(reference) ?? null,
  };
  return provider;
}

describe.each(ENGINES)("payments on %s", (engine) => {
  let provider: Provider;
  let shop: RunningShop;
  let client: Client;
  let product: MadeProduct;
  const start = async (checkout: CheckoutShape) => {
    provider = newProvider();
    shop = await startShop(engine, { payments: provider, settings: { checkout } });
  };
  const begin = async () => {
    provider.forget();
    shop.clock.aheadMs = 0;
    client = (await makeCustomer(shop)).client;
    product = await makeProduct(shop, { price: "60.00", stock: 5 });
  };
  const orders = async () => (await client.get<List<Order>>("/api/orders")).body.items;
  const only = async () => {
    const [order, ...more] = await orders();
    if (order === undefined || more.length > 0) throw new Error("there is not one order");
    return order;
  };
  const settle = (olderThanMs?: number) =>
    settleForgotten(
      {
        db: shop.db,
        payments: provider,
        settings: SETTINGS,
        now: () => new Date(Date.now() + shop.clock.aheadMs),
      },
      olderThanMs,
    );
  const lost = () => Promise.reject(new Error("the line is dead"));

  describe.each(["reserve", "inside", "outside"] as const)("asked for in the shape %s", (shape) => {
    beforeAll(() => start(shape));
    beforeEach(begin);

    it("charge the total of the order, once", async () => {
      await add(client, product, 2);
      const { body } = await buy(client, await purchase(client));
      expect(body).toMatchObject({ status: "processing", paymentStatus: "paid", total: "129.90" });
      expect(provider.charged).toEqual([{ reference: body.orderNumber, cents: 12_990 }]);
      expect(await stockOf(shop, product)).toBe(3);
    });

    it("that are declined leave stock and cart as they were, and nothing paid", async () => {
      await add(client, product, 2);
      const declined = await buy(client, await purchase(client, { paymentToken: "declined" }));
      expect(declined).toMatchObject({ status: 402, body: { detail: "no cover" } });
      expect(await stockOf(shop, product)).toBe(5);
      expect((await client.get<Cart>("/api/cart")).body.items).toMatchObject([{ quantity: 2 }]);
      expect((await orders()).filter(({ paymentStatus }) => paymentStatus !== "failed")).toEqual([]);
      expect(provider).toMatchObject({ charged: [], refunded: [] });
    });

    it("take no money for what another bought first", async () => {
      const last = await makeProduct(shop, { stock: 1 });
      const buyers = await Promise.all([1, 2, 3].map(() => makeGuest(shop.quietClient())));
      const bodies: object[] = [];
      for (const buyer of buyers) {
        await add(buyer, last);
        bodies.push(await purchase(buyer, { email: newEmail(shop) }));
      }
      const answers = await Promise.all(buyers.map((buyer, at) => buy(buyer, bodies[at] ?? {})));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(await stockOf(shop, last)).toBe(0);
      expect(provider.charged.length - provider.refunded.length).toBe(1);
    });
  });

  describe("asked for after the stock was taken", () => {
    beforeAll(() => start("reserve"));
    beforeEach(begin);

    it("hold no one up: others buy while the provider thinks", async () => {
      let answer = () => {};
      const slow = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const other = await makeGuest(shop.client());
      for (const who of [client, other]) await add(who, product);
      const bodies = [await purchase(client), await purchase(other, { email: newEmail(shop) })] as const;
      provider.beforeCharge = () => slow;
      const first = buy(client, bodies[0]);
      await until(async () => (await stockOf(shop, product)) === 4);
      provider.beforeCharge = async () => {};
      expect((await buy(other, bodies[1])).status).toBe(201);
      answer();
      expect((await first).status).toBe(201);
      expect(await stockOf(shop, product)).toBe(3);
    });

    it("that come after the order was cancelled are given back", async () => {
      let answer = () => {};
      provider.beforeCharge = () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        });
      await add(client, product, 2);
      const asked = buy(client, await purchase(client));
      await until(async () => (await orders()).length === 1);
      const { orderNumber } = await only();
      const cancelled = await client.post<Order>(`/api/orders/${orderNumber}/cancel`);
      expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
      answer();
      expect(await asked).toMatchObject({ status: 409, body: { type: "urn:outgrow-shop:wrong-status" } });
      expect(provider.charged).toEqual([{ reference: orderNumber, cents: 12_990 }]);
      expect(provider.refunded).toEqual([{ id: `pay_${orderNumber}`, cents: 12_990 }]);
      expect(await only()).toMatchObject({ status: "cancelled", paymentStatus: "refunded" });
      expect(await stockOf(shop, product)).toBe(5);
    });

    it("are given back once by two who cancel at once", async () => {
      await add(client, product, 2);
      const { orderNumber } = (await buy(client, await purchase(client))).body;
      const quiet = shop.quietClient();
      Object.assign(quiet, { cookie: client.cookie, csrf: client.csrf });
      const answers = await Promise.all([1, 2, 3].map(() => quiet.post(`/api/orders/${orderNumber}/cancel`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect(provider.refunded).toEqual([{ id: `pay_${orderNumber}`, cents: 12_990 }]);
    });

    it("that cannot be given back leave the order as it is", async () => {
      await add(client, product, 2);
      const { orderNumber } = (await buy(client, await purchase(client))).body;
      provider.beforeRefund = lost;
      await expect(client.post(`/api/orders/${orderNumber}/cancel`)).rejects.toThrow(/answered with 50\d/);
      expect(await only()).toMatchObject({ status: "processing", paymentStatus: "paid" });
      expect(await stockOf(shop, product)).toBe(3);
      provider.beforeRefund = async () => {};
      expect((await client.post(`/api/orders/${orderNumber}/cancel`)).status).toBe(200);
      expect(await stockOf(shop, product)).toBe(5);
    });

    it("whose answer was lost are asked after: what was charged is an order", async () => {
      provider.afterCharge = lost;
      await add(client, product, 2);
      await expect(buy(client, await purchase(client))).rejects.toThrow(/answered with 50\d/);
      expect(await only()).toMatchObject({ status: "pending", paymentStatus: "pending" });
      expect(await settle()).toBe(0); // it is too young
      shop.clock.aheadMs = 16 * 60 * 1000;
      expect(await settle()).toBe(1);
      expect(await only()).toMatchObject({ status: "processing", paymentStatus: "paid" });
      expect(await settle()).toBe(0);
      expect(await stockOf(shop, product)).toBe(3);
    });

    it("that never were made are given up: the stock comes back", async () => {
      provider.beforeCharge = lost;
      await add(client, product, 2);
      await expect(buy(client, await purchase(client))).rejects.toThrow(/answered with 50\d/);
      expect(await stockOf(shop, product)).toBe(3);
      shop.clock.aheadMs = 16 * 60 * 1000;
      expect(await settle()).toBe(1);
      expect(await only()).toMatchObject({ status: "cancelled", paymentStatus: "failed" });
      expect(await stockOf(shop, product)).toBe(5);
      expect(provider).toMatchObject({ charged: [], refunded: [] });
    });

    it("that are heard of twice are settled once", async () => {
      let answer = () => {};
      provider.afterCharge = () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        });
      await add(client, product, 2);
      const asked = buy(client, await purchase(client));
      await until(async () => provider.charged.length === 1);
      expect(await settle(-60_000)).toBe(1); // as if it had waited too long
      answer();
      expect(await asked).toMatchObject({
        status: 201,
        body: { status: "processing", paymentStatus: "paid" },
      });
      expect(provider.refunded).toEqual([]);
      expect(await stockOf(shop, product)).toBe(3);
    });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not come to that within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
