// The tree of categories as admins see it, inactive ones too.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Queries } from "outgrow/db";
import { z } from "zod";
import { notFound, Problem } from "../problem.js";
import type { Shop } from "../shop.js";
import { byId, id, optionalLongText, optionalText, requiredText } from "../words.js";
import { type AdminCategory, type CategoryRow, categoryForest } from "./category-forest.js";
import { freeSlug, refuseTaken, slug } from "./slugs.js";

const shownCategory: z.ZodType<AdminCategory> = z.lazy(() =>
  z.object({
    id: z.number(),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    icon: z.string().nullable(),
    image: z.string().nullable(),
    parentId: z.number().nullable(),
    sortOrder: z.number(),
    isActive: z.boolean(),
    productCount: z.number(),
    children: z.array(shownCategory),
  }),
);

z.globalRegistry.add(shownCategory, { id: "AdminCategory" }); // what holds itself needs a name in the OpenAPI document

const fields = {
  name: requiredText(100),
  description: optionalLongText(5_000),
  icon: optionalText(100),
  image: optionalText(500),
  parentId: id.nullish(),
  sortOrder: z.number().int().min(-1_000_000).max(1_000_000).optional(),
  isActive: z.boolean().optional(),
};

const newCategory = z.strictObject({ ...fields, slug: slug(100).optional() });
const changedCategory = newCategory.partial();

const COLUMNS = {
  name: "name",
  slug: "slug",
  description: "description",
  icon: "icon",
  image: "image",
  parentId: "parent_id",
  sortOrder: "sort_order",
  isActive: "is_active",
} as const;

const columnsOf = (input: z.infer<typeof changedCategory>) =>
  Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [COLUMNS[field as keyof typeof COLUMNS], value] as const);

const readCategories = (queries: Queries) =>
  queries.query<CategoryRow>(
    `select c.id, c.name, c.slug, c.description, c.icon, c.image, c.parent_id, c.sort_order, c.is_active,
            (select count(*) from products p where p.category_id = c.id) as products
       from categories c`,
  );

async function categoryById(queries: Queries, wanted: number): Promise<AdminCategory> {
  const found = flat(categoryForest(await readCategories(queries))).find(
    (category) => category.id === wanted,
  );
  if (found === undefined) {
    throw notFound("category");
  }
  return found;
}

const flat = (categories: readonly AdminCategory[]): AdminCategory[] =>
  categories.flatMap((category) => [category, ...flat(category.children)]);

/** The whole table is read, so that on PostgreSQL two moves at once, which only together make a ring, conflict. */
async function refuseParent(tx: Queries, parentId: number | null | undefined, own: number | null) {
  if (parentId === null || parentId === undefined) {
    return;
  }
  const rows = await tx.query<{ id: number; parent_id: number | null }>(
    "select id, parent_id from categories",
  );
  const parents = new Map(rows.map((row) => [row.id, row.parent_id]));
  if (!parents.has(parentId)) {
    throw notFound("category");
  }
  const seen = new Set<number>();
  for (let at: number | null = parentId; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === own) {
      throw new Problem(409, "cycle", "a category cannot stand below itself");
    }
    seen.add(at);
  }
}

export const adminCategoryRoutes =
  ({ db }: Shop): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/categories",
      { schema: { response: { 200: z.object({ items: z.array(shownCategory) }) } } },
      async () => ({ items: categoryForest(await readCategories(db)) }),
    );

    app.post(
      "/categories",
      { schema: { body: newCategory, response: { 201: shownCategory } } },
      async ({ body }, reply) => {
        const made = await db.transaction(async (tx) => {
          await refuseParent(tx, body.parentId, null);
          await refuseTaken(tx, "categories", "name", body.name);
          await refuseTaken(tx, "categories", "slug", body.slug);
          const columns = columnsOf({
            ...body,
            slug: body.slug ?? (await freeSlug(tx, "categories", body.name)),
          });
          const inserted = await tx.execute(
            `insert into categories (${columns.map(([column]) => column).join(", ")})
             values (${columns.map(() => "?").join(", ")})`,
            columns.map(([, value]) => value),
          );
          return categoryById(tx, Number(inserted.id));
        });
        return reply.code(201).send(made);
      },
    );

    app.patch(
      "/categories/:id",
      { schema: { params: byId, body: changedCategory, response: { 200: shownCategory } } },
      async ({ params, body }) =>
        db.transaction(async (tx) => {
          await categoryById(tx, params.id);
          await refuseParent(tx, body.parentId, params.id);
          await refuseTaken(tx, "categories", "name", body.name, params.id);
          await refuseTaken(tx, "categories", "slug", body.slug, params.id);
          const columns = columnsOf(body);
          if (columns.length > 0) {
            await tx.execute(
              `update categories set ${columns.map(([column]) => `${column} = ?`).join(", ")} where id = ?`,
              [...columns.map(([, value]) => value), params.id],
            );
          }
          return categoryById(tx, params.id);
        }),
    );

    app.delete(
      "/categories/:id",
      { schema: { params: byId, response: { 204: z.null() } } },
      async ({ params }, reply) => {
        await db.transaction(async (tx) => {
          const { productCount, children } = await categoryById(tx, params.id);
          if (productCount > 0 || children.length > 0) {
            throw new Problem(409, "not-empty", "the category holds products or categories", {
              products: productCount,
              categories: children.length,
            });
          }
          await tx.execute("delete from categories where id = ?", [params.id]);
        });
        return reply.code(204).send(null);
      },
    );
  };
