// From a cart to a paid order. Stock is taken by an UPDATE that names what it needs, so it is never sold twice; the payment is
// asked for outside of any transaction (`reserve`), so nobody waits for a provider while holding rows.

import { randomInt } from "node:crypto";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries, Transaction } from "outgrow/db";
import { z } from "zod";
import { findAddress, type PostalAddress, postalAddress } from "./addresses.js";
import { type CartItem, READ_COMMITTED, readCart, subtotalOf } from "./cart.js";
import { fromCents, toCents } from "./cents.js";
import { findOrder, orderDetail, readOrder } from "./orders.js";
import type { ChargeResult } from "./payments.js";
import { Problem } from "./problem.js";
import { tokenHash } from "./secrets.js";
import { type Owner, ownerOf } from "./sessions.js";
import { confirm, settle } from "./settle.js";
import type { Shop } from "./shop.js";
import { findDiscount, shownTotals, totals, totalsOf, useDiscount } from "./totals.js";
import { email, jsonId, longText, optionalText, requiredText } from "./words.js";

const code = requiredText(50).transform((text) => text.toUpperCase());

const purchase = z.strictObject({
  /** Of guests; a customer's own is used otherwise. */
  email: email.optional(),
  phone: optionalText(20),
  shippingAddressId: jsonId.optional(),
  shippingAddress: postalAddress.optional(),
  billingAddressId: jsonId.optional(),
  billingAddress: postalAddress.optional(),
  discountCode: code.optional(),
  paymentMethod: z.enum(["card", "paypal", "bank"]).default("card"),
  paymentToken: z.string().min(1).max(200),
  notes: longText(1000).optional(),
  /** The total that the customer saw: where it is another by now, nothing is ordered. */
  expectedTotal: z.string().regex(/^\d{1,8}\.\d\d$/),
});
type Purchase = z.infer<typeof purchase>;

/** Without letters and digits that are taken for one another. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** 50 random bits: it can be told on the phone and not be guessed. */
function newOrderNumber(now: Date): string {
  const letters = Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `ORD-${now.getUTCFullYear()}-${letters.join("")}`;
}

interface Buyer {
  owner: Owner;
  email: string;
  shipping: PostalAddress;
  billing: PostalAddress;
}

interface Placed {
  orderId: number;
  orderNumber: string;
  cents: number;
  discountId: number | null;
}

