// What a worker thread can be asked to do, with arguments and results that cross between threads.

import type { CopyJob, CopyResult } from "../copy/copy-table.js";
import type { PlannedTable } from "../plan/plan.js";
import type { SourceCatalog, SourceForeignKey, SourceTable } from "../source/catalog.js";
import type { ResolvedForeignKey } from "../source/foreign-keys.js";
import type { IdRange } from "../source/id-range.js";
import type { ColumnNeeds, ColumnProfile, KeyRange, TableLimits } from "../source/profile.js";
import type { TargetSettings } from "../target/settings.js";
import type { TableComparison } from "../verify/comparison.js";
import type { Sample } from "../verify/sample.js";

export interface WorkerSettings {
  sourcePath: string;
  /** Null where only the source is read. */
  target: TargetSettings | null;
}

export interface Tasks {
  /** Opens the source and begins a read transaction that sees one state of the file until `release`. */
  snapshot: { args: Record<string, never>; result: null };
  release: { args: Record<string, never>; result: null };
  measure: {
    args: { table: SourceTable };
    result: {
      ranges: KeyRange[];
      payloadBytes: number;
      largestRowBytes: number;
      ids: IdRange | null;
      /** Null for a virtual table. */
      rows: number | null;
      damage: SourceCatalog["indexDamage"];
      limits: TableLimits;
    };
  };
  profile: {
    args: { table: SourceTable; needs: ColumnNeeds[]; range: KeyRange; largestRowBytes: number };
    result: ColumnProfile[];
  };
  orphans: {
    args: { table: SourceTable; key: SourceForeignKey; resolved: ResolvedForeignKey; folds?: boolean };
    result: number;
  };
  copy: { args: CopyJob; result: CopyResult };
  verify: {
    args: {
      schema: string;
      table: PlannedTable;
      /** Null compares the whole table as a multiset. */
      range: KeyRange | null;
      sample: Sample | null;
      /** How the table stands in a FROM (source/table-scan.ts). */
      from: string;
      /** Whether a codec may meet values that it would change (verify/table-sides.ts). */
      mayMisfit: boolean;
    };
    result: TableComparison;
  };
}

export type TaskName = keyof Tasks;

export interface Request {
  id: number;
  name: TaskName;
  args: Tasks[TaskName]["args"];
}

/** An error as it crosses between threads: an OutgrowError by its parts, anything else by its stack. */
export interface ThrownError {
  outgrow: { code: string; message: string; hint: string | undefined } | null;
  stack: string;
}

export type Reply =
  | { id: number; kind: "progress"; rows: number; bytes: number }
  | { id: number; kind: "done"; result: Tasks[TaskName]["result"] }
  | { id: number; kind: "failed"; error: ThrownError };
