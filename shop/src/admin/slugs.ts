// The part of an address that names a product or a category: made from its name, unlike all others.

import type { Queries } from "outgrow/db";
import { z } from "zod";
import { Problem } from "../problem.js";
import { searchText } from "../search-text.js";

export const slug = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*$/u, "letters and digits, parted by -")
    .refine((text) => text === text.normalize("NFC").toLowerCase(), "lower case is needed");

type Table = "products" | "categories";

const LENGTHS = { products: 255, categories: 100 } as const;

/** `Crème brûlée` is `creme-brulee`, and where there is one already `creme-brulee-2`. */
export async function freeSlug(queries: Queries, table: Table, name: string): Promise<string> {
  const long = searchText(name).replaceAll(" ", "-");
  // Room for a number. Whole characters: half of one is no text.
  const base =
    [...long]
      .slice(0, LENGTHS[table] - 10)
      .join("")
      .replace(/-$/, "") || "item";
  const rows = await queries.query<{ slug: string }>(
    `select slug from ${table} where slug = ? or slug like ?`,
    [base, `${base}-%`],
  );
  const taken = new Set(rows.map((row) => row.slug));
  let free = base;
  for (let number = 2; taken.has(free); number++) {
    free = `${base}-${number}`;
  }
  return free;
}

/** Says which field it is; the unique index refuses what comes in between. */
export async function refuseTaken(
  queries: Queries,
  table: Table,
  field: "slug" | "name" | "sku",
  value: string | null | undefined,
  but: number | null = null,
): Promise<void> {
  if (value === null || value === undefined) {
    return;
  }
  const other = await queries.get<{ id: number }>(`select id from ${table} where ${field} = ?`, [value]);
  if (other !== null && other.id !== but) {
    throw new Problem(409, "taken", `another has this ${field}`, { field, id: other.id });
  }
}