export const checkoutRoutes =
  (shop: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const { db, settings, now } = shop;

    app.post(
      "/checkout/quote",
      {
        schema: {
          body: z.strictObject({ discountCode: code.optional() }),
          response: { 200: totals },
        },
      },
      async (request) => {
        const owner = ownerOf(request);
        const items = owner === null ? [] : await readCart(db, owner);
        refuseCart(items);
        const subtotal = subtotalOf(items);
        const discount = await findDiscount(db, request.body.discountCode, subtotal, now());
        return shownTotals(totalsOf(shop, subtotal, discount?.cents ?? 0));
      },
    );

    app.post(
      "/checkout",
      {
        schema: {
          headers: z.object({ "idempotency-key": z.string().min(8).max(255) }),
          body: purchase,
          response: { 201: orderDetail },
        },
      },
      async (request, reply) => {
        const owner = ownerOf(request);
        if (owner === null) {
          throw emptyCart();
        }
        const { body } = request;
        const attempt: Attempt = {
          owner: owner.userId === null ? `guest:${owner.cartKey}` : `user:${owner.userId}`,
          key: request.headers["idempotency-key"],
          requestHash: tokenHash(JSON.stringify(body)),
        };
        const before = await earlierOrder(db, attempt);
        const order = await readOrder(db, before ?? (await buy(owner, attempt, body)));
        refuseUnpaid(order.paymentStatus === "failed" ? { paid: false } : null, order);
        return reply.code(201).send(order);
      },
    );

    async function buy(owner: Owner, attempt: Attempt, body: Purchase): Promise<number> {
      const buyer = await buyerOf(owner, body);
      try {
        switch (settings.checkout) {
          case "reserve":
            return await reserveThenPay(buyer, attempt, body);
          case "inside":
            return await payInside(buyer, attempt, body);
          case "outside":
            return await payFirst(buyer, attempt, body);
        }
      } catch (error) {
        // The same request, sent twice at once: the other one was first.
        const other = error instanceof SecondAttempt ? await earlierOrder(db, attempt) : null;
        if (other === null) {
          throw error;
        }
        return other;
      }
    }

    async function reserveThenPay(buyer: Buyer, attempt: Attempt, body: Purchase): Promise<number> {
      const placed = await db.transaction((tx) => place(tx, buyer, attempt, body), READ_COMMITTED);
      const result = await charge(placed, body);
      await settle(shop, placed.orderId, result);
      if (!result.paid) {
        await db.transaction((tx) => giveBack(tx, buyer.owner, placed), READ_COMMITTED);
      }
      refuseUnpaid(result, placed);
      return placed.orderId;
    }

    async function payInside(buyer: Buyer, attempt: Attempt, body: Purchase): Promise<number> {
      return db.transaction(async (tx) => {
        const placed = await place(tx, buyer, attempt, body);
        const result = await charge(placed, body);
        refuseUnpaid(result, placed); // takes all of it back
        await confirm(tx, await findOrder(tx, placed.orderId), result, now());
        return placed.orderId;
      }, READ_COMMITTED);
    }

    async function payFirst(buyer: Buyer, attempt: Attempt, body: Purchase): Promise<number> {
      const orderNumber = newOrderNumber(now());
      const cents = toCents(body.expectedTotal);
      const result = await charge({ orderNumber, cents }, body);
      refuseUnpaid(result, { orderNumber });
      try {
        return await db.transaction(async (tx) => {
          const placed = await place(tx, buyer, attempt, body, orderNumber);
          await confirm(tx, await findOrder(tx, placed.orderId), result, now());
          return placed.orderId;
        }, READ_COMMITTED);
      } catch (error) {
        if (result.paid) {
          await shop.payments.refund(result.id, cents);
        }
        throw error;
      }
    }

    const charge = (
      { orderNumber, cents }: Pick<Placed, "orderNumber" | "cents">,
      body: Purchase,
    ): Promise<ChargeResult> =>
      shop.payments.charge({ reference: orderNumber, cents, token: body.paymentToken });

    async function buyerOf(owner: Owner, body: Purchase): Promise<Buyer> {
      const address = async (given: PostalAddress | undefined, of: number | undefined) =>
        of === undefined
          ? given
          : owner.userId === null
            ? undefined
            : postal(await findAddress(db, owner.userId, of));
      const shipping = await address(body.shippingAddress, body.shippingAddressId);
      const billing = (await address(body.billingAddress, body.billingAddressId)) ?? shipping;
      const account =
        owner.userId === null
          ? null
          : await db.get<{ email: string }>("select email from users where id = ?", [owner.userId]);
      const recipient = account?.email ?? body.email;
      if (shipping === undefined || billing === undefined || recipient === undefined) {
        throw new Problem(400, "invalid", "an address to ship to and, for guests, an e-mail are needed");
      }
      return { owner, email: recipient, shipping, billing };
    }

    /** Everything that an order is, before it is paid. */
    async function place(
      tx: Transaction,
      buyer: Buyer,
      attempt: Attempt,
      body: Purchase,
      orderNumber = newOrderNumber(now()),
    ): Promise<Placed> {
      const { id: keyId } = await tx.execute(
        "insert into idempotency_keys (owner, key, request_hash) values (?, ?, ?) on conflict (owner, key) do nothing",
        [attempt.owner, attempt.key, attempt.requestHash],
      );
      if (keyId === null) {
        throw new SecondAttempt();
      }
      const items = await readCart(tx, buyer.owner);
      refuseCart(items);
      const subtotal = subtotalOf(items);
      const discount = await findDiscount(tx, body.discountCode, subtotal, now());
      const sums = totalsOf(shop, subtotal, discount?.cents ?? 0);
      if (fromCents(sums.total) !== body.expectedTotal) {
        throw new Problem(409, "price-changed", "the total is another than you saw", shownTotals(sums));
      }
      await takeStock(tx, items);
      await useDiscount(tx, discount);
      const { id: made } = await tx.execute(INSERT_ORDER, [
        orderNumber,
        buyer.owner.userId,
        buyer.email,
        body.phone ?? null,
        body.paymentMethod,
        ...addressValues(buyer.billing),
        ...addressValues(buyer.shipping),
        fromCents(sums.subtotal),
        fromCents(sums.tax),
        fromCents(sums.shipping),
        fromCents(sums.discount),
        fromCents(sums.total),
        body.notes ?? null,
      ]);
      const orderId = Number(made);
      for (const item of items) {
        await tx.execute(
          `insert into order_items (order_id, product_id, product_name, product_sku, product_image, quantity, price, total)
           values (?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            orderId,
            item.productId,
            item.name,
            item.sku,
            item.image,
            item.quantity,
            fromCents(item.cents),
            fromCents(item.cents * item.quantity),
          ],
        );
      }
      await takeFromCart(tx, items);
      await tx.execute("update idempotency_keys set order_id = ? where id = ?", [orderId, keyId]);
      return { orderId, orderNumber, cents: sums.total, discountId: discount?.id ?? null };
    }
  };

interface Attempt {
  owner: string;
  key: string;
  requestHash: string;
}

class SecondAttempt extends Problem {
  constructor() {
    super(409, "in-progress", "this order is being placed already");
  }
}

/** The order of an earlier request with this key; null where there was none. */
async function earlierOrder(queries: Queries, { owner, key, requestHash }: Attempt): Promise<number | null> {
  const row = await queries.get<{ request_hash: string; order_id: number | null }>(
    "select request_hash, order_id from idempotency_keys where owner = ? and key = ?",
    [owner, key],
  );
  if (row !== null && row.request_hash !== requestHash) {
    throw new Problem(422, "key-reused", "the idempotency key was used for another order");
  }
  return row?.order_id ?? null;
}

const emptyCart = () => new Problem(409, "cart-empty", "there is nothing in the cart");

function refuseCart(items: readonly CartItem[]): void {
  if (items.length === 0) {
    throw emptyCart();
  }
  const missing = items.filter((item) => !item.isActive || item.stock < item.quantity);
  if (missing.length > 0) {
    throw outOfStock(missing);
  }
}

const outOfStock = (missing: readonly CartItem[]) =>
  new Problem(409, "out-of-stock", "there is less in stock than is in the cart", {
    items: missing.map(({ productId, name, stock, isActive }) => ({
      productId,
      name,
      available: isActive ? Math.max(0, stock) : 0,
    })),
  });

async function takeStock(tx: Queries, items: readonly CartItem[]): Promise<void> {
  for (const item of [...items].sort((a, b) => a.productId - b.productId)) {
    const { changes } = await tx.execute(
      "update products set stock = stock - ? where id = ? and stock >= ? and status = ?",
      [item.quantity, item.productId, item.quantity, "active"],
    );
    if (changes === 0) {
      throw outOfStock([{ ...item, stock: 0 }]);
    }
  }
}

/**
 * What is ordered leaves the cart. Of two checkouts of one cart the second finds it gone, and so orders nothing: each of them
 * may have read the cart before the other one was done.
 */
async function takeFromCart(tx: Queries, items: readonly CartItem[]): Promise<void> {
  for (const { id: item, quantity } of items) {
    const { changes } = await tx.execute("delete from cart_items where id = ? and quantity = ?", [
      item,
      quantity,
    ]);
    if (changes === 0) {
      throw new Problem(409, "cart-changed", "the cart was changed a moment ago; look at it again");
    }
  }
}

const ADDRESS = [
  "first_name",
  "last_name",
  "company",
  "address_line_1",
  "address_line_2",
  "city",
  "state",
  "postal_code",
  "country",
];

const ORDER_COLUMNS = [
  "order_number",
  "user_id",
  "email",
  "phone",
  "payment_method",
  ...ADDRESS.map((name) => `billing_${name}`),
  ...ADDRESS.map((name) => `shipping_${name}`),
  "subtotal",
  "tax_amount",
  "shipping_amount",
  "discount_amount",
  "total",
  "notes",
];

const INSERT_ORDER = `insert into orders (${ORDER_COLUMNS.join(", ")}) values (${ORDER_COLUMNS.map(() => "?").join(", ")})`;

const addressValues = (of: PostalAddress): (string | null)[] => [
  of.firstName,
  of.lastName,
  of.company ?? null,
  of.line1,
  of.line2 ?? null,
  of.city,
  of.state,
  of.postalCode,
  of.country,
];

const postal = ({
  firstName,
  lastName,
  company,
  line1,
  line2,
  city,
  state,
  postalCode,
  country,
}: PostalAddress): PostalAddress => ({
  firstName,
  lastName,
  company,
  line1,
  line2,
  city,
  state,
  postalCode,
  country,
});

function refuseUnpaid(
  result: ChargeResult | { paid: false; reason?: never } | null,
  { orderNumber }: Pick<Placed, "orderNumber">,
): void {
  if (result !== null && !result.paid) {
    const { reason } = result;
    throw new Problem(402, "payment-declined", "the payment was declined", {
      orderNumber,
      ...(reason === undefined ? {} : { detail: reason }),
    });
  }
}

/**
 * After a payment that was declined: what was in the cart is there again, beside what was put in meanwhile, and the discount
 * can be used again.
 */
async function giveBack(
  tx: Queries,
  { userId, cartKey }: Owner,
  { orderId, discountId }: Placed,
): Promise<void> {
  const column = userId === null ? "session_id" : "user_id";
  await tx.execute(
    `insert into cart_items (user_id, session_id, product_id, quantity, price)
     select cast(? as integer), cast(? as varchar(255)), product_id, quantity, price from order_items where order_id = ?
     on conflict (${column}, product_id) do nothing`,
    [userId, cartKey, orderId],
  );
  await tx.execute("update discounts set used_count = used_count - 1 where id = ? and used_count > 0", [
    discountId,
  ]);
}
