// What was sold between two days. Added up here in cents: SQLite's sum() of a DECIMAL is a binary fraction.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Database } from "outgrow/db";
import { z } from "zod";
import { fromCents, toCents } from "../cents.js";
import { Problem } from "../problem.js";
import type { Shop } from "../shop.js";

const DAY_MS = 24 * 3600 * 1000;
const MOST_DAYS = 366;

interface Range {
  from: string;
  to: string;
}

const day = z.iso.date().refine((text) => text >= "1970-01-01" && text < "9999-01-01", "a day since 1970");

/** Days in UTC, the last one included. */
const range = { from: day, to: day };

const figures = {
  orders: z.number(),
  /** Of the orders that were paid, those that were refunded later too. */
  gross: z.string(),
  refunded: z.string(),
  /** Gross without what was refunded. */
  turnover: z.string(),
};

const byDay = z.object({
  ...figures,
  days: z.array(z.object({ day: z.string(), ...figures })),
});

const byProduct = z.object({
  items: z.array(
    z.object({
      productId: z.number(),
      name: z.string(),
      /** Pieces, without those that were refunded. */
      quantity: z.number(),
      gross: z.string(),
      refunded: z.string(),
      turnover: z.string(),
    }),
  ),
});

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const startOf = (day: string) => new Date(`${day}T00:00:00.000Z`);

function daysOf({ from, to }: Range): string[] {
  const [first, last] = [startOf(from).getTime(), startOf(to).getTime()];
  if (last < first) {
    throw new Problem(400, "invalid", "from is later than to");
  }
  const count = (last - first) / DAY_MS + 1;
  if (count > MOST_DAYS) {
    throw new Problem(400, "invalid", `at most ${MOST_DAYS} days can be asked for`);
  }
  return Array.from({ length: count }, (_, index) => dayOf(new Date(first + index * DAY_MS)));
}

interface Money {
  gross: number;
  refunded: number;
}

const shownMoney = ({ gross, refunded }: Money) => ({
  gross: fromCents(gross),
  refunded: fromCents(refunded),
  turnover: fromCents(gross - refunded),
});

function add(to: Money, amount: string, paymentStatus: string): void {
  const cents = toCents(amount);
  to.gross += cents;
  to.refunded += paymentStatus === "refunded" ? cents : 0;
}

/**
 * For SQL, a day more on either side, which dayOf then takes off: SQLite compares the text, and that of old rows may have a
 * zone, or no time of day.
 */
const around = ({ from, to }: Range) => [
  new Date(startOf(from).getTime() - DAY_MS),
  new Date(startOf(to).getTime() + 2 * DAY_MS),
];

const SOLD = "o.payment_status in ('paid', 'refunded') and o.created_at >= ? and o.created_at < ?";

async function salesByDay(db: Database, wanted: Range): Promise<z.infer<typeof byDay>> {
  const days = new Map(daysOf(wanted).map((day) => [day, { orders: 0, gross: 0, refunded: 0 }]));
  const all = { orders: 0, gross: 0, refunded: 0 };
  const orders = db.stream<{ created_at: Date; total: string; payment_status: string }>(
    `select o.created_at, o.total, o.payment_status from orders o where ${SOLD}`,
    around(wanted),
  );
  for await (const order of orders) {
    const day = days.get(dayOf(order.created_at));
    for (const sum of day === undefined ? [] : [day, all]) {
      sum.orders += 1;
      add(sum, order.total, order.payment_status);
    }
  }
  return {
    orders: all.orders,
    ...shownMoney(all),
    days: [...days].map(([day, sum]) => ({ day, orders: sum.orders, ...shownMoney(sum) })),
  };
}

interface ItemRow {
  created_at: Date;
  payment_status: string;
  product_id: number;
  /** Null where the product is gone; then the name that the order has. */
  name: string | null;
  product_name: string;
  quantity: number;
  total: string;
}

/** The items' own prices: without shipping, tax and what was taken off the whole order. */
async function salesByProduct(db: Database, wanted: Range, most: number): Promise<z.infer<typeof byProduct>> {
  const days = new Set(daysOf(wanted));
  const products = new Map<number, Money & { name: string; quantity: number }>();
  const items = db.stream<ItemRow>(
    `select o.created_at, o.payment_status, i.product_id, p.name, i.product_name, i.quantity, i.total
       from orders o join order_items i on i.order_id = o.id left join products p on p.id = i.product_id
      where ${SOLD}
      order by i.id`,
    around(wanted),
  );
  for await (const item of items) {
    if (days.has(dayOf(item.created_at))) {
      const sum = products.get(item.product_id) ?? { name: "", quantity: 0, gross: 0, refunded: 0 };
      products.set(item.product_id, sum);
      sum.name = item.name ?? item.product_name;
      sum.quantity += item.payment_status === "refunded" ? 0 : item.quantity;
      add(sum, item.total, item.payment_status);
    }
  }
  return {
    items: [...products]
      .sort(([a, left], [b, right]) => right.gross - right.refunded - (left.gross - left.refunded) || a - b)
      .slice(0, most)
      .map(([productId, sum]) => ({ productId, name: sum.name, quantity: sum.quantity, ...shownMoney(sum) })),
  };
}

export const salesRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/sales/days",
      { schema: { querystring: z.strictObject(range), response: { 200: byDay } } },
      async ({ query }) => salesByDay(db, query),
    );

    app.get(
      "/sales/products",
      {
        schema: {
          querystring: z.strictObject({
            ...range,
            limit: z.coerce.number().int().min(1).max(1_000).default(20),
          }),
          response: { 200: byProduct },
        },
      },
      async ({ query }) => salesByProduct(db, query, query.limit),
    );
  };
