// What the move does not carry: each as a finding, so that nothing is dropped in silence.

import type { SourceCatalog, SourceTable } from "../source/catalog.js";
import { fullTextOf } from "../source/full-text.js";
import { rtreeOf } from "../source/virtual-tables.js";
import { lowerAscii, tokenize } from "../sql/sql-tokens.js";
import { note } from "./concern.js";
import type { Ledger, PlanOptions } from "./plan-input.js";
import { isSelected } from "./select-tables.js";

export function describeSchemaLosses(
  catalog: SourceCatalog,
  selected: readonly SourceTable[],
  created: readonly SourceTable[],
  options: Pick<PlanOptions, "include" | "exclude">,
  ledger: Ledger,
): void {
  for (const table of selected) {
    describeTable(table, ledger);
  }
  describeIds(created, ledger);
  for (const { name, reason } of catalog.unreadable) {
    if (isSelected(name, options)) {
      ledger.raise({
        code: "unreadable-table",
        severity: "blocker",
        table: name,
        column: null,
        object: null,
        count: 1,
        reason: `SQLite cannot read it: ${reason}${whatIsLeft(catalog, name)}`,
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

/** The rows of a full-text table stand in a table of their own ("SQLite FTS5 Extension" 9), which may be whole where the index is not. */
function whatIsLeft(catalog: SourceCatalog, name: string): string {
  const content = catalog.tables.find((table) => lowerAscii(table.name) === lowerAscii(`${name}_content`));
  return content === undefined ? "" : `; its rows stand in "${content.name}", which moves as it is`;
}

/** One note each for the file: nearly every one has such tables. */
function describeIds(created: readonly SourceTable[], ledger: Ledger): void {
  const withIds = created.filter((table) => table.rowidAlias !== null);
  const reusing = withIds.filter((table) => !table.autoincrement);
  if (withIds.length > 0) {
    const again =
      reusing.length === 0
        ? ""
        : `${reusing.length < withIds.length ? `; ${namesOf(reusing)}, without AUTOINCREMENT, give` : ", and gives"} that id out again once its row is deleted`;
    ledger.raise(
      note(
        "note",
        "ids-go-on",
        { count: withIds.length },
        `${namesOf(withIds)}: SQLite gives a new row the largest id plus one, also after an INSERT that named an id itself${again}; an identity column of PostgreSQL counts for itself: it gives no id out twice, leaves gaps where a transaction is rolled back, and meets ids that INSERTs named (error 23505) unless setval() is called after them`,
      ),
    );
  }
  const keyless = created.filter(({ kind, primaryKey }) => kind === "table" && primaryKey.length === 0);
  if (keyless.length > 0) {
    ledger.raise(
      note(
        "note",
        "rowid-not-carried",
        { count: keyless.length },
        `${namesOf(keyless)}: without a primary key, and rowids do not move; SQL that names rowid needs a key of the table's own, made in SQLite before the move`,
      ),
    );
  }
}

/** The first names, and how many more there are. */
function namesOf(tables: readonly SourceTable[]): string {
  const shown = tables.slice(0, 5).map(({ name }) => `"${name}"`);
  return [...shown, ...(tables.length > 5 ? [`${tables.length - 5} more`] : [])].join(", ");
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
  if (table.kind === "virtual" && rtreeOf(table) === null && fullTextOf(table) === null) {
    ledger.raise(
      note(
        "warning",
        "virtual-table",
        { table: table.name, object: table.module?.name ?? "" },
        `its rows move into an ordinary table; what the module ${table.module?.name} does with them is not carried, nor its rowids and hidden columns`,
      ),
    );
  }
}
