// What an order costs: goods, discount, shipping and tax.

import type { Queries } from "outgrow/db";
import { z } from "zod";
import { fromCents, share, toCents } from "./cents.js";
import { Problem } from "./problem.js";
import type { Shop } from "./shop.js";

export const totals = z.object({
  subtotal: z.string(),
  discount: z.string(),
  shipping: z.string(),
  tax: z.string(),
  total: z.string(),
});

export interface Discount {
  id: number;
  cents: number;
}

export interface Totals {
  subtotal: number;
  discount: number;
  shipping: number;
  tax: number;
  total: number;
}

/** In cents. Shipping depends on what is left after the discount; tax is on goods, not on shipping. */
export function totalsOf(
  { settings }: Pick<Shop, "settings">,
  subtotal: number,
  discountCents: number,
): Totals {
  const discount = Math.min(discountCents, subtotal);
  const goods = subtotal - discount;
  const shipping = goods >= settings.freeShippingCents ? 0 : settings.shippingCents;
  const tax = share(goods, settings.taxBasisPoints);
  return { subtotal, discount, shipping, tax, total: goods + shipping + tax };
}

export const shownTotals = (of: Totals): z.infer<typeof totals> => ({
  subtotal: fromCents(of.subtotal),
  discount: fromCents(of.discount),
  shipping: fromCents(of.shipping),
  tax: fromCents(of.tax),
  total: fromCents(of.total),
});

export async function findDiscount(
  queries: Queries,
  wanted: string | undefined,
  subtotal: number,
  now: Date,
): Promise<Discount | null> {
  if (wanted === undefined) {
    return null;
  }
  const row = await queries.get<{
    id: number;
    percent: number | null;
    amount: string | null;
    minimum_subtotal: string;
  }>(
    `select id, percent, amount, minimum_subtotal from discounts
      where code = ? and is_active = ? and (ends_at is null or ends_at > ?)
        and (max_uses is null or used_count < max_uses)`,
    [wanted, true, now],
  );
  if (row === null) {
    throw new Problem(409, "bad-discount", "the discount code is not valid");
  }
  if (subtotal < toCents(row.minimum_subtotal)) {
    throw new Problem(409, "bad-discount", `the discount code is for orders from ${row.minimum_subtotal} on`);
  }
  return {
    id: row.id,
    cents: row.percent === null ? toCents(row.amount ?? "0") : share(subtotal, row.percent * 100),
  };
}

export async function useDiscount(tx: Queries, discount: Discount | null): Promise<void> {
  if (discount === null) {
    return;
  }
  const { changes } = await tx.execute(
    "update discounts set used_count = used_count + 1 where id = ? and (max_uses is null or used_count < max_uses)",
    [discount.id],
  );
  if (changes === 0) {
    throw new Problem(409, "bad-discount", "the discount code was used up a moment ago");
  }
}
