// A plan as it is stored, with what it was asked for, and read back: 64-bit integers that became numbers or digits are BigInts again.

import type { Asked } from "./asked.js";
import type { Plan, PlannedTable } from "./plan.js";

/** What outgrow.moves keeps of a plan. */
export interface StoredPlan extends Plan {
  asked: Asked;
}

/** Null for a plan that a version of outgrow stored which did not keep it. */
export function askedOfStored(stored: unknown): Asked | null {
  return (stored as Partial<StoredPlan>).asked ?? null;
}

/** `stored` is what base/json.ts wrote and JSON.parse read; it is trusted, since only outgrow writes it. */
export function revivePlan(stored: unknown): Plan {
  const { asked: _asked, ...plan } = stored as StoredPlan;
  return { ...plan, tables: plan.tables.map(reviveTable) };
}

function reviveTable(table: PlannedTable): PlannedTable {
  const { nextId, read } = table;
  return {
    ...table,
    nextId: nextId === null ? null : { ...nextId, value: BigInt(nextId.value) },
    read:
      read.by === "scan"
        ? read
        : {
            ...read,
            ranges: read.ranges.map(({ after, upTo }) => ({ after: integer(after), upTo: integer(upTo) })),
          },
  };
}

function integer(stored: bigint | number | string | null): bigint | null {
  return stored === null ? null : BigInt(stored);
}
