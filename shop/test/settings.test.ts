// What the shop's settings change: limits on tries, cookies over TLS alone, views that are written together, the totals.
import { describe, expect, it } from "vitest";
import { ENGINES, startShop } from "./on-both-engines.js";
import { add } from "./suite/cart.js";
import { quoteOf } from "./suite/checkout.js";
import { makeCustomer, makeGuest, makeProduct, PASSWORD } from "./suite/given.js";
import type { Product } from "./suite/shapes.js";

const TOKEN = "x".repeat(43);

/** Where passwords, tokens and order numbers could be tried, with what is refused or does nothing. */
const TRIES: readonly (readonly [path: string, body: object])[] = [
  ["/api/login", { email: "nobody@example.org", password: "wrong" }],
  ["/api/register", { email: "not an e-mail" }],
  ["/api/verify-email", { token: TOKEN }],
  ["/api/password/forgot", { email: "nobody@example.org" }],
  ["/api/password/reset", { token: TOKEN, password: "short" }],
  ["/api/me/password", { current: "wrong", password: "short" }],
  ["/api/me/deactivate", { password: "wrong" }],
  ["/api/orders/lookup", { number: "ORD-2026-ABCDEFGHJK", email: "nobody@example.org" }],
];

describe.each(ENGINES)("settings on %s", (engine) => {
  it("limit the tries of an address, route by route, whatever session asks", async () => {
    const shop = await startShop(engine, { settings: { triesPerMinute: 3 } });
    for (const [path, body] of TRIES) {
      const statuses = [];
      for (let at = 0; at < 3; at++) statuses.push((await shop.client().post(path, body)).status);
      expect(statuses, path).not.toContain(429);
      const answer = await shop.client().post(path, body);
      expect(answer, path).toMatchObject({
        status: 429,
        body: { type: "urn:outgrow-shop:too-many-requests" },
      });
      expect(Number(answer.headers.get("retry-after")), path).toBeGreaterThan(0);
    }
    for (let at = 0; at < 20; at++) expect((await shop.client().get("/api/products")).status).toBe(200);
  });

  it("refuse even the right password after too many wrong ones", async () => {
    const shop = await startShop(engine, { settings: { triesPerMinute: 3 } });
    const { email } = await makeCustomer(shop); // one try
    const login = (password: string) => shop.client().post("/api/login", { email, password });
    expect((await login("wrong")).status).toBe(401);
    expect((await login("wrong")).status).toBe(401);
    expect((await login(PASSWORD)).status).toBe(429);
  });

  it("send cookies over TLS alone", async () => {
    const shop = await startShop(engine, { settings: { secureCookies: true } });
    const answer = await shop.client().get("/api/session");
    expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure(;|$)/);
  });

  it("gather views and write them together", async () => {
    const shop = await startShop(engine, { settings: { viewsEveryMs: 300 } });
    const { id, slug } = await makeProduct(shop, { view_count: null });
    const views = async () =>
      (await shop.db.get<{ view_count: number | null }>("select view_count from products where id = ?", [id]))
        ?.view_count;
    const { body } = await shop.client().get<Product>(`/api/products/${slug}`);
    expect(body.viewCount).toBe(0);
    await shop.client().get(`/api/products/${slug}`);
    await expect.poll(views, { timeout: 5000 }).toBe(2);
  });

  it("say what is free to ship, and what the tax is", async () => {
    const shop = await startShop(engine, {
      settings: { taxBasisPoints: 1900, shippingCents: 1, freeShippingCents: 1000 },
    });
    const client = await makeGuest(shop.client());
    await add(client, await makeProduct(shop, { price: "9.99" }));
    expect(await quoteOf(client)).toMatchObject({ shipping: "0.01", tax: "1.90", total: "11.90" });
    await add(client, await makeProduct(shop, { price: "0.01" }));
    expect(await quoteOf(client)).toMatchObject({ shipping: "0.00", tax: "1.90", total: "11.90" });
  });
});
