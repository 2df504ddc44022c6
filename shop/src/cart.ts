// Carts, of customers and of guests by their session.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries, Transaction } from "outgrow/db";
import { z } from "zod";
import { fromCents, toCents } from "./cents.js";
import { notFound, Problem } from "./problem.js";
import { ensureSession, type Owner, ownedBy, ownerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import { byId, jsonId } from "./words.js";

export const MOST_OF_ONE = 99;
const MOST_ITEMS = 100;

const quantity = z.number().int().min(1).max(MOST_OF_ONE);

export interface CartItem {
  id: number;
  productId: number;
  name: string;
  slug: string;
  sku: string | null;
  image: string | null;
  quantity: number;
  stock: number;
  isActive: boolean;
  /** In cents: as it is now, and as it was when the item was added. */
  cents: number;
  addedCents: number;
}

interface ItemRow {
  id: number;
  product_id: number;
  name: string;
  slug: string;
  sku: string | null;
  featured_image: string | null;
  quantity: number;
  stock: number | null;
  status: string;
  price: string;
  added_price: string;
}

const shownCart = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      productId: z.number(),
      name: z.string(),
      slug: z.string(),
      image: z.string().nullable(),
      quantity: z.number(),
      price: z.string(),
      /** What it cost when it was added, where that has changed since. */
      priceBefore: z.string().nullable(),
      available: z.number(),
      total: z.string(),
    }),
  ),
  subtotal: z.string(),
});

export async function readCart(queries: Queries, owner: Owner): Promise<CartItem[]> {
  const { sql, param } = ownedBy(owner);
  const rows = await queries.query<ItemRow>(
    `select c.id, c.product_id, p.name, p.slug, p.sku, p.featured_image, c.quantity, p.stock, p.status, p.price,
            c.price as added_price
       from cart_items c join products p on p.id = c.product_id
      where c.${sql} order by c.id`,
    [param],
  );
  return rows.map((row) => ({
    id: row.id,
    productId: row.product_id,
    name: row.name,
    slug: row.slug,
    sku: row.sku,
    image: row.featured_image,
    quantity: row.quantity,
    stock: row.stock ?? 0,
    isActive: row.status === "active",
    cents: toCents(row.price),
    addedCents: toCents(row.added_price),
  }));
}

export const subtotalOf = (items: readonly CartItem[]): number =>
  items.reduce((sum, { cents, quantity: count }) => sum + cents * count, 0);

function shown(items: readonly CartItem[]): z.infer<typeof shownCart> {
  return {
    items: items.map((item) => ({
      id: item.id,
      productId: item.productId,
      name: item.name,
      slug: item.slug,
      image: item.image,
      quantity: item.quantity,
      price: fromCents(item.cents),
      priceBefore: item.addedCents === item.cents ? null : fromCents(item.addedCents),
      available: item.isActive ? item.stock : 0,
      total: fromCents(item.cents * item.quantity),
    })),
    subtotal: fromCents(subtotalOf(items)),
  };
}

interface Wanted {
  stock: number | null;
  price: string;
}

/**
 * Adds to what is there. Refuses what is not for sale, and more than there is: by an error, which takes the addition back with
 * the transaction. The sum is the database's, so that two who add at once are both counted.
 */
export async function addToCart(
  tx: Transaction,
  owner: Owner,
  productId: number,
  added: number,
): Promise<void> {
  const product = await tx.get<Wanted>("select stock, price from products where id = ? and status = ?", [
    productId,
    "active",
  ]);
  if (product === null) {
    throw notFound("product");
  }
  const { sql, param } = ownedBy(owner);
  const [column, other] = owner.userId === null ? ["session_id", "user_id"] : ["user_id", "session_id"];
  const { rows } = await tx.execute(
    `insert into cart_items (${column}, ${other}, product_id, quantity, price) values (?, null, ?, ?, ?)
     on conflict (${column}, product_id) do update
       set quantity = cart_items.quantity + excluded.quantity, price = excluded.price
     returning quantity`,
    [param, productId, added, product.price],
  );
  refuseTooMany(Number(rows[0]?.quantity), product.stock ?? 0);
  const count = await tx.get<{ total: number }>(`select count(*) as total from cart_items where ${sql}`, [
    param,
  ]);
  if (Number(count?.total) > MOST_ITEMS) {
    throw new Problem(409, "cart-full", `a cart holds ${MOST_ITEMS} products`);
  }
}

