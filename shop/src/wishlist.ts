// Products that a customer wants to remember.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { addToCart, READ_COMMITTED } from "./cart.js";
import { fromCents, toCents } from "./cents.js";
import { notFound } from "./problem.js";
import { customerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import { byId, jsonId } from "./words.js";

const wishlist = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      productId: z.number(),
      name: z.string(),
      slug: z.string(),
      image: z.string().nullable(),
      price: z.string(),
      available: z.number(),
    }),
  ),
});

interface ItemRow {
  id: number;
  product_id: number;
  name: string;
  slug: string;
  featured_image: string | null;
  price: string;
  stock: number | null;
  status: string;
}

async function readWishlist(queries: Queries, userId: number): Promise<z.infer<typeof wishlist>> {
  const rows = await queries.query<ItemRow>(
    `select w.id, w.product_id, p.name, p.slug, p.featured_image, p.price, p.stock, p.status
       from wishlist_items w join products p on p.id = w.product_id
      where w.user_id = ? order by w.id desc`,
    [userId],
  );
  return {
    items: rows.map((row) => ({
      id: row.id,
      productId: row.product_id,
      name: row.name,
      slug: row.slug,
      image: row.featured_image,
      price: fromCents(toCents(row.price)),
      available: row.status === "active" ? (row.stock ?? 0) : 0,
    })),
  };
}

export const wishlistRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const answer = { response: { 200: wishlist } };

    app.get("/wishlist", { schema: answer }, async (request) => readWishlist(db, customerOf(request)));

    app.post(
      "/wishlist/items",
      { schema: { body: z.strictObject({ productId: jsonId }), ...answer } },
      async (request) => {
        const userId = customerOf(request);
        return db.transaction(async (tx) => {
          const product = await tx.get("select 1 as found from products where id = ? and status = ?", [
            request.body.productId,
            "active",
          ]);
          if (product === null) {
            throw notFound("product");
          }
          await tx.execute(
            "insert into wishlist_items (user_id, product_id) values (?, ?) on conflict (user_id, product_id) do nothing",
            [userId, request.body.productId],
          );
          return readWishlist(tx, userId);
        }, READ_COMMITTED);
      },
    );

    app.delete("/wishlist/items/:id", { schema: { params: byId, ...answer } }, async (request) => {
      const userId = customerOf(request);
      await remove(db, userId, request.params.id);
      return readWishlist(db, userId);
    });

    app.post("/wishlist/items/:id/move-to-cart", { schema: { params: byId, ...answer } }, async (request) => {
      const userId = customerOf(request);
      return db.transaction(async (tx) => {
        const item = await tx.get<{ product_id: number }>(
          "select product_id from wishlist_items where id = ? and user_id = ?",
          [request.params.id, userId],
        );
        if (item === null) {
          throw notFound("item");
        }
        await addToCart(tx, { userId, cartKey: null }, item.product_id, 1);
        await remove(tx, userId, request.params.id);
        return readWishlist(tx, userId);
      }, READ_COMMITTED);
    });
  };

async function remove(queries: Queries, userId: number, item: number): Promise<void> {
  const { changes } = await queries.execute("delete from wishlist_items where id = ? and user_id = ?", [
    item,
    userId,
  ]);
  if (changes === 0) {
    throw notFound("item");
  }
}
