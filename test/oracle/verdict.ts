// What the oracle is told and what it answers, as plain data.

/** The part of a move's report that the oracle looks at: where columns went, and what the move owned up to. */
export interface OracleReport {
  tables: {
    source: string;
    target: string;
    rows: number;
    setAside: number;
    substituted: number;
    columns: { source: string; target: string; type: string; codec: string }[];
  }[];
  findings: {
    code: string;
    table: string | null;
    column: string | null;
    object: string | null;
    decided: string | null;
  }[];
}

export interface Disagreement {
  table: string;
  /** The row, in SQLite's words; null where it is about the table. */
  key: string | null;
  column: string | null;
  reason: string;
}

export interface OracleVerdict {
  agrees: boolean;
  disagreements: Disagreement[];
  tables: number;
  rows: number;
  values: number;
  setAside: number;
  substituted: number;
}

/** Collects disagreements about one table. */
export type Disagree = (reason: string, key?: string | null, column?: string | null) => void;

/** One line each, at most `limit`. */
export function describeVerdict({ disagreements }: OracleVerdict, limit = 12): string {
  const lines = disagreements
    .slice(0, limit)
    .map(({ table, key, column, reason }) =>
      [
        JSON.stringify(table),
        key === null ? "" : ` row ${key}`,
        column === null ? "" : ` column ${JSON.stringify(column)}`,
        `: ${reason}`,
      ].join(""),
    );
  const more = disagreements.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n");
}
