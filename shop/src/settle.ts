// What the payment provider said, put into the order: at once, or later where the process ended in between.

import type { Queries } from "outgrow/db";
import { READ_COMMITTED } from "./cart.js";
import { toCents } from "./cents.js";
import { type OrderRow, setStatus } from "./order-status.js";
import { findOrder } from "./orders.js";
import { queueMail } from "./outbox.js";
import type { ChargeResult } from "./payments.js";
import { Problem } from "./problem.js";
import type { Shop } from "./shop.js";

/** An order that is paid is being worked on. */
export async function confirm(tx: Queries, order: OrderRow, result: ChargeResult, at: Date): Promise<void> {
  if (!result.paid) {
    await setStatus(tx, order, "cancelled", at, { paymentStatus: "failed" });
    return;
  }
  await setStatus(tx, order, "processing", at, { paymentStatus: "paid", paymentId: result.id });
  const items = await tx.query<{ product_id: number; quantity: number }>(
    "select product_id, quantity from order_items where order_id = ? order by product_id",
    [order.id],
  );
  for (const { product_id, quantity } of items) {
    await tx.execute("update products set sales_count = coalesce(sales_count, 0) + ? where id = ?", [
      quantity,
      product_id,
    ]);
  }
  await queueMail(tx, order.email, "order-confirmed", { order: order.order_number, total: order.total });
}

/** What the provider said goes into the order; declined ones give their stock back. */
export async function settle(shop: Shop, orderId: number, result: ChargeResult): Promise<void> {
  try {
    await shop.db.transaction(
      async (tx) => confirm(tx, await findOrder(tx, orderId), result, shop.now()),
      READ_COMMITTED,
    );
  } catch (error) {
    if (
      !(error instanceof Problem && error.code === "wrong-status" && (await isSettled(shop, orderId, result)))
    ) {
      throw error;
    }
  }
}

/**
 * Of an order that was moved on while the provider was asked: true where that was by the same answer. Where it was cancelled, a
 * payment that came after is given back.
 */
async function isSettled(shop: Shop, orderId: number, result: ChargeResult): Promise<boolean> {
  const order = await findOrder(shop.db, orderId);
  if (!result.paid) {
    return order.status === "cancelled";
  }
  if (order.payment_id === result.id) {
    return order.payment_status === "paid";
  }
  if (order.status === "cancelled") {
    await shop.payments.refund(result.id, toCents(order.total));
    await shop.db.execute("update orders set payment_status = ?, payment_id = ? where id = ?", [
      "refunded",
      result.id,
      orderId,
    ]);
  }
  return false;
}

/**
 * Orders whose process ended between taking the stock and hearing of the payment: the provider is asked what became of it, and
 * what was never charged is cancelled. Gives how many were settled.
 */
export async function settleForgotten(shop: Shop, olderThanMs = 15 * 60 * 1000): Promise<number> {
  const before = new Date(shop.now().getTime() - olderThanMs);
  const forgotten = await shop.db.query<{ id: number; order_number: string }>(
    "select id, order_number from orders where status = ? and payment_status = ? and created_at < ? order by id limit 100",
    ["pending", "pending", before],
  );
  for (const { id: orderId, order_number } of forgotten) {
    const result = (await shop.payments.find(order_number)) ?? {
      paid: false,
      reason: "it was never charged",
    };
    await settle(shop, orderId, result);
  }
  return forgotten.length;
}
