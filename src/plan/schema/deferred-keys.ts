// Foreign keys that are checked at the end of the transaction: only DEFERRABLE INITIALLY DEFERRED is, every other spelling
// is immediate ("SQLite Foreign Key Support" section 4.2).

import type { CreateTable, Deferral } from "../../sql/ast.js";
import type { TableDraft } from "../make-table.js";
import { targetNames } from "../target-names.js";

export function deferKeys({ planned }: TableDraft, declared: CreateTable): void {
  for (const { columns, deferred } of declaredKeys(declared)) {
    const names = targetNames(planned, columns).join("\0");
    for (const one of planned.foreignKeys.filter(() => deferred)) {
      if (one.definition === null && one.columns.join("\0") === names) {
        one.deferred = true;
      }
    }
  }
}

interface DeclaredKey {
  columns: string[];
  deferred: boolean;
}

/**
 * In the order of their declaration. A clause among a column's constraints is about the key that was declared last, which
 * may be another column's (sqlite3DeferForeignKey in build.c).
 */
export function declaredKeys(table: CreateTable): DeclaredKey[] {
  const keys: DeclaredKey[] = [];
  for (const { name, constraints } of table.columns) {
    for (const one of constraints) {
      const last = keys.at(-1);
      if (one.kind === "references") {
        keys.push({ columns: [name], deferred: isDeferred(one.key) });
      } else if (one.kind === "deferral" && last !== undefined) {
        last.deferred = isDeferred(one);
      }
    }
  }
  for (const one of table.constraints) {
    if (one.kind === "foreignKey") {
      keys.push({ columns: one.columns, deferred: isDeferred(one.key) });
    }
  }
  return keys;
}

function isDeferred({
  deferrable,
  initially,
}: {
  deferrable: boolean | null;
  initially: Deferral["initially"];
}): boolean {
  return deferrable === true && initially === "deferred";
}
