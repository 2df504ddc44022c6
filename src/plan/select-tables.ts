// Which tables of the source take part in the move.

import { OutgrowError } from "../base/errors.js";
import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import { isIndexOfOthers } from "../source/virtual-tables.js";
import type { PlanOptions } from "./plan-input.js";

/** The tables that `--include` and `--exclude` leave, in the order of the file. Throws `usage` for a pattern without a match. */
export function selectTables(
  catalog: SourceCatalog,
  options: Pick<PlanOptions, "include" | "exclude">,
): SourceTable[] {
  for (const pattern of [...options.include, ...options.exclude]) {
    if (
      !catalog.tables.some((table) => matches(pattern, table.name)) &&
      !catalog.unreadable.some((table) => matches(pattern, table.name))
    ) {
      throw new OutgrowError("usage", `no table is called "${pattern}"`, {
        hint: `the tables are ${catalog.tables
          .slice(0, 12)
          .map((table) => table.name)
          .join(", ")}`,
      });
    }
  }
  return catalog.tables.filter((table) => !isIndexOfOthers(table) && isSelected(table.name, options));
}

export function isSelected(name: string, options: Pick<PlanOptions, "include" | "exclude">): boolean {
  return (
    (options.include.length === 0 || options.include.some((pattern) => matches(pattern, name))) &&
    !options.exclude.some((pattern) => matches(pattern, name))
  );
}

function matches(pattern: string, name: string): boolean {
  const regexp = pattern
    .split("*")
    .map((part) => part.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${regexp}$`, "is").test(name);
}
