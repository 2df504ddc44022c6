// Carts of guests and of customers, what becomes of them at login, and wishlists.

import { beforeAll, describe, expect, it } from "vitest";
import { BAD_IDS, BAD_QUANTITIES, refusesBadFields } from "./bad-input.js";
import type { Client } from "./client.js";
import { type Given, logIn, type MadeProduct, makeCustomer, makeGuest, makeProduct } from "./given.js";
import type { Cart, List, Wish } from "./shapes.js";

export const add = (client: Client, { id: productId }: { id: number }, quantity = 1) =>
  client.post<Cart>("/api/cart/items", { productId, quantity });

export function cartChecks(given: Given): void {
  const lines = ({ items }: Cart) => items.map(({ productId, quantity }) => [productId, quantity]);
  const cartOf = async (client: Client) => (await client.get<Cart>("/api/cart")).body;

  describe("a cart", () => {
    let client: Client;
    let dear: MadeProduct;
    let cheap: MadeProduct;
    beforeAll(async () => {
      client = given().client();
      dear = await makeProduct(given(), { name: "dear", price: "99999999.99", stock: 200 });
      cheap = await makeProduct(given(), { name: "cheap", price: "0.01", stock: 3 });
    });

    it("is empty for who has none, and makes no session", async () => {
      const nobody = given().client();
      expect(await nobody.get<Cart>("/api/cart")).toMatchObject({
        status: 200,
        body: { items: [], subtotal: "0.00" },
      });
      expect((await nobody.delete<Cart>("/api/cart")).body).toEqual({ items: [], subtotal: "0.00" });
      expect((await nobody.patch("/api/cart/items/1", { quantity: 1 })).status).toBe(404);
      expect((await nobody.delete("/api/cart/items/1")).status).toBe(404);
      expect(nobody.cookie).toBeNull();
    });

    it("begins with the first product, and its session with it", async () => {
      const answer = await add(client, cheap);
      expect(answer.status).toBe(200);
      expect(client.cookie).not.toBeNull();
      client.csrf = null;
      await client.get("/api/session"); // the page asks for the token
      expect(await cartOf(client)).toEqual(answer.body);
    });

    it("counts to the cent, also where much is bought", async () => {
      const { body } = await add(client, dear, 99);
      expect(body).toMatchObject({
        items: [
          { productId: cheap.id, quantity: 1, price: "0.01", priceBefore: null, available: 3, total: "0.01" },
          { productId: dear.id, quantity: 99, price: "99999999.99", total: "9899999999.01" },
        ],
        subtotal: "9899999999.02",
      });
    });

    it("adds to what is there, and takes one unless told", async () => {
      const { body } = await client.post<Cart>("/api/cart/items", { productId: cheap.id });
      expect(lines(body)).toEqual([
        [cheap.id, 2],
        [dear.id, 99],
      ]);
    });

    it("holds no more than there is, and no more than 99 of one", async () => {
      const before = await cartOf(client);
      expect(await add(client, cheap, 2)).toMatchObject({
        status: 409,
        body: { type: "urn:outgrow-shop:out-of-stock", available: 3 },
      });
      expect(await add(client, dear)).toMatchObject({
        status: 409,
        body: { type: "urn:outgrow-shop:too-many" },
      });
      const item = before.items[0]?.id;
      expect(await client.patch(`/api/cart/items/${item}`, { quantity: 4 })).toMatchObject({
        status: 409,
        body: { type: "urn:outgrow-shop:out-of-stock", available: 3 },
      });
      expect(await cartOf(client)).toEqual(before);
    });

    it("changes quantities, loses items, and is emptied", async () => {
      const [first, second] = (await cartOf(client)).items;
      const changed = await client.patch<Cart>(`/api/cart/items/${first?.id}`, { quantity: 3 });
      expect(lines(changed.body)).toEqual([
        [cheap.id, 3],
        [dear.id, 99],
      ]);
      const shorter = await client.delete<Cart>(`/api/cart/items/${second?.id}`);
      expect(shorter.body).toMatchObject({ items: [{ productId: cheap.id }], subtotal: "0.03" });
      expect(await client.delete(`/api/cart/items/${second?.id}`)).toMatchObject({
        status: 404,
        body: { title: "there is no such item" },
      });
      expect((await client.delete<Cart>("/api/cart")).body).toEqual({ items: [], subtotal: "0.00" });
      expect((await cartOf(client)).items).toEqual([]);
    });

    it("shows what a product cost when it was added, where that has changed", async () => {
      const shop = given();
      const product = await makeProduct(shop, { price: "10.00" });
      await add(client, product, 2);
      await shop.db.execute("update products set price = ? where id = ?", ["12.50", product.id]);
      const cart = await cartOf(client);
      expect(cart).toMatchObject({
        items: [{ price: "12.50", priceBefore: "10.00", total: "25.00" }],
        subtotal: "25.00",
      });
      const seen = await client.patch<Cart>(`/api/cart/items/${cart.items[0]?.id}`, { quantity: 2 });
      expect(seen.body.items).toMatchObject([{ price: "12.50", priceBefore: null }]);
      await client.delete("/api/cart");
    });

    it("takes its prices from the database alone", async () => {
      for (const field of ["price", "total", "name"]) {
        const { status } = await client.post("/api/cart/items", {
          productId: cheap.id,
          quantity: 1,
          [field]: "0",
        });
        expect(status).toBe(400);
      }
    });

    it("shows what cannot be had any more as not available", async () => {
      const shop = given();
      const gone = await makeProduct(shop);
      await add(client, gone, 2);
      await shop.db.execute("update products set status = ? where id = ?", ["inactive", gone.id]);
      const cart = await cartOf(client);
      expect(cart.items).toMatchObject([{ productId: gone.id, quantity: 2, available: 0 }]);
      const { status } = await client.patch(`/api/cart/items/${cart.items[0]?.id}`, { quantity: 1 });
      expect(status).toBe(409);
      await shop.db.execute("update products set status = ?, stock = ? where id = ?", [
        "active",
        null,
        gone.id,
      ]);
      expect((await cartOf(client)).items).toMatchObject([{ available: 0 }]);
      await client.delete("/api/cart");
    });

    it.each(["draft", "inactive"] as const)("takes no product that is %s", async (status) => {
      const hidden = await makeProduct(given(), { status });
      expect(await add(client, hidden)).toMatchObject({
        status: 404,
        body: { title: "there is no such product" },
      });
      expect((await add(client, { id: 2_147_483_647 })).status).toBe(404);
    });

    it("takes nothing of what there is none of", async () => {
      for (const stock of [0, null]) {
        expect(await add(client, await makeProduct(given(), { stock }))).toMatchObject({
          status: 409,
          body: { available: 0 },
        });
      }
    });

    it("holds 100 products", async () => {
      const shop = given();
      const guest = await makeGuest(shop.quietClient());
      for (let at = 0; at < 100; at++) {
        expect((await add(guest, await makeProduct(shop))).status).toBe(200);
      }
      expect(await add(guest, await makeProduct(shop))).toMatchObject({
        status: 409,
        body: { type: "urn:outgrow-shop:cart-full" },
      });
      expect((await cartOf(guest)).items).toHaveLength(100);
    });

    it("counts each of several at once", async () => {
      const shop = given();
      const guest = await makeGuest(shop.quietClient());
      const product = await makeProduct(shop);
      const answers = await Promise.all(Array.from({ length: 8 }, () => add(guest, product)));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      expect(lines(await cartOf(guest))).toEqual([[product.id, 8]]);
    });

    it.each(["0", "-1", "1.5", "a", "2147483648", "%00"])("has no item %s", async (id) => {
      expect((await client.patch(`/api/cart/items/${id}`, { quantity: 1 })).status).toBe(400);
      expect((await client.delete(`/api/cart/items/${id}`)).status).toBe(400);
    });

    describe("that is asked wrongly", () => {
      const good = { productId: 1, quantity: 1 };
      let guest: Client;
      beforeAll(async () => {
        guest = await makeGuest(given().client());
      });
      refusesBadFields(() => guest, {
        method: "POST",
        path: "/api/cart/items",
        good,
        required: ["productId"],
        bad: { productId: BAD_IDS, quantity: BAD_QUANTITIES },
      });
      refusesBadFields(() => guest, {
        method: "PATCH",
        path: "/api/cart/items/1",
        good: { quantity: 1 },
        required: ["quantity"],
        bad: { quantity: BAD_QUANTITIES },
      });
    });
  });

  describe("carts at login", () => {
    it("become one, of each product the larger quantity", async () => {
      const shop = given();
      const [both, more, guests, customers] = await Promise.all([1, 2, 3, 4].map(() => makeProduct(shop)));
      if (!both || !more || !guests || !customers) throw new Error("no products");
      const { client, email } = await makeCustomer(shop);
      await add(client, both, 1);
      await add(client, more, 5);
      await add(client, customers, 2);
      const guest = await makeGuest(shop.client());
      const before = guest.cookie;
      await add(guest, both, 4);
      await add(guest, more, 2);
      await add(guest, guests, 3);
      await logIn(guest, email);
      const wanted = [
        [both.id, 4],
        [more.id, 5],
        [customers.id, 2],
        [guests.id, 3],
      ];
      expect(lines(await cartOf(guest)).sort()).toEqual(wanted.sort());
      expect(await cartOf(client)).toEqual(await cartOf(guest)); // one cart in two browsers
      const old = shop.client();
      old.cookie = before;
      expect((await cartOf(old)).items).toEqual([]);
      await guest.post("/api/logout");
      expect((await cartOf(guest)).items).toEqual([]);
    });
  });

  describe("a wishlist", () => {
    let client: Client;
    let wished: MadeProduct;
    beforeAll(async () => {
      client = (await makeCustomer(given())).client;
      wished = await makeProduct(given(), { price: "3.50", stock: 1 });
    });
    const wish = ({ id: productId }: { id: number }) =>
      client.post<List<Wish>>("/api/wishlist/items", { productId });
    const wishes = async () => (await client.get<List<Wish>>("/api/wishlist")).body.items;

    it("holds a product once", async () => {
      expect(await wishes()).toEqual([]);
      const first = await wish(wished);
      expect(first).toMatchObject({
        status: 200,
        body: { items: [{ productId: wished.id, price: "3.50", available: 1 }] },
      });
      expect((await wish(wished)).body).toEqual(first.body);
      expect(await wishes()).toEqual(first.body.items);
    });

    it("is moved to the cart, once, and stays where there is too little", async () => {
      const [item] = await wishes();
      const path = `/api/wishlist/items/${item?.id}/move-to-cart`;
      expect(await client.post(path)).toMatchObject({ status: 200, body: { items: [] } });
      expect(lines(await cartOf(client))).toEqual([[wished.id, 1]]);
      expect((await client.post(path)).status).toBe(404);
      const again = (await wish(wished)).body.items[0];
      const refused = await client.post(`/api/wishlist/items/${again?.id}/move-to-cart`);
      expect(refused).toMatchObject({ status: 409, body: { type: "urn:outgrow-shop:out-of-stock" } });
      expect(await wishes()).toEqual([again]);
    });

    it("loses what is removed, once", async () => {
      const [item] = await wishes();
      expect((await client.delete<List<Wish>>(`/api/wishlist/items/${item?.id}`)).body.items).toEqual([]);
      expect((await client.delete(`/api/wishlist/items/${item?.id}`)).status).toBe(404);
    });

    it("is by the last one, and shows what cannot be had as not available", async () => {
      const shop = given();
      const products = [
        await makeProduct(shop, { stock: 4 }),
        await makeProduct(shop, { stock: null }),
        await makeProduct(shop),
      ];
      for (const product of products) await wish(product);
      await shop.db.execute("update products set status = ? where id = ?", ["draft", products[2]?.id]);
      expect((await wishes()).map(({ productId, available }) => [productId, available])).toEqual([
        [products[2]?.id, 0],
        [products[1]?.id, 0],
        [products[0]?.id, 4],
      ]);
      const [hidden] = await wishes();
      expect((await client.post(`/api/wishlist/items/${hidden?.id}/move-to-cart`)).status).toBe(404);
    });

    it("takes no product that is not for sale", async () => {
      expect((await wish(await makeProduct(given(), { status: "draft" }))).status).toBe(404);
      expect((await wish({ id: 2_147_483_647 })).status).toBe(404);
    });

    it.each(["0", "-1", "a", "1.5", "2147483648"])("has no item %s", async (id) => {
      expect((await client.delete(`/api/wishlist/items/${id}`)).status).toBe(400);
      expect((await client.post(`/api/wishlist/items/${id}/move-to-cart`)).status).toBe(400);
    });

    refusesBadFields(() => client, {
      method: "POST",
      path: "/api/wishlist/items",
      good: { productId: 1 },
      required: ["productId"],
      bad: { productId: BAD_IDS },
    });
  });
}
