// The SQL aggregates that profile one column, and how their results become its profile.

import { quoteName } from "../base/quote.js";
import type { SourceCatalog, SourceColumn, SourceTable } from "./catalog.js";
import type { ColumnNeeds, ColumnProfile } from "./profile.js";

export type StorageClass = "integer" | "real" | "text" | "blob";

export const ALL_CLASSES: readonly StorageClass[] = ["integer", "real", "text", "blob"];

/** A column and the storage classes that its values are believed to have. The count tells whether that is so. */
export interface ProfiledColumn {
  column: SourceColumn;
  needs: ColumnNeeds;
  classes: readonly StorageClass[];
}

/** A result as better-sqlite3 gives it in safeIntegers mode. */
export type SqlValue = null | bigint | number | string | Buffer;

export interface Aggregate {
  sql: string;
  /** Puts the result into the profile of the rows it was made of. */
  into(profile: ColumnProfile, value: SqlValue): void;
}

/** Which classes a column's values most likely have; typeof costs 35 to 90 ns for each value and class. */
export function likelyClasses(table: SourceTable, column: SourceColumn): readonly StorageClass[] {
  if (table.kind === "virtual") {
    return ALL_CLASSES;
  }
  switch (column.affinity) {
    case "INTEGER":
      return ["integer"];
    case "REAL":
      return ["real"];
    case "TEXT":
      return ["text"];
    case "BLOB":
      return /blob/i.test(column.declaredType) ? ["blob"] : ALL_CLASSES;
    case "NUMERIC":
      if (/date|time/i.test(column.declaredType)) {
        return ["text"];
      }
      return /bool|bit/i.test(column.declaredType) ? ["integer"] : ["integer", "real"];
  }
}

/** The SQL of the column's values of one class, NULL for the others; null where it is believed to have none. */
export function valuesOf(profiled: ProfiledColumn, wanted: StorageClass): string | null {
  if (!profiled.classes.includes(wanted)) {
    return null;
  }
  const value = quoteName(profiled.column.name);
  return profiled.classes.length === 1 ? value : `iif(typeof(${value}) = '${wanted}', ${value}, null)`;
}

/** Everything but the texts' cleanliness and shapes, which JavaScript looks at. Without `count(*)`. */
export function aggregatesOf(
  profiled: ProfiledColumn,
  table: SourceTable,
  encoding: SourceCatalog["encoding"],
): Aggregate[] {
  const { column, needs } = profiled;
  const aggregates = [...countAggregates(profiled, table)];
  const integers = valuesOf(profiled, "integer");
  const reals = valuesOf(profiled, "real");
  const texts = valuesOf(profiled, "text");
  const blobs = valuesOf(profiled, "blob");
  if (integers !== null) {
    aggregates.push(...integerAggregates(integers, needs));
  }
  if (reals !== null) {
    // Affinity has turned -0.0 into 0 where a column has one and the value was stored through it.
    const mayBeNegativeZero = column.affinity === "BLOB" || table.kind === "virtual";
    aggregates.push(...realAggregates(reals, needs, mayBeNegativeZero));
  }
  if (texts !== null) {
    aggregates.push(...textAggregates(texts, needs, encoding));
  }
  if (blobs !== null && needs.length) {
    aggregates.push(largest("maxBlobBytes", `length(${blobs})`));
  }
  return aggregates;
}

/** Counts by class; `nulls` gets the rows that are not NULL and is turned round when `count(*)` is known. */
function* countAggregates({ column, classes }: ProfiledColumn, table: SourceTable): Generator<Aggregate> {
  const value = quoteName(column.name);
  yield adds("nulls", `count(${value})`);
  const [only] = classes;
  if (only !== undefined && isCertain(column, table)) {
    yield adds(COUNT_OF[only], `count(${value})`);
    return;
  }
  for (const each of classes) {
    yield adds(COUNT_OF[each], `sum(typeof(${value}) = '${each}')`);
  }
}

/** Where a profile keeps the count of each class. */
export const COUNT_OF = { integer: "integers", real: "reals", text: "texts", blob: "blobs" } as const;

