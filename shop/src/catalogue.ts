// Categories, products, search, suggestions, and what was searched for.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Database, Engine, Queries } from "outgrow/db";
import { z } from "zod";
import { inOrder } from "./category-order.js";
import { fromCents, toCents } from "./cents.js";
import { notFound } from "./problem.js";
import { containing, searchWords } from "./search-text.js";
import { type Owner, ownedBy, ownerOf } from "./sessions.js";
import type { Shop } from "./shop.js";
import type { ViewCounter } from "./views.js";
import { id, money, offset, paged, paging, requiredText } from "./words.js";

/**
 * By the word of the query; each ends with the id, so that pages neither repeat nor leave out. Null is where nothing was
 * counted yet: SQLite sorts it before all values, PostgreSQL after them.
 */
const SORTS = {
  newest: "p.id desc",
  popular: "coalesce(p.sales_count, 0) desc, p.id desc",
  rating: "coalesce(p.rating, 0) desc, coalesce(p.review_count, 0) desc, p.id desc",
  "price-low": "p.price, p.id",
  "price-high": "p.price desc, p.id desc",
  name: "coalesce(p.search_text, ''), p.id",
} as const;

export const listedProduct = z.object({
  id: z.number(),
  name: z.string(),
  slug: z.string(),
  shortDescription: z.string().nullable(),
  image: z.string().nullable(),
  price: z.string(),
  originalPrice: z.string().nullable(),
  categoryId: z.number(),
  available: z.number(),
  rating: z.string(),
  reviewCount: z.number(),
  isFeatured: z.boolean(),
});

const wholeProduct = listedProduct.extend({
  sku: z.string().nullable(),
  description: z.string().nullable(),
  images: z.array(z.string()),
  tags: z.array(z.string()),
  attributes: z.unknown(),
  specifications: z.unknown(),
  dimensions: z.unknown(),
  shipping: z.unknown(),
  weight: z.string().nullable(),
  metaTitle: z.string().nullable(),
  metaDescription: z.string().nullable(),
  viewCount: z.number(),
  salesCount: z.number(),
});

export interface ListedRow {
  id: number;
  name: string;
  slug: string;
  short_description: string | null;
  featured_image: string | null;
  price: string;
  original_price: string | null;
  category_id: number;
  stock: number | null;
  rating: string | number | null;
  review_count: number | null;
  is_featured: boolean | null;
}

interface WholeRow extends ListedRow {
  sku: string | null;
  description: string | null;
  images: unknown;
  tags: unknown;
  attributes: unknown;
  specifications: unknown;
  dimensions: unknown;
  shipping: unknown;
  weight: string | number | null;
  meta_title: string | null;
  meta_description: string | null;
  view_count: number | null;
  sales_count: number | null;
}

export const LISTED =
  "p.id, p.name, p.slug, p.short_description, p.featured_image, p.price, p.original_price, p.category_id, p.stock, p.rating, p.review_count, p.is_featured";
const WHOLE = `${LISTED}, p.sku, p.description, p.images, p.tags, p.attributes, p.specifications, p.dimensions, p.shipping, p.weight, p.meta_title, p.meta_description, p.view_count, p.sales_count`;

/** Two decimals, as a price has; ratings and weights too. */
export const decimal = (value: string | number | null): string | null =>
  value === null ? null : fromCents(toCents(value));

export const listed = (row: ListedRow): z.infer<typeof listedProduct> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  shortDescription: row.short_description,
  image: row.featured_image,
  price: fromCents(toCents(row.price)),
  originalPrice: decimal(row.original_price),
  categoryId: row.category_id,
  available: Math.max(0, row.stock ?? 0),
  rating: decimal(row.rating) ?? "0.00",
  reviewCount: row.review_count ?? 0,
  isFeatured: row.is_featured === true,
});

/** A SQLite of old keeps JSON in columns declared TEXT: there it arrives as text. */
export function fromJson(value: unknown): unknown {
  if (typeof value !== "string") {
    return value ?? null;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value; // never JSON: shown as it is
  }
}

export function texts(value: unknown): string[] {
  const list = fromJson(value);
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
}

