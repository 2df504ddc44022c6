// Categories, products, filters, orders of lists and their pages.

import { beforeAll, describe, expect, it } from "vitest";
import { cut } from "./bad-input.js";
import type { Client } from "./client.js";
import { type Given, type MadeProduct, makeCategory, makeProduct } from "./given.js";
import type { Category, List, Page, Product } from "./shapes.js";

export function catalogueChecks(given: Given): void {
  let client: Client;
  beforeAll(() => {
    client = given().client();
  });
  const list = async (query: string) => (await client.get<Page<Product>>(`/api/products?${query}`)).body;
  const names = ({ items }: List<Product>) => items.map(({ name }) => name.slice(given().prefix.length + 1));

  describe("categories", () => {
    let tops: { slug: string; id: number }[];
    const own = async () =>
      (await client.get<List<Category>>("/api/categories")).body.items.filter(({ name }) =>
        name.startsWith(given().prefix),
      );

    beforeAll(async () => {
      const shop = given();
      const top = await makeCategory(shop, "Küche", { sortOrder: 2 });
      const pans = await makeCategory(shop, "Pfannen", { parent: top.id, sortOrder: 1 });
      await makeCategory(shop, "Töpfe", { parent: top.id, sortOrder: null });
      await makeCategory(shop, "Eisenpfannen", { parent: pans.id });
      const hidden = await makeCategory(shop, "Verborgen", { isActive: false });
      await makeCategory(shop, "Unter Verborgen", { parent: hidden.id });
      const garden = await makeCategory(shop, "zz Garten", { sortOrder: 1 });
      tops = [top, garden, hidden];
      await makeProduct(shop, { name: "in pans", category_id: pans.id });
      await makeProduct(shop, { name: "in kitchen", category_id: top.id });
      await makeProduct(shop, { name: "in garden", category_id: garden.id });
      await makeProduct(shop, { name: "in hidden", category_id: hidden.id });
    });

    it("are a tree of active ones, in their order", async () => {
      const shown = (items: Category[]): unknown[] =>
        items.map(({ name, children }) => [name.slice(given().prefix.length + 1), shown(children)]);
      const tree = shown(await own()).filter((one) => JSON.stringify(one).match(/Küche|Garten|Verborgen/));
      expect(tree).toEqual([
        ["zz Garten", []],
        [
          "Küche",
          [
            ["Töpfe", []],
            ["Pfannen", [["Eisenpfannen", []]]],
          ],
        ],
      ]);
    });

    it("hold the products of those below them", async () => {
      expect(names(await list(`category=${tops[0]?.slug}&sort=name`))).toEqual(["in kitchen", "in pans"]);
      expect(names(await list(`category=${tops[1]?.slug}`))).toEqual(["in garden"]);
    });

    it.each(["none", "%00", "%25", "' or 1=1", "..%2f.."])("have no %s", async (slug) => {
      const answer = await client.get(`/api/products?category=${slug}`);
      expect(answer).toMatchObject({ status: 404, body: { title: "there is no such category" } });
    });

    it("that are not active are not there", async () => {
      expect((await client.get(`/api/products?category=${tops[2]?.slug}`)).status).toBe(404);
    });
  });

  describe("a product", () => {
    it("is shown with everything that customers may know", async () => {
      const shop = given();
      const made = await makeProduct(shop, {
        name: "Größte Crème 🎁",
        price: "1234.50",
        original_price: "2000.00",
        cost_price: "900.00",
        description: "Zwei\nZeilen, 2×",
        tags: ["Herd", "crème"],
        images: ["/a.jpg", "/b.jpg"],
        attributes: { colour: "rouge", size: 3 },
        specifications: { "Größe (cm)": [1.5, null, true] },
        shipping: { weight: 2 },
        dimensions: { w: 1, h: 2.5 },
        weight: 2.5,
        rating: 4.25,
        review_count: 8,
        is_featured: true,
      });
      const { status, body } = await client.get<Product>(`/api/products/${made.slug}`);
      expect(status).toBe(200);
      expect(body).toEqual({
        id: made.id,
        name: made.name,
        slug: made.slug,
        sku: expect.stringContaining(shop.prefix),
        shortDescription: null,
        description: "Zwei\nZeilen, 2×",
        image: null,
        images: ["/a.jpg", "/b.jpg"],
        price: "1234.50",
        originalPrice: "2000.00",
        categoryId: expect.any(Number),
        available: 50,
        rating: "4.25",
        reviewCount: 8,
        isFeatured: true,
        tags: ["Herd", "crème"],
        attributes: { colour: "rouge", size: 3 },
        specifications: { "Größe (cm)": [1.5, null, true] },
        shipping: { weight: 2 },
        dimensions: { w: 1, h: 2.5 },
        weight: "2.50",
        metaTitle: null,
        metaDescription: null,
        viewCount: 0,
        salesCount: 0,
      });
      expect(JSON.stringify(body)).not.toContain("900"); // what it costs the shop
    });

    it("counts who looks at it, also when many do at once", async () => {
      const shop = given();
      const { slug } = await makeProduct(shop);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => shop.quietClient().get(`/api/products/${slug}`)),
      );
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect((await client.get<Product>(`/api/products/${slug}`)).body.viewCount).toBe(20);
    });

    it.each(["draft", "inactive"] as const)("that is %s is nowhere", async (status) => {
      const made = await makeProduct(given(), { name: `hidden ${status}`, status });
      expect((await client.get(`/api/products/${made.slug}`)).status).toBe(404);
      expect((await list(`q=${given().prefix}+hidden+${status}`)).total).toBe(0);
      const suggestions = await client.get<List<Product>>(
        `/api/suggestions?q=${given().prefix}+hidden+${status}`,
      );
      expect(suggestions.body.items).toEqual([]);
    });

    it("is found by the longest slug that the table holds", async () => {
      const shop = given();
      const slug = `${shop.prefix}-${"ö".repeat(254 - shop.prefix.length)}`;
      await makeProduct(shop, { slug });
      expect((await client.get<Product>(`/api/products/${encodeURIComponent(slug)}`)).body.slug).toBe(slug);
    });

    it.each(["none", "%25", "'", "..%2f..%2fetc", "%F0%9F%8E%81"])("is not there as %s", async (slug) => {
      expect(await client.get(`/api/products/${slug}`)).toMatchObject({
        status: 404,
        body: { title: "there is no such product" },
      });
    });

    it.each(["%00", "a%00b", "%20", "x".repeat(256), "x".repeat(2000)].map((slug) => [cut(slug), slug]))(
      "cannot be asked for as %s",
      async (_, slug) => {
        expect((await client.get(`/api/products/${slug}`)).status).toBe(400);
      },
    );

    it("without stock, rating or counts is shown as having none", async () => {
      const made = await makeProduct(given(), {
        stock: null,
        rating: null,
        review_count: null,
        sales_count: null,
        view_count: null,
        is_featured: null,
        tags: null,
      });
      const { body } = await client.get(`/api/products/${made.slug}`);
      expect(body).toMatchObject({
        available: 0,
        rating: "0.00",
        reviewCount: 0,
        isFeatured: false,
        tags: [],
      });
    });
  });

  describe("a list of products", () => {
    let word: string;
    let made: MadeProduct[];
    const rows = Array.from({ length: 23 }, (_, at) => ({
      name: `sorted ${["Zebra", "ähre", "Apfel", "Éclair", "zebra", "öl"][at % 6]} ${at % 4}`,
      price: ["5.00", "10.00", "9.99", "100.00"][at % 4] ?? "",
      rating: [4.5, 3, null, 4.5, 0][at % 5],
      review_count: [2, null, 7][at % 3],
      sales_count: [0, 10, null, 9][at % 4],
      stock: [0, 5, null][at % 3] ?? null,
      is_featured: [true, false, null][at % 3],
      tags: [["Herd"], ["herd"], ["Herdplatte", "x"], [], ["Crème brûlée", "50%_\\"]][at % 5],
    }));

    beforeAll(async () => {
      const shop = given();
      const category = await makeCategory(shop, "sorted");
      word = `category=${category.slug}`;
      made = [];
      for (const row of rows) made.push(await makeProduct(shop, { ...row, category_id: category.id }));
    });

    type Made = (typeof rows)[number] & { id: number; folded: string };
    const all = (): Made[] =>
      rows.map((row, at) => ({
        ...row,
        id: made[at]?.id ?? 0,
        folded: `${row.name}`
          .toLowerCase()
          .normalize("NFD")
          .replace(/[\u0300-\u036f]/g, ""),
      }));
    const by =
      (...keys: ((one: Made) => number | string)[]) =>
      (a: Made, b: Made) => {
        for (const key of keys) {
          const [left, right] = [key(a), key(b)];
          if (left !== right) return left < right ? -1 : 1;
        }
        return 0;
      };
    const newest = (one: Made) => -one.id;
    const orders: Record<string, (a: Made, b: Made) => number> = {
      newest: by(newest),
      popular: by((one) => -(one.sales_count ?? 0), newest),
      rating: by(
        (one) => -(one.rating ?? 0),
        (one) => -(one.review_count ?? 0),
        newest,
      ),
      "price-low": by(
        (one) => Number(one.price),
        (one) => one.id,
      ),
      "price-high": by((one) => -Number(one.price), newest),
      name: by(
        (one) => one.folded,
        (one) => one.id,
      ),
    };

    for (const [sort, order] of Object.entries(orders)) {
      it(`by ${sort} is in order, and its pages neither repeat nor leave out`, async () => {
        const wanted = all()
          .sort(order)
          .map(({ id }) => id);
        for (const perPage of [1, 7, 100]) {
          const got: number[] = [];
          for (let page = 1; page <= Math.ceil(rows.length / perPage); page++) {
            const answer = await list(`${word}&sort=${sort}&perPage=${perPage}&page=${page}`);
            expect(answer).toMatchObject({ total: rows.length, page, perPage });
            got.push(...answer.items.map(({ id }) => id));
          }
          expect(got).toEqual(wanted);
        }
      });
    }

    it("is by newest unless told, 20 a page, and empty beyond its end", async () => {
      const answer = await list(word);
      expect(answer).toMatchObject({ page: 1, perPage: 20, total: rows.length });
      expect(answer.items).toEqual((await list(`${word}&sort=newest&page=1&perPage=20`)).items);
      expect(await list(`${word}&page=10000`)).toMatchObject({ items: [], total: rows.length });
    });

    it.each([
      ["minPrice=9.99", ({ price }: Made) => Number(price) >= 9.99],
      ["minPrice=10", ({ price }: Made) => Number(price) >= 10],
      ["maxPrice=9.99", ({ price }: Made) => Number(price) <= 9.99],
      ["minPrice=5.01&maxPrice=99.99", ({ price }: Made) => Number(price) > 5 && Number(price) < 100],
      ["minPrice=10&maxPrice=9", () => false],
      ["inStock=true", ({ stock }: Made) => (stock ?? 0) > 0],
      ["inStock=false", ({ stock }: Made) => (stock ?? 0) <= 0],
      ["featured=true", ({ is_featured }: Made) => is_featured === true],
      ["featured=false", ({ is_featured }: Made) => is_featured !== true],
      ["tag=Herd", ({ tags }: Made) => tags?.includes("Herd") === true],
      ["tag=herd", ({ tags }: Made) => tags?.includes("herd") === true],
      ["tag=Cr%C3%A8me%20br%C3%BBl%C3%A9e", ({ tags }: Made) => tags?.includes("Crème brûlée") === true],
      ["tag=50%25_%5C", ({ tags }: Made) => tags?.includes("50%_\\") === true],
      ["tag=%25", () => false],
      ["tag=_", () => false],
      ["tag=zebra", () => false], // a word of names
      [
        "tag=x&inStock=true&maxPrice=50",
        ({ tags, stock, price }: Made) =>
          tags?.includes("x") === true && (stock ?? 0) > 0 && Number(price) <= 50,
      ],
    ] as const)("with %s holds those alone", async (filter, holds) => {
      const answer = await list(`${word}&${filter}&perPage=100&sort=price-low`);
      const wanted = all().filter(holds).sort(orders["price-low"]);
      expect(answer.items.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      expect(answer.total).toBe(wanted.length);
    });

    const BAD_QUERIES = [
      "page=0",
      "page=-1",
      "page=1.5",
      "page=a",
      "page=",
      "page=10001",
      "page=1&page=2",
      "perPage=0",
      "perPage=101",
      "perPage=x",
      "perPage=1e9",
      "sort=",
      "sort=id",
      "sort=price",
      "sort=p.id%20desc",
      "sort=name;drop%20table%20users",
      "sort=__proto__",
      "sort=constructor",
      "sort=name&sort=newest",
      "minPrice=",
      "minPrice=a",
      "minPrice=-1",
      "minPrice=1,5",
      "minPrice=1.234",
      "minPrice=1e3",
      "minPrice=123456789",
      "maxPrice=%00",
      "maxPrice=NaN",
      "inStock=1",
      "inStock=TRUE",
      "featured=yes",
      "featured=",
      "tag=",
      `tag=${"x".repeat(101)}`,
      "tag=a%00b",
      "category=",
      `category=${"x".repeat(101)}`,
      "q=",
      "q=%20%20",
      `q=${"x".repeat(201)}`,
      "q=a%00b",
      "q=%0A%1B",
      "q=a&q=b",
      "q[]=a&q=b&q=c",
    ];
    it.each(BAD_QUERIES.map((query) => [cut(query), query]))("refuses %s", async (_, query) => {
      expect(await client.get(`/api/products?${query}`)).toMatchObject({
        status: 400,
        body: { type: "urn:outgrow-shop:invalid" },
      });
    });
  });
}
