// Reviews that wait for an admin, and what becomes of them.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound } from "../problem.js";
import { refreshRating } from "../product-rating.js";
import { REVIEW, type ReviewRow } from "../reviews.js";
import type { Shop } from "../shop.js";
import { byId, offset, paged, paging } from "../words.js";

/** What waits longest comes first. */
const STATES = {
  waiting: { where: "r.is_approved is not true", order: "r.id" },
  approved: { where: "r.is_approved is true", order: "r.id desc" },
  all: { where: "1 = 1", order: "r.id desc" },
} as const;

const review = z.object({
  id: z.number(),
  productId: z.number(),
  productName: z.string(),
  userId: z.number(),
  /** Null for a customer whose row is gone. */
  author: z.string().nullable(),
  rating: z.number(),
  title: z.string().nullable(),
  comment: z.string().nullable(),
  isVerified: z.boolean(),
  isApproved: z.boolean(),
  helpfulCount: z.number(),
  createdAt: z.date().nullable(),
});

type Row = ReviewRow & { product_name: string };

const SELECT = `select ${REVIEW}, p.name as product_name
   from product_reviews r left join users u on u.id = r.user_id join products p on p.id = r.product_id`;

const shown = (row: Row): z.infer<typeof review> => ({
  id: row.id,
  productId: row.product_id,
  productName: row.product_name,
  userId: row.user_id,
  author: row.first_name === null ? null : `${row.first_name} ${row.last_name}`,
  rating: row.rating,
  title: row.title,
  comment: row.comment,
  isVerified: row.is_verified === true,
  isApproved: row.is_approved === true,
  helpfulCount: row.helpful_count ?? 0,
  createdAt: row.created_at,
});

async function reviewOf(queries: Queries, id: number): Promise<Row> {
  const row = await queries.get<Row>(`${SELECT} where r.id = ?`, [id]);
  if (row === null) {
    throw notFound("review");
  }
  return row;
}

export const adminReviewRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/reviews",
      {
        schema: {
          querystring: z.strictObject({
            state: z.enum(["waiting", "approved", "all"]).default("waiting"),
            ...paging,
          }),
          response: { 200: paged(review) },
        },
      },
      async ({ query }) => {
        const { where, order } = STATES[query.state];
        const count = await db.get<{ total: number }>(
          `select count(*) as total from product_reviews r join products p on p.id = r.product_id
            where ${where}`,
        );
        const rows = await db.query<Row>(`${SELECT} where ${where} order by ${order} limit ? offset ?`, [
          query.perPage,
          offset(query),
        ]);
        const { page, perPage } = query;
        return { items: rows.map(shown), page, perPage, total: Number(count?.total ?? 0) };
      },
    );

    const approval = (isApproved: boolean) => async (id: number) =>
      db.transaction(async (tx) => {
        const { product_id } = await reviewOf(tx, id);
        await tx.execute("update product_reviews set is_approved = ? where id = ?", [isApproved, id]);
        await refreshRating(tx, product_id);
        return shown(await reviewOf(tx, id));
      });
    const [approve, reject] = [approval(true), approval(false)];
    const answer = { params: byId, response: { 200: review } };

    app.post("/reviews/:id/approve", { schema: answer }, async ({ params }) => approve(params.id));

    // It waits again.
    app.post("/reviews/:id/reject", { schema: answer }, async ({ params }) => reject(params.id));

    app.delete(
      "/reviews/:id",
      { schema: { params: byId, response: { 204: z.null() } } },
      async ({ params }, reply) => {
        await db.transaction(async (tx) => {
          const { product_id } = await reviewOf(tx, params.id);
          await tx.execute("delete from product_reviews where id = ?", [params.id]);
          await refreshRating(tx, product_id);
        });
        return reply.code(204).send(null);
      },
    );
  };
