// Categories as a tree in which each is found, however their parents stand.

import { inOrder } from "../category-order.js";

export interface CategoryRow {
  id: number;
  name: string;
  slug: string;
  description: string | null;
  icon: string | null;
  image: string | null;
  parent_id: number | null;
  sort_order: number | null;
  is_active: boolean | null;
  products: number;
}

export interface AdminCategory {
  id: number;
  name: string;
  slug: string;
  description: string | null;
  icon: string | null;
  image: string | null;
  parentId: number | null;
  sortOrder: number;
  isActive: boolean;
  /** In this one itself, whatever their status. */
  productCount: number;
  children: AdminCategory[];
}

/**
 * A category whose parent is gone stands at the top, and so does one of each ring: a SQLite without foreign keys may hold
 * either, and only what is seen can be put right.
 */
export function categoryForest(rows: readonly CategoryRow[]): AdminCategory[] {
  const ordered = inOrder(rows);
  const ids = new Set(rows.map((row) => row.id));
  const placed = new Set<number>();
  const place = (row: CategoryRow): AdminCategory => {
    placed.add(row.id);
    return {
      ...shown(row),
      children: ordered.filter((one) => one.parent_id === row.id && !placed.has(one.id)).map(place),
    };
  };
  const roots = ordered.filter(({ parent_id }) => parent_id === null || !ids.has(parent_id)).map(place);
  const inRings = ordered.flatMap((row) => (placed.has(row.id) ? [] : [place(row)]));
  return [...roots, ...inRings];
}

const shown = (row: CategoryRow): Omit<AdminCategory, "children"> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  icon: row.icon,
  image: row.image,
  parentId: row.parent_id,
  sortOrder: row.sort_order ?? 0,
  isActive: row.is_active === true,
  productCount: Number(row.products),
});
