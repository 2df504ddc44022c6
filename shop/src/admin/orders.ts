// All orders: found by status, number or e-mail, and moved on.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type OrderRow, STATUSES, setStatus } from "../order-status.js";
import {
  cancelOrder,
  findOrder,
  type ListedOrderRow,
  listed,
  listedOrder,
  orderDetail,
  readOrder,
} from "../orders.js";
import { notFound, Problem } from "../problem.js";
import { containing } from "../search-text.js";
import type { Shop } from "../shop.js";
import { offset, paged, paging, requiredText } from "../words.js";

const byNumber = z.object({ number: z.string().max(50) });
const trackingNumber = requiredText(100);
const shownOrder = listedOrder.extend({ email: z.string() });

export const adminOrderRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db } = shop;

    app.get(
      "/orders",
      {
        schema: {
          querystring: z.object({
            status: z.enum(STATUSES).optional(),
            /** A part of the number or of the e-mail. */
            q: z.string().trim().min(1).max(100).optional(),
            ...paging,
          }),
          response: { 200: paged(shownOrder) },
        },
      },
      async ({ query }) => {
        const conditions = ["1 = 1"];
        const params: unknown[] = [];
        if (query.status !== undefined) {
          conditions.push("status = ?");
          params.push(query.status);
        }
        if (query.q !== undefined) {
          conditions.push("(lower(order_number) like ? escape '\\' or lower(email) like ? escape '\\')");
          params.push(containing(query.q.toLowerCase()), containing(query.q.toLowerCase()));
        }
        const where = conditions.join(" and ");
        const count = await db.get<{ total: number }>(
          `select count(*) as total from orders where ${where}`,
          params,
        );
        const rows = await db.query<ListedOrderRow & { email: string }>(
          `select order_number, status, payment_status, total, created_at, email from orders
            where ${where} order by id desc limit ? offset ?`,
          [...params, query.perPage, offset(query)],
        );
        return {
          items: rows.map((row) => ({ ...listed(row), email: row.email })),
          page: query.page,
          perPage: query.perPage,
          total: Number(count?.total ?? 0),
        };
      },
    );

    app.get(
      "/orders/:number",
      { schema: { params: byNumber, response: { 200: orderDetail } } },
      async (request) => readOrder(db, (await orderOf(request.params.number)).id),
    );

    app.put(
      "/orders/:number/status",
      {
        schema: {
          params: byNumber,
          // What is paid is processed by itself; nobody else can say that it was paid.
          body: z.strictObject({
            status: z.enum(["shipped", "delivered", "cancelled", "refunded"]),
            trackingNumber: trackingNumber.optional(),
          }),
          response: { 200: orderDetail },
        },
      },
      async ({ params, body }) => {
        const order = await orderOf(params.number);
        if (body.trackingNumber !== undefined && body.status !== "shipped") {
          throw new Problem(400, "invalid", "a tracking number belongs to an order that is shipped");
        }
        if (body.status === "cancelled" || body.status === "refunded") {
          await cancelOrder(shop, order, body.status);
        } else {
          const { status, trackingNumber: number } = body;
          await db.transaction((tx) =>
            setStatus(tx, order, status, shop.now(), number === undefined ? {} : { trackingNumber: number }),
          );
        }
        return readOrder(db, order.id);
      },
    );

    app.put(
      "/orders/:number/tracking",
      {
        schema: {
          params: byNumber,
          body: z.strictObject({ trackingNumber }),
          response: { 200: orderDetail },
        },
      },
      async ({ params, body }) => {
        const order = await orderOf(params.number);
        if (order.status !== "shipped" && order.status !== "delivered") {
          throw new Problem(409, "wrong-status", `an order that is ${order.status} is not under way`);
        }
        await db.execute("update orders set tracking_number = ? where id = ?", [
          body.trackingNumber,
          order.id,
        ]);
        return readOrder(db, order.id);
      },
    );

    async function orderOf(number: string): Promise<OrderRow> {
      const row = await db.get<{ id: number }>("select id from orders where order_number = ?", [number]);
      if (row === null) {
        throw notFound("order");
      }
      return findOrder(db, row.id);
    }
  };
