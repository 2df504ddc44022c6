// A plan read back from the JSON it was stored as: 64-bit integers that became numbers or digits are BigInts again.

import type { Plan, PlannedTable } from "./plan.js";

/** `stored` is what base/json.ts wrote and JSON.parse read; it is trusted, since only outgrow writes it. */
export function revivePlan(stored: unknown): Plan {
  const plan = stored as Plan;
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
