// Reads what is really in the columns of a range of rows, with as few passes and aggregates as are sound.

import type { Database } from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceColumn, SourceTable } from "./catalog.js";
import {
  ALL_CLASSES,
  asksForDecimalsAlone,
  type Belief,
  COUNT_OF,
  isFilledText,
  likelyClasses,
  type ProfiledColumn,
} from "./column-aggregates.js";
import { emptyProfile, mergeProfiles } from "./merge-profiles.js";
import type { Source } from "./open-source.js";
import { rangeCondition, splitRange } from "./plan-ranges.js";
import type { ColumnNeeds, ColumnProfile, KeyRange } from "./profile.js";
import { chunkQuery, profileChunk } from "./profile-chunk.js";
import { namingTable } from "./read-errors.js";
import { tableScan } from "./table-scan.js";
import type { Rows } from "./text-profile.js";

/** Rows whose texts are joined into one value: enough that calls cost nothing, few enough to stay in the cache. */
const CHUNK_ROWS = 8192;
/** Rows of the first chunk of a table, which may have to be read twice. */
const FIRST_ROWS = 256;
/** What the texts of a chunk may come to. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** Fewer rows than this in a chunk are not worth joining. */
const FEWEST_ROWS = 16;
/** SQLite allows 2,000 result columns; the profile of one column takes up to 20. */
const COLUMNS_AT_ONCE = 80;

/** What the ranges of a table that were read before have taught, by the table's name: a wrong belief costs a second look. */
export type Beliefs = Map<string, readonly Belief[]>;

/**
 * Profiles the rows of a range; `needs` is parallel to the table's columns, and so is the result. A table without
 * a rowid has one range, the whole. `largestRowBytes` (tableSize) bounds the memory: at most 16 MB of texts at a
 * time, or one row. Throws `source-corrupt` where the table is damaged.
 */
export function profileRange(
  source: Source,
  table: SourceTable,
  needs: readonly ColumnNeeds[],
  range: KeyRange,
  largestRowBytes: number,
  beliefs: Beliefs = new Map(),
): ColumnProfile[] {
  const learned = beliefs.get(table.name);
  const columns = table.columns.map((column, i) => {
    const asked = needs[i] ?? {};
    const belief = learned?.[i] ?? firstBelief(table, column);
    const decimal = belief.decimal && asksForDecimalsAlone({ needs: asked, classes: belief.classes });
    return { column, needs: asked, ...belief, decimal };
  });
  const profiles: ColumnProfile[] = [];
  const now: Belief[] = [];
  for (let first = 0; first < columns.length; first += COLUMNS_AT_ONCE) {
    const some = columns.slice(first, first + COLUMNS_AT_ONCE);
    const found = namingTable(source.path, table.name, () =>
      profileColumns(source, table, some, range, largestRowBytes, learned === undefined),
    );
    profiles.push(...found.profiles);
    now.push(...found.columns);
  }
  beliefs.set(
    table.name,
    now.map(({ classes, mayBeNull, plain, decimal }) => ({ classes, mayBeNull, plain, decimal })),
  );
  return profiles;
}

/** `is true` asks for a column where the table has one of that name. */
function canAskIsTrue({ columns }: SourceTable): boolean {
  return !columns.some(({ name }) => /^(?:true|false)$/i.test(name));
}

function firstBelief(table: SourceTable, column: SourceColumn): Belief {
  const classes = likelyClasses(table, column);
  return {
    classes,
    mayBeNull: !column.notNull && column.name !== table.rowidAlias,
    plain: hasOnlyTexts({ classes }),
    decimal: column.affinity !== "BLOB" && canAskIsTrue(table),
  };
}

