// The tree of categories stays a tree, and loses nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { type CategoryRow, categoryForest } from "../dist/admin/category-forest.js";
import { makeProduct } from "./shelf.js";
import {
  adminClient,
  type Client,
  clientOf,
  makeAdmin,
  type Opened,
  onBothEngines,
  openShop,
} from "./support.js";

interface Node {
  name: string;
  children: Node[];
}

const names = (nodes: readonly Node[]): unknown[] =>
  nodes.map(({ name, children }) => (children.length === 0 ? name : [name, ...names(children)]));

describe("a forest", () => {
  const row = (
    id: number,
    name: string,
    parent_id: number | null,
    sort_order: number | null = 0,
  ): CategoryRow => ({
    id,
    name,
    slug: name,
    description: null,
    icon: null,
    image: null,
    parent_id,
    sort_order,
    is_active: true,
    products: 0,
  });

  it("is ordered by sort order, then by name without accents", () => {
    const rows = [row(1, "Zoo", null), row(2, "éa", null), row(3, "Eb", null), row(4, "last", null, 1)];
    expect(names(categoryForest(rows))).toEqual(["éa", "Eb", "Zoo", "last"]);
  });

  it("shows what has lost its parent, and what stands in a ring", () => {
    const rows = [row(1, "a", 99), row(2, "b", 3), row(3, "c", 2), row(4, "d", 2), row(5, "e", 5)];
    expect(names(categoryForest(rows))).toEqual(["a", ["b", "c", "d"], "e"]);
  });
});

onBothEngines("categories of admins", (engine) => {
  let shop: Opened;
  let client: Client;

  beforeAll(async () => {
    shop = await openShop(engine);
    client = await adminClient(shop.app, await makeAdmin(shop.db));
  });

  const add = async (fields: object): Promise<{ id: number; slug: string }> => {
    const { status, body } = await client.post("/admin/categories", fields);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  };

  it("are made, changed, hidden, and deleted when they are empty", async () => {
    const home = await add({ name: "Home & Garden" });
    expect(home).toEqual({
      id: home.id,
      name: "Home & Garden",
      slug: "home-garden",
      description: null,
      icon: null,
      image: null,
      parentId: null,
      sortOrder: 0,
      isActive: true,
      productCount: 0,
      children: [],
    });
    const chairs = await add({ name: "Chairs", parentId: home.id, isActive: false, sortOrder: 2 });
    await makeProduct(shop.db, chairs.id, { status: "draft" });
    const tree = (await client.get("/admin/categories")).body.items;
    expect(tree).toMatchObject([
      { id: home.id, children: [{ id: chairs.id, isActive: false, sortOrder: 2, productCount: 1 }] },
    ]);
    const visible = async () => names((await clientOf(shop.app).get("/categories")).body.items);
    expect(await visible()).toEqual(["Home & Garden"]);
    const { body } = await client.patch(`/admin/categories/${chairs.id}`, { isActive: true, icon: "chair" });
    expect(body).toMatchObject({ isActive: true, icon: "chair", slug: "chairs", parentId: home.id });
    expect(await visible()).toEqual([["Home & Garden", "Chairs"]]);

    const refused = async (id: number) => {
      const answer = await client.delete(`/admin/categories/${id}`);
      return [answer.status, answer.body.products, answer.body.categories];
    };
    expect(await refused(home.id)).toEqual([409, 0, 1]);
    expect(await refused(chairs.id)).toEqual([409, 1, 0]);
    await shop.db.execute("delete from products where category_id = ?", [chairs.id]);
    expect((await client.delete(`/admin/categories/${chairs.id}`)).status).toBe(204);
    expect((await client.delete(`/admin/categories/${home.id}`)).status).toBe(204);
    expect((await client.delete(`/admin/categories/${home.id}`)).status).toBe(404);
    expect((await client.patch(`/admin/categories/${home.id}`, { icon: "x" })).status).toBe(404);
  });

  it("keep names and slugs apart", async () => {
    const first = await add({ name: "Lamps" });
    expect((await client.post("/admin/categories", { name: "Lamps" })).body.field).toBe("name");
    expect((await add({ name: "LAMPS" })).slug).toBe("lamps-2");
    const taken = await client.post("/admin/categories", { name: "Other", slug: "lamps" });
    expect([taken.status, taken.body.field]).toEqual([409, "slug"]);
    expect((await client.patch(`/admin/categories/${first.id}`, { name: "LAMPS" })).status).toBe(409);
    expect((await client.patch(`/admin/categories/${first.id}`, { name: "Lamps" })).status).toBe(200);
    for (const wrong of [
      {},
      { name: "" },
      { name: "x".repeat(101) },
      { name: "x", id: 1 },
      { name: "x", parent_id: 1 },
      { name: "x", parentId: "none" },
      { name: "x", sortOrder: 0.5 },
      { name: "x", slug: "A" },
    ]) {
      expect((await client.post("/admin/categories", wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    expect((await client.post("/admin/categories", { name: "x", parentId: 999999 })).status).toBe(404);
  });

  it("never stand below themselves, not even when two are moved at once", async () => {
    const top = await add({ name: "Top" });
    const middle = await add({ name: "Middle", parentId: top.id });
    const low = await add({ name: "Low", parentId: middle.id });
    for (const parentId of [top.id, middle.id, low.id]) {
      const answer = await client.patch(`/admin/categories/${top.id}`, { parentId });
      expect([answer.status, answer.body.type]).toEqual([409, "urn:outgrow-shop:cycle"]);
    }
    const moved = await client.patch(`/admin/categories/${low.id}`, { parentId: null });
    expect(moved.body.parentId).toBeNull();
    await client.patch(`/admin/categories/${middle.id}`, { parentId: null });
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([
        client.patch(`/admin/categories/${middle.id}`, { parentId: low.id }),
        client.patch(`/admin/categories/${low.id}`, { parentId: middle.id }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      await client.patch(`/admin/categories/${middle.id}`, { parentId: null });
      await client.patch(`/admin/categories/${low.id}`, { parentId: null });
    }
  });
});
