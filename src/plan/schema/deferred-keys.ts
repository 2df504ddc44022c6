// Foreign keys that are checked at the end of the transaction: only DEFERRABLE INITIALLY DEFERRED is, every other spelling
// is immediate ("SQLite Foreign Key Support" section 4.2).

import type { CreateTable, References } from "../../sql/ast.js";
import type { TableDraft } from "../make-table.js";
import { targetNames } from "../target-names.js";

export function deferKeys({ planned }: TableDraft, declared: CreateTable): void {
  for (const { columns, key } of declaredKeys(declared)) {
    if (key.deferrable !== true || key.initially !== "deferred") {
      continue;
    }
    const names = targetNames(planned, columns).join("\0");
    for (const one of planned.foreignKeys) {
      if (one.definition === null && one.columns.join("\0") === names) {
        one.deferred = true;
      }
    }
  }
}

function declaredKeys(table: CreateTable): { columns: string[]; key: References }[] {
  return [
    ...table.columns.flatMap((column) =>
      column.constraints.flatMap((one) =>
        one.kind === "references" ? [{ columns: [column.name], key: one.key }] : [],
      ),
    ),
    ...table.constraints.flatMap((one) =>
      one.kind === "foreignKey" ? [{ columns: one.columns, key: one.key }] : [],
    ),
  ];
}
