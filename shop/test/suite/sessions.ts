// Cookies, tokens against forgery, and whose things are whose.

import { beforeAll, describe, expect, it } from "vitest";
import { cut } from "./bad-input.js";
import type { Client } from "./client.js";
import {
  ADDRESS,
  type Customer,
  type Given,
  logIn,
  makeCustomer,
  makeProduct,
  newKey,
  sha256,
} from "./given.js";
import type { Address, Cart, List, Order, SessionShown, Totals, Wish } from "./shapes.js";

/** Every route that changes something, and a path that fits it. */
export const CHANGING: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/api/register"],
  ["POST", "/api/verify-email"],
  ["POST", "/api/login"],
  ["POST", "/api/logout"],
  ["POST", "/api/password/forgot"],
  ["POST", "/api/password/reset"],
  ["PATCH", "/api/me"],
  ["POST", "/api/me/password"],
  ["POST", "/api/me/deactivate"],
  ["POST", "/api/addresses"],
  ["PATCH", "/api/addresses/1"],
  ["DELETE", "/api/addresses/1"],
  ["DELETE", "/api/search/history"],
  ["POST", "/api/cart/items"],
  ["PATCH", "/api/cart/items/1"],
  ["DELETE", "/api/cart/items/1"],
  ["DELETE", "/api/cart"],
  ["POST", "/api/wishlist/items"],
  ["DELETE", "/api/wishlist/items/1"],
  ["POST", "/api/wishlist/items/1/move-to-cart"],
  ["POST", "/api/checkout/quote"],
  ["POST", "/api/checkout"],
  ["POST", "/api/orders/lookup"],
  ["POST", "/api/orders/ORD-2026-ABCDEFGHJK/cancel"],
];

type Ask = readonly [method: string, path: string, body?: unknown];

const CUSTOMERS_ONLY: readonly Ask[] = [
  ["GET", "/api/me"],
  ["PATCH", "/api/me", {}],
  ["POST", "/api/me/password", { current: "x", password: "a long enough password" }],
  ["POST", "/api/me/deactivate", { password: "x" }],
  ["GET", "/api/addresses"],
  ["GET", "/api/addresses/1"],
  ["POST", "/api/addresses", ADDRESS],
  ["PATCH", "/api/addresses/1", {}],
  ["DELETE", "/api/addresses/1"],
  ["GET", "/api/wishlist"],
  ["POST", "/api/wishlist/items", { productId: 1 }],
  ["DELETE", "/api/wishlist/items/1"],
  ["POST", "/api/wishlist/items/1/move-to-cart"],
  ["GET", "/api/orders"],
  ["GET", "/api/orders/ORD-2026-ABCDEFGHJK"],
  ["POST", "/api/orders/ORD-2026-ABCDEFGHJK/cancel"],
];

