// A product as an admin writes and reads it.

import { z } from "zod";
import { decimal, fromJson, texts } from "../catalogue.js";
import { fromCents, toCents } from "../cents.js";
import { id, longText, money, optionalLongText, optionalText, requiredText } from "../words.js";
import { slug } from "./slugs.js";

export const STATUSES = ["active", "inactive", "draft"] as const;
export const status = z.enum(STATUSES);

const count = z.number().int().min(0).max(2_147_483_647);

/** At most what DECIMAL(8,2) holds, in kilograms. */
const weight = z.string().regex(/^\d{1,6}(\.\d{1,2})?$/, "a weight like 1.25");

const single = z.union([longText(2_000), z.number(), z.boolean(), z.null()]);
const simple = z.union([single, z.array(single).max(100)]);
const named = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string().max(100), value)
    .refine((record) => Object.keys(record).length <= 100, "at most 100 names")
    .refine(
      (record) => Object.keys(record).every((key) => key.isWellFormed() && !/\p{Cc}/u.test(key)),
      "control characters are not allowed",
    );
/** `{"Size": "M"}`, and in groups `{"Display": {"Inches": 6.1}}`. */
const details = named(z.union([simple, named(simple)])).nullish();

const fields = {
  name: requiredText(255),
  price: money,
  categoryId: id,
  sku: optionalText(100),
  shortDescription: optionalLongText(2_000),
  description: optionalLongText(50_000),
  originalPrice: money.nullish(),
  costPrice: money.nullish(),
  stock: count.optional(),
  minStock: count.optional(),
  weight: weight.nullish(),
  dimensions: details,
  images: z.array(requiredText(500)).max(50).nullish(),
  image: optionalText(500),
  tags: z.array(requiredText(100)).max(50).nullish(),
  attributes: details,
  specifications: details,
  shipping: details,
  isFeatured: z.boolean().optional(),
  metaTitle: optionalText(255),
  metaDescription: optionalLongText(1_000),
};

export const newProduct = z.strictObject({
  ...fields,
  slug: slug(255).optional(),
  status: status.default("draft"),
});

/** Without the status, which has a route of its own. */
export const changedProduct = z.strictObject({ ...fields, slug: slug(255) }).partial();

const COLUMNS = {
  name: "name",
  slug: "slug",
  price: "price",
  categoryId: "category_id",
  sku: "sku",
  shortDescription: "short_description",
  description: "description",
  originalPrice: "original_price",
  costPrice: "cost_price",
  stock: "stock",
  minStock: "min_stock",
  weight: "weight",
  dimensions: "dimensions",
  images: "images",
  image: "featured_image",
  tags: "tags",
  attributes: "attributes",
  specifications: "specifications",
  shipping: "shipping",
  isFeatured: "is_featured",
  metaTitle: "meta_title",
  metaDescription: "meta_description",
  status: "status",
} as const;

/** Column and value of what was given. */
export const columnsOf = (input: z.infer<typeof changedProduct> | z.infer<typeof newProduct>) =>
  Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [COLUMNS[field as keyof typeof COLUMNS], value] as const);

export const shownProduct = z.object({
  id: z.number(),
  name: z.string(),
  slug: z.string(),
  sku: z.string().nullable(),
  status,
  price: z.string(),
  originalPrice: z.string().nullable(),
  costPrice: z.string().nullable(),
  categoryId: z.number(),
  stock: z.number(),
  minStock: z.number(),
  image: z.string().nullable(),
  isFeatured: z.boolean(),
  rating: z.string(),
  reviewCount: z.number(),
  salesCount: z.number(),
  viewCount: z.number(),
});

export const wholeProduct = shownProduct.extend({
  shortDescription: z.string().nullable(),
  description: z.string().nullable(),
  weight: z.string().nullable(),
  dimensions: z.unknown(),
  images: z.array(z.string()),
  tags: z.array(z.string()),
  attributes: z.unknown(),
  specifications: z.unknown(),
  shipping: z.unknown(),
  metaTitle: z.string().nullable(),
  metaDescription: z.string().nullable(),
  createdAt: z.date().nullable(),
  updatedAt: z.date().nullable(),
});

export interface ProductRow {
  id: number;
  name: string;
  slug: string;
  sku: string | null;
  status: z.infer<typeof status> | null;
  price: string;
  original_price: string | null;
  cost_price: string | null;
  category_id: number;
  stock: number | null;
  min_stock: number | null;
  featured_image: string | null;
  is_featured: boolean | null;
  rating: string | number | null;
  review_count: number | null;
  sales_count: number | null;
  view_count: number | null;
}

export interface WholeProductRow extends ProductRow {
  short_description: string | null;
  description: string | null;
  weight: string | number | null;
  dimensions: unknown;
  images: unknown;
  tags: unknown;
  attributes: unknown;
  specifications: unknown;
  shipping: unknown;
  meta_title: string | null;
  meta_description: string | null;
  created_at: Date | null;
  updated_at: Date | null;
}

export const PRODUCT = `p.id, p.name, p.slug, p.sku, p.status, p.price, p.original_price, p.cost_price, p.category_id, p.stock,
  p.min_stock, p.featured_image, p.is_featured, p.rating, p.review_count, p.sales_count, p.view_count`;
export const WHOLE_PRODUCT = `${PRODUCT}, p.short_description, p.description, p.weight, p.dimensions, p.images, p.tags,
  p.attributes, p.specifications, p.shipping, p.meta_title, p.meta_description, p.created_at, p.updated_at`;

export const shown = (row: ProductRow): z.infer<typeof shownProduct> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  sku: row.sku,
  status: row.status ?? "inactive", // as the catalogue takes it, which shows what is active alone
  price: fromCents(toCents(row.price)),
  originalPrice: decimal(row.original_price),
  costPrice: decimal(row.cost_price),
  categoryId: row.category_id,
  stock: row.stock ?? 0,
  minStock: row.min_stock ?? 0,
  image: row.featured_image,
  isFeatured: row.is_featured === true,
  rating: decimal(row.rating) ?? "0.00",
  reviewCount: row.review_count ?? 0,
  salesCount: row.sales_count ?? 0,
  viewCount: row.view_count ?? 0,
});

export const whole = (row: WholeProductRow): z.infer<typeof wholeProduct> => ({
  ...shown(row),
  shortDescription: row.short_description,
  description: row.description,
  weight: decimal(row.weight),
  dimensions: fromJson(row.dimensions),
  images: texts(row.images),
  tags: texts(row.tags),
  attributes: fromJson(row.attributes),
  specifications: fromJson(row.specifications),
  shipping: fromJson(row.shipping),
  metaTitle: row.meta_title,
  metaDescription: row.meta_description,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
