// Decides what a column becomes: from its declared type, the values that are there, and its role in keys.
// The first type that holds every value unchanged wins.

import { codecFor } from "../codec/index.js";
import { MAX_SCALE } from "../codec/numeric.js";
import {
  boolCodecFor,
  epochUnitFor,
  isoCodecFor,
  numericTextCodecFor,
  uuidCodecFor,
} from "../codec/shapes.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type Alike, type AlikeColumns, alikeKey } from "./alike-columns.js";
import { classConcerns, unstorableTexts } from "./class-concerns.js";
import { type ColumnChoice, numbersIn, rows, span } from "./column-choice.js";
import { type Concern, note } from "./concern.js";
import { type Meaning, meaningOf, precisionOf } from "./declared-type.js";
import { byHabit, type Habit } from "./frameworks/type-habits.js";
import { columnPath } from "./key-groups.js";
import { meaningConcerns, naiveUtc } from "./meaning-concerns.js";
import { withStrayChoices } from "./stray-values.js";
import { shapeWords } from "./time-words.js";

export interface ColumnDecision extends ColumnChoice {
  concerns: Concern[];
}

const SAFE_INTEGER = 2n ** 53n;

/** What is known of a column besides its declaration and its values. */
export interface ColumnContext {
  /** What to follow where the column has no values (findAlike). */
  alike?: AlikeColumns;
  /** What the framework that made the table has in PostgreSQL for such columns. */
  habit?: Habit | null;
  /** It is the INTEGER PRIMARY KEY. */
  isIdentity?: boolean;
  /** A foreign key refers to it. */
  isReferredTo?: boolean;
}

export function decideColumn(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  { alike = new Map(), habit = null, isIdentity = false, isReferredTo = false }: ColumnContext = {},
): ColumnDecision {
  const model = classesOf(profile) === "" ? alike.get(alikeKey(column)) : undefined;
  if (model !== undefined && model.type === habit?.type) {
    return asAlike(table, column, model);
  }
  const own = habit === null ? null : byHabit(habit, column, profile, isIdentity);
  if (habit === null || own === null) {
    return generally(table, column, profile, alike, isReferredTo);
  }
  if (!("refuses" in own)) {
    return asFramework(table, column, profile, own, habit);
  }
  const decision = generally(table, column, profile, alike, isReferredTo);
  const instead = `${habit.framework.title}'s ${habit.type} would not hold it: ${own.refuses}`;
  return { ...decision, why: `${decision.why}; ${instead}` };
}

function asFramework(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
  { framework }: Habit,
): ColumnDecision {
  const { normalises } = codecFor(chosen.codec);
  const about = { table, column: column.name };
  const form =
    normalises === null
      ? []
      : [
          note(
            "warning",
            "form-not-kept",
            about,
            `${framework.title}'s ${chosen.type} keeps every value but not how it was written: ${normalises}${chosen.codec.startsWith("instant(") ? "; what names no zone is taken for UTC" : ""}`,
          ),
        ];
  const isAssumed =
    chosen.type.startsWith("timestamptz") && /^iso\(.*,none,utc\)$|^iso\(.*,none\)$/.test(chosen.codec);
  return {
    ...chosen,
    concerns: [
      ...classConcerns(table, column, profile, chosen),
      ...unstorableTexts(table, column, profile, chosen),
      ...form,
      ...(isAssumed
        ? [naiveUtc(table, column, profile, chosen, framework)]
        : meaningConcerns(table, column, profile, meaningOf(column), chosen)),
    ],
  };
}

function generally(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  alike: AlikeColumns,
  isReferredTo: boolean,
): ColumnDecision {
  const meaning = meaningOf(column);
  const classes = classesOf(profile);
  const model = classes === "" ? alike.get(alikeKey(column)) : undefined;
  if (model !== undefined && model.type !== ofNoValues(meaning, column).type) {
    return asAlike(table, column, model);
  }
  const chosen = choose(meaning, column, profile, classes);
  const concerns = [
    ...classConcerns(table, column, profile, chosen),
    ...unstorableTexts(table, column, profile, chosen),
    ...meaningConcerns(table, column, profile, meaning, chosen),
  ];
  return {
    ...chosen,
    concerns: withStrayChoices(concerns, column, profile, meaning, chosen, isReferredTo),
  };
}

function asAlike(table: string, column: SourceColumn, model: Alike): ColumnDecision {
  const why = `no values; declared ${column.declaredType} like ${columnPath(model)}, which becomes ${model.type}`;
  return {
    type: model.type,
    codec: model.codec,
    why,
    concerns: [note("note", "type-from-alike", { table, column: column.name, count: 0 }, why)],
  };
}

/** The storage classes in a column as one key: `i`, `r`, `t`, `b` in this order, e.g. `it`. */
function classesOf(profile: ColumnProfile): string {
  return [
    profile.integers > 0 ? "i" : "",
    profile.reals > 0 ? "r" : "",
    profile.texts > 0 ? "t" : "",
    profile.blobs > 0 ? "b" : "",
  ].join("");
}

function choose(
  meaning: Meaning,
  column: SourceColumn,
  profile: ColumnProfile,
  classes: string,
): ColumnChoice {
  switch (classes) {
    case "":
      return ofNoValues(meaning, column);
    case "i":
      return ofIntegers(meaning, column, profile);
    case "r":
    case "ir":
      return ofNumbers(meaning, column, profile);
    case "t":
      return ofTexts(meaning, column, profile);
    case "b":
      return { type: "bytea", codec: "blob", why: `${rows(profile.blobs)} of bytes` };
    default:
      return classes.includes("b")
        ? {
            type: "bytea",
            codec: "blob",
            why: `bytes beside ${profile.texts} texts and ${numbersIn(profile)} numbers`,
          }
        : {
            type: "text",
            codec: "mixed-text",
            why: `${numbersIn(profile)} numbers and ${profile.texts} texts: text holds both`,
          };
  }
}

