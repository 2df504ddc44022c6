// A customer's orders, a guest's by number and e-mail, and cancelling.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { fromCents, toCents } from "./cents.js";
import { mayBecome, type OrderRow, setStatus } from "./order-status.js";
import { notFound, Problem } from "./problem.js";
import { customerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import { email, offset, paged, paging, requiredText, tries } from "./words.js";

const address = z.object({
  firstName: z.string(),
  lastName: z.string(),
  company: z.string().nullable(),
  line1: z.string(),
  line2: z.string().nullable(),
  city: z.string(),
  state: z.string(),
  postalCode: z.string(),
  country: z.string(),
});

export const listedOrder = z.object({
  orderNumber: z.string(),
  status: z.string(),
  paymentStatus: z.string(),
  total: z.string(),
  createdAt: z.date().nullable(),
});

export const orderDetail = listedOrder.extend({
  email: z.string(),
  phone: z.string().nullable(),
  paymentMethod: z.string().nullable(),
  subtotal: z.string(),
  tax: z.string(),
  shipping: z.string(),
  discount: z.string(),
  notes: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  shippedAt: z.date().nullable(),
  deliveredAt: z.date().nullable(),
  billingAddress: address,
  shippingAddress: address,
  items: z.array(
    z.object({
      productId: z.number(),
      name: z.string(),
      sku: z.string().nullable(),
      image: z.string().nullable(),
      quantity: z.number(),
      price: z.string(),
      total: z.string(),
    }),
  ),
});

interface WholeOrderRow extends OrderRow {
  phone: string | null;
  payment_method: string | null;
  subtotal: string;
  tax_amount: string | null;
  shipping_amount: string | null;
  discount_amount: string | null;
  notes: string | null;
  tracking_number: string | null;
  shipped_at: Date | null;
  delivered_at: Date | null;
  created_at: Date | null;
  [column: `${"billing" | "shipping"}_${string}`]: string | null;
}

interface ItemRow {
  product_id: number;
  product_name: string;
  product_sku: string | null;
  product_image: string | null;
  quantity: number;
  price: string;
  total: string;
}

const amount = (value: string | null) => fromCents(toCents(value ?? "0"));

export async function findOrder(queries: Queries, id: number): Promise<OrderRow> {
  const order = await queries.get<OrderRow>(
    "select id, order_number, user_id, email, status, payment_status, payment_id, total from orders where id = ?",
    [id],
  );
  if (order === null) {
    throw notFound("order");
  }
  return order;
}

export async function readOrder(queries: Queries, id: number): Promise<z.infer<typeof orderDetail>> {
  const order = await queries.get<WholeOrderRow>("select * from orders where id = ?", [id]);
  if (order === null) {
    throw notFound("order");
  }
  const items = await queries.query<ItemRow>(
    `select product_id, product_name, product_sku, product_image, quantity, price, total
       from order_items where order_id = ? order by id`,
    [id],
  );
  const place = (of: "billing" | "shipping"): z.infer<typeof address> => ({
    firstName: order[`${of}_first_name`] ?? "",
    lastName: order[`${of}_last_name`] ?? "",
    company: order[`${of}_company`] ?? null,
    line1: order[`${of}_address_line_1`] ?? "",
    line2: order[`${of}_address_line_2`] ?? null,
    city: order[`${of}_city`] ?? "",
    state: order[`${of}_state`] ?? "",
    postalCode: order[`${of}_postal_code`] ?? "",
    country: order[`${of}_country`] ?? "",
  });
  return {
    ...listed(order),
    email: order.email,
    phone: order.phone,
    paymentMethod: order.payment_method,
    subtotal: amount(order.subtotal),
    tax: amount(order.tax_amount),
    shipping: amount(order.shipping_amount),
    discount: amount(order.discount_amount),
    notes: order.notes,
    trackingNumber: order.tracking_number,
    shippedAt: order.shipped_at,
    deliveredAt: order.delivered_at,
    billingAddress: place("billing"),
    shippingAddress: place("shipping"),
    items: items.map((item) => ({
      productId: item.product_id,
      name: item.product_name,
      sku: item.product_sku,
      image: item.product_image,
      quantity: item.quantity,
      price: amount(item.price),
      total: amount(item.total),
    })),
  };
}

export interface ListedOrderRow {
  order_number: string;
  status: string;
  payment_status: string;
  total: string;
  created_at: Date | null;
}

export const listed = (row: ListedOrderRow): z.infer<typeof listedOrder> => ({
  orderNumber: row.order_number,
  status: row.status,
  paymentStatus: row.payment_status,
  total: amount(row.total),
  createdAt: row.created_at,
});

const number = requiredText(50);
const byNumber = z.object({ number });

/** Gives the customer's money back first: a refund that fails leaves the order as it is. */
export async function cancelOrder(shop: Shop, order: OrderRow, to: "cancelled" | "refunded"): Promise<void> {
  if (!mayBecome(order.status, to)) {
    throw new Problem(409, "wrong-status", `an order that is ${order.status} cannot become ${to}`);
  }
  const isPaid = order.payment_status === "paid";
  if (isPaid && order.payment_id !== null) {
    await shop.payments.refund(order.payment_id, toCents(order.total));
  }
  await shop.db.transaction(
    (tx) => setStatus(tx, order, to, shop.now(), isPaid ? { paymentStatus: "refunded" } : {}),
    { isolation: "read-committed" },
  );
}

export const orderRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db, settings } = shop;

    app.get(
      "/orders",
      { schema: { querystring: z.object(paging), response: { 200: paged(listedOrder) } } },
      async (request) => {
        const userId = customerOf(request);
        const { page, perPage } = request.query;
        const count = await db.get<{ total: number }>(
          "select count(*) as total from orders where user_id = ?",
          [userId],
        );
        const rows = await db.query<ListedOrderRow>(
          `select order_number, status, payment_status, total, created_at from orders
            where user_id = ? order by id desc limit ? offset ?`,
          [userId, perPage, offset(request.query)],
        );
        return { items: rows.map(listed), page, perPage, total: Number(count?.total ?? 0) };
      },
    );

    app.get(
      "/orders/:number",
      { schema: { params: byNumber, response: { 200: orderDetail } } },
      async (request) => readOrder(db, (await ownOrder(customerOf(request), request.params.number)).id),
    );

    app.post(
      "/orders/lookup",
      {
        config: tries(settings),
        schema: {
          body: z.strictObject({ number, email }),
          response: { 200: orderDetail },
        },
      },
      async ({ body }) => {
        const row = await db.get<{ id: number }>(
          "select id from orders where order_number = ? and lower(email) = ?",
          [body.number, body.email.toLowerCase()],
        );
        if (row === null) {
          throw notFound("order");
        }
        return readOrder(db, row.id);
      },
    );

    app.post(
      "/orders/:number/cancel",
      { schema: { params: byNumber, response: { 200: orderDetail } } },
      async (request) => {
        const order = await ownOrder(customerOf(request), request.params.number);
        await cancelOrder(shop, order, "cancelled");
        return readOrder(db, order.id);
      },
    );

    async function ownOrder(userId: number, number: string): Promise<OrderRow> {
      const row = await db.get<{ id: number }>(
        "select id from orders where order_number = ? and user_id = ?",
        [number, userId],
      );
      if (row === null) {
        throw notFound("order");
      }
      return findOrder(db, row.id);
    }
  };
