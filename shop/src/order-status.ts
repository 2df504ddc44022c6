// What may become of an order, and what goes with it.

import type { Queries } from "outgrow/db";
import { queueMail } from "./outbox.js";
import { Problem } from "./problem.js";

export const STATUSES = ["pending", "processing", "shipped", "delivered", "cancelled", "refunded"] as const;
export type OrderStatus = (typeof STATUSES)[number];
export type PaymentStatus = "pending" | "paid" | "failed" | "refunded";

const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ["processing", "cancelled"],
  processing: ["shipped", "cancelled", "refunded"],
  shipped: ["delivered", "refunded"],
  delivered: ["refunded"],
  cancelled: [],
  refunded: [],
};

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => NEXT[from].includes(to);

export interface OrderRow {
  id: number;
  order_number: string;
  user_id: number | null;
  email: string;
  status: OrderStatus;
  payment_status: PaymentStatus;
  payment_id: string | null;
  total: string;
}

/**
 * Moves an order on. Its row is changed only where the status is still what was read, so that of two who do it at once one
 * is refused. Stock comes back where the goods never left the house.
 */
export async function setStatus(
  tx: Queries,
  order: OrderRow,
  to: OrderStatus,
  now: Date,
  changes: { trackingNumber?: string; paymentStatus?: PaymentStatus; paymentId?: string } = {},
): Promise<void> {
  if (!mayBecome(order.status, to)) {
    throw wrongStatus(order.status, to);
  }
  const { changes: changed } = await tx.execute(
    `update orders set status = ?, payment_status = ?, payment_id = coalesce(?, payment_id),
            tracking_number = coalesce(?, tracking_number),
            shipped_at = coalesce(?, shipped_at), delivered_at = coalesce(?, delivered_at)
      where id = ? and status = ?`,
    [
      to,
      changes.paymentStatus ?? order.payment_status,
      changes.paymentId ?? null,
      changes.trackingNumber ?? null,
      to === "shipped" ? now : null,
      to === "delivered" ? now : null,
      order.id,
      order.status,
    ],
  );
  if (changed === 0) {
    throw wrongStatus(order.status, to);
  }
  if (to === "cancelled" || (to === "refunded" && order.status === "processing")) {
    await returnStock(tx, order.id, order.payment_status === "paid");
  }
  if (to === "shipped") {
    await queueMail(tx, order.email, "order-shipped", {
      order: order.order_number,
      tracking: changes.trackingNumber ?? null,
    });
  } else if (to === "cancelled" || to === "refunded") {
    await queueMail(tx, order.email, "order-cancelled", { order: order.order_number });
  }
}

const wrongStatus = (from: OrderStatus, to: OrderStatus) =>
  new Problem(409, "wrong-status", `an order that is ${from} cannot become ${to}`);

/** Products in the order of their ids, here and at checkout: two who change the same ones wait instead of blocking each other. */
async function returnStock(tx: Queries, orderId: number, wasSold: boolean): Promise<void> {
  const items = await tx.query<{ product_id: number; quantity: number }>(
    "select product_id, sum(quantity) as quantity from order_items where order_id = ? group by product_id order by product_id",
    [orderId],
    { types: { quantity: "integer" } },
  );
  for (const { product_id, quantity } of items) {
    await tx.execute(
      "update products set stock = stock + ?, sales_count = coalesce(sales_count, 0) - ? where id = ?",
      [quantity, wasSold ? quantity : 0, product_id],
    );
  }
}
