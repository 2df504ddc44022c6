// WITH: tables that a statement makes for itself, also those that read themselves ("The WITH Clause").

import { quoteName } from "../../base/quote.js";
import type { CommonTable, Select } from "../ast.js";
import { lowerAscii } from "../sql-tokens.js";
import { derived } from "./from.js";
import type { Meanings } from "./meaning.js";
import { type Scope, subselect, type TranslatedSelect } from "./scope.js";
import { asValue } from "./typed.js";

export function withTables(tables: Select["with"], outer: Scope): { sql: string; meanings: Meanings } {
  if (tables === null) {
    return { sql: "", meanings: outer.meanings };
  }
  const meanings = new Map(outer.meanings);
  const parts = tables.tables.map((table) => {
    const name = quoteName(table.name);
    const select = commonTable(table, { ...outer, meanings });
    const columns = table.columns === null ? "" : ` (${table.columns.map(quoteName).join(", ")})`;
    meanings.set(
      lowerAscii(table.name),
      derived(table.name, name, select.columns, table.columns ?? undefined),
    );
    const hint =
      table.materialized === null ? "" : table.materialized ? "materialized " : "not materialized ";
    return `${name}${columns} as ${hint}(${select.sql})`;
  });
  // SQLite lets a table refer to itself without the word.
  return { sql: `with recursive ${parts.join(", ")} `, meanings };
}

/** A table that reads itself gets its columns from its first part, which cannot. */
function commonTable(table: CommonTable, scope: Scope): TranslatedSelect {
  const [first, ...rest] = table.select.parts;
  if (first === undefined || rest.length === 0 || (first.core.kind === "values" && rest.length === 0)) {
    return subselect(table.select, scope);
  }
  const meanings = new Map(scope.meanings);
  meanings.delete(lowerAscii(table.name));
  const start = subselect(
    { ...table.select, parts: [first], orderBy: [], limit: null, offset: null },
    { ...scope, meanings },
  );
  const own = derived(
    table.name,
    quoteName(table.name),
    start.columns.map(({ name, value }) => ({ name, value: { ...asValue(value), literal: null } })),
    table.columns ?? undefined,
  );
  meanings.set(lowerAscii(table.name), own);
  return subselect(table.select, { ...scope, meanings });
}
