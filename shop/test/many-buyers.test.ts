// Forty buyers at once of the last ten pieces, in each way that the payment is asked for.
import { describe, expect, it } from "vitest";
import { ENGINES, startShop } from "./on-both-engines.js";
import { add } from "./suite/cart.js";
import { buy, purchase } from "./suite/checkout.js";
import { makeGuest, makeProduct, newEmail, stockOf } from "./suite/given.js";

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
});
