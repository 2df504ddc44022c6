// Reviews of products: shown when an admin has approved them, verified where the customer bought the product.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound, Problem } from "./problem.js";
import { refreshRating } from "./product-rating.js";
import { customerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import { byId, offset, optionalLongText, optionalText, paged, paging } from "./words.js";

const SORTS = {
  newest: "r.id desc",
  helpful: "coalesce(r.helpful_count, 0) desc, r.id desc",
} as const;

const rating = z.number().int().min(1).max(5);
const written = { rating, title: optionalText(255), comment: optionalLongText(5_000) };

const review = z.object({
  id: z.number(),
  rating: z.number(),
  title: z.string().nullable(),
  comment: z.string().nullable(),
  author: z.string(),
  isVerified: z.boolean(),
  helpfulCount: z.number(),
  createdAt: z.date().nullable(),
});

const ownReview = review.extend({ productId: z.number(), isApproved: z.boolean() });

export interface ReviewRow {
  id: number;
  product_id: number;
  user_id: number;
  rating: number;
  title: string | null;
  comment: string | null;
  is_verified: boolean | null;
  is_approved: boolean | null;
  helpful_count: number | null;
  created_at: Date | null;
  /** Null for a customer whose row is gone: a SQLite of old may not have minded. */
  first_name: string | null;
  last_name: string | null;
}

/** With users as u, joined from the left. */
export const REVIEW = `r.id, r.product_id, r.user_id, r.rating, r.title, r.comment, r.is_verified, r.is_approved,
  r.helpful_count, r.created_at, u.first_name, u.last_name`;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** First name and initial: `Zoë Ångström` is `Zoë Å.` */
export function authorName(firstName: string | null, lastName: string | null): string {
  if (firstName === null) {
    return "A former customer";
  }
  const [initial] = characters.segment((lastName ?? "").trim());
  return initial === undefined ? firstName : `${firstName} ${initial.segment}.`;
}

export const shownReview = (row: ReviewRow): z.infer<typeof review> => ({
  id: row.id,
  rating: row.rating,
  title: row.title,
  comment: row.comment,
  author: authorName(row.first_name, row.last_name),
  isVerified: row.is_verified === true,
  helpfulCount: row.helpful_count ?? 0,
  createdAt: row.created_at,
});

const shownOwn = (row: ReviewRow): z.infer<typeof ownReview> => ({
  ...shownReview(row),
  productId: row.product_id,
  isApproved: row.is_approved === true,
});

async function productOf(queries: Queries, slug: string): Promise<number> {
  const product = await queries.get<{ id: number }>("select id from products where slug = ? and status = ?", [
    slug,
    "active",
  ]);
  if (product === null) {
    throw notFound("product");
  }
  return product.id;
}

async function ownReviewOf(queries: Queries, userId: number, id: number): Promise<ReviewRow> {
  const row = await queries.get<ReviewRow>(
    `select ${REVIEW} from product_reviews r left join users u on u.id = r.user_id where r.id = ? and r.user_id = ?`,
    [id, userId],
  );
  if (row === null) {
    throw notFound("review");
  }
  return row;
}

/**
 * The newest paid order with the product that the customer has not reviewed it for; null for one who did not buy it. Refuses
 * who has reviewed it for every order, or without one.
 */
async function orderToReview(tx: Queries, userId: number, productId: number): Promise<number | null> {
  const orders = await tx.query<{ id: number; reviews: number }>(
    `select o.id,
            (select count(*) from product_reviews r
              where r.order_id = o.id and r.product_id = ? and r.user_id = ?) as reviews
       from orders o
      where o.user_id = ? and o.payment_status = ? and coalesce(o.status, 'pending') not in (?, ?)
        and exists (select 1 from order_items i where i.order_id = o.id and i.product_id = ?)
      order by o.id desc`,
    [productId, userId, userId, "paid", "cancelled", "refunded", productId],
  );
  const order = orders.find(({ reviews }) => Number(reviews) === 0);
  if (order !== undefined) {
    return order.id;
  }
  const isReviewed =
    orders.length > 0 ||
    (await tx.get(
      "select 1 as found from product_reviews where product_id = ? and user_id = ? and order_id is null",
      [productId, userId],
    )) !== null;
  if (isReviewed) {
    throw new Problem(409, "reviewed", "you have reviewed this product already");
  }
  return null;
}

export const reviewRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const bySlug = z.object({ slug: z.string() });

    app.get(
      "/products/:slug/reviews",
      {
        schema: {
          params: bySlug,
          querystring: z.object({ sort: z.enum(["newest", "helpful"]).default("newest"), ...paging }),
          response: { 200: paged(review) },
        },
      },
      async ({ params, query }) => {
        const productId = await productOf(db, params.slug);
        const count = await db.get<{ total: number }>(
          "select count(*) as total from product_reviews where product_id = ? and is_approved is true",
          [productId],
        );
        const rows = await db.query<ReviewRow>(
          `select ${REVIEW} from product_reviews r left join users u on u.id = r.user_id
            where r.product_id = ? and r.is_approved is true
            order by ${SORTS[query.sort]} limit ? offset ?`,
          [productId, query.perPage, offset(query)],
        );
        const { page, perPage } = query;
        return { items: rows.map(shownReview), page, perPage, total: Number(count?.total ?? 0) };
      },
    );

    app.post(
      "/products/:slug/reviews",
      { schema: { params: bySlug, body: z.strictObject(written), response: { 201: ownReview } } },
      async (request, reply) => {
        const userId = customerOf(request);
        const { params, body } = request;
        const made = await db.transaction(async (tx) => {
          const productId = await productOf(tx, params.slug);
          const orderId = await orderToReview(tx, userId, productId);
          const { id } = await tx.execute(
            `insert into product_reviews
               (product_id, user_id, order_id, rating, title, comment, is_verified, is_approved, helpful_count)
             values (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
            [
              productId,
              userId,
              orderId,
              body.rating,
              body.title ?? null,
              body.comment ?? null,
              orderId !== null,
              false,
            ],
          );
          return ownReviewOf(tx, userId, Number(id));
        });
        return reply.code(201).send(shownOwn(made));
      },
    );

    // Also those that wait for approval.
    app.get(
      "/reviews",
      { schema: { response: { 200: z.object({ items: z.array(ownReview) }) } } },
      async (request) => {
        const rows = await db.query<ReviewRow>(
          `select ${REVIEW} from product_reviews r left join users u on u.id = r.user_id
            where r.user_id = ? order by r.id desc`,
          [customerOf(request)],
        );
        return { items: rows.map(shownOwn) };
      },
    );

    app.patch(
      "/reviews/:id",
      {
        schema: {
          params: byId,
          body: z.strictObject({ ...written, rating: rating.optional() }),
          response: { 200: ownReview },
        },
      },
      async (request) => {
        const userId = customerOf(request);
        const { body } = request;
        return db.transaction(async (tx) => {
          const before = await ownReviewOf(tx, userId, request.params.id);
          const after = {
            rating: body.rating ?? before.rating,
            title: body.title === undefined ? before.title : body.title,
            comment: body.comment === undefined ? before.comment : body.comment,
          };
          if (
            after.rating === before.rating &&
            after.title === before.title &&
            after.comment === before.comment
          ) {
            return shownOwn(before); // nothing that an admin has not seen
          }
          await tx.execute(
            "update product_reviews set rating = ?, title = ?, comment = ?, is_approved = ? where id = ?",
            [after.rating, after.title, after.comment, false, before.id],
          );
          await refreshRating(tx, before.product_id);
          return shownOwn(await ownReviewOf(tx, userId, before.id));
        });
      },
    );

    app.delete(
      "/reviews/:id",
      { schema: { params: byId, response: { 204: z.null() } } },
      async (request, reply) => {
        const userId = customerOf(request);
        await db.transaction(async (tx) => {
          const { id, product_id } = await ownReviewOf(tx, userId, request.params.id);
          await tx.execute("delete from product_reviews where id = ?", [id]);
          await refreshRating(tx, product_id);
        });
        return reply.code(204).send(null);
      },
    );

    const voted = { params: byId, response: { 200: z.object({ helpfulCount: z.number() }) } };

    app.post("/reviews/:id/helpful", { schema: voted }, async (request) => {
      const userId = customerOf(request);
      return db.transaction(async (tx) => {
        const found = await shownReviewOf(tx, request.params.id);
        if (found.user_id === userId) {
          throw new Problem(403, "own-review", "you cannot vote for your own review");
        }
        const { changes } = await tx.execute(
          "insert into review_votes (review_id, user_id) values (?, ?) on conflict (review_id, user_id) do nothing",
          [found.id, userId],
        );
        return countVote(tx, found, changes);
      });
    });

    app.delete("/reviews/:id/helpful", { schema: voted }, async (request) => {
      const userId = customerOf(request);
      return db.transaction(async (tx) => {
        const found = await shownReviewOf(tx, request.params.id);
        const { changes } = await tx.execute("delete from review_votes where review_id = ? and user_id = ?", [
          found.id,
          userId,
        ]);
        return countVote(tx, found, -changes);
      });
    });
  };

/** One that anybody may see. */
async function shownReviewOf(
  tx: Queries,
  id: number,
): Promise<Pick<ReviewRow, "id" | "user_id" | "helpful_count">> {
  const found = await tx.get<Pick<ReviewRow, "id" | "user_id" | "helpful_count">>(
    `select r.id, r.user_id, r.helpful_count from product_reviews r join products p on p.id = r.product_id
      where r.id = ? and r.is_approved is true and p.status = ?`,
    [id, "active"],
  );
  if (found === null) {
    throw notFound("review");
  }
  return found;
}

/** Added to what is there and not counted anew: older votes have no rows. */
async function countVote(
  tx: Queries,
  { id, helpful_count }: Pick<ReviewRow, "id" | "helpful_count">,
  change: number,
): Promise<{ helpfulCount: number }> {
  const helpfulCount = Math.max(0, (helpful_count ?? 0) + change);
  if (change !== 0) {
    await tx.execute("update product_reviews set helpful_count = ? where id = ?", [helpfulCount, id]);
  }
  return { helpfulCount };
}
