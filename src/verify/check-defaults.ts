// Checks that columns have the default that the plan gave them, where both are literals; PostgreSQL prints expressions
// in a form of its own.

import type { ClientBase } from "pg";
import type { PlannedColumn, PlannedTable } from "../plan/plan.js";
import type { StructureDifference } from "./check-structure.js";
import type { FoundColumn } from "./read-structure.js";
import { typeName } from "./type-names.js";

/** A quoted text, a number or a word, with casts and parentheses around. Nothing else is ever run. */
const LITERAL =
  /^\(*-?(?:'(?:[^']|'')*'|\d[\d.]*(?:e[+-]?\d+)?|\.\d+|true|false|null)\)*(?:::[a-z][a-z ]*(?:\(\d+(?:,\d+)?\))?\)*)*$/i;

/** A call or one of SQL's words for the time, in a default without its texts and casts. */
const EXPRESSION = /[a-z_]\w*\s*\(|\bcurrent_|\blocaltime/i;

export async function checkDefaults(
  client: ClientBase,
  table: PlannedTable,
  columns: readonly FoundColumn[],
): Promise<StructureDifference[]> {
  const differences: StructureDifference[] = [];
  for (const column of table.columns) {
    const here = columns.find((one) => one.column === column.target);
    const { defaultSql } = column;
    if (defaultSql === null || here === undefined || here.defaultSql === null) {
      continue;
    }
    if (typeName(here.type) === typeName(column.type) && !(await isAsPlanned(client, defaultSql, here))) {
      differences.push(difference(table, column, defaultSql, here.defaultSql));
    }
  }
  return differences;
}

async function isAsPlanned(client: ClientBase, planned: string, here: FoundColumn): Promise<boolean> {
  const found = here.defaultSql ?? "";
  const areLiterals = { planned: LITERAL.test(planned), found: LITERAL.test(found) };
  if (areLiterals.planned !== areLiterals.found) {
    return !isExpression(areLiterals.planned ? found : planned);
  }
  if (!areLiterals.planned || bare(planned) === bare(found)) {
    return true;
  }
  const { rows } = await client.query<{ same: boolean }>(
    `select (${planned})::${here.type}::text is not distinct from (${found})::${here.type}::text as same`,
  );
  return rows[0]?.same === true;
}

function isExpression(sql: string): boolean {
  return EXPRESSION.test(bare(sql.replace(/'(?:[^']|'')*'/g, "''")));
}

function bare(sql: string): string {
  return sql.replace(/::[a-z][a-z ]*(?:\(\d+(?:,\d+)?\))?/gi, "").trim();
}

function difference(
  table: PlannedTable,
  column: PlannedColumn,
  planned: string,
  found: string,
): StructureDifference {
  return {
    object: `column ${table.target}.${column.target}`,
    expected: `default ${planned}`,
    found: `default ${found}`,
  };
}
