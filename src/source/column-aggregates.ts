// The SQL aggregates that profile one column, and how their results become its profile.

import { quoteName } from "../base/quote.js";
import type { SourceCatalog, SourceColumn, SourceTable } from "./catalog.js";
import type { ColumnNeeds, ColumnProfile } from "./profile.js";

export type StorageClass = "integer" | "real" | "text" | "blob";

export const ALL_CLASSES: readonly StorageClass[] = ["integer", "real", "text", "blob"];

/** A column and what its values are believed to be. The count tells whether that is so. */
export interface ProfiledColumn extends Belief {
  column: SourceColumn;
  needs: ColumnNeeds;
}

export interface Belief {
  classes: readonly StorageClass[];
  mayBeNull: boolean;
  /** Nothing but texts that need no quotes in COPY; that they are not empty is counted here. */
  plain: boolean;
  /** Nothing but numbers that fit the decimal that `needs` asks about, which is all that it asks. */
  decimal: boolean;
}

/** A result as better-sqlite3 gives it in safeIntegers mode. */
export type SqlValue = null | bigint | number | string | Buffer;

export interface Aggregate {
  sql: string;
  /** Puts the result into the profile of the `rows` rows it was made of. */
  into(profile: ColumnProfile, value: SqlValue, rows: number): void;
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
  const { needs } = profiled;
  if (profiled.decimal && needs.decimal !== undefined) {
    return [...decimalsAlone(profiled, needs.decimal)];
  }
  const aggregates = [...countAggregates(profiled, table), ...numberAggregates(profiled, table)];
  if (needs.within !== undefined) {
    const { low, high } = needs.within;
    aggregates.push(counted("outside", `${quoteName(profiled.column.name)} not between ${low} and ${high}`));
  }
  const texts = valuesOf(profiled, "text");
  const blobs = valuesOf(profiled, "blob");
  if (texts !== null) {
    aggregates.push(...textAggregates(texts, needs, encoding));
  }
  if (blobs !== null && needs.length) {
    aggregates.push(largest("maxBlobBytes", `length(${blobs})`));
  }
  return aggregates;
}

/**
 * The count of NULLs, and of each class. `filter` costs less than `sum`: where the condition is false for a row,
 * no aggregate is stepped. So a single class is counted by what is not of it.
 */
function* countAggregates(profiled: ProfiledColumn, table: SourceTable): Generator<Aggregate> {
  const { column, classes, plain } = profiled;
  const value = quoteName(column.name);
  yield* nullAggregates(profiled);
  if (plain) {
    yield {
      sql: othersThan(isFilledText(value), profiled),
      into(profile, others, rows) {
        profile.texts = rows - profile.nulls - Number(others);
      },
    };
    return;
  }
  const [first] = classes;
  if (first === undefined || classes.length > 1) {
    for (const each of classes) {
      yield counted(COUNT_OF[each], `typeof(${value}) = '${each}'`);
    }
    return;
  }
  // A STRICT table lets no other class in either; but that it is STRICT may have been written into the schema later.
  const isCertain = column.name === table.rowidAlias;
  yield {
    sql: isCertain ? "null" : `count(*) filter (where typeof(${value}) <> '${first}')`,
    into(profile, others, rows) {
      profile[COUNT_OF[first]] = rows - (isCertain ? profile.nulls : Number(others));
    },
  };
}

/**
 * SQL that is true for texts alone, and for none that is empty (or begins with U+0000, or with a byte that UTF-8 has not):
 * numbers and the empty text stand before the first of these, bytes behind the last. Costs less than typeof. The plus
 * sign keeps a column of NUMERIC affinity from reading each text as a number.
 */
export function isFilledText(value: string): string {
  return `+${value} collate binary between '\x01' and cast(x'ff' as text)`;
}

/** Counts the values for which the condition is not true; NULLs only where none is believed to be there. */
function othersThan(condition: string, { mayBeNull }: ProfiledColumn): string {
  return `count(*) filter (where (${condition}) is ${mayBeNull ? "false" : "not true"})`;
}

function* nullAggregates({ column, mayBeNull }: ProfiledColumn): Generator<Aggregate> {
  if (mayBeNull) {
    const value = quoteName(column.name);
    // SQLite takes `is null` for false where the column is declared NOT NULL, whatever is stored there.
    yield counted("nulls", column.notNull ? `typeof(${value}) = 'null'` : `${value} is null`);
  }
}

/** Where a profile keeps the count of each class. */
export const COUNT_OF = { integer: "integers", real: "reals", text: "texts", blob: "blobs" } as const;

function* numberAggregates(profiled: ProfiledColumn, table: SourceTable): Generator<Aggregate> {
  const { column, needs, classes } = profiled;
  const integers = valuesOf(profiled, "integer");
  const reals = valuesOf(profiled, "real");
  // Where there are only numbers, what is asked of REALs is false for every INTEGER: typeof need not be called.
  const isNumeric = classes.every((each) => each === "integer" || each === "real");
  const realsOrNumbers = isNumeric && reals !== null ? quoteName(column.name) : reals;
  if (integers !== null && needs.range) {
    yield extreme("integerMin", overClass("min", profiled, "integer"));
    yield extreme("integerMax", overClass("max", profiled, "integer"));
    yield extreme("integerMinNonzero", overClass("min", profiled, "integer", "<> 0"));
  }
  if (integers !== null && needs.remainder !== undefined) {
    yield counted("remainders", `${integers} % ${needs.remainder} <> 0`);
  }
  if (needs.decimal !== undefined) {
    const { precision } = needs.decimal;
    yield* precision <= 15 && realsOrNumbers !== null && isNumeric
      ? [fitsDecimal(realsOrNumbers, needs.decimal)]
      : decimalAggregates(integers, reals, needs.decimal);
  }
  if (reals === null || realsOrNumbers === null) {
    return;
  }
  yield counted("infinities", `${realsOrNumbers} not between -${LARGEST} and ${LARGEST}`);
  if (needs.range) {
    yield extreme("realMin", overClass("min", profiled, "real"));
    yield extreme("realMax", overClass("max", profiled, "real"));
    yield extreme("realMinNonzero", overClass("min", profiled, "real", "<> 0"));
  }
  // Affinity has turned -0.0 into 0 where a column has one and the value was stored through it.
  if (column.affinity === "BLOB" || table.kind === "virtual") {
    yield counted("negativeZeros", `${realsOrNumbers} = 0.0 and atan2(${realsOrNumbers}, -1.0) < 0.0`);
  }
  if (needs.fractions) {
    yield counted("fractions", `${realsOrNumbers} <> cast(${realsOrNumbers} as integer)`);
  }
}

