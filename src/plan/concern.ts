// A concern: a finding while it is still being decided, together with what each of its choices would do.

import type { Choice, Finding, Severity, Step } from "./finding.js";
import type { FindingCode } from "./finding-codes.js";
import type { PlannedColumn, Substitution } from "./plan.js";

/** What a choice changes in the plan; all of it optional, so that one choice may do several things. */
export interface Effect {
  /** The column's type and codec. */
  column?: Partial<Pick<PlannedColumn, "type" | "codec" | "collation" | "notNull" | "why">>;
  substitution?: Omit<Substitution, "code">;
  /** SQLite predicate of the rows that go to quarantine. */
  setAside?: string;
  /** Leaves the constraint named by the concern's `object` unvalidated, or out. */
  constraint?: "not-valid" | "leave-out";
  /** Columns that the target does not get; their values stand in outgrow.originals. */
  keepAside?: readonly string[];
  /** Leaves the whole table out. */
  leaveOutTable?: boolean;
  existingRows?: "replace" | "keep";
}

export interface ConcernChoice extends Omit<Choice, "options"> {
  effect: Effect;
  /** The options to type where it is no `--decide`. */
  options?: string[];
}

export interface Concern {
  code: FindingCode;
  severity: Severity;
  table: string | null;
  column: string | null;
  object: string | null;
  /** Rows concerned; 0 where the move is to count those of `where`. */
  count: number;
  reason: string;
  /** SQLite predicate of the rows concerned, by which the move fetches examples; null where rows say nothing. */
  where: string | null;
  choices: ConcernChoice[];
  steps?: readonly Step[];
  /** The choice outgrow takes by itself because it loses nothing; null where a person must decide. */
  automatic: string | null;
}

/** A concern that only informs. */
export function note(
  severity: "warning" | "note",
  code: FindingCode,
  about: { table?: string; column?: string; object?: string; count?: number; where?: string },
  reason: string,
): Concern {
  return {
    code,
    severity,
    table: about.table ?? null,
    column: about.column ?? null,
    object: about.object ?? null,
    count: about.count ?? 1,
    reason,
    where: about.where ?? null,
    choices: [],
    automatic: null,
  };
}

/** A concern is open while it stops the move: a blocker for which no choice was taken. */
export function isOpen(finding: Finding): boolean {
  return finding.severity === "blocker" && finding.decided === null;
}
