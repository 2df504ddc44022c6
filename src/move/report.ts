// What a move reports: the document that `--json` prints, kept stable, and the sums that must add up.

import type { Finding } from "../plan/finding.js";
import type { Conversion } from "../plan/plan.js";
import type { StructureDifference } from "../verify/check-structure.js";
import type { Difference } from "../verify/comparison.js";
import type { Proof } from "../verify/proof/proof.js";

export type MoveResult = "moved" | "blocked" | "differs" | "interrupted" | "failed" | "planned";

export interface TableReport {
  source: string;
  /** Schema-qualified, unquoted. */
  target: string;
  /** Rows that moved, rows set aside, values substituted, rows compared without a difference, none substituted. */
  rows: number;
  setAside: number;
  substituted: number;
  verified: number;
  /** Rows that were in the target before and stayed. */
  kept: number;
  /** Each column before and after. */
  columns: { source: string; declared: string; target: string; type: string; codec: string; why: string }[];
}

export interface VerifiedReport {
  rows: number;
  values: number;
  differences: number;
  /** At most 20 a table. */
  examples: (Difference & { table: string })[];
  structure: StructureDifference[];
  /** Of what the plan converted: CHECKs, defaults, generated columns, indexes, views, triggers. */
  proofs: Proof[];
  /** What was not compared, and why. */
  notes: string[];
}

export interface MoveReport {
  result: MoveResult;
  source: string;
  target: string;
  tables: TableReport[];
  findings: Finding[];
  /** Null where nothing was verified. */
  /** What the source's schema has besides tables and foreign keys, and what becomes of it. */
  conversions: Conversion[];
  verified: VerifiedReport | null;
  /** Wall-clock seconds by part, and in all. */
  seconds: Record<string, number>;
  bytes: number;
  warnings: string[];
  /** Whether an earlier run of the same move was gone on with. */
  resumed: boolean;
}
