// What a planned column's values were in SQLite, for those who translate its SQL: their storage class, and the PostgreSQL SQL
// that makes them again of what is stored, which is the codec's `decode`.

import { quotePath } from "../base/quote.js";
import { codecFor } from "../codec/index.js";
import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { ColumnProfile, TableProfile } from "../source/profile.js";
import { rtreeOf } from "../source/virtual-tables.js";
import { lowerAscii } from "../sql/sql-tokens.js";
import type { ColumnMeaning, Meanings, TableMeaning, ValueClass } from "../sql/translate/meaning.js";
import { withoutPrecision } from "./defaults.js";
import type { PlannedColumn, PlannedTable } from "./plan.js";

interface Moved {
  table: SourceTable;
  profile: TableProfile;
  planned: PlannedTable;
}

/** By lower-case source name, as SQLite compares names. */
export function meaningsOf(schema: string, moved: readonly Moved[]): Meanings {
  return new Map(moved.map((one) => [lowerAscii(one.table.name), tableMeaning(schema, one)]));
}

export function tableMeaning(schema: string, { table, profile, planned }: Moved): TableMeaning {
  const rtree = rtreeOf(table);
  const bounds = rtree === null || rtree.integers ? [] : rtree.dimensions;
  const columns = planned.columns.flatMap((column) => {
    const at = table.columns.findIndex((candidate) => candidate.name === column.source);
    const [source, values] = [table.columns[at], profile.columns[at]];
    if (source === undefined || values === undefined) {
      return [];
    }
    const isBound = (of: "least" | "most") => bounds.some((bound) => bound[of] === column.source);
    const rounds: Pick<ColumnMeaning, "rounds"> = isBound("least")
      ? { rounds: "down" }
      : isBound("most")
        ? { rounds: "up" }
        : {};
    return [{ ...columnMeaning(column, source, values), ...rounds }];
  });
  return {
    source: table.name,
    path: quotePath(schema, planned.target),
    columns,
    rowid: columns.find((column) => column.source === table.rowidAlias) ?? null,
    primaryKey: planned.primaryKey === null ? [] : table.primaryKey,
    hasOtherKeys: table.indexes.some((index) => index.unique && index.origin !== "pk"),
  };
}

function columnMeaning(column: PlannedColumn, source: SourceColumn, profile: ColumnProfile): ColumnMeaning {
  const valueClass = classOf(column, source, profile);
  return {
    source: column.source,
    target: column.target,
    type: bareType(column),
    class: valueClass,
    affinity: source.affinity,
    collation: source.collation,
    codec: column.codec,
    value: (sql) => valueSql(column, valueClass, sql),
  };
}

/** citext without the schema it is installed in. */
const bareType = ({ type }: PlannedColumn) => withoutPrecision(type).replace(/^.*\.citext$/, "citext");

/** By the codec's name: what its values are in SQLite. */
const CLASSES: readonly [RegExp, ValueClass][] = [
  [/^int(?:64|32|16)$/, "integer"],
  [/^bool$/, "condition"],
  [/^(?:epoch-(?:s|ms|us|ns)|ticks|webkit|cocoa-s)(?:\(|$)/, "integer"],
  [/^(?:epoch-s-real|cocoa|julian)(?:\(|$)/, "real"],
  [/^(?:double|real32|numeric-real|numeric\()/, "number"],
  [/^numeric-int$/, "number"],
  [/^(?:blob|uuid-blob|uuid-dotnet)$/, "blob"],
  [/^(?:text|varchar|char|json|date|date-compact|time|iso|numeric-text|bool)(?:\(|$)/, "text"],
  [/^uuid/, "text"],
];

function classOf(column: PlannedColumn, source: SourceColumn, profile: ColumnProfile): ValueClass {
  const found = CLASSES.find(([codec]) => codec.test(column.codec))?.[1] ?? "any";
  // A REAL column gives every number back as REAL ("Datatypes In SQLite" section 2).
  if (found === "number" && (source.affinity === "REAL" || (profile.integers === 0 && profile.reals > 0))) {
    return "real";
  }
  return found;
}

function valueSql(column: PlannedColumn, valueClass: ValueClass, sql: string): string {
  const isAsItIs =
    /^(?:text|citext|bigint|integer|smallint|double precision|real|numeric|bytea|boolean)\b/.test(
      column.type,
    );
  if (valueClass === "condition" || valueClass === "any" || valueClass === "number") {
    return sql;
  }
  const { decode } = codecFor(column.codec);
  // Asked of a plain name, since a codec puts everything else between parentheses.
  const decoded = decode('"c"') === '"c"' ? sql : decode(sql);
  if (valueClass !== "text") {
    return isAsItIs ? sql : `(${decoded})`;
  }
  if (decoded !== sql) {
    return `(${decoded})`;
  }
  return /^(?:text|citext)$/.test(bareType(column)) ? sql : `(${sql}::text)`;
}
