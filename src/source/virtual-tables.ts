// Which virtual tables hold rows of their own.

import type { SourceTable } from "./catalog.js";

/**
 * A full-text index over another table's text (FTS3/4/5 with `content=`), or over text it does not keep: its rows
 * are not its own, or cannot be read back ("SQLite FTS5 Extension" 4.4, "FTS3 and FTS4 Extensions" 6.2).
 */
export function isIndexOfOthers(table: Pick<SourceTable, "module">): boolean {
  return (
    table.module !== null &&
    /^fts[345]$/i.test(table.module.name) &&
    table.module.arguments.some((argument) => /^\s*content\s*=/i.test(argument))
  );
}