function ofNoValues(meaning: Meaning, column: SourceColumn): ColumnChoice {
  const why = `no values; declared ${column.declaredType === "" ? "without a type" : column.declaredType}`;
  const precision = precisionOf(column);
  const types: Record<Meaning, [string, string]> = {
    boolean: ["boolean", "bool"],
    timestamp: ["timestamp", "iso(space,min,none)"],
    date: ["date", "date"],
    time: ["time", "time(min)"],
    decimal: [
      precision ? numericType(precision) : "numeric",
      precision && precision.scale <= MAX_SCALE ? `numeric(${precision.scale})` : "numeric-int",
    ],
    json: ["json", "json"],
    uuid: /CHAR/i.test(column.declaredType) ? ["text", "text"] : ["uuid", "uuid"],
    real: ["double precision", "double"],
    integer: ["bigint", "int64"],
    text: ["text", "text"],
    blob: ["bytea", "blob"],
    none: ["text", "mixed-text"],
  };
  const [type, codec] = types[meaning];
  return { type, codec, why };
}

function ofIntegers(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): ColumnChoice {
  const evidence = `${rows(profile.integers)}, all INTEGER${span(profile)}`;
  if (meaning === "boolean" && codecFor("bool").refuses(profile) === null) {
    return { type: "boolean", codec: "bool", why: `declared ${column.declaredType}; ${evidence}` };
  }
  if (meaning === "timestamp" || meaning === "date") {
    const unit = epochUnitFor(profile);
    if (unit?.certain && codecFor(unit.codec).refuses(profile) === null) {
      return {
        type: "timestamptz",
        codec: unit.codec,
        why: `declared ${column.declaredType}; ${evidence}: ${unit.codec}`,
      };
    }
  }
  if (meaning === "decimal") {
    return decimal(column, profile) ?? { type: "numeric", codec: "numeric-int", why: evidence };
  }
  return { type: "bigint", codec: "int64", why: evidence };
}

function ofNumbers(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): ColumnChoice {
  const evidence = `${profile.reals} REAL${profile.integers > 0 ? ` and ${profile.integers} INTEGER` : ""} values`;
  if (meaning === "timestamp" || meaning === "date") {
    const unit = epochUnitFor(profile);
    if (unit?.certain && codecFor(unit.codec).refuses(profile) === null) {
      return {
        type: "timestamptz",
        codec: unit.codec,
        why: `declared ${column.declaredType}; ${evidence}: ${unit.codec}`,
      };
    }
  }
  const exact = meaning === "decimal" ? decimal(column, profile) : null;
  if (exact) {
    return exact;
  }
  const tooLarge =
    profile.integers > 0 &&
    ((profile.integerMax ?? 0n) > SAFE_INTEGER || (profile.integerMin ?? 0n) < -SAFE_INTEGER);
  return tooLarge
    ? {
        type: "text",
        codec: "mixed-text",
        why: `${evidence}, some integers beyond 2^53: no number type holds both exactly`,
      }
    : { type: "double precision", codec: "double", why: `${evidence}: 8-byte floating point, bit for bit` };
}

function decimal(column: SourceColumn, profile: ColumnProfile): ColumnChoice | null {
  const precision = precisionOf(column);
  if (
    precision === null ||
    precision.scale > MAX_SCALE ||
    profile.notDecimal !== 0 ||
    codecFor(`numeric(${precision.scale})`).refuses(profile) !== null
  ) {
    return null;
  }
  return {
    type: numericType(precision),
    codec: `numeric(${precision.scale})`,
    why: `declared ${column.declaredType}; all ${numbersIn(profile)} values have at most ${precision.scale} decimals`,
  };
}

function ofTexts(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): ColumnChoice {
  const shapes = profile.shapes ?? {};
  const declared = `declared ${column.declaredType}`;
  const byShape = (codec: string | null, what: string): ColumnChoice | null =>
    codec === null
      ? null
      : { type: codecFor(codec).type, codec, why: `${declared}; ${rows(profile.texts)}, all ${what}` };
  switch (meaning) {
    case "timestamp":
    case "date":
    case "time":
      return byShape(isoCodecFor(shapes), shapeWords(Object.keys(shapes))) ?? asText(profile);
    case "boolean":
      return byShape(boolCodecFor(shapes), "words for true and false") ?? asText(profile);
    case "uuid":
      return byShape(uuidCodecFor(shapes), "UUIDs of one spelling") ?? asText(profile);
    case "decimal":
      return byShape(numericTextCodecFor(shapes), "decimal numbers kept as text") ?? asText(profile);
    case "json":
      return profile.notJson === 0
        ? { type: "json", codec: "json", why: `${declared}; ${rows(profile.texts)}, all valid JSON` }
        : asText(profile);
    default:
      return asText(profile);
  }
}

function asText(profile: ColumnProfile): ColumnChoice {
  return { type: "text", codec: "text", why: `${rows(profile.texts)} of text` };
}

function numericType(precision: { precision: number; scale: number }): string {
  return `numeric(${precision.precision},${precision.scale})`;
}
