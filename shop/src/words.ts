// What several routes ask of their input, and answer.

import { z } from "zod";
import { fromCents, toCents } from "./cents.js";
import type { ShopSettings } from "./shop.js";

/** No control characters, no half characters: what a form's field holds. */
const plain = z
  .string()
  .trim()
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "control characters are not allowed");

export const requiredText = (most: number) => plain.pipe(z.string().min(1).max(most));

/** Absent and null are told apart: null empties the field. An empty text is null. */
export const optionalText = (most: number) =>
  plain
    .pipe(z.string().max(most))
    .transform((text) => (text === "" ? null : text))
    .nullish();

/** Several lines. */
export const longText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine(
      (text) => text.isWellFormed() && !/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text),
      "control characters are not allowed",
    );

/** The same, and an empty text is null. */
export const optionalLongText = (most: number) =>
  longText(most)
    .transform((text) => (text === "" ? null : text))
    .nullish();

export const email = z.email().max(255);

/** In a body, where a number is a number: coercion would take `[5]` and `true` too. */
export const jsonId = z.number().int().min(1).max(2_147_483_647);

/** A new one; one that is tried is only bounded. */
export const password = z.string().min(10).max(200);
export const triedPassword = z.string().max(200);

export const id = z.coerce.number().int().min(1).max(2_147_483_647);
export const byId = z.object({ id });

/** `12.30`: never a number, which would be a binary fraction. At most what DECIMAL(10,2) holds. */
export const money = z
  .string()
  .regex(/^\d{1,8}(\.\d{1,2})?$/, "an amount like 12.30")
  .transform((text) => fromCents(toCents(text)));

export const nothing = z.object({});

export const paging = {
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(20),
};

export interface Paging {
  page: number;
  perPage: number;
}

export const paged = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), page: z.number(), perPage: z.number(), total: z.number() });

export const offset = ({ page, perPage }: Paging): number => (page - 1) * perPage;

/** Where passwords and tokens are tried. */
export const tries = ({ triesPerMinute }: ShopSettings) => ({
  rateLimit: triesPerMinute === 0 ? false : { max: triesPerMinute, timeWindow: "1 minute" },
});
