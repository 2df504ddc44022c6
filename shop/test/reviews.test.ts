// Reviews: who may write, what is shown, and that the product's figures and the votes always add up.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { averageRating } from "../dist/product-rating.js";
import { authorName } from "../dist/reviews.js";
import { makeCategory, makeOrder, makeProduct, type Shelved } from "./shelf.js";
import {
  adminClient,
  type Client,
  clientOf,
  customerClient,
  makeAdmin,
  makeCustomer,
  type Opened,
  onBothEngines,
  openShop,
  type Person,
} from "./support.js";

describe("a rating", () => {
  it("is the mean to two decimals, halves up", () => {
    expect(averageRating(0, 0)).toBe("0.00");
    expect(averageRating(5, 1)).toBe("5.00");
    expect(averageRating(13, 3)).toBe("4.33");
    expect(averageRating(14, 3)).toBe("4.67");
    // 3.125 and 1.005: a double of the second is below the half.
    expect(averageRating(25, 8)).toBe("3.13");
    expect(averageRating(201, 200)).toBe("1.01");
  });
});

describe("an author", () => {
  it("is shown by first name and initial", () => {
    expect(authorName("Zoë", "Ångström")).toBe("Zoë Å.");
    expect(authorName("Zoe", "A\u030angstrom")).toBe("Zoe A\u030a.");
    expect(authorName("Plato", " ")).toBe("Plato");
    expect(authorName(null, null)).toBe("A former customer");
  });
});

