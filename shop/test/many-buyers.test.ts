// Forty buyers at once of the last ten pieces, in each way that the payment is asked for.
import { beforeAll, describe, expect, it } from "vitest";
import { ENGINES, startShop } from "./on-both-engines.js";
import { add } from "./suite/cart.js";
import { buy, purchase } from "./suite/checkout.js";
import { mailsTo, makeGuest, makeProduct, newEmail, type RunningShop, stockOf } from "./suite/given.js";

const BUYERS = 40;
const PIECES = 10;

describe.each(ENGINES)("many buyers at once on %s", (engine) => {
  it.each(["reserve", "inside", "outside"] as const)("sell every piece once (%s)", async (checkout) => {
    const shop = await startShop(engine, { settings: { checkout } });
    const product = await makeProduct(shop, { stock: PIECES });
    const other = await makeProduct(shop, { stock: 1000 });
    const carts = await Promise.all(
      Array.from({ length: BUYERS }, async (_, at) => {
        const client = await makeGuest(shop.quietClient());
        // In both orders: who holds one product must not wait for who holds the other.
        for (const one of at % 2 === 0 ? [product, other] : [other, product]) await add(client, one);
        return { client, body: await purchase(client, { email: newEmail(shop) }) };
      }),
    );
    const answers = await Promise.all(carts.map(({ client, body }) => buy(client, body)));
    const bought = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(bought).toHaveLength(PIECES);
    expect(new Set(bought.map(({ body }) => body.orderNumber)).size).toBe(PIECES);
    for (const { status, body } of refused) {
      expect(status).toBe(409);
      expect(body).toMatchObject({
        type: "urn:outgrow-shop:out-of-stock",
        items: [{ productId: product.id }],
      });
    }
    expect(await stockOf(shop, product)).toBe(0);
    expect(await stockOf(shop, other)).toBe(1000 - PIECES);
    const sold = await shop.db.get<{ pieces: number; orders: number }>(
      `select sum(i.quantity) as pieces, count(distinct o.id) as orders
         from orders o join order_items i on i.order_id = o.id
        where i.product_id = ? and o.status = ? and o.payment_status = ?`,
      [product.id, "processing", "paid"],
      { types: { pieces: "integer" } },
    );
    expect([Number(sold?.pieces), Number(sold?.orders)]).toEqual([PIECES, PIECES]);
    const all = await shop.db.get<{ total: number }>("select count(*) as total from orders");
    expect(Number(all?.total)).toBe(PIECES);
  });

  describe("of things of their own", () => {
    let shop: RunningShop;
    beforeAll(async () => {
      shop = await startShop(engine);
    });

    it("are each mailed a token who forgot their passwords", async () => {
      const emails = Array.from({ length: BUYERS }, () => newEmail(shop));
      for (const email of emails) {
        await shop.db.execute(
          "insert into users (email, password, first_name, last_name) values (?, ?, ?, ?)",
          [email, "none", "A", "B"],
        );
      }
      const answers = await Promise.all(
        emails.map((email) => shop.quietClient().post("/api/password/forgot", { email })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      for (const email of emails) expect(await mailsTo(shop, email)).toHaveLength(1);
    });

    it("are all let in who look for the same things", async () => {
      const product = await makeProduct(shop);
      const answers = await Promise.all(
        Array.from({ length: BUYERS }, async () => {
          const client = await makeGuest(shop.quietClient());
          return [
            await client.get(`/api/products?q=${shop.prefix}`),
            await client.get(`/api/products/${product.slug}`),
            await client.get("/api/search/history"),
          ];
        }),
      );
      expect(new Set(answers.flat().map(({ status }) => status))).toEqual(new Set([200]));
    });
  });
});
