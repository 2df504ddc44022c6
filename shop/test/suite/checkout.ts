// From a cart to an order: totals, stock, discounts, payments, and requests that come twice.

import { beforeAll, describe, expect, it } from "vitest";
import { BAD_ADDRESS } from "./addresses.js";
import { BAD_EMAILS, BAD_IDS, badOptionalText, CONTROLS_IN_LINES, refusesBadFields } from "./bad-input.js";
import { add } from "./cart.js";
import type { Client } from "./client.js";
import {
  ADDRESS,
  type Customer,
  type Given,
  mailsTo,
  makeCustomer,
  makeGuest,
  makeProduct,
  newEmail,
  newKey,
  next,
  stockOf,
} from "./given.js";
import type { Address, Cart, List, Order, Product, Totals } from "./shapes.js";

/** What the shop's settings say unless told: 8.25 % tax on goods, 5.99 to ship what costs less than 50.00. */
export function expectedTotals(
  lines: readonly (readonly [price: string, quantity: number])[],
  off = 0n,
): Totals {
  const cents = (price: string) => BigInt(price.replace(".", ""));
  const subtotal = lines.reduce((sum, [price, quantity]) => sum + cents(price) * BigInt(quantity), 0n);
  const discount = off > subtotal ? subtotal : off;
  const goods = subtotal - discount;
  const shipping = goods >= 5000n ? 0n : 599n;
  const tax = (goods * 825n + 5000n) / 10000n; // halves up
  return {
    subtotal: shown(subtotal),
    discount: shown(discount),
    shipping: shown(shipping),
    tax: shown(tax),
    total: shown(goods + shipping + tax),
  };
}