/** Each statement stands alone; serializable would let guests with carts of their own refuse one another on small tables. */
export const READ_COMMITTED = { isolation: "read-committed" } as const;

function refuseTooMany(wanted: number, stock: number): void {
  if (wanted > stock) {
    throw new Problem(409, "out-of-stock", "there is less of it than that", {
      available: Math.max(0, stock),
    });
  }
  if (wanted > MOST_OF_ONE) {
    throw new Problem(409, "too-many", `at most ${MOST_OF_ONE} of one product can be ordered`);
  }
}

/** At login: what the guest had goes into the customer's cart, of a product in both the larger quantity. */
export async function mergeCarts(tx: Queries, cartKey: string, userId: number): Promise<void> {
  const guest = await tx.query<{ product_id: number; quantity: number; price: string }>(
    "select product_id, quantity, price from cart_items where session_id = ? order by id",
    [cartKey],
  );
  for (const item of guest) {
    await tx.execute(
      `insert into cart_items (user_id, product_id, quantity, price) values (?, ?, ?, ?)
       on conflict (user_id, product_id) do update
         set quantity = case when excluded.quantity > cart_items.quantity then excluded.quantity else cart_items.quantity end`,
      [userId, item.product_id, item.quantity, item.price],
    );
  }
  await tx.execute("delete from cart_items where session_id = ?", [cartKey]);
  await tx.execute("update search_history set user_id = ?, session_id = null where session_id = ?", [
    userId,
    cartKey,
  ]);
}

export const cartRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db } = shop;
    const answer = { response: { 200: shownCart } };

    app.get("/cart", { schema: answer }, async (request) => {
      const owner = ownerOf(request);
      return shown(owner === null ? [] : await readCart(db, owner));
    });

    app.post(
      "/cart/items",
      { schema: { body: z.strictObject({ productId: jsonId, quantity: quantity.default(1) }), ...answer } },
      async (request, reply) => {
        await ensureSession(shop, request, reply);
        const owner = ownerOf(request) as Owner;
        return db.transaction(async (tx) => {
          await addToCart(tx, owner, request.body.productId, request.body.quantity);
          return shown(await readCart(tx, owner));
        }, READ_COMMITTED);
      },
    );

    app.patch(
      "/cart/items/:id",
      { schema: { params: byId, body: z.strictObject({ quantity }), ...answer } },
      async (request) => {
        const owner = ownerOf(request);
        return db.transaction(async (tx) => {
          const items = owner === null ? [] : await readCart(tx, owner);
          const item = items.find((one) => one.id === request.params.id);
          if (item === undefined || owner === null) {
            throw notFound("item");
          }
          refuseTooMany(request.body.quantity, item.isActive ? item.stock : 0);
          // Whoever changes the quantity has seen the price.
          await tx.execute("update cart_items set quantity = ?, price = ? where id = ?", [
            request.body.quantity,
            fromCents(item.cents),
            item.id,
          ]);
          return shown(await readCart(tx, owner));
        }, READ_COMMITTED);
      },
    );

    app.delete("/cart/items/:id", { schema: { params: byId, ...answer } }, async (request) => {
      const owner = ownerOf(request);
      if (owner === null) {
        throw notFound("item");
      }
      const { sql, param } = ownedBy(owner);
      const { changes } = await db.execute(`delete from cart_items where id = ? and ${sql}`, [
        request.params.id,
        param,
      ]);
      if (changes === 0) {
        throw notFound("item");
      }
      return shown(await readCart(db, owner));
    });

    app.delete("/cart", { schema: answer }, async (request) => {
      const owner = ownerOf(request);
      if (owner !== null) {
        const { sql, param } = ownedBy(owner);
        await db.execute(`delete from cart_items where ${sql}`, [param]);
      }
      return shown([]);
    });
  };
