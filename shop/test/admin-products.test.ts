// Products as admins keep them: slugs, search text, what may not be deleted, and lists of all of them.
import { beforeAll, describe, expect, it } from "vitest";
import { productSearchText } from "../dist/search-text.js";
import { makeCategory, makeOrder, makeProduct } from "./shelf.js";
import {
  type Answer,
  adminClient,
  type Client,
  clientOf,
  makeAdmin,
  type Opened,
  onBothEngines,
  openShop,
} from "./support.js";

const WHOLE = {
  name: "Crème brûlée, 2×",
  sku: "CB-2",
  price: "12.5",
  originalPrice: "15",
  costPrice: "7.25",
  stock: 3,
  minStock: 4,
  weight: "0.5",
  shortDescription: "Sweet\nand burnt",
  description: "Long",
  dimensions: { width: 10.5, unit: "cm" },
  images: ["/a.png", "/b.png"],
  image: "/a.png",
  tags: ["Dessert", "Süß"],
  attributes: { Vegan: false, Sizes: ["S", "L"], Note: null },
  specifications: { Kitchen: { Minutes: 45, Oven: true } },
  shipping: { cooled: true },
  isFeatured: true,
  metaTitle: "Buy it",
  metaDescription: "Now",
};

onBothEngines("products of admins", (engine) => {
  let shop: Opened;
  let client: Client;
  let categoryId: number;

  beforeAll(async () => {
    shop = await openShop(engine);
    client = await adminClient(shop.app, await makeAdmin(shop.db));
    categoryId = await makeCategory(shop.db);
  });

  const add = async (fields: object = {}): Promise<Answer["body"]> => {
    const { status, body } = await client.post("/admin/products", {
      name: "Plain",
      price: "1",
      categoryId,
      ...fields,
    });
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  };
  const searchTextOf = async (id: number) =>
    (await shop.db.get<{ search_text: string }>("select search_text from products where id = ?", [id]))
      ?.search_text;
  const isListed = async (slug: string) => (await clientOf(shop.app).get(`/products/${slug}`)).status === 200;

  it("are made as drafts, every field kept, and shown once they are active", async () => {
    const made = await add(WHOLE);
    expect(made).toEqual({
      ...WHOLE,
      price: "12.50",
      originalPrice: "15.00",
      weight: "0.50",
      id: expect.any(Number),
      slug: "creme-brulee-2x",
      status: "draft",
      categoryId,
      rating: "0.00",
      reviewCount: 0,
      salesCount: 0,
      viewCount: 0,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await client.get(`/admin/products/${made.id}`)).body).toEqual(made);
    expect(await searchTextOf(made.id)).toBe("creme brulee 2x cb 2 dessert suss sweet and burnt");
    expect(await isListed(made.slug)).toBe(false);
    const { status, body } = await client.put(`/admin/products/${made.id}/status`, { status: "active" });
    expect([status, body.status]).toEqual([200, "active"]);
    expect(await isListed(made.slug)).toBe(true);
    expect((await client.put(`/admin/products/${made.id}/status`, { status: "sold" })).status).toBe(400);
    expect((await client.put("/admin/products/999999/status", { status: "draft" })).status).toBe(404);
  });

  it("have what the table says where nothing is given", async () => {
    expect(await add({ name: "Bare" })).toMatchObject({
      stock: 0,
      minStock: 5,
      sku: null,
      originalPrice: null,
      dimensions: null,
      images: [],
      tags: [],
      isFeatured: false,
    });
  });

  it("get a slug of their own, also when many are made at once", async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => add({ name: "Twin chair" })));
    expect(made.map(({ slug }) => slug).sort()).toEqual([
      "twin-chair",
      "twin-chair-2",
      "twin-chair-3",
      "twin-chair-4",
    ]);
    expect((await add({ name: "!?" })).slug).toBe("item");
    expect((await add({ name: "Чайник" })).slug).toBe("чаиник");
    expect((await add({ name: "x".repeat(255) })).slug).toHaveLength(245);
    expect((await add({ name: "𝒳".repeat(120), slug: "chosen-one" })).slug).toBe("chosen-one");
    const taken = await client.post("/admin/products", {
      name: "Other",
      price: "1",
      categoryId,
      slug: "chosen-one",
    });
    expect([taken.status, taken.body.field]).toEqual([409, "slug"]);
    for (const slug of ["", "Upper", "a b", "-a", "a/b", "a--b", "x".repeat(256)]) {
      const answer = await client.post("/admin/products", { name: "Other", price: "1", categoryId, slug });
      expect(answer.status, slug).toBe(400);
    }
  });

  it("are changed field by field, and found by their new words", async () => {
    const { id, slug } = await add({ ...WHOLE, sku: "CH-1", name: "Old chair" });
    const { status, body } = await client.patch(`/admin/products/${id}`, {
      name: "Fauteuil Élysée",
      sku: null,
      tags: ["Möbel"],
      price: "99.99",
      attributes: null,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: "Fauteuil Élysée",
      slug,
      sku: null,
      tags: ["Möbel"],
      price: "99.99",
      attributes: null,
      specifications: WHOLE.specifications,
      stock: 3,
    });
    expect(await searchTextOf(id)).toBe("fauteuil elysee mobel sweet and burnt");
    const found = async (q: string) =>
      (await client.get(`/admin/products?q=${encodeURIComponent(q)}`)).body.items.map(
        (one: { id: number }) => one.id,
      );
    expect(await found("élysee MÖBEL")).toContain(id);
    expect(await found("chair")).not.toContain(id);
    expect((await client.patch(`/admin/products/${id}`, {})).body).toMatchObject({ name: "Fauteuil Élysée" });
    expect((await client.patch(`/admin/products/${id}`, { slug: "armchair" })).body.slug).toBe("armchair");
    expect((await client.patch(`/admin/products/${id}`, { slug: "armchair" })).status).toBe(200);
    expect((await client.patch("/admin/products/999999", { price: "1" })).status).toBe(404);
    const other = await add({ sku: "TAKEN" });
    const taken = await client.patch(`/admin/products/${id}`, { sku: "TAKEN" });
    expect([taken.status, taken.body]).toMatchObject([409, { field: "sku", id: other.id }]);
  });

  it("are refused with anything that is not theirs to set, or wrong", async () => {
    const { id } = await add();
    const before = (await client.get(`/admin/products/${id}`)).body;
    for (const wrong of [
      { rating: "5.00" },
      { reviewCount: 9 },
      { salesCount: 9 },
      { viewCount: 9 },
      { search_text: "x" },
      { id: 1 },
      { status: "active" },
      { price: 1 },
      { price: "-1" },
      { price: "1.234" },
      { price: "123456789" },
      { stock: -1 },
      { stock: 1.5 },
      { stock: 2 ** 31 },
      { minStock: null },
      { name: " " },
      { name: "x".repeat(256) },
      { name: "a\u0000b" },
      { name: "a\nb" },
      { weight: "1234567" },
      { tags: "one" },
      { tags: [""] },
      { attributes: ["list"] },
      { attributes: { a: "\u0000" } },
      { attributes: { "a\u0000": 1 } },
      { specifications: { a: { b: { c: 1 } } } },
      { categoryId: 0 },
    ]) {
      expect((await client.patch(`/admin/products/${id}`, wrong)).status, JSON.stringify(wrong)).toBe(400);
      if (!("status" in wrong)) {
        const sent = { name: "New", price: "1", categoryId, ...wrong };
        expect((await client.post("/admin/products", sent)).status, JSON.stringify(wrong)).toBe(400);
      }
    }
    expect((await client.patch(`/admin/products/${id}`, { categoryId: 999999 })).status).toBe(404);
    expect((await client.get(`/admin/products/${id}`)).body).toEqual(before);
    expect((await client.get("/admin/products/0")).status).toBe(400);
  });

  it("go when nobody ordered them, and else become inactive", async () => {
    const unsold = await makeProduct(shop.db, categoryId);
    expect((await client.delete(`/admin/products/${unsold.id}`)).body).toEqual({ outcome: "deleted" });
    expect((await client.get(`/admin/products/${unsold.id}`)).status).toBe(404);
    expect((await client.delete(`/admin/products/${unsold.id}`)).status).toBe(404);
    const sold = await makeProduct(shop.db, categoryId);
    await makeOrder(shop.db, {
      status: "cancelled",
      items: [{ productId: sold.id, quantity: 1, total: "1.00" }],
    });
    expect((await client.delete(`/admin/products/${sold.id}`)).body).toEqual({ outcome: "inactive" });
    expect((await client.get(`/admin/products/${sold.id}`)).body.status).toBe("inactive");
    expect(await isListed(sold.slug)).toBe(false);
  });

  describe("in lists", () => {
    let category: number;
    let ids: Record<string, number>;

    beforeAll(async () => {
      category = await makeCategory(shop.db);
      ids = {};
      for (const [name, columns] of Object.entries({
        Zebra: { price: "3.00", stock: 0, min_stock: 0 },
        apple: { price: "1.00", stock: 7, min_stock: 7, status: "draft" },
        Äpfel: { price: "2.00", stock: 8, min_stock: 7, status: "inactive" },
        unknown: { price: "2.00", stock: null, min_stock: 1 },
      })) {
        const text =
          name === "unknown"
            ? null
            : productSearchText({ name, sku: null, tags: null, short_description: null });
        ids[name] = (await makeProduct(shop.db, category, { name, search_text: text, ...columns })).id;
      }
    });

    const names = async (query: string) => {
      const { status, body } = await client.get(`/admin/products?categoryId=${category}&${query}`);
      expect(status).toBe(200);
      return body.items.map((one: { name: string }) => one.name);
    };

    it("show all of them, in the order that is asked for", async () => {
      expect(await names("")).toEqual(["unknown", "Äpfel", "apple", "Zebra"]);
      expect(await names("sort=name")).toEqual(["unknown", "Äpfel", "apple", "Zebra"]);
      expect(await names("sort=price-low")).toEqual(["apple", "Äpfel", "unknown", "Zebra"]);
      expect(await names("sort=price-high")).toEqual(["Zebra", "unknown", "Äpfel", "apple"]);
      expect(await names("sort=stock")).toEqual(["Zebra", "unknown", "apple", "Äpfel"]);
      expect(await names("sort=stock&perPage=2&page=2")).toEqual(["apple", "Äpfel"]);
    });

    it("are filtered by status and words", async () => {
      expect(await names("status=draft")).toEqual(["apple"]);
      expect(await names("status=inactive")).toEqual(["Äpfel"]);
      expect(await names("q=apf")).toEqual(["Äpfel"]);
      expect(await names("q=%25")).toEqual(["unknown", "Äpfel", "apple", "Zebra"]);
      for (const wrong of ["status=gone", "sort=price", "sort=p.id", "perPage=0", "page=x", "columns=1"]) {
        expect((await client.get(`/admin/products?${wrong}`)).status, wrong).toBe(400);
      }
    });

    it("are told when they run out", async () => {
      const { body } = await client.get("/admin/low-stock?perPage=100");
      const low = body.items.filter((one: { categoryId: number }) => one.categoryId === category);
      expect(low.map((one: { id: number }) => one.id)).toEqual([ids.Zebra, ids.unknown, ids.apple]);
      expect(body.total).toBe(body.items.length);
      expect((await client.get("/admin/low-stock?sort=name")).status).toBe(400);
    });
  });
});