export function sessionChecks(given: Given): void {
  describe("a session", () => {
    it("is given to a guest, and kept", async () => {
      const client = given().client();
      const first = await client.get<SessionShown>("/api/session");
      expect(first).toMatchObject({ status: 200, body: { user: null } });
      const cookie = client.cookie;
      const [line = ""] = first.headers.getSetCookie();
      expect(line).toMatch(/^shop_session=[\w-]{43};/);
      expect(line).toContain("HttpOnly");
      expect(line).toContain("SameSite=Lax");
      expect(line).toContain("Path=/");
      const again = await client.get<SessionShown>("/api/session");
      expect(again.body.csrfToken).toBe(first.body.csrfToken);
      expect(again.headers.getSetCookie()).toEqual([]);
      expect(client.cookie).toBe(cookie);
    });

    it("is stored as a hash: what the table holds opens nothing", async () => {
      const client = given().client();
      await client.get("/api/session");
      const value = client.cookie?.split("=")[1] ?? "";
      const { db } = given();
      expect(await db.get("select id from sessions where id = ?", [value])).toBeNull();
      expect(await db.get("select id from sessions where id = ?", [sha256(value)])).not.toBeNull();
      const thief = given().client();
      thief.cookie = `shop_session=${sha256(value)}`;
      const { body } = await thief.get<SessionShown>("/api/session");
      expect(body.csrfToken).not.toBe(client.csrf);
    });

    it("is another one after login; the one before is over", async () => {
      const client = given().client();
      await client.get("/api/session");
      const { cookie, csrf } = client;
      await makeCustomer(given(), client);
      expect(client.cookie).not.toBe(cookie);
      expect(client.csrf).not.toBe(csrf);
      const fixed = given().client();
      fixed.cookie = cookie;
      expect((await fixed.get("/api/me")).status).toBe(401);
      expect((await fixed.get<SessionShown>("/api/session")).body.csrfToken).not.toBe(csrf);
    });

    it("ends at logout, for whoever still has the cookie", async () => {
      const { client } = await makeCustomer(given());
      const { cookie } = client;
      expect((await client.post("/api/logout")).status).toBe(204);
      expect(client.cookie).toBeNull();
      const copy = given().client();
      copy.cookie = cookie;
      expect((await copy.get("/api/me")).status).toBe(401);
      expect((await client.post("/api/logout")).status).toBe(204); // nobody logs out
    });

    it("ends after 30 days", async () => {
      const { client } = await makeCustomer(given());
      const { clock } = given();
      clock.aheadMs = 29 * 24 * 3600 * 1000;
      expect((await client.get("/api/me")).status).toBe(200);
      clock.aheadMs = 30 * 24 * 3600 * 1000 + 1000;
      expect((await client.get("/api/me")).status).toBe(401);
      clock.aheadMs = 0;
    });

    it.each(["x", "%E0%A4", "a".repeat(5000), "' or 1=1 --", "%00"].map((value) => [cut(value), value]))(
      "is not opened by the cookie %s",
      async (_, value) => {
        const client = given().client();
        expect((await client.get("/api/me", { cookie: `shop_session=${value}` })).status).toBe(401);
        expect((await client.get("/api/cart", { cookie: `shop_session=${value}` })).status).toBe(200);
      },
    );
  });

  describe("a forged request", () => {
    let victim: Client;
    let other: Client;
    beforeAll(async () => {
      victim = (await makeCustomer(given())).client;
      other = given().client();
      await other.get("/api/session");
    });

    for (const [method, path] of CHANGING) {
      it(`${method} ${path} is refused without the token, with another's, and from another site`, async () => {
        const forged = { status: 403, body: { type: "urn:outgrow-shop:forged" } };
        const bare = given().client();
        bare.cookie = victim.cookie;
        expect(await bare.ask(method, path, {})).toMatchObject(forged);
        for (const token of ["", "x", other.csrf ?? ""]) {
          expect(await bare.ask(method, path, {}, { "x-csrf-token": token })).toMatchObject(forged);
        }
        for (const origin of ["https://evil.example", "null", `${given().base}.evil.example`, "x"]) {
          expect(await victim.ask(method, path, {}, { origin })).toMatchObject(forged);
          expect(await given().client().ask(method, path, {}, { origin })).toMatchObject(forged);
        }
      });
    }

    it("is told from one of the shop's own pages", async () => {
      expect((await victim.patch("/api/me", {}, { origin: given().base })).status).toBe(200);
    });
  });

  describe("who is not logged in", () => {
    for (const [method, path, body] of CUSTOMERS_ONLY) {
      it(`is refused at ${method} ${path}`, async () => {
        const guest = given().client();
        await guest.get("/api/session");
        for (const client of [given().client(), guest]) {
          const answer = await client.ask(method, path, body);
          expect(answer).toMatchObject({ status: 401, body: { type: "urn:outgrow-shop:login-needed" } });
        }
      });
    }
  });

  describe("what belongs to a customer", () => {
    let owner: Customer;
    let stranger: Customer;
    let guest: Client;
    let order: Order;
    let address: Address;
    let cartItem: number;
    let wish: number;
    const own: [method: string, path: () => string, body?: unknown][] = [
      ["GET", () => `/api/addresses/${address.id}`],
      ["PATCH", () => `/api/addresses/${address.id}`, { city: "Paris" }],
      ["DELETE", () => `/api/addresses/${address.id}`],
      ["PATCH", () => `/api/cart/items/${cartItem}`, { quantity: 3 }],
      ["DELETE", () => `/api/cart/items/${cartItem}`],
      ["DELETE", () => `/api/wishlist/items/${wish}`],
      ["POST", () => `/api/wishlist/items/${wish}/move-to-cart`],
      ["GET", () => `/api/orders/${order.orderNumber}`],
      ["POST", () => `/api/orders/${order.orderNumber}/cancel`],
    ];

    beforeAll(async () => {
      const shop = given();
      owner = await makeCustomer(shop);
      stranger = await makeCustomer(shop);
      guest = shop.client();
      await guest.get("/api/session");
      const product = await makeProduct(shop);
      address = (await owner.client.post<Address>("/api/addresses", ADDRESS)).body;
      await owner.client.post("/api/cart/items", { productId: product.id });
      const quote = await owner.client.post<Totals>("/api/checkout/quote", {});
      order = (
        await owner.client.post<Order>(
          "/api/checkout",
          { shippingAddressId: address.id, paymentToken: "ok", expectedTotal: quote.body.total },
          { "idempotency-key": newKey() },
        )
      ).body;
      const cart = await owner.client.post<Cart>("/api/cart/items", { productId: product.id });
      cartItem = cart.body.items[0]?.id ?? 0;
      const wishes = await owner.client.post<List<Wish>>("/api/wishlist/items", { productId: product.id });
      wish = wishes.body.items[0]?.id ?? 0;
    });

    const everything = async () =>
      Promise.all(
        ["addresses", "cart", "wishlist", "orders", `orders/${order.orderNumber}`].map(
          async (path) =>
            (
              await given()
                .quietClient()
                .get(`/api/${path}`, { cookie: owner.client.cookie ?? "" })
            ).body,
        ),
      );

    for (const [method, path, body] of own) {
      const shown = `${method} ${path
        .toString()
        .replace(/^.*`(.*)`.*$/s, "$1")
        .replace(/\$\{.*?\}/, ":id")}`;
      it(`${shown} is not there for another customer, nor for a guest`, async () => {
        const before = await everything();
        expect(await stranger.client.ask(method, path(), body)).toMatchObject({
          status: 404,
          body: { type: "urn:outgrow-shop:not-found" },
        });
        for (const client of [guest, given().client()]) {
          expect([401, 404]).toContain((await client.ask(method, path(), body)).status);
        }
        expect(await everything()).toEqual(before);
      });
    }

    it.each(["shippingAddressId", "billingAddressId"])(
      "%s cannot be another's at checkout",
      async (field) => {
        const product = await makeProduct(given());
        await stranger.client.post("/api/cart/items", { productId: product.id });
        const body = {
          shippingAddress: ADDRESS,
          [field]: address.id,
          paymentToken: "ok",
          expectedTotal: "16.82",
        };
        const answer = await stranger.client.post("/api/checkout", body, { "idempotency-key": newKey() });
        expect(answer).toMatchObject({ status: 404, body: { title: "there is no such address" } });
        await stranger.client.delete("/api/cart");
      },
    );

    it("is not in any list of another's", async () => {
      for (const path of ["addresses", "cart", "wishlist", "orders", "search/history"]) {
        const { body } = await stranger.client.get<List<unknown>>(`/api/${path}`);
        expect(body.items).toEqual([]);
      }
    });

    it("is not found by number and another's e-mail", async () => {
      const ask = (email: string) => guest.post("/api/orders/lookup", { number: order.orderNumber, email });
      expect((await ask(stranger.email)).status).toBe(404);
      expect((await ask(owner.email.toUpperCase())).status).toBe(200);
    });

    it("stays with the account that logs in next in the same browser", async () => {
      const browser = given().client();
      await logIn(browser, owner.email);
      await browser.post("/api/logout");
      await logIn(browser, stranger.email);
      expect((await browser.get<List<unknown>>("/api/orders")).body.items).toEqual([]);
      expect((await browser.get<Cart>("/api/cart")).body.items).toEqual([]);
    });
  });
}