const whole = (row: WholeRow): z.infer<typeof wholeProduct> => ({
  ...listed(row),
  sku: row.sku,
  description: row.description,
  images: texts(row.images),
  tags: texts(row.tags),
  attributes: fromJson(row.attributes),
  specifications: fromJson(row.specifications),
  dimensions: fromJson(row.dimensions),
  shipping: fromJson(row.shipping),
  weight: decimal(row.weight),
  metaTitle: row.meta_title,
  metaDescription: row.meta_description,
  viewCount: row.view_count ?? 0,
  salesCount: row.sales_count ?? 0,
});

interface CategoryRow {
  id: number;
  name: string;
  slug: string;
  description: string | null;
  icon: string | null;
  image: string | null;
  parent_id: number | null;
  sort_order: number | null;
}

export interface Category {
  id: number;
  name: string;
  slug: string;
  description: string | null;
  icon: string | null;
  image: string | null;
  children: Category[];
}

const category: z.ZodType<Category> = z.lazy(() =>
  z.object({
    id: z.number(),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    icon: z.string().nullable(),
    image: z.string().nullable(),
    children: z.array(category),
  }),
);

z.globalRegistry.add(category, { id: "Category" }); // what holds itself needs a name in the OpenAPI document

async function activeCategories(queries: Queries): Promise<CategoryRow[]> {
  return queries.query<CategoryRow>(
    "select id, name, slug, description, icon, image, parent_id, sort_order from categories where is_active = ?",
    [true],
  );
}

/** What stands below an inactive category is not shown. */
function categoryTree(rows: readonly CategoryRow[]): Category[] {
  const ordered = inOrder(rows);
  const below = (parent: number | null): Category[] =>
    ordered
      .filter((row) => row.parent_id === parent)
      .map(({ id: own, name, slug, description, icon, image }) => ({
        id: own,
        name,
        slug,
        description,
        icon,
        image,
        children: below(own),
      }));
  return below(null);
}

/** A category and all below it. */
function within(rows: readonly CategoryRow[], slug: string): number[] {
  const start = rows.find((row) => row.slug === slug);
  if (start === undefined) {
    throw notFound("category");
  }
  const ids = [start.id];
  for (const at of ids) {
    ids.push(...rows.filter((row) => row.parent_id === at && !ids.includes(row.id)).map((row) => row.id));
  }
  return ids;
}

const filters = z.object({
  q: requiredText(200).optional(),
  category: z.string().min(1).max(100).optional(),
  minPrice: money.optional(),
  maxPrice: money.optional(),
  inStock: z.enum(["true", "false"]).optional(),
  featured: z.enum(["true", "false"]).optional(),
  tag: requiredText(100).optional(),
  sort: z.enum(Object.keys(SORTS) as [keyof typeof SORTS, ...(keyof typeof SORTS)[]]).default("newest"),
  ...paging,
});
type Filters = z.infer<typeof filters>;

/** A tag is one element of the list, as it was written. Old lists that are no JSON hold none. */
const TAGGED: Readonly<Record<Engine, string>> = {
  sqlite:
    "exists (select 1 from json_each(case when json_valid(p.tags) then p.tags else '[]' end) where value = ?)",
  postgres: "p.tags @> jsonb_build_array(cast(? as text))",
};

async function listProducts(queries: Database, wanted: Filters) {
  const conditions = ["p.status = ?"];
  const params: unknown[] = ["active"];
  const add = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    params.push(...values);
  };
  if (wanted.category !== undefined) {
    const ids = within(await activeCategories(queries), wanted.category);
    add(`p.category_id in (${ids.map(() => "?").join(", ")})`, ...ids);
  }
  const words = wanted.q === undefined ? null : searchWords(wanted.q);
  if (words?.length === 0) add("1 = 0"); // signs alone are in no search text
  for (const word of words ?? []) {
    add("p.search_text like ? escape '\\'", containing(word));
  }
  if (wanted.tag !== undefined) add(TAGGED[queries.engine], wanted.tag);
  if (wanted.minPrice !== undefined) add("p.price >= ?", wanted.minPrice);
  if (wanted.maxPrice !== undefined) add("p.price <= ?", wanted.maxPrice);
  if (wanted.inStock !== undefined) {
    add(wanted.inStock === "true" ? "p.stock > 0" : "coalesce(p.stock, 0) <= 0");
  }
  if (wanted.featured !== undefined) {
    add("coalesce(p.is_featured, ?) = ?", false, wanted.featured === "true");
  }
  const where = conditions.join(" and ");
  const count = await queries.get<{ total: number }>(
    `select count(*) as total from products p where ${where}`,
    params,
  );
  const rows = await queries.query<ListedRow>(
    `select ${LISTED} from products p where ${where} order by ${SORTS[wanted.sort]} limit ? offset ?`,
    [...params, wanted.perPage, offset(wanted)],
  );
  return {
    items: rows.map(listed),
    page: wanted.page,
    perPage: wanted.perPage,
    total: Number(count?.total ?? 0),
  };
}