/** Whether SQLite itself lets no other class in: a STRICT table's type other than ANY, and the rowid. */
function isCertain(column: SourceColumn, table: SourceTable): boolean {
  const isStrict = table.strict && column.declaredType.toLowerCase() !== "any";
  return isStrict || column.name === table.rowidAlias;
}

function* integerAggregates(values: string, needs: ColumnNeeds): Generator<Aggregate> {
  if (needs.range) {
    yield extreme("integerMin", `min(${values})`);
    yield extreme("integerMax", `max(${values})`);
  }
  if (needs.remainder !== undefined) {
    yield counted("remainders", `${values} % ${needs.remainder} <> 0`);
  }
  if (needs.decimal !== undefined) {
    const digits = needs.decimal.precision - needs.decimal.scale;
    if (digits < 19) {
      const limit = 10n ** BigInt(Math.max(digits, 0));
      yield counted("notDecimal", `${values} not between ${1n - limit} and ${limit - 1n}`);
    }
  }
}

/** The extremes are always asked for: they tell for little whether there are infinities to count. */
function* realAggregates(
  values: string,
  needs: ColumnNeeds,
  mayBeNegativeZero: boolean,
): Generator<Aggregate> {
  yield extreme("realMin", `min(${values})`);
  yield extreme("realMax", `max(${values})`);
  if (mayBeNegativeZero) {
    yield counted("negativeZeros", `${values} = 0.0 and atan2(${values}, -1.0) < 0.0`);
  }
  if (needs.fractions) {
    yield counted("fractions", `${values} <> cast(${values} as integer)`);
  }
  if (needs.decimal !== undefined) {
    yield counted("notDecimal", `not (${isDecimal(values, needs.decimal)})`);
  }
}

/** k/10^scale is the double nearest to that decimal, as long as it has no more than 15 digits. */
function isDecimal(value: string, { precision, scale }: { precision: number; scale: number }): string {
  const factor = `1e${scale}`;
  return (
    `abs(${value}) < 1e${precision - scale} and abs(${value}) * ${factor} < 1e15 ` +
    `and ${value} = round(${value} * ${factor}) / ${factor}`
  );
}

function* textAggregates(
  values: string,
  needs: ColumnNeeds,
  encoding: SourceCatalog["encoding"],
): Generator<Aggregate> {
  if (needs.length) {
    yield largest("maxTextChars", `length(${values})`);
    // In a UTF-16 file octet_length counts UTF-16.
    const bytes =
      encoding === "UTF-8" ? `octet_length(${values})` : `length(outgrow_utf8_hex(${values})) / 2`;
    yield largest("maxTextBytes", bytes);
  }
  if (needs.json) {
    yield counted("notJson", `not json_valid(${values})`);
  }
  if (encoding !== "UTF-8") {
    yield counted("nulTexts", `instr(${values}, char(0)) > 0`);
    // Through UTF-8 and back: SQLite joins an unpaired surrogate with whatever follows it.
    yield counted("invalidTexts", `cast(${values} as blob) <> cast(concat(${values}) as blob)`);
  }
}

type Count =
  | "nulls"
  | (typeof COUNT_OF)[StorageClass]
  | "negativeZeros"
  | "nulTexts"
  | "invalidTexts"
  | "notDecimal"
  | "notJson"
  | "fractions"
  | "remainders";

/** Adds to what is there: integers and reals both count towards `notDecimal`. */
function adds(field: Count, sql: string): Aggregate {
  return {
    sql,
    into(profile, value) {
      profile[field] = (profile[field] ?? 0) + Number(value ?? 0);
    },
  };
}

function counted(field: Count, condition: string): Aggregate {
  return adds(field, `sum(${condition})`);
}

function extreme(field: "integerMin" | "integerMax" | "realMin" | "realMax", sql: string): Aggregate {
  return {
    sql,
    into(profile, value) {
      if (typeof value === "bigint" && (field === "integerMin" || field === "integerMax")) {
        profile[field] = value;
      } else if (typeof value === "number" && (field === "realMin" || field === "realMax")) {
        profile[field] = value;
      }
    },
  };
}

function largest(field: "maxTextChars" | "maxTextBytes" | "maxBlobBytes", values: string): Aggregate {
  return {
    sql: `max(${values})`,
    into(profile, value) {
      profile[field] = Number(value ?? 0);
    },
  };
}