const shown = (cents: bigint): string => `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;

export const quoteOf = async (client: Client, body: object = {}): Promise<Totals> => {
  const { status, body: totals } = await client.post<Totals>("/api/checkout/quote", body);
  if (status !== 200) throw new Error(`the quote was refused: ${JSON.stringify(totals)}`);
  return totals;
};

export const buy = (client: Client, body: object, key = newKey()) =>
  client.post<Order>("/api/checkout", body, { "idempotency-key": key });

/** A purchase of what is in the cart, as the shop's page sends it. */
export const purchase = async (client: Client, more: object = {}) => ({
  shippingAddress: ADDRESS,
  paymentToken: "ok",
  expectedTotal: (await quoteOf(client)).total,
  ...more,
});

export function checkoutChecks(given: Given): void {
  const empty = (client: Client) => client.delete<Cart>("/api/cart");
  const cartOf = async (client: Client) => (await client.get<Cart>("/api/cart")).body;

  async function makeCode(fields: Record<string, unknown>): Promise<string> {
    const shop = given();
    const code = `${shop.prefix}${next(shop)}`.toUpperCase();
    const columns = Object.entries({ code, ...fields });
    await shop.db.execute(
      `insert into discounts (${columns.map(([name]) => name).join(", ")})
       values (${columns.map(() => "?").join(", ")})`,
      columns.map(([, value]) => value),
    );
    return code;
  }
  const usesOf = async (code: string) =>
    (await given().db.get<{ used_count: number }>("select used_count from discounts where code = ?", [code]))
      ?.used_count;

  describe("a quote", () => {
    let client: Client;
    beforeAll(async () => {
      client = await makeGuest(given().client());
    });

    it("is refused for an empty cart, and for who has none", async () => {
      for (const who of [client, given().client()]) {
        expect(await who.post("/api/checkout/quote", {})).toMatchObject({
          status: 409,
          body: { type: "urn:outgrow-shop:cart-empty" },
        });
      }
    });

    // Around free shipping, and around half a cent of tax: 8.25 % of 2.00 is 16.5 cents.
    it.each([
      [[["0.01", 1]]],
      [[["2.00", 1]]],
      [[["1.99", 1]]],
      [[["2.01", 1]]],
      [[["49.99", 1]]],
      [[["50.00", 1]]],
      [
        [
          ["0.01", 99],
          ["48.99", 1],
        ],
      ],
      [[["16.67", 3]]],
      [
        [
          ["0.10", 3],
          ["0.20", 3],
        ],
      ],
      [
        [
          ["1.15", 33],
          ["1.00", 7],
          ["19.99", 1],
        ],
      ],
      [
        [
          ["99999999.99", 99],
          ["99999999.99", 98],
        ],
      ],
      [[["0.00", 1]]],
    ] as [lines: [price: string, quantity: number][]][])("of %j is exact to the cent", async (lines) => {
      const shop = given();
      for (const [price, quantity] of lines)
        await add(client, await makeProduct(shop, { price, stock: 100 }), quantity);
      expect(await quoteOf(client)).toEqual(expectedTotals(lines));
      await empty(client);
    });

    it("counts with the price of now", async () => {
      const shop = given();
      const product = await makeProduct(shop, { price: "10.00" });
      await add(client, product, 3);
      await shop.db.execute("update products set price = ? where id = ?", ["9.99", product.id]);
      expect(await quoteOf(client)).toEqual(expectedTotals([["9.99", 3]]));
      await empty(client);
    });

    it("names what there is too little of", async () => {
      const shop = given();
      const [short, gone, enough] = [
        await makeProduct(shop),
        await makeProduct(shop),
        await makeProduct(shop),
      ];
      for (const product of [short, gone, enough]) await add(client, product, 3);
      await shop.db.execute("update products set stock = 2 where id = ?", [short.id]);
      await shop.db.execute("update products set status = ? where id = ?", ["draft", gone.id]);
      const refused = {
        status: 409,
        body: {
          type: "urn:outgrow-shop:out-of-stock",
          items: [
            { productId: short.id, name: short.name, available: 2 },
            { productId: gone.id, name: gone.name, available: 0 },
          ],
        },
      };
      expect(await client.post("/api/checkout/quote", {})).toMatchObject(refused);
      const body = {
        email: newEmail(shop),
        shippingAddress: ADDRESS,
        paymentToken: "ok",
        expectedTotal: "1.00",
      };
      expect(await buy(client, body)).toMatchObject(refused);
      expect((await cartOf(client)).items).toHaveLength(3);
      await empty(client);
    });

    refusesBadFields(() => client, {
      method: "POST",
      path: "/api/checkout/quote",
      good: {},
      required: [],
      bad: { discountCode: ["", " ", "x".repeat(51), "a\u0000", "a\nb", 5, null, ["A"], {}] },
    });
  });

  describe("a discount", () => {
    let client: Client;
    beforeAll(async () => {
      client = await makeGuest(given().client());
      await add(client, await makeProduct(given(), { price: "33.33" }), 3); // 99.99
    });
    const refused = { status: 409, body: { type: "urn:outgrow-shop:bad-discount" } };
    const quote = (discountCode: string) => client.post<Totals>("/api/checkout/quote", { discountCode });

    it.each([
      [{ percent: 1 }, 100n],
      [{ percent: 33 }, 3300n],
      [{ percent: 50 }, 5000n], // half a cent goes up
      [{ percent: 51 }, 5099n],
      [{ percent: 100 }, 9999n],
      [{ amount: "0.01" }, 1n],
      [{ amount: "49.99" }, 4999n],
      [{ amount: "50.00" }, 5000n],
      [{ amount: "99999.99" }, 9_999_999n],
      [{ percent: 10, minimum_subtotal: "99.99" }, 1000n],
      [{ percent: 10, max_uses: 1 }, 1000n],
    ])("of %j is taken off before shipping and tax", async (fields, off) => {
      const code = await makeCode(fields);
      const { body } = await quote(` ${code.toLowerCase()} `);
      expect(body).toEqual(expectedTotals([["33.33", 3]], off));
      expect(await usesOf(code)).toBe(0); // asking uses nothing up
    });

    it("that is not there, not active, over, used up, or for more is refused", async () => {
      const now = Date.now();
      for (const code of [
        "NONE",
        "%",
        "' or '1'='1",
        await makeCode({ percent: 10, is_active: false }),
        await makeCode({ percent: 10, ends_at: new Date(now - 60_000) }),
        await makeCode({ percent: 10, max_uses: 2, used_count: 2 }),
        await makeCode({ percent: 10, minimum_subtotal: "100.00" }),
      ]) {
        expect(await quote(code)).toMatchObject(refused);
        const body = { email: "a@example.org", shippingAddress: ADDRESS, paymentToken: "ok" };
        expect(await buy(client, { ...body, discountCode: code, expectedTotal: "1.00" })).toMatchObject(
          refused,
        );
      }
      const running = await makeCode({ percent: 10, ends_at: new Date(now + 3_600_000) });
      expect((await quote(running)).status).toBe(200);
      given().clock.aheadMs = 3_601_000;
      expect(await quote(running)).toMatchObject(refused);
      given().clock.aheadMs = 0;
    });

    it("is used up by who orders first", async () => {
      const shop = given();
      const code = await makeCode({ amount: "5.00", max_uses: 1 });
      const product = await makeProduct(shop, { price: "20.00" });
      const buyers = await Promise.all(
        [1, 2, 3].map(async () => {
          const guest = await makeGuest(shop.quietClient());
          await add(guest, product);
          return guest;
        }),
      );
      const [first] = buyers;
      if (first === undefined) throw new Error("no buyer");
      const { total } = await quoteOf(first, { discountCode: code });
      const body = {
        email: newEmail(shop),
        shippingAddress: ADDRESS,
        paymentToken: "ok",
        discountCode: code,
      };
      const answers = await Promise.all(buyers.map((guest) => buy(guest, { ...body, expectedTotal: total })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(answers.find(({ status }) => status === 201)?.body).toMatchObject(
        expectedTotals([["20.00", 1]], 500n),
      );
      expect(await usesOf(code)).toBe(1);
      expect(await stockOf(shop, product)).toBe(49);
    });

    it("is not used up by a payment that is declined", async () => {
      const shop = given();
      const code = await makeCode({ amount: "5.00", max_uses: 1 });
      const guest = await makeGuest(shop.client());
      await add(guest, await makeProduct(shop, { price: "20.00" }));
      const { total: expectedTotal } = await quoteOf(guest, { discountCode: code });
      const body = { email: newEmail(shop), shippingAddress: ADDRESS, discountCode: code, expectedTotal };
      expect((await buy(guest, { ...body, paymentToken: "declined" })).status).toBe(402);
      expect(await usesOf(code)).toBe(0);
      expect((await buy(guest, { ...body, paymentToken: "ok" })).status).toBe(201);
      expect(await usesOf(code)).toBe(1);
    });
  });

  describe("a checkout", () => {
    let customer: Customer;
    let client: Client;
    beforeAll(async () => {
      customer = await makeCustomer(given());
      client = customer.client;
    });

    it("of a customer makes an order of what is in the cart", async () => {
      const shop = given();
      const [pan, pot] = [
        await makeProduct(shop, { name: "Crème-Pfanne", price: "12.30", stock: 5, featured_image: "/p.jpg" }),
        await makeProduct(shop, { name: "Topf ß", price: "99.99", stock: 2 }),
      ];
      await add(client, pan, 5);
      await add(client, pot, 1);
      const shipping = await client.post<Address>("/api/addresses", { ...ADDRESS, company: "Engines" });
      const billing = { ...ADDRESS, firstName: "Charles", lastName: "Babbage", line2: "2nd floor" };
      const answer = await buy(
        client,
        await purchase(client, {
          shippingAddress: undefined,
          shippingAddressId: shipping.body.id,
          billingAddress: billing,
          phone: "+44 1",
          paymentMethod: "paypal",
          notes: "Bitte klingeln.\nDanke 🎁",
        }),
      );
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        orderNumber: expect.stringMatching(/^ORD-\d{4}-[2-9A-HJ-NP-Z]{10}$/),
        status: "processing",
        paymentStatus: "paid",
        createdAt: expect.any(String),
        email: customer.email,
        phone: "+44 1",
        paymentMethod: "paypal",
        ...expectedTotals([
          ["12.30", 5],
          ["99.99", 1],
        ]),
        notes: "Bitte klingeln.\nDanke 🎁",
        trackingNumber: null,
        shippedAt: null,
        deliveredAt: null,
        shippingAddress: { ...ADDRESS, company: "Engines", line2: null },
        billingAddress: { ...billing, company: null },
        items: [
          {
            productId: pan.id,
            name: pan.name,
            sku: expect.stringContaining(shop.prefix),
            image: "/p.jpg",
            quantity: 5,
            price: "12.30",
            total: "61.50",
          },
          {
            productId: pot.id,
            name: pot.name,
            sku: expect.stringContaining(shop.prefix),
            image: null,
            quantity: 1,
            price: "99.99",
            total: "99.99",
          },
        ],
      });
      expect((await cartOf(client)).items).toEqual([]);
      expect([await stockOf(shop, pan), await stockOf(shop, pot)]).toEqual([0, 1]);
      expect((await client.get<Product>(`/api/products/${pan.slug}`)).body.salesCount).toBe(5);
      expect((await mailsTo(shop, customer.email)).at(-1)).toEqual({
        template: "order-confirmed",
        payload: { order: answer.body.orderNumber, total: answer.body.total },
      });
      // What was ordered stays what it was.
      await client.patch(`/api/addresses/${shipping.body.id}`, { city: "Bath" });
      await shop.db.execute("update products set price = 1, name = ? where id = ?", ["other", pan.id]);
      expect((await client.get(`/api/orders/${answer.body.orderNumber}`)).body).toEqual(answer.body);
    });

    it("of a guest asks for an e-mail, and is found by it", async () => {
      const shop = given();
      const guest = await makeGuest(shop.client());
      await add(guest, await makeProduct(shop));
      const body = await purchase(guest);
      expect(await buy(guest, body)).toMatchObject({
        status: 400,
        body: { type: "urn:outgrow-shop:invalid" },
      });
      const email = newEmail(shop);
      const made = await buy(guest, { ...body, email });
      expect(made).toMatchObject({ status: 201, body: { email, status: "processing" } });
      const found = await shop.client().post("/api/orders/lookup", { number: made.body.orderNumber, email });
      expect(found).toMatchObject({ status: 200, body: made.body });
      expect((await guest.get("/api/orders")).status).toBe(401);
    });

    it("of a guest takes no address by its id", async () => {
      const shop = given();
      const guest = await makeGuest(shop.client());
      const { id } = (await client.post<Address>("/api/addresses", ADDRESS)).body;
      await add(guest, await makeProduct(shop));
      const body = await purchase(guest, { email: newEmail(shop), shippingAddress: undefined });
      for (const more of [{}, { shippingAddressId: id }, { billingAddress: ADDRESS }]) {
        expect((await buy(guest, { ...body, ...more })).status).toBe(400);
      }
    });

    it("of a customer is sent to the account's e-mail", async () => {
      await add(client, await makeProduct(given()));
      const answer = await buy(client, await purchase(client, { email: "other@example.org" }));
      expect(answer.body.email).toBe(customer.email);
    });

    it("of an empty cart is refused", async () => {
      const body = {
        email: "a@example.org",
        shippingAddress: ADDRESS,
        paymentToken: "ok",
        expectedTotal: "1.00",
      };
      for (const who of [client, given().client()]) {
        expect(await buy(who, body)).toMatchObject({
          status: 409,
          body: { type: "urn:outgrow-shop:cart-empty" },
        });
      }
    });

    it.each(["0.00", "16.81", "16.83", "99999999.99"])(
      "for %s is refused, since the total is another",
      async (expectedTotal) => {
        const shop = given();
        const product = await makeProduct(shop); // 10.00 + 5.99 + 0.83
        await add(client, product);
        expect(await buy(client, await purchase(client, { expectedTotal }))).toMatchObject({
          status: 409,
          body: { type: "urn:outgrow-shop:price-changed", ...expectedTotals([["10.00", 1]]) },
        });
        expect(await stockOf(shop, product)).toBe(50);
        expect((await empty(client)).status).toBe(200);
      },
    );

    it("after a change of the price asks again, with the total of now", async () => {
      const shop = given();
      const product = await makeProduct(shop, { price: "10.00" });
      await add(client, product, 2);
      const body = await purchase(client);
      const key = newKey();
      await shop.db.execute("update products set price = ? where id = ?", ["11.00", product.id]);
      const refused = await buy(client, body, key);
      expect(refused).toMatchObject({ status: 409, body: expectedTotals([["11.00", 2]]) });
      expect(await stockOf(shop, product)).toBe(50);
      expect((await cartOf(client)).items).toMatchObject([{ price: "11.00", priceBefore: "10.00" }]);
      const again = await buy(client, { ...body, expectedTotal: refused.body.total }, key); // a refusal uses no key up
      expect(again).toMatchObject({ status: 201, body: expectedTotals([["11.00", 2]]) });
    });

    it("that is declined gives stock and cart back, and can be paid otherwise", async () => {
      const shop = given();
      const [one, two] = [await makeProduct(shop, { stock: 3 }), await makeProduct(shop)];
      await add(client, one, 3);
      await add(client, two, 2);
      const before = await cartOf(client);
      const body = await purchase(client, { paymentToken: "declined" });
      const key = newKey();
      const declined = await buy(client, body, key);
      expect(declined).toMatchObject({ status: 402, body: { type: "urn:outgrow-shop:payment-declined" } });
      expect([await stockOf(shop, one), await stockOf(shop, two)]).toEqual([3, 50]);
      const cart = await cartOf(client);
      expect(cart.subtotal).toBe(before.subtotal);
      expect(cart.items.map(({ id: _, ...item }) => item)).toEqual(
        before.items.map(({ id: _, ...item }) => item),
      );
      const again = await buy(client, body, key);
      expect(again).toMatchObject({ status: 402, body: { type: "urn:outgrow-shop:payment-declined" } });
      expect(again.body.orderNumber).toBe(declined.body.orderNumber);
      const paid = await buy(client, { ...body, paymentToken: "ok" });
      expect(paid.status).toBe(201);
      expect([await stockOf(shop, one), await stockOf(shop, two)]).toEqual([0, 48]);
      expect((await cartOf(client)).items).toEqual([]);
      expect((await client.get<Product>(`/api/products/${one.slug}`)).body.salesCount).toBe(3);
    });

    it("sent twice with one key makes one order", async () => {
      const shop = given();
      const product = await makeProduct(shop);
      await add(client, product, 2);
      const [body, key] = [await purchase(client), newKey()];
      const first = await buy(client, body, key);
      expect(first.status).toBe(201);
      await add(client, product, 1); // of the next order
      const second = await buy(client, body, key);
      expect(second).toMatchObject({ status: 201, body: first.body });
      expect(await stockOf(shop, product)).toBe(48);
      expect((await cartOf(client)).items).toHaveLength(1);
      const other = await buy(client, { ...body, notes: "other" }, key);
      expect(other).toMatchObject({ status: 422, body: { type: "urn:outgrow-shop:key-reused" } });
      await empty(client);
    });

    it("sent several times at once with one key makes one order", async () => {
      const shop = given();
      const buyer = await makeCustomer(shop, shop.quietClient());
      const product = await makeProduct(shop);
      await add(buyer.client, product, 2);
      const [body, key] = [await purchase(buyer.client), newKey()];
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => buy(buyer.client, body, key)));
      expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
      expect(new Set(answers.map(({ body: order }) => order.orderNumber)).size).toBe(1);
      expect(await stockOf(shop, product)).toBe(48);
      expect((await buyer.client.get<List<Order>>("/api/orders")).body.items).toHaveLength(1);
    });

    it("sent several times at once with several keys sells the cart once", async () => {
      const shop = given();
      const buyer = await makeCustomer(shop, shop.quietClient());
      const product = await makeProduct(shop);
      await add(buyer.client, product, 2);
      const body = await purchase(buyer.client);
      const answers = await Promise.all([1, 2, 3, 4].map(() => buy(buyer.client, body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      expect(await stockOf(shop, product)).toBe(48);
    });

    it("with another's key is an order of its own", async () => {
      const shop = given();
      const key = newKey();
      const numbers = [];
      for (const guest of [await makeGuest(shop.client()), await makeGuest(shop.client())]) {
        await add(guest, await makeProduct(shop));
        numbers.push(
          (await buy(guest, await purchase(guest, { email: newEmail(shop) }), key)).body.orderNumber,
        );
      }
      expect(new Set(numbers).size).toBe(2);
      expect(numbers).not.toContain(undefined);
    });

    it("without a key, or with one that is too short or too long, is refused", async () => {
      const body = { shippingAddress: ADDRESS, paymentToken: "ok", expectedTotal: "1.00" };
      expect((await client.post("/api/checkout", body)).status).toBe(400);
      for (const key of ["", "1234567", "x".repeat(256)]) {
        expect((await buy(client, body, key)).status).toBe(400);
      }
      expect((await buy(client, body, "x".repeat(255))).status).toBe(409); // the cart is empty
      expect((await buy(client, body, "' or 1=1 --")).status).toBe(409);
    });

    it("of the last piece is one of two", async () => {
      const shop = given();
      const product = await makeProduct(shop, { stock: 1 });
      const buyers = await Promise.all([1, 2].map(() => makeGuest(shop.quietClient())));
      for (const buyer of buyers) await add(buyer, product);
      const answers = await Promise.all(
        buyers.map(async (buyer) => buy(buyer, await purchase(buyer, { email: newEmail(shop) }))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
        type: "urn:outgrow-shop:out-of-stock",
        items: [{ productId: product.id, available: 0 }],
      });
      expect(await stockOf(shop, product)).toBe(0);
    });

    refusesBadFields(() => client, {
      method: "POST",
      path: "/api/checkout",
      headers: { "idempotency-key": "0123456789" },
      good: { shippingAddress: ADDRESS, paymentToken: "ok", expectedTotal: "16.82" },
      required: ["paymentToken", "expectedTotal"],
      bad: {
        email: BAD_EMAILS,
        phone: badOptionalText(20),
        shippingAddressId: BAD_IDS,
        billingAddressId: BAD_IDS,
        shippingAddress: [null, "", [], 5, {}, { ...ADDRESS, id: 1 }, ...wrongAddresses()],
        billingAddress: [null, "", [], 5, {}, { ...ADDRESS, userId: 1 }],
        discountCode: ["", "x".repeat(51), "a\u0000", 5, null],
        paymentMethod: ["", "CARD", "cash", 5, null],
        paymentToken: ["", "x".repeat(201), 5, null, {}],
        notes: ["x".repeat(1001), ...CONTROLS_IN_LINES, 5, null, []],
        expectedTotal: [
          "",
          "16.8",
          "16",
          "16,82",
          "-1.00",
          "1e3",
          "123456789.00",
          " 16.82",
          "16.82\n",
          16.82,
          null,
        ],
      },
    });
  });
}

/** One of each field's wrong values. */
const wrongAddresses = () =>
  Object.entries(BAD_ADDRESS).flatMap(([field, values]) =>
    values.slice(0, 4).map((value) => ({ ...ADDRESS, [field]: value })),
  );
