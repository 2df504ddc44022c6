// Fills orders, order_items and product_reviews of the sample shop, in the order in which they happened.

import { ADDRESS_COLUMNS, makeAddress, makePhone } from "./make-people.js";
import type { Random } from "./random.js";
import { CLOSING_MS, DAY_MS, HOUR_MS, OPENING_MS, sqlTime } from "./shop-clock.js";
import {
  type Cell,
  differentIds,
  type MadeUser,
  openTable,
  type RowWriter,
  type ShopWriter,
} from "./shop-writer.js";
import { FIRST_NAMES, LAST_NAMES, ORDER_NOTES, REVIEW_TITLES, SENTENCES } from "./words.js";

const ITEM_COUNTS = [1, 1, 2, 2, 2, 3, 3, 4, 5, 6] as const;
const REVIEW_SHARE = 0.2;

interface OrderTables {
  orders: RowWriter;
  items: RowWriter;
  reviews: RowWriter;
}

interface Item {
  productId: number;
  quantity: number;
  cents: number;
}

/** Writes `size.orders` orders with their items and reviews; calls back after every thousandth. */
export function makeOrders(shop: ShopWriter, onOrders: (count: number) => void): void {
  const tables = openTables(shop);
  const stepMs = (CLOSING_MS - OPENING_MS - DAY_MS) / (shop.size.orders + 1);
  for (let id = 1; id <= shop.size.orders; id++) {
    const madeMs = OPENING_MS + Math.floor(id * stepMs);
    makeOrder(shop, tables, id, madeMs);
    if (id % 1000 === 0) onOrders(id);
  }
  tables.orders.flush();
  tables.items.flush();
  tables.reviews.flush();
}

function openTables({ db }: ShopWriter): OrderTables {
  return {
    orders: openTable(db, "orders", [
      "order_number",
      "user_id",
      "email",
      "phone",
      "status",
      "payment_status",
      "payment_method",
      "payment_id",
      ...ADDRESS_COLUMNS.map((name) => `billing_${name}`),
      ...ADDRESS_COLUMNS.map((name) => `shipping_${name}`),
      "subtotal",
      "tax_amount",
      "shipping_amount",
      "discount_amount",
      "total",
      "notes",
      "tracking_number",
      "shipped_at",
      "delivered_at",
      "created_at",
      "updated_at",
    ]),
    items: openTable(db, "order_items", [
      "order_id",
      "product_id",
      "product_name",
      "product_sku",
      "product_image",
      "quantity",
      "price",
      "total",
      "created_at",
    ]),
    reviews: openTable(db, "product_reviews", [
      "product_id",
      "user_id",
      "order_id",
      "rating",
      "title",
      "comment",
      "is_verified",
      "is_approved",
      "helpful_count",
      "created_at",
      "updated_at",
    ]),
  };
}

function makeOrder(shop: ShopWriter, tables: OrderTables, id: number, madeMs: number): void {
  const { random } = shop;
  const userId = random.chance(0.15) ? null : 1 + random.below(shop.users.length);
  const buyer = userId === null ? makeGuest(random, id) : (shop.users[userId - 1] ?? makeGuest(random, id));
  const items = differentIds(random, random.pick(ITEM_COUNTS), shop.products.length).map(
    (productId): Item => ({
      productId,
      quantity: random.pick([1, 1, 1, 2, 3]),
      cents: shop.products[productId - 1]?.cents ?? 0,
    }),
  );
  const madeAt = sqlTime(madeMs);
  tables.orders.add([
    `ORD-${madeAt.slice(0, 4)}-${String(id).padStart(8, "0")}`,
    userId,
    buyer.email,
    buyer.phone,
    ...makeState(random),
    ...makeBothAddresses(random, buyer),
    ...makeSums(random, items),
    random.chance(0.2) ? random.pick(ORDER_NOTES) : null,
    ...makeDelivery(random, madeMs),
    madeAt,
    sqlTime(madeMs + random.below(DAY_MS)),
  ]);
  for (const item of items) {
    const product = shop.products[item.productId - 1];
    tables.items.add([
      id,
      item.productId,
      product?.name ?? "",
      product?.sku ?? null,
      product?.image ?? null,
      item.quantity,
      item.cents / 100,
      (item.quantity * item.cents) / 100,
      madeAt,
    ]);
    if (userId !== null && random.chance(REVIEW_SHARE)) {
      tables.reviews.add(makeReview(random, item.productId, userId, id, madeMs));
    }
  }
}