async function keepSearch(
  queries: Queries,
  owner: Owner | null,
  term: string,
  results: number,
): Promise<void> {
  await queries.execute(
    "insert into search_history (user_id, session_id, search_term, results_count) values (?, ?, ?, ?)",
    [owner?.userId ?? null, owner?.cartKey ?? null, term, results],
  );
}

const terms = z.object({ items: z.array(z.object({ term: z.string(), searches: z.number() })) });

export const catalogueRoutes =
  ({ db }: Shop, views: ViewCounter): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/categories",
      { schema: { response: { 200: z.object({ items: z.array(category) }) } } },
      async () => ({ items: categoryTree(await activeCategories(db)) }),
    );

    app.get(
      "/products",
      { schema: { querystring: filters, response: { 200: paged(listedProduct) } } },
      async (request) => {
        const result = await listProducts(db, request.query);
        if (request.query.q !== undefined && request.query.page === 1) {
          await keepSearch(db, ownerOf(request), request.query.q, result.total);
        }
        return result;
      },
    );

    app.get(
      "/products/:slug",
      { schema: { params: z.object({ slug: requiredText(255) }), response: { 200: wholeProduct } } },
      async ({ params }) => {
        const row = await db.get<WholeRow>(
          `select ${WHOLE} from products p where p.slug = ? and p.status = ?`,
          [params.slug, "active"],
        );
        if (row === null) {
          throw notFound("product");
        }
        await views.add(row.id);
        return whole(row);
      },
    );

    app.get(
      "/suggestions",
      {
        schema: {
          querystring: z.object({ q: requiredText(100) }),
          response: {
            200: z.object({ items: z.array(z.object({ id, name: z.string(), slug: z.string() })) }),
          },
        },
      },
      async ({ query }) => {
        const words = searchWords(query.q);
        if (words.length === 0) {
          return { items: [] };
        }
        const conditions = words.map(() => "search_text like ? escape '\\'").join(" and ");
        const [first = ""] = words;
        const items = await db.query<{ id: number; name: string; slug: string }>(
          `select id, name, slug from products
            where status = ? and ${conditions}
            order by case when search_text like ? escape '\\' then 0 else 1 end, sales_count desc, id
            limit 8`,
          ["active", ...words.map(containing), containing(first).slice(1)],
        );
        return { items };
      },
    );

    app.get("/search/history", { schema: { response: { 200: terms } } }, async (request) => {
      const owner = ownerOf(request);
      if (owner === null) {
        return { items: [] };
      }
      const { sql, param } = ownedBy(owner);
      return {
        items: await db.query<{ term: string; searches: number }>(
          `select search_term as term, count(*) as searches from search_history where ${sql}
              group by search_term order by max(id) desc limit 20`,
          [param],
        ),
      };
    });

    app.delete("/search/history", { schema: { response: { 204: z.null() } } }, async (request, reply) => {
      const owner = ownerOf(request);
      if (owner !== null) {
        const { sql, param } = ownedBy(owner);
        await db.execute(`delete from search_history where ${sql}`, [param]);
      }
      return reply.code(204).send(null);
    });

    // Terms of one person alone are not shown to others, and none that found nothing.
    app.get("/search/popular", { schema: { response: { 200: terms } } }, async () => ({
      items: await db.query<{ term: string; searches: number }>(
        `select search_term as term, count(*) as searches from search_history
          where results_count > 0
          group by search_term
         having count(distinct coalesce(cast(user_id as varchar(20)), session_id)) > 1
          order by count(*) desc, max(id) desc limit 10`,
      ),
    }));
  };