function profileColumns(
  source: Source,
  table: SourceTable,
  believed: ProfiledColumn[],
  range: KeyRange,
  largestRowBytes: number,
  isFirst: boolean,
): { profiles: ColumnProfile[]; columns: ProfiledColumn[] } {
  const rows = Math.min(CHUNK_ROWS, Math.floor(CHUNK_BYTES / Math.max(largestRowBytes, 1)));
  const isJoined = table.kind === "table" && table.rowidName !== null && rows >= FEWEST_ROWS;
  const looksForPlain = isJoined && source.encoding === "UTF-8" && canAskIsTrue(table);
  const columns = believed.map((column) => ({
    ...column,
    plain: looksForPlain && column.plain,
    // The few rows of the first chunk tell cheaply which columns to look for NULLs in.
    mayBeNull: column.mayBeNull && !(isFirst && isJoined),
  }));
  let total = columns.map((column) => emptyProfile(column.needs));
  let query = chunkQuery(source, table, columns, isJoined);
  const chunks = isFirst
    ? splitFirst(source.db, table, range, rows)
    : splitRange(source.db, table, range, rows);
  for (const part of isJoined ? chunks : [range]) {
    const selected = rowsOf(table, part);
    let { profiles, wrong } = profileChunk(source, query, selected);
    if (wrong.length > 0) {
      const learned = learnClasses(source.db, query.columns, wrong, total, selected, looksForPlain);
      query = chunkQuery(source, table, learned, isJoined);
      ({ profiles, wrong } = profileChunk(source, query, selected));
    }
    if (wrong.length > 0) {
      throw new Error(`the storage classes of "${table.name}" cannot be counted`);
    }
    total = mergeProfiles(total, profiles);
    if (query.columns.some((column, i) => column.plain && !total[i]?.plain)) {
      const still = query.columns.map((column, i) => ({ ...column, plain: total[i]?.plain === true }));
      query = chunkQuery(source, table, still, isJoined);
    }
  }
  return { profiles: total, columns: query.columns };
}

/** A few rows before the chunks, from which most is learned that the chunks are then looked at for. */
function* splitFirst(db: Database, table: SourceTable, range: KeyRange, rows: number): Generator<KeyRange> {
  const [first = range] = splitRange(db, table, range, Math.min(rows, FIRST_ROWS));
  yield first;
  if (first.upTo !== range.upTo) {
    yield* splitRange(db, table, { after: first.upTo, upTo: range.upTo }, rows);
  }
}

function hasOnlyTexts({ classes }: Pick<Belief, "classes">): boolean {
  return classes.length === 1 && classes[0] === "text";
}

function rowsOf(table: SourceTable, range: KeyRange): Rows {
  return {
    from: `from ${tableScan(table)}`,
    ...rangeCondition(table.rowidName ?? "", range),
    after: range.after,
  };
}

/**
 * The columns with what is now known of those that were `wrong`: the classes that a column was found to have in the rows
 * before (`total`) and has in these; where it `looksForPlain`, also whether a text cannot be.
 */
function learnClasses(
  db: Database,
  columns: readonly ProfiledColumn[],
  wrong: readonly ProfiledColumn[],
  total: readonly ColumnProfile[],
  rows: Rows,
  looksForPlain: boolean,
): ProfiledColumn[] {
  const tested = [...ALL_CLASSES, "null"];
  const results = wrong.flatMap(({ column }) => {
    const value = quoteName(column.name);
    return [
      ...tested.map((each) => `max(typeof(${value}) = '${each}')`),
      `max(typeof(${value}) = 'text' and not (${isFilledText(value)}))`,
    ];
  });
  const query = db
    .prepare<bigint[], number[]>(`select ${results.join(", ")} ${rows.from} ${rows.where}`)
    .raw();
  const flags = query.get(...rows.values) ?? [];
  const width = tested.length + 1;
  return columns.map((profiled, i) => {
    const place = wrong.indexOf(profiled);
    if (place < 0) {
      return profiled;
    }
    const before = total[i];
    const [integer, real, text, blob, none, odd] = flags.slice(place * width, (place + 1) * width);
    const isHere = { integer, real, text, blob };
    const classes = ALL_CLASSES.filter((each) => isHere[each] === 1 || (before?.[COUNT_OF[each]] ?? 0) > 0);
    const known = classes.length === 0 ? profiled.classes : classes;
    return {
      ...profiled,
      classes: known,
      plain: looksForPlain && before?.plain !== false && hasOnlyTexts({ classes: known }) && odd !== 1,
      decimal: false,
      mayBeNull: profiled.mayBeNull || none === 1,
    };
  });
}