function makeGuest(random: Random, id: number): MadeUser {
  return {
    email: `guest${id}@example.org`,
    firstName: random.pick(FIRST_NAMES),
    lastName: random.pick(LAST_NAMES),
    phone: makePhone(random),
    joinedMs: OPENING_MS,
  };
}

/** status, payment_status, payment_method, payment_id */
function makeState(random: Random): Cell[] {
  const status = random.pick([
    "delivered",
    "delivered",
    "delivered",
    "shipped",
    "processing",
    "pending",
    "cancelled",
    "refunded",
  ]);
  const payment =
    status === "refunded"
      ? "refunded"
      : status === "pending"
        ? "pending"
        : status === "cancelled"
          ? "failed"
          : "paid";
  const method = payment === "pending" ? null : random.pick(["card", "paypal", "invoice"]);
  return [status, payment, method, method === "card" ? `pi_${random.hex(24)}` : null];
}

/** Billing and shipping address; most people have both in one place. */
function makeBothAddresses(random: Random, buyer: MadeUser): Cell[] {
  const billing = makeAddress(random, buyer.firstName, buyer.lastName);
  const shipping = random.chance(0.7)
    ? billing
    : makeAddress(random, random.pick(FIRST_NAMES), buyer.lastName);
  return [...billing, ...shipping];
}

/** subtotal, tax_amount, shipping_amount, discount_amount, total: whole cents, divided as the application did. */
function makeSums(random: Random, items: readonly Item[]): Cell[] {
  const subtotal = items.reduce((sum, item) => sum + item.quantity * item.cents, 0);
  const tax = Math.round(subtotal * 0.19);
  const shipping = subtotal > 5_000 ? 0 : 499;
  const discount = random.chance(0.1) ? Math.round(subtotal * 0.1) : 0;
  return [subtotal, tax, shipping, discount, subtotal + tax + shipping - discount].map(
    (cents) => cents / 100,
  );
}

/** tracking_number, shipped_at, delivered_at */
function makeDelivery(random: Random, madeMs: number): Cell[] {
  if (random.chance(0.3)) return [null, null, null];
  const shippedMs = madeMs + random.below(20 * HOUR_MS);
  const delivered = random.chance(0.8) ? sqlTime(shippedMs + DAY_MS + random.below(3 * DAY_MS)) : null;
  return [`1Z${random.hex(14).toUpperCase()}`, sqlTime(shippedMs), delivered];
}

/** A third of the reviews name no order: the UNIQUE over (product, user, order) does not hold them. */
function makeReview(
  random: Random,
  productId: number,
  userId: number,
  orderId: number,
  madeMs: number,
): Cell[] {
  const isVerified = random.chance(0.67);
  const sentenceCount = random.below(4);
  const time = sqlTime(Math.min(madeMs + random.below(20 * DAY_MS), CLOSING_MS));
  return [
    productId,
    userId,
    isVerified ? orderId : null,
    1 + random.below(5),
    random.chance(0.3) ? null : random.pick(REVIEW_TITLES),
    sentenceCount === 0
      ? null
      : Array.from({ length: sentenceCount }, () => random.pick(SENTENCES)).join(" "),
    isVerified ? 1 : 0,
    random.chance(0.95) ? 1 : 0,
    random.below(30),
    time,
    time,
  ];
}
