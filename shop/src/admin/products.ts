// Products as admins see them, drafts and inactive ones too, and what is running out.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound } from "../problem.js";
import { containing, searchWords } from "../search-text.js";
import type { Shop } from "../shop.js";
import { byId, id, offset, type Paging, paged, paging } from "../words.js";
import {
  changedProduct,
  columnsOf,
  newProduct,
  PRODUCT,
  type ProductRow,
  shown,
  shownProduct,
  status,
  WHOLE_PRODUCT,
  type WholeProductRow,
  whole,
  wholeProduct,
} from "./product-fields.js";
import { refreshSearchText } from "./search-index.js";
import { freeSlug, refuseTaken } from "./slugs.js";

/** Each ends with the id. What was never indexed has no search text, which the engines would put at different ends. */
const SORTS = {
  newest: "p.id desc",
  name: "coalesce(p.search_text, ''), p.id",
  "price-low": "p.price, p.id",
  "price-high": "p.price desc, p.id desc",
  stock: "coalesce(p.stock, 0), p.id",
  sales: "coalesce(p.sales_count, 0) desc, p.id desc",
} as const;

const filters = z.strictObject({
  q: z.string().trim().min(1).max(200).optional(),
  status: status.optional(),
  categoryId: id.optional(),
  sort: z.enum(Object.keys(SORTS) as [keyof typeof SORTS, ...(keyof typeof SORTS)[]]).default("newest"),
  ...paging,
});

interface Condition {
  sql: string;
  params: readonly unknown[];
}

function conditionsOf({ q, status: wanted, categoryId }: z.infer<typeof filters>): Condition[] {
  return [
    ...(wanted === undefined ? [] : [{ sql: "p.status = ?", params: [wanted] }]),
    ...(categoryId === undefined ? [] : [{ sql: "p.category_id = ?", params: [categoryId] }]),
    ...(q === undefined ? [] : searchWords(q)).map((word) => ({
      sql: "p.search_text like ? escape '\\'",
      params: [containing(word)],
    })),
  ];
}

async function list(queries: Queries, conditions: readonly Condition[], order: string, page: Paging) {
  const where = conditions.length === 0 ? "" : `where ${conditions.map(({ sql }) => sql).join(" and ")}`;
  const params = conditions.flatMap((condition) => condition.params);
  const count = await queries.get<{ total: number }>(
    `select count(*) as total from products p ${where}`,
    params,
  );
  const rows = await queries.query<ProductRow>(
    `select ${PRODUCT} from products p ${where} order by ${order} limit ? offset ?`,
    [...params, page.perPage, offset(page)],
  );
  return {
    items: rows.map(shown),
    page: page.page,
    perPage: page.perPage,
    total: Number(count?.total ?? 0),
  };
}

async function productById(queries: Queries, productId: number): Promise<WholeProductRow> {
  const row = await queries.get<WholeProductRow>(`select ${WHOLE_PRODUCT} from products p where p.id = ?`, [
    productId,
  ]);
  if (row === null) {
    throw notFound("product");
  }
  return row;
}

async function refuseUnknownCategory(queries: Queries, categoryId: number | undefined): Promise<void> {
  if (
    categoryId !== undefined &&
    (await queries.get("select 1 as found from categories where id = ?", [categoryId])) === null
  ) {
    throw notFound("category");
  }
}

export const adminProductRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    const answer = { response: { 200: wholeProduct } };

    app.get(
      "/products",
      { schema: { querystring: filters, response: { 200: paged(shownProduct) } } },
      async ({ query }) => list(db, conditionsOf(query), SORTS[query.sort], query),
    );

    app.get(
      "/low-stock",
      { schema: { querystring: z.strictObject(paging), response: { 200: paged(shownProduct) } } },
      async ({ query }) =>
        list(
          db,
          [{ sql: "coalesce(p.stock, 0) <= coalesce(p.min_stock, 0)", params: [] }],
          SORTS.stock,
          query,
        ),
    );

    app.get("/products/:id", { schema: { params: byId, ...answer } }, async ({ params }) =>
      whole(await productById(db, params.id)),
    );

    app.post(
      "/products",
      { schema: { body: newProduct, response: { 201: wholeProduct } } },
      async ({ body }, reply) => {
        const made = await db.transaction(async (tx) => {
          await refuseUnknownCategory(tx, body.categoryId);
          await refuseTaken(tx, "products", "slug", body.slug);
          await refuseTaken(tx, "products", "sku", body.sku);
          const slug = body.slug ?? (await freeSlug(tx, "products", body.name));
          const columns = columnsOf({ ...body, slug });
          const inserted = await tx.execute(
            `insert into products (${columns.map(([column]) => column).join(", ")})
             values (${columns.map(() => "?").join(", ")})`,
            columns.map(([, value]) => value),
          );
          await refreshSearchText(tx, Number(inserted.id));
          return productById(tx, Number(inserted.id));
        });
        return reply.code(201).send(whole(made));
      },
    );

    app.patch(
      "/products/:id",
      { schema: { params: byId, body: changedProduct, ...answer } },
      async ({ params, body }) =>
        db.transaction(async (tx) => {
          await productById(tx, params.id);
          await refuseUnknownCategory(tx, body.categoryId);
          await refuseTaken(tx, "products", "slug", body.slug, params.id);
          await refuseTaken(tx, "products", "sku", body.sku, params.id);
          const columns = columnsOf(body);
          if (columns.length > 0) {
            await tx.execute(
              `update products set ${columns.map(([column]) => `${column} = ?`).join(", ")} where id = ?`,
              [...columns.map(([, value]) => value), params.id],
            );
            await refreshSearchText(tx, params.id);
          }
          return whole(await productById(tx, params.id));
        }),
    );

    app.put(
      "/products/:id/status",
      { schema: { params: byId, body: z.strictObject({ status }), ...answer } },
      async ({ params, body }) =>
        db.transaction(async (tx) => {
          await tx.execute("update products set status = ? where id = ?", [body.status, params.id]);
          return whole(await productById(tx, params.id));
        }),
    );

    // What was ordered stays, for the orders' sake, and is no longer for sale.
    app.delete(
      "/products/:id",
      {
        schema: {
          params: byId,
          response: { 200: z.object({ outcome: z.enum(["deleted", "inactive"]) }) },
        },
      },
      async ({ params }) =>
        db.transaction(async (tx) => {
          await productById(tx, params.id);
          const ordered = await tx.get("select 1 as found from order_items where product_id = ? limit 1", [
            params.id,
          ]);
          if (ordered !== null) {
            await tx.execute("update products set status = ? where id = ?", ["inactive", params.id]);
            return { outcome: "inactive" as const };
          }
          await tx.execute("delete from products where id = ?", [params.id]);
          return { outcome: "deleted" as const };
        }),
    );
  };
