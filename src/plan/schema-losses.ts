// What the move does not carry: each as a finding, so that nothing is dropped in silence.

import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import { isIndexOfOthers, rtreeOf } from "../source/virtual-tables.js";
import { tokenize } from "../sql/sql-tokens.js";
import { note } from "./concern.js";
import type { Ledger, PlanOptions } from "./plan-input.js";
import { isSelected } from "./select-tables.js";

export function describeSchemaLosses(
  catalog: SourceCatalog,
  selected: readonly SourceTable[],
  options: Pick<PlanOptions, "include" | "exclude">,
  ledger: Ledger,
): void {
  for (const table of selected) {
    describeTable(table, ledger);
  }
  for (const table of catalog.tables.filter(isIndexOfOthers)) {
    ledger.raise(
      note(
        "warning",
        "search-index-not-carried",
        { table: table.name, object: table.module?.name ?? "" },
        "it is a full-text index over rows that stand elsewhere; search indexes are not carried yet",
      ),
    );
  }
  for (const { name, reason } of catalog.unreadable) {
    if (isSelected(name, options)) {
      ledger.raise({
        code: "unreadable-table",
        severity: "blocker",
        table: name,
        column: null,
        object: null,
        count: 1,
        reason: `SQLite cannot read it: ${reason}`,
        where: null,
        automatic: null,
        choices: [
          {
            name: "leave-out",
            does: "the move goes on without it",
            recommended: true,
            effect: { leaveOutTable: true },
          },
        ],
      });
    }
  }
  for (const damage of catalog.indexDamage) {
    ledger.raise(
      note(
        "warning",
        "index-damaged",
        { table: damage.table, object: damage.index },
        `${damage.reason}; rows are read by table scan, which does not use it`,
      ),
    );
  }
}

/** The first ON CONFLICT of the table's constraints that is not ABORT, which is what PostgreSQL does. */
function conflictClause(table: SourceTable): string | null {
  const words = tokenize(table.sql).map((token) => (token.kind === "word" ? token.value.toUpperCase() : ""));
  const at = words.findIndex(
    (word, i) =>
      word === "ON" &&
      words[i + 1] === "CONFLICT" &&
      /^(REPLACE|IGNORE|FAIL|ROLLBACK)$/.test(words[i + 2] ?? ""),
  );
  return at < 0 ? null : (words[at + 2] ?? null);
}

function describeTable(table: SourceTable, ledger: Ledger): void {
  for (const { name, reason } of table.uncomputable) {
    ledger.raise(
      note(
        "warning",
        "generated-not-computed",
        { table: table.name, column: name },
        `SQLite cannot compute the column (${reason}); nothing is stored in it, so nothing of it moves`,
      ),
    );
  }
  const clause = conflictClause(table);
  if (clause !== null) {
    ledger.raise(
      note(
        "warning",
        "conflict-clause-not-carried",
        { table: table.name },
        `its keys say ON CONFLICT ${clause}; in PostgreSQL a row that violates them is an error, unless the INSERT itself says ON CONFLICT`,
      ),
    );
  }
  if (table.kind === "virtual" && rtreeOf(table) === null) {
    ledger.raise(
      note(
        "warning",
        "virtual-table",
        { table: table.name, object: table.module?.name ?? "" },
        `its rows move into an ordinary table; what the module ${table.module?.name} does with them is not carried yet, nor its rowids (docid) and hidden columns`,
      ),
    );
  }
}
