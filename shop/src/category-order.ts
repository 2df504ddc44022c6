// The order of categories beside one another, for customers and admins.

import { searchText } from "./search-text.js";

interface Placed {
  id: number;
  name: string;
  sort_order: number | null;
}

/** By sort_order, then by name as searches compare it; a text is folded once a row, not once a comparison. */
export const inOrder = <T extends Placed>(rows: readonly T[]): T[] =>
  rows
    .map((row) => ({ row, sort: row.sort_order ?? 0, text: searchText(row.name) }))
    .sort((a, b) => a.sort - b.sort || compare(a.text, b.text) || a.row.id - b.row.id)
    .map(({ row }) => row);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
