// A product's rating and how many reviews it is from.

import type { Queries } from "outgrow/db";
import { fromCents } from "./cents.js";

/** From the approved reviews alone; 0 without one. Belongs into the transaction that changed them. */
export async function refreshRating(tx: Queries, productId: number): Promise<void> {
  const found = await tx.get<{ reviews: number; points: number }>(
    `select count(*) as reviews, coalesce(sum(rating), 0) as points
       from product_reviews where product_id = ? and is_approved is true`,
    [productId],
  );
  const [reviews, points] = [Number(found?.reviews ?? 0), Number(found?.points ?? 0)];
  await tx.execute("update products set rating = ?, review_count = ? where id = ?", [
    averageRating(points, reviews),
    reviews,
    productId,
  ]);
}

/** Two decimals, halves up. Made here: the engines' own averages round differently. */
export const averageRating = (points: number, reviews: number): string =>
  reviews === 0 ? "0.00" : fromCents(Math.floor((points * 200 + reviews) / (reviews * 2)));
