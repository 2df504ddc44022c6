// Fills cart_items, wishlist_items and search_history of the sample shop.

import { CLOSING_MS, DAY_MS, OPENING_MS, sqlTime } from "./shop-clock.js";
import { differentIds, openTable, type ShopWriter } from "./shop-writer.js";
import { SEARCH_TERMS } from "./words.js";

/** Carts of users and of sessions without a user; either user_id or session_id is NULL. */
export function makeCarts(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "cart_items", [
    "user_id",
    "session_id",
    "product_id",
    "quantity",
    "price",
    "created_at",
    "updated_at",
  ]);
  for (let userId = 1; userId <= shop.users.length; userId++) {
    const isGuest = random.chance(0.6);
    const session = isGuest ? `sess_${random.hex(24)}` : null;
    const time = sqlTime(CLOSING_MS - random.below(90 * DAY_MS));
    for (const productId of differentIds(random, random.pick([0, 1, 1, 2, 3, 4]), shop.products.length)) {
      const cents = shop.products[productId - 1]?.cents ?? 0;
      rows.add([isGuest ? null : userId, session, productId, 1 + random.below(3), cents / 100, time, time]);
    }
  }
  rows.flush();
}

export function makeWishlists(shop: ShopWriter): void {
  const { random } = shop;
  const rows = openTable(shop.db, "wishlist_items", ["user_id", "product_id", "created_at"]);
  for (const [place, user] of shop.users.entries()) {
    for (const productId of differentIds(random, random.below(6), shop.products.length)) {
      rows.add([place + 1, productId, sqlTime(user.joinedMs + random.below(CLOSING_MS - user.joinedMs))]);
    }
  }
  rows.flush();
}

export function makeSearches(shop: ShopWriter): void {
  const { random, size } = shop;
  const rows = openTable(shop.db, "search_history", [
    "user_id",
    "session_id",
    "search_term",
    "results_count",
    "created_at",
  ]);
  const stepMs = (CLOSING_MS - OPENING_MS) / (size.searches + 1);
  for (let nth = 1; nth <= size.searches; nth++) {
    const isGuest = random.chance(0.4);
    const term = random.pick(SEARCH_TERMS);
    rows.add([
      isGuest ? null : 1 + random.below(shop.users.length),
      isGuest ? `sess_${random.hex(24)}` : null,
      random.chance(0.1) ? `${term} ${random.below(100)}` : term,
      random.chance(0.1) ? 0 : random.below(240),
      sqlTime(OPENING_MS + Math.floor(nth * stepMs)),
    ]);
  }
  rows.flush();
}