onBothEngines("reviews", (engine) => {
  let shop: Opened;
  let category: number;
  let product: Shelved;
  let ada: Person;
  let asAda: Client;
  let asBob: Client;
  let asAdmin: Client;

  beforeAll(async () => {
    shop = await openShop(engine);
    category = await makeCategory(shop.db);
    ada = await makeCustomer(shop.db, "Ada", "Lovelace");
    asAda = await customerClient(shop.app, ada);
    asBob = await customerClient(shop.app, await makeCustomer(shop.db, "Bob", "Hope"));
    asAdmin = await adminClient(shop.app, await makeAdmin(shop.db));
  });

  beforeEach(async () => {
    product = await makeProduct(shop.db, category);
  });

  const url = () => `/products/${product.slug}/reviews`;
  const write = async (client: Client, body: object = { rating: 4 }) => {
    const { status, body: made } = await client.post(url(), body);
    expect(status).toBe(201);
    return made.id as number;
  };
  const approved = async (client: Client, body?: object) => {
    const id = await write(client, body);
    expect((await asAdmin.post(`/admin/reviews/${id}/approve`)).status).toBe(200);
    return id;
  };
  const figures = async () => {
    const { body } = await asAda.get(`/products/${product.slug}`);
    return [body.rating, body.reviewCount];
  };
  const bought = (order: object = {}, customer = ada) =>
    makeOrder(shop.db, {
      userId: customer.id,
      items: [{ productId: product.id, quantity: 1, total: "10.00" }],
      ...order,
    });
  const orderIdOf = async (id: number) =>
    (await shop.db.get<{ order_id: number }>("select order_id from product_reviews where id = ?", [id]))
      ?.order_id;

  it("waits for approval, and is shown and counted from then on", async () => {
    const { status, body } = await asAda.post(url(), { rating: 5, title: " Good ", comment: "Two\nlines" });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      productId: product.id,
      rating: 5,
      title: "Good",
      comment: "Two\nlines",
      author: "Ada L.",
      isVerified: false,
      isApproved: false,
      helpfulCount: 0,
      createdAt: expect.any(String),
    });
    expect((await asBob.get(url())).body).toEqual({ items: [], page: 1, perPage: 20, total: 0 });
    expect(await figures()).toEqual(["0.00", 0]);
    await asAdmin.post(`/admin/reviews/${body.id}/approve`);
    const listed = (await clientOf(shop.app).get(url())).body;
    expect(listed.total).toBe(1);
    expect(listed.items[0]).not.toHaveProperty("isApproved");
    expect(listed.items[0]).toMatchObject({ id: body.id, author: "Ada L.", title: "Good" });
    expect(await figures()).toEqual(["5.00", 1]);
  });

  it("needs a customer, a product that is for sale, and a rating of 1 to 5", async () => {
    expect((await clientOf(shop.app).post(url(), { rating: 4 })).status).toBe(401);
    expect((await asAdmin.post(url(), { rating: 4 })).status).toBe(401);
    expect((await asAda.post("/products/none/reviews", { rating: 4 })).status).toBe(404);
    for (const body of [
      {},
      { rating: 0 },
      { rating: 6 },
      { rating: 4.5 },
      { rating: "4" },
      { rating: 4, isApproved: true },
      { rating: 4, is_verified: true },
      { rating: 4, title: "x".repeat(256) },
      { rating: 4, comment: "a\u0000b" },
    ]) {
      expect((await asAda.post(url(), body)).status, JSON.stringify(body)).toBe(400);
    }
    expect(
      (await asAda.get("/reviews")).body.items.map((one: { productId: number }) => one.productId),
    ).not.toContain(product.id);
    await shop.db.execute("update products set status = ? where id = ?", ["draft", product.id]);
    expect((await asAda.post(url(), { rating: 4 })).status).toBe(404);
    expect((await asAda.get(url())).status).toBe(404);
  });

  it("is verified by the newest paid order that has none yet", async () => {
    const first = await bought();
    const second = await bought();
    await bought({ status: "cancelled" });
    await bought({ status: "refunded", paymentStatus: "refunded" });
    await bought({ paymentStatus: "pending", status: "pending" });
    await makeOrder(shop.db, { userId: ada.id }); // of other things
    const { body } = await asAda.post(url(), { rating: 4 });
    expect(body.isVerified).toBe(true);
    expect(await orderIdOf(body.id)).toBe(second);
    expect(await orderIdOf(await write(asAda))).toBe(first);
    const refused = await asAda.post(url(), { rating: 4 });
    expect([refused.status, refused.body.type]).toEqual([409, "urn:outgrow-shop:reviewed"]);
  });

  it("is not verified by another customer's order", async () => {
    await bought();
    const { body } = await asBob.post(url(), { rating: 1 });
    expect(body.isVerified).toBe(false);
    expect(await orderIdOf(body.id)).toBeNull();
  });

  it("is one alone without an order, also of two requests at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => asAda.post(url(), { rating: 3 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    await bought();
    expect((await asAda.post(url(), { rating: 3 })).body.isVerified).toBe(true);
  });

  it("waits again once it was changed, and leaves the product's figures", async () => {
    const id = await approved(asAda, { rating: 1, title: "Bad", comment: "Broke" });
    await approved(asBob, { rating: 4 });
    expect(await figures()).toEqual(["2.50", 2]);
    const same = await asAda.patch(`/reviews/${id}`, { rating: 1 });
    expect(same.body).toMatchObject({ isApproved: true });
    const { status, body } = await asAda.patch(`/reviews/${id}`, { rating: 5, title: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({ rating: 5, title: null, comment: "Broke", isApproved: false });
    expect(await figures()).toEqual(["4.00", 1]);
    await asAdmin.post(`/admin/reviews/${id}/approve`);
    expect(await figures()).toEqual(["4.50", 2]);
    expect((await asAda.patch(`/reviews/${id}`, { isApproved: true })).status).toBe(400);
    expect((await asAda.delete(`/reviews/${id}`)).status).toBe(204);
    expect(await figures()).toEqual(["4.00", 1]);
  });

  it("is its author's alone to change", async () => {
    const id = await approved(asAda);
    for (const client of [asBob, asAdmin, clientOf(shop.app)]) {
      const wanted = client === asBob ? 404 : 401;
      expect((await client.patch(`/reviews/${id}`, { rating: 1 })).status).toBe(wanted);
      expect((await client.delete(`/reviews/${id}`)).status).toBe(wanted);
    }
    expect(await figures()).toEqual(["4.00", 1]);
    expect((await asBob.get("/reviews")).body.items.some((one: { id: number }) => one.id === id)).toBe(false);
    expect((await clientOf(shop.app).get("/reviews")).status).toBe(401);
  });

  it("is found helpful once by each, not by its author, and not while it waits", async () => {
    const id = await write(asAda);
    expect((await asBob.post(`/reviews/${id}/helpful`)).status).toBe(404);
    await asAdmin.post(`/admin/reviews/${id}/approve`);
    expect((await asAda.post(`/reviews/${id}/helpful`)).status).toBe(403);
    expect((await clientOf(shop.app).post(`/reviews/${id}/helpful`)).status).toBe(401);
    const many = await Promise.all([1, 2, 3].map(() => asBob.post(`/reviews/${id}/helpful`)));
    expect(many.map(({ status, body }) => [status, body.helpfulCount])).toEqual(Array(3).fill([200, 1]));
    const others = await Promise.all(
      [1, 2, 3].map(async () => customerClient(shop.app, await makeCustomer(shop.db))),
    );
    await Promise.all(others.map((client) => client.post(`/reviews/${id}/helpful`)));
    expect((await asBob.get(url())).body.items[0].helpfulCount).toBe(4);
    expect((await asBob.delete(`/reviews/${id}/helpful`)).body).toEqual({ helpfulCount: 3 });
    expect((await asBob.delete(`/reviews/${id}/helpful`)).body).toEqual({ helpfulCount: 3 });
    const votes = await shop.db.query("select 1 from review_votes where review_id = ?", [id]);
    expect(votes).toHaveLength(3);
  });

  it("keeps the votes of a time when nobody wrote down whose they were", async () => {
    const id = await approved(asAda);
    await shop.db.execute("update product_reviews set helpful_count = 12 where id = ?", [id]);
    expect((await asBob.post(`/reviews/${id}/helpful`)).body).toEqual({ helpfulCount: 13 });
  });

  it("is listed in pages, newest or helpful first", async () => {
    const first = await approved(asAda, { rating: 1 });
    const second = await approved(asBob, { rating: 2 });
    const third = await approved(await customerClient(shop.app, await makeCustomer(shop.db)), { rating: 3 });
    await asBob.post(`/reviews/${first}/helpful`);
    const ids = async (query: string) =>
      (await asAda.get(`${url()}?${query}`)).body.items.map((one: { id: number }) => one.id);
    expect(await ids("")).toEqual([third, second, first]);
    expect(await ids("sort=helpful")).toEqual([first, third, second]);
    expect(await ids("perPage=2&page=2")).toEqual([first]);
    expect((await asAda.get(`${url()}?perPage=2`)).body.total).toBe(3);
    expect((await asAda.get(`${url()}?sort=id`)).status).toBe(400);
  });

  it("keeps the figures right when many are approved at once", async () => {
    const ids: number[] = [];
    for (const rating of [5, 4, 4, 2]) {
      ids.push(await write(await customerClient(shop.app, await makeCustomer(shop.db)), { rating }));
    }
    const answers = await Promise.all(ids.map((id) => asAdmin.post(`/admin/reviews/${id}/approve`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await figures()).toEqual(["3.75", 4]);
  });

  it("is approved, rejected and deleted by admins", async () => {
    const id = await write(asAda, { rating: 2, comment: "Hm" });
    const waiting = (await asAdmin.get("/admin/reviews?perPage=100")).body.items;
    expect(waiting.find((one: { id: number }) => one.id === id)).toMatchObject({
      productId: product.id,
      userId: ada.id,
      author: "Ada Lovelace",
      isApproved: false,
    });
    await asAdmin.post(`/admin/reviews/${id}/approve`);
    expect(await figures()).toEqual(["2.00", 1]);
    const inState = async (state: string) =>
      (await asAdmin.get(`/admin/reviews?state=${state}&perPage=100`)).body.items.some(
        (one: { id: number }) => one.id === id,
      );
    expect([await inState("waiting"), await inState("approved"), await inState("all")]).toEqual([
      false,
      true,
      true,
    ]);
    expect((await asAdmin.post(`/admin/reviews/${id}/reject`)).body).toMatchObject({ isApproved: false });
    expect(await figures()).toEqual(["0.00", 0]);
    await asAdmin.post(`/admin/reviews/${id}/approve`);
    expect((await asAdmin.delete(`/admin/reviews/${id}`)).status).toBe(204);
    expect(await figures()).toEqual(["0.00", 0]);
    for (const [method, path] of [
      ["post", "/approve"],
      ["post", "/reject"],
      ["delete", ""],
    ] as const) {
      expect((await asAdmin[method](`/admin/reviews/${id}${path}`)).status).toBe(404);
    }
  });
});
