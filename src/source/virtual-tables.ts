// What is known of virtual tables: which hold rows of their own, and what an R-Tree's columns are.

import type { SourceTable } from "./catalog.js";
import { contentOf } from "./full-text.js";

/**
 * A full-text index over another table's text (FTS3/4/5 with `content=`), or over text it does not keep: its rows
 * are not its own, or cannot be read back ("SQLite FTS5 Extension" 4.4, "FTS3 and FTS4 Extensions" 6.2).
 */
export function isIndexOfOthers(table: Pick<SourceTable, "module">): boolean {
  return contentOf(table) !== null;
}

export interface RTree {
  /** The column of the id, a 64-bit integer that is given out where it is NULL. */
  id: string;
  /** Lower and upper bound of each dimension, one to five of them. */
  dimensions: { least: string; most: string }[];
  /** rtree_i32 keeps 32-bit integers; rtree 32-bit floats, the lower bound rounded down and the upper one up. */
  integers: boolean;
}

/** The R-Tree that the table is; null where it is none ("The SQLite R*Tree Module" 3). */
export function rtreeOf(table: Pick<SourceTable, "module" | "columns">): RTree | null {
  const module = table.module?.name.toLowerCase();
  const [id, ...others] = table.columns;
  if ((module !== "rtree" && module !== "rtree_i32") || id === undefined) {
    return null;
  }
  // Auxiliary columns, written with a plus sign, stand behind the bounds (3.1).
  const auxiliary = table.module?.arguments.filter((argument) => argument.startsWith("+")).length ?? 0;
  const bounds = others.slice(0, others.length - auxiliary);
  const dimensions = Array.from({ length: Math.floor(bounds.length / 2) }, (_, i) => ({
    least: bounds[2 * i]?.name ?? "",
    most: bounds[2 * i + 1]?.name ?? "",
  }));
  return { id: id.name, dimensions, integers: module === "rtree_i32" };
}
