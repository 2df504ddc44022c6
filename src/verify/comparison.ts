// What a comparison of one table found, as plain data; comparisons of parts of a table add up.

/** How many differences of a table are kept; all are counted. */
const KEPT_DIFFERENCES = 20;

/**
 * One way in which source and target differ. `key` is the printable key of the row, or the row itself where the
 * table has no key; `column` is the source's name; values are printable and shortened, null is NULL.
 */
export type Difference =
  | { kind: "value"; key: string; column: string; source: string | null; target: string | null }
  /** The row is in the source alone, in the target alone, or in the target more often than in the source. */
  | { kind: "missing" | "extra" | "doubled"; key: string };

export interface TableComparison {
  /** Rows of the source that were looked for in the target. */
  rows: number;
  /** Fields compared: NULLs included, substituted ones and those of missing rows not. */
  values: number;
  /** Fields that hold another value by a decision; that value was compared, but is not counted as verified. */
  substituted: number;
  /** Rows with such a field: what they were is not in the target, so they are not verified. */
  substitutedRows: number;
  /** The first differences, at most 20. */
  differences: Difference[];
  /** All of them: a wrong value counts one, a row that is missing, extra or doubled counts one. */
  differenceCount: number;
  /** Rows of the target that were there before (existing rows: keep). */
  kept: number;
  /** How many parts of the table were compared, where not all were. */
  sampled: { parts: number; of: number } | null;
  /** What could not be told, each one sentence. */
  notes: string[];
}

export function emptyComparison(): TableComparison {
  return {
    rows: 0,
    values: 0,
    substituted: 0,
    substitutedRows: 0,
    differences: [],
    differenceCount: 0,
    kept: 0,
    sampled: null,
    notes: [],
  };
}

/** Counts a difference, and keeps it while there is room; it is described only then. */
export function addDifference(to: TableComparison, describe: () => Difference): void {
  to.differenceCount += 1;
  if (to.differences.length < KEPT_DIFFERENCES) {
    to.differences.push(describe());
  }
}

/** The comparison of two parts of one table taken together. */
export function mergeComparisons(a: TableComparison, b: TableComparison): TableComparison {
  return {
    rows: a.rows + b.rows,
    values: a.values + b.values,
    substituted: a.substituted + b.substituted,
    substitutedRows: a.substitutedRows + b.substitutedRows,
    differences: [...a.differences, ...b.differences].slice(0, KEPT_DIFFERENCES),
    differenceCount: a.differenceCount + b.differenceCount,
    kept: a.kept + b.kept,
    sampled:
      a.sampled && b.sampled
        ? { parts: a.sampled.parts + b.sampled.parts, of: a.sampled.of + b.sampled.of }
        : (a.sampled ?? b.sampled),
    notes: [...new Set([...a.notes, ...b.notes])],
  };
}
