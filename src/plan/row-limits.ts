// Tables whose rows are too wide, too long or of too many columns for PostgreSQL, and what may be done about it.

import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { ColumnProfile, TableProfile } from "../source/profile.js";
import type { Concern } from "./concern.js";
import type { PlannedTable } from "./plan.js";
import type { Ledger } from "./plan-input.js";

/** PostgreSQL's limit of columns (Appendix K). */
const MOST_COLUMNS = 1600;

/**
 * What a COPY line may measure: PostgreSQL gathers it in one buffer of at most 1 GB (MaxAllocSize), and SQLite
 * makes it as one value of at most 1e9 bytes. A blob travels as twice its size in hexadecimal.
 */
const LONGEST_LINE_BYTES = 1_000_000_000;

/** The most a row may take in a page of 8 kB, without its own header (MaxHeapTupleSize, htup_details.h). */
const WIDEST_ROW_BYTES = 8160 - 24;

/** Columns that do not fit the rows are left out by a decision, their values kept aside. */
export function raiseLimits(
  planned: PlannedTable,
  table: SourceTable,
  profile: TableProfile,
  widestRowBytes: number,
  created: boolean,
  ledger: Ledger,
): void {
  const about = { table: table.name, column: null, object: null, where: null, automatic: null };
  const leaveOut = {
    name: "leave-out",
    does: "the table is not moved",
    recommended: false,
    options: ["--exclude", table.name],
    effect: {},
  };
  const raise = (concern: Pick<Concern, "code" | "count" | "reason">, aside: readonly string[]) => {
    const keepAside = {
      name: "keep-aside",
      does: `the last columns (${aside.length}, from "${aside[0]}") are not in the target; their values stand in outgrow.originals`,
      recommended: true,
      effect: { keepAside: aside },
    };
    const choices = created && aside.length > 0 ? [keepAside, leaveOut] : [leaveOut];
    const effect = ledger.raise({ ...about, severity: "blocker", ...concern, choices });
    planned.leftOut.push(...(effect.keepAside ?? []).map((source) => ({ source, code: concern.code })));
  };
  if (created && table.columns.length > MOST_COLUMNS) {
    raise(
      {
        code: "too-many-columns",
        count: table.columns.length,
        reason: `the table has ${table.columns.length} columns, PostgreSQL takes ${MOST_COLUMNS}`,
      },
      columnsBeyond(table, profile),
    );
  } else if (widestRowBytes > pageRoom(table.columns.length)) {
    raise(
      {
        code: "row-too-wide",
        count: 1,
        reason: `a row of ${table.columns.length} columns takes ${widestRowBytes} bytes even with long values kept apart; a page of PostgreSQL holds ${pageRoom(table.columns.length)}`,
      },
      columnsBeyond(table, profile),
    );
  }
  const longest = longestLine(profile);
  if (longest > LONGEST_LINE_BYTES) {
    ledger.raise({
      ...about,
      code: "row-too-large",
      severity: "blocker",
      count: 1,
      reason: `a row of ${profile.largestRowBytes} bytes would be a COPY line of up to ${longest}; the limit is ${LONGEST_LINE_BYTES}`,
      choices: [leaveOut],
    });
  }
}

/** With a bit for each column where the row holds a NULL. */
function pageRoom(columns: number): number {
  return WIDEST_ROW_BYTES - Math.ceil(columns / 8);
}

/** The last columns that are part of no key or index, as many as have to go for every row to fit a page. */
function columnsBeyond(table: SourceTable, profile: TableProfile): string[] {
  const tied = new Set(
    [
      ...table.primaryKey,
      ...table.indexes.flatMap((index) => index.columns.map((column) => column.name ?? "")),
      ...table.foreignKeys.flatMap((key) => key.columns),
    ].map((name) => name.toLowerCase()),
  );
  let room = pageRoom(MOST_COLUMNS);
  let left = MOST_COLUMNS;
  const aside: string[] = [];
  const inOrder = table.columns.map((column, i) => ({
    column,
    bytes: widestValueBytes(profile.columns[i], profile.columns[i - 1]),
  }));
  const isTied = ({ column }: { column: SourceColumn }) => tied.has(column.name.toLowerCase());
  for (const one of [...inOrder.filter(isTied), ...inOrder.filter((each) => !isTied(each))]) {
    if (isTied(one) || (one.bytes <= room && left > 0)) {
      room -= one.bytes;
      left -= 1;
    } else {
      aside.push(one.column.name);
    }
  }
  return aside;
}

/** What source/limits.ts counts for a value, at most. */
function widestValueBytes(profile: ColumnProfile | undefined, before: ColumnProfile | undefined): number {
  const hasBytes = (one: ColumnProfile | undefined) => one !== undefined && one.texts + one.blobs > 0;
  if (hasBytes(profile)) {
    return 24;
  }
  const isNumber = profile !== undefined && profile.integers + profile.reals > 0;
  return isNumber ? (hasBytes(before) ? 15 : 8) : 0;
}

/** At most: every byte of the largest row as two hexadecimal digits where the table holds blobs. */
function longestLine(profile: TableProfile): number {
  const doubles = profile.columns.some((column) => column.blobs > 0);
  return profile.largestRowBytes * (doubles ? 2 : 1);
}
