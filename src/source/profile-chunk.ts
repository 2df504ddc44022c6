// Profiles a few thousand rows by one statement, and says of which columns that was not enough.

import type { Database, Statement } from "better-sqlite3";
import type { SourceCatalog, SourceTable } from "./catalog.js";
import { type Aggregate, aggregatesOf, type ProfiledColumn, type SqlValue } from "./column-aggregates.js";
import { emptyProfile } from "./merge-profiles.js";
import type { Source } from "./open-source.js";
import type { ColumnProfile } from "./profile.js";
import { outOfOrder } from "./read-errors.js";
import { firstOutOfOrder } from "./rowid-order.js";
import {
  areClean,
  areCleanSingly,
  columnsWithQuotes,
  countJoinedShapes,
  countShapesSingly,
  countUnclean,
  joinedColumn,
  joinedTexts,
  needsQuotes,
  type Rows,
} from "./text-profile.js";

/**
 * One SELECT: `count(*)`, the rowids, each column's aggregates, the texts of all plain columns in one value, those of all
 * others in another, each shaped column's texts.
 */
export interface ChunkQuery {
  table: string;
  columns: ProfiledColumn[];
  aggregates: Aggregate[][];
  /** Columns whose texts are read, by how. Where nothing is joined all are in `unshaped`. */
  plain: ProfiledColumn[];
  unshaped: ProfiledColumn[];
  shaped: ProfiledColumn[];
  encoding: SourceCatalog["encoding"];
  isJoined: boolean;
  results: string;
  /** By their WHERE. */
  statements: Map<string, Statement<bigint[], SqlValue[]>>;
}

export function chunkQuery(
  source: Source,
  table: SourceTable,
  columns: ProfiledColumn[],
  isJoined: boolean,
): ChunkQuery {
  const aggregates = columns.map((column) => aggregatesOf(column, table, source.encoding));
  const isUtf8 = source.encoding === "UTF-8";
  const withText = columns.filter((column) => column.classes.includes("text"));
  const shaped = isJoined ? withText.filter((column) => column.needs.shapes) : [];
  const plain = withText.filter((column) => column.plain && !shaped.includes(column));
  const unshaped = withText.filter((column) => !column.plain && !shaped.includes(column));
  const joined = (some: ProfiledColumn[]) => (isJoined && isUtf8 ? joinedTexts(some) : null) ?? "null";
  const results = [
    "count(*)",
    table.kind === "table" && table.rowidName !== null ? `group_concat(${table.rowidName})` : "null",
    ...aggregates.flat().map((aggregate) => aggregate.sql),
    joined(plain),
    joined(unshaped),
    ...shaped.map(joinedColumn),
  ];
  return {
    table: table.name,
    columns,
    aggregates,
    plain,
    unshaped,
    shaped,
    encoding: source.encoding,
    isJoined,
    results: results.join(", "),
    statements: new Map(),
  };
}

/**
 * `wrong` are the columns whose values are not what they were believed to be; then the profiles are of no use. SQLite
 * takes the order of a table's rows on trust: where it is true, and all ranges together have as many rows as the table,
 * every row was read, once.
 */
export function profileChunk(
  source: Source,
  query: ChunkQuery,
  rows: Rows,
): { profiles: ColumnProfile[]; wrong: ProfiledColumn[] } {
  const [count, rowids, ...values] = runChunk(source.db, query, rows);
  const stray = typeof rowids === "string" ? firstOutOfOrder(rowids, rows.after) : null;
  if (stray !== null) {
    throw outOfOrder(source.path, query.table, stray);
  }
  const rowCount = Number(count);
  const profiles: ColumnProfile[] = [];
  const wrong: ProfiledColumn[] = [];
  for (const [i, column] of query.columns.entries()) {
    const profile = { ...emptyProfile(column.needs), plain: column.plain };
    for (const aggregate of query.aggregates[i] ?? []) {
      aggregate.into(profile, values.shift() ?? null, rowCount);
    }
    const { nulls, integers, reals, texts, blobs } = profile;
    if (nulls + integers + reals + texts + blobs !== rowCount) {
      wrong.push(column);
    }
    profiles.push(profile);
  }
  if (wrong.length === 0) {
    readTexts(source.db, query, rows, profiles, values);
  }
  return { profiles, wrong };
}

function runChunk(db: Database, query: ChunkQuery, rows: Rows): SqlValue[] {
  let statement = query.statements.get(rows.where);
  if (statement === undefined) {
    statement = db
      .prepare<bigint[], SqlValue[]>(`select ${query.results} ${rows.from} ${rows.where}`)
      .raw()
      .safeIntegers();
    query.statements.set(rows.where, statement);
  }
  return statement.get(...rows.values) ?? [];
}

/** Puts what the texts tell into the profiles; `results` are as ChunkQuery says. */
function readTexts(
  db: Database,
  query: ChunkQuery,
  rows: Rows,
  profiles: ColumnProfile[],
  results: SqlValue[],
): void {
  const suspects: ProfiledColumn[] = [];
  const [plain, joined, ...shaped] = results;
  if (Buffer.isBuffer(plain)) {
    suspects.push(...(areClean(plain) ? [] : query.plain));
    const odd = needsQuotes(plain) ? columnsWithQuotes(db, query.plain, rows) : [];
    for (const column of odd) {
      profileOf(column).plain = false;
    }
  }
  if (query.encoding === "UTF-8") {
    const isClean = query.isJoined
      ? areClean(Buffer.isBuffer(joined) ? joined : null)
      : areCleanSingly(db, query.unshaped, rows);
    suspects.push(...(isClean ? [] : query.unshaped));
  }
  for (const column of query.unshaped.filter((each) => each.needs.shapes)) {
    profileOf(column).shapes = countShapesSingly(db, column, rows);
  }
  for (const [i, column] of query.shaped.entries()) {
    const profile = profileOf(column);
    const texts = shaped[i];
    const counted = typeof texts === "string" ? countJoinedShapes(texts, profile.texts) : NO_TEXTS;
    profile.shapes = counted?.shapes ?? countShapesSingly(db, column, rows);
    profile.plain &&= counted?.plain === true;
    if (counted === null || !counted.clean) {
      suspects.push(column);
    }
  }
  if (query.encoding !== "UTF-8") {
    // SQLite has counted what is unclean there; only the length of a text with U+0000 it cannot tell.
    suspects.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...query.columns.filter((c) => c.needs.length && profileOf(c).nulTexts > 0),
    );
  }
  for (const column of suspects) {
    countUnclean(db, column, query.encoding, rows, profileOf(column));
  }

  function profileOf(column: ProfiledColumn): ColumnProfile {
    const profile = profiles[query.columns.indexOf(column)];
    if (profile === undefined) {
      throw new Error(`no profile of ${column.column.name}`);
    }
    return profile;
  }
}

const NO_TEXTS = { shapes: {}, clean: true, plain: true };
