// Why PostgreSQL cannot have a key or an index as the source has it, and what is done about rows that it forbids.

import { quoteName } from "../base/quote.js";
import type { SourceIndex } from "../source/catalog.js";
import { asBytes, duplicateGroups } from "../source/duplicate-groups.js";
import { tableScan } from "../source/table-scan.js";
import type { TableDraft } from "./make-table.js";
import type { PlannedColumn, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts } from "./plan-input.js";
import { entryBytes, LONGEST_KEY_BYTES } from "./schema/long-keys.js";

/** PostgreSQL's limit of columns in an index (Appendix K). */
const MOST_KEY_COLUMNS = 32;

/** Why PostgreSQL cannot have the index; null where it can. */
export function obstacleTo(
  draft: TableDraft,
  facts: PlanFacts,
  columns: readonly string[],
  index: SourceIndex | undefined,
  unique: boolean,
): string | null {
  const blurred = unique ? blurredColumn(draft.planned, columns) : undefined;
  if (blurred !== undefined) {
    return `values of different storage classes become alike in "${blurred.source}", so it cannot be unique`;
  }
  if (columns.length > MOST_KEY_COLUMNS) {
    return `it has ${columns.length} columns; an index of PostgreSQL takes ${MOST_KEY_COLUMNS}`;
  }
  const bytes = entryBytes(draft, facts, index?.name);
  return bytes > LONGEST_KEY_BYTES
    ? `its longest entry has ${bytes} bytes; a B-tree of PostgreSQL takes about ${LONGEST_KEY_BYTES}`
    : null;
}

/** Rows that a damaged index let in although it was to keep them out: PostgreSQL would not build it over them. */
export function raiseDuplicates(
  { table, planned }: TableDraft,
  index: SourceIndex,
  facts: PlanFacts,
  ledger: Ledger,
): "leave-out" | null {
  const damage = facts.catalog.indexDamage.find((one) => one.index === index.name && one.duplicates > 0);
  if (damage === undefined) {
    return null;
  }
  const columns = index.columns.map((column) => quoteName(column.name ?? ""));
  const names = columns.join(", ");
  const key = columns.map(asBytes).join(", ");
  const where = `(${key}) in (select ${names} from (${duplicateGroups(table, index)}))`;
  const later =
    table.rowidName === null
      ? null
      : `${where} and ${table.rowidName} not in (select min(${table.rowidName}) from ${tableScan(table)} group by ${key})`;
  const effect = ledger.raise({
    code: "unique-violated",
    severity: "blocker",
    table: table.name,
    column: null,
    object: index.name,
    count: damage.duplicates,
    reason: `the index is damaged, and ${damage.duplicates} rows have the values of an earlier one in ${names}`,
    where,
    automatic: null,
    choices: [
      {
        name: "leave-out",
        does: "all rows move; the target has no such unique key",
        recommended: true,
        effect: { constraint: "leave-out" },
      },
      ...(later === null
        ? []
        : [
            {
              name: "set-aside",
              does: "the first row of each moves; the later ones stand whole in outgrow.quarantine",
              recommended: false,
              effect: { setAside: later },
            },
          ]),
    ],
  });
  if (effect.setAside !== undefined) {
    planned.setAside.push({ code: "unique-violated", predicate: effect.setAside });
  }
  return effect.constraint === "leave-out" ? "leave-out" : null;
}

/** A column in which 1 and '1', 'a' and x'61', or two spellings of a UUID become one value (NULLs do not); a unique key over it could be violated. */
function blurredColumn(planned: PlannedTable, columns: readonly string[]): PlannedColumn | undefined {
  const isBlurred = (column: PlannedColumn) =>
    column.substitutions.some(
      (one) =>
        one.replacement !== "null" &&
        /^(?:bytes-and-text|number-or-text|text-not-storable|type-from-values)$/.test(one.code),
    );
  return planned.columns.find((column) => columns.includes(column.target) && isBlurred(column));
}

/** Why PostgreSQL cannot have the index, whatever its keys are; null where nothing speaks against it. */
export function whyNotIndex({ table, planned }: TableDraft, index: SourceIndex): string | null {
  const reads = (name: string) => index.columns.some((column) => column.name === name);
  const lost = table.uncomputable.find(({ name }) => reads(name));
  if (lost !== undefined) {
    return `it is on "${lost.name}", which SQLite cannot compute`;
  }
  return planned.columns.some((column) => reads(column.source) && column.type === "json")
    ? "it is on a json column, which has no order in PostgreSQL"
    : null;
}
