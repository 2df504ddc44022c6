// Indexes with entries that are too long for a B-tree of PostgreSQL, which takes a third of a page; SQLite has no limit.

import { quoteName } from "../../base/quote.js";
import type { SourceIndex } from "../../source/catalog.js";
import { Untranslatable } from "../../sql/translate/meaning.js";
import type { TableDraft } from "../make-table.js";
import type { PlannedIndex } from "../plan.js";
import type { Ledger, PlanFacts } from "../plan-input.js";
import type { IndexKeys } from "./index-keys.js";

/** A B-tree takes 2,704 bytes with its own header for an entry (nbtree README). */
export const LONGEST_KEY_BYTES = 2680;

export function entryBytes(draft: TableDraft, facts: PlanFacts, index: string | undefined): number {
  return facts.limits.get(draft.table.name)?.keyBytes[index ?? ""] ?? 0;
}

/**
 * The keys as they are where they fit. Of one column that is too long, what still finds or keeps apart equal values: a hash
 * index, or a unique index over md5(). Throws Untranslatable where it is left out.
 */
export function fittingKeys(
  draft: TableDraft,
  facts: PlanFacts,
  index: SourceIndex,
  keys: IndexKeys,
  ledger: Ledger,
): IndexKeys & Pick<PlannedIndex, "method"> {
  const bytes = entryBytes(draft, facts, index.name);
  const column = draft.planned.columns.find(({ target }) => target === keys.columns[0]);
  const isOne =
    keys.keys === null && keys.columns.length === 1 && /^(?:text|bytea)$/.test(column?.type ?? "");
  if (bytes <= LONGEST_KEY_BYTES || !isOne) {
    return keys;
  }
  const effect = ledger.raise({
    code: "index-too-long",
    severity: "warning",
    table: draft.table.name,
    column: null,
    object: index.name,
    count: 1,
    reason: `its longest entry has ${bytes} bytes; a B-tree of PostgreSQL takes about ${LONGEST_KEY_BYTES}`,
    where: null,
    automatic: index.unique ? "md5" : "hash",
    choices: [
      index.unique
        ? {
            name: "md5",
            does: "a unique index over md5() of the column keeps its values apart; ON CONFLICT has to name md5(), too",
            recommended: true,
            effect: {},
          }
        : {
            name: "hash",
            does: "a hash index finds equal values, and neither ranges nor an order",
            recommended: true,
            effect: {},
          },
      {
        name: "leave-out",
        does: "the target has no such index",
        recommended: false,
        effect: { constraint: "leave-out" },
      },
    ],
  });
  if (effect.constraint === "leave-out") {
    throw new Untranslatable(`its longest entry has ${bytes} bytes, and it is left out by a decision`);
  }
  return index.unique
    ? { ...keys, keys: [`md5(${quoteName(keys.columns[0] ?? "")})`] }
    : { ...keys, method: "hash" };
}