/** min or max over the values of one class; rows of another class cost no step of the aggregate. */
function overClass(
  aggregate: "min" | "max",
  { column, classes }: ProfiledColumn,
  wanted: StorageClass,
  condition = "",
): string {
  const value = quoteName(column.name);
  const conditions = [
    ...(classes.length === 1 ? [] : [`typeof(${value}) = '${wanted}'`]),
    ...(condition === "" ? [] : [`${value} ${condition}`]),
  ];
  const filter = conditions.length === 0 ? "" : ` filter (where ${conditions.join(" and ")})`;
  return `${aggregate}(${value})${filter}`;
}

/** Whether a column can be looked at as decimals alone: no more is asked, and 15 digits, which a double keeps, suffice. */
export function asksForDecimalsAlone({ needs, classes }: Pick<ProfiledColumn, "needs" | "classes">): boolean {
  const asked = Object.values(needs).filter((need) => need !== undefined && need !== false).length;
  const areNumbers = classes.every((each) => each === "integer" || each === "real");
  return needs.decimal !== undefined && needs.decimal.precision <= 15 && asked === 1 && areNumbers;
}

/** One test for all that they must not be: another class, infinite, too large, too finely divided. */
function* decimalsAlone(
  profiled: ProfiledColumn,
  decimal: { precision: number; scale: number },
): Generator<Aggregate> {
  const value = quoteName(profiled.column.name);
  yield* nullAggregates(profiled);
  yield counted("integers", `typeof(${value}) = 'integer'`);
  yield {
    sql: othersThan(isDecimal(value, decimal), profiled),
    into(profile, others, rows) {
      profile.reals = rows - profile.nulls - profile.integers - Number(others);
    },
  };
}

function* decimalAggregates(
  integers: string | null,
  reals: string | null,
  decimal: { precision: number; scale: number },
): Generator<Aggregate> {
  const digits = Math.min(decimal.precision, 15) - decimal.scale;
  if (integers !== null && digits < 19) {
    const limit = 10n ** BigInt(Math.max(digits, 0));
    yield counted("notDecimal", `${integers} not between ${1n - limit} and ${limit - 1n}`);
  }
  if (reals !== null) {
    yield fitsDecimal(reals, decimal);
  }
}

function fitsDecimal(value: string, decimal: { precision: number; scale: number }): Aggregate {
  return counted("notDecimal", `not (${isDecimal(value, decimal)})`);
}

/**
 * k/10^scale is the double nearest to that decimal as long as it has no more than 15 digits: exact for those, and
 * for INTEGERs of so few digits; anything longer is counted as not fitting.
 */
function isDecimal(value: string, { precision, scale }: { precision: number; scale: number }): string {
  const factor = `1e${scale}`;
  const digits = "9".repeat(Math.min(precision, 15)).padStart(scale + 1, "0");
  const most = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `${value} between -${most} and ${most} and ${value} = round(${value} * ${factor}) / ${factor}`;
}

/** The largest finite double. */
const LARGEST = "1.7976931348623157e308";

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
    // Through UTF-8 and back (functions.ts, isValidText, says what that changes).
    yield counted("invalidTexts", `cast(${values} as blob) <> cast(concat(${values}) as blob)`);
  }
}

type Count =
  | "nulls"
  | (typeof COUNT_OF)[StorageClass]
  | "negativeZeros"
  | "infinities"
  | "nulTexts"
  | "invalidTexts"
  | "notDecimal"
  | "notJson"
  | "fractions"
  | "remainders"
  | "outside";

/** Adds to what is there: integers and reals both count towards `notDecimal`. */
function counted(field: Count, condition: string): Aggregate {
  return {
    sql: `count(*) filter (where ${condition})`,
    into(profile, value) {
      profile[field] = (profile[field] ?? 0) + Number(value);
    },
  };
}

type IntegerExtreme = "integerMin" | "integerMax" | "integerMinNonzero";
type RealExtreme = "realMin" | "realMax" | "realMinNonzero";

function extreme(field: IntegerExtreme | RealExtreme, sql: string): Aggregate {
  return {
    sql,
    into(profile, value) {
      if (typeof value === "bigint" && isOfIntegers(field)) {
        profile[field] = value;
      } else if (typeof value === "number" && !isOfIntegers(field)) {
        profile[field] = value;
      }
    },
  };
}

function isOfIntegers(field: IntegerExtreme | RealExtreme): field is IntegerExtreme {
  return field.startsWith("integer");
}

function largest(field: "maxTextChars" | "maxTextBytes" | "maxBlobBytes", values: string): Aggregate {
  return {
    sql: `max(${values})`,
    into(profile, value) {
      profile[field] = Number(value ?? 0);
    },
  };
}
