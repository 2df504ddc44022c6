// Concerns about what a column's declared type or name says, where its values do not bear it out.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { epochUnitFor } from "../codec/shapes.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type ColumnChoice, numbersIn, span } from "./column-choice.js";
import { type Concern, note } from "./concern.js";
import { type Meaning, precisionOf } from "./declared-type.js";
import type { Framework } from "./frameworks/framework.js";
import { hasTimeName } from "./needs.js";
import { shapeWords, unitWords } from "./time-words.js";

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Where the values do not bear out what the declared type or the name says, or the zone had to be assumed. */
export function meaningConcerns(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  meaning: Meaning,
  chosen: ColumnChoice,
): Concern[] {
  const about = { table, column: column.name };
  const name = quoteName(column.name);
  const declared = column.declaredType;
  const values = numbersIn(profile) + profile.texts + profile.blobs;
  const isTime = meaning === "timestamp" || meaning === "date" || meaning === "time";
  if (/^iso\([^)]*,none\)$/.test(chosen.codec) && /^timestamp(?:\(\d\))?$/.test(chosen.type)) {
    return [naiveTime(table, column, profile, chosen)];
  }
  const unit = isTime && values > 0 ? unitWords(chosen.codec) : null;
  if (unit !== null) {
    return [timeFromNumbers(table, column, profile, chosen, unit)];
  }
  if (meaning === "timestamp" && chosen.codec === "date" && profile.texts > 0) {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: profile.texts },
        `declared ${declared}, but every value is a date without a time; it becomes date`,
      ),
    ];
  }
  if (isTime && values > 0 && chosen.type === "text") {
    return [
      note(
        "warning",
        "time-as-text",
        { ...about, count: values, where: odd(name, profile) },
        `declared ${declared}, but the values have several forms or are no dates (${formsIn(profile)}); they stay text`,
      ),
    ];
  }
  if (isTime && ["bigint", "double precision"].includes(chosen.type)) {
    return [
      note(
        "warning",
        "time-as-number",
        { ...about, count: values },
        `declared ${declared}, but the numbers fit no unit of time for certain; they stay numbers`,
      ),
    ];
  }
  if (meaning === "boolean" && values > 0 && chosen.type !== "boolean") {
    return [
      note(
        "warning",
        "boolean-other-values",
        { ...about, count: values, where: `${name} not in (0, 1)` },
        `declared ${declared}, but holds other values than 0 and 1 (${valuesIn(profile)}); it becomes ${chosen.type}`,
      ),
    ];
  }
  if (
    meaning === "decimal" &&
    precisionOf(column) !== null &&
    values > 0 &&
    !chosen.type.startsWith("numeric")
  ) {
    return [
      note(
        "warning",
        "decimal-inexact",
        { ...about, count: profile.notDecimal ?? values },
        `declared ${declared}, but not every value is such a decimal; it becomes ${chosen.type}, which keeps each value`,
      ),
    ];
  }
  if (meaning === "json" && (profile.notJson ?? 0) > 0) {
    return [
      note(
        "warning",
        "json-invalid",
        {
          ...about,
          count: profile.notJson ?? 0,
          where: `typeof(${name}) = 'text' and not json_valid(${name})`,
        },
        `declared ${declared}, but ${profile.notJson} texts are no valid JSON; it becomes ${chosen.type}`,
      ),
    ];
  }
  if (meaning !== "blob" && meaning !== "none" && profile.blobs > 0 && profile.blobs === values) {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: profile.blobs },
        `declared ${declared}, but every value is bytes; it becomes bytea`,
      ),
    ];
  }
  if (["integer", "real", "decimal", "blob"].includes(meaning) && chosen.codec === "text") {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: profile.texts },
        `declared ${declared}, but every value is text; it becomes text`,
      ),
    ];
  }
  if (
    meaning === "uuid" &&
    !/CHAR/i.test(declared) &&
    values > 0 &&
    chosen.type !== "uuid" &&
    profile.blobs === 0
  ) {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: values },
        `declared ${declared}, but the values are no UUIDs of one spelling; it becomes ${chosen.type}, which keeps each as it is written`,
      ),
    ];
  }
  if (
    meaning !== "none" &&
    meaning !== "text" &&
    chosen.codec === "mixed-text" &&
    profile.texts === 0 &&
    values > 0
  ) {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: profile.reals, where: `typeof(${name}) = 'real'` },
        `declared ${declared}, but holds integers beyond 2^53 beside ${profile.reals} REAL values; it becomes text, since no type of number keeps both exactly`,
      ),
    ];
  }
  if (meaning === "integer" && chosen.type === "double precision") {
    return [
      note(
        "warning",
        "type-from-values",
        { ...about, count: profile.reals, where: `typeof(${name}) = 'real'` },
        `declared ${declared}, but ${profile.reals === 1 ? "1 value is" : `${profile.reals} values are`} REAL; it becomes double precision`,
      ),
    ];
  }
  const beyond = [profile.integerMin, profile.integerMax].find(
    (value) => value !== null && (value > MAX_SAFE || value < -MAX_SAFE),
  );
  if (chosen.codec === "int64" && beyond !== undefined) {
    return [
      note(
        "note",
        "integer-beyond-double",
        // The move counts them.
        { ...about, count: 0, where: `${name} not between -${MAX_SAFE} and ${MAX_SAFE}` },
        `holds integers beyond 2^53 (${beyond}), which clients that read numbers as doubles, as JavaScript does, would round`,
      ),
    ];
  }
  if (
    chosen.codec === "int64" &&
    meaning === "integer" &&
    hasTimeName(column.name) &&
    profile.integerMin !== null
  ) {
    const unit = epochUnitFor(profile);
    return unit?.certain ? [epochHint(table, column, profile, unit.codec)] : [];
  }
  return [];
}

function naiveTime(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
): Concern {
  return {
    code: "time-without-zone",
    severity: profile.texts > 0 ? "warning" : "note",
    table,
    column: column.name,
    object: null,
    count: profile.texts,
    reason:
      profile.texts > 0
        ? "the times name no zone; they stay as they are written, as timestamp without time zone"
        : `declared ${column.declaredType} and without values; it becomes timestamp without time zone`,
    where: null,
    automatic: "timestamp",
    choices: [
      { name: "timestamp", does: "keeps the digits, says nothing of a zone", recommended: true, effect: {} },
      {
        name: "utc",
        does: "reads them as UTC and stores timestamptz",
        recommended: false,
        effect: { column: { type: "timestamptz", codec: chosen.codec.replace(/\)$/, ",utc)") } },
      },
    ],
  };
}

/** The framework means UTC, unless it was told otherwise, which the file does not tell. */
export function naiveUtc(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
  { title, naiveIsUtc }: Framework,
): Concern {
  const condition = naiveIsUtc === undefined ? "" : ` ${naiveIsUtc}`;
  return {
    code: "time-without-zone",
    severity: profile.texts > 0 ? "warning" : "note",
    table,
    column: column.name,
    object: null,
    count: profile.texts,
    reason:
      profile.texts > 0
        ? `the times name no zone; they are taken for UTC, as ${title} means them${condition}`
        : `declared ${column.declaredType} and without values; it becomes ${chosen.type}, as ${title} has it`,
    where: null,
    automatic: "utc",
    choices: [
      { name: "utc", does: "reads them as UTC and stores timestamptz", recommended: true, effect: {} },
      {
        name: "timestamp",
        does: "keeps the digits, says nothing of a zone",
        recommended: false,
        effect: { column: { type: "timestamp", codec: chosen.codec.replace(/,utc\)$/, ")") } },
      },
    ],
  };
}

function timeFromNumbers(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: ColumnChoice,
  unit: string,
): Concern {
  const number =
    profile.reals > 0 ? { type: "double precision", codec: "double" } : { type: "bigint", codec: "int64" };
  return {
    code: "time-from-number",
    severity: "warning",
    table,
    column: column.name,
    object: null,
    count: numbersIn(profile),
    reason: `declared ${column.declaredType}, and the numbers are ${unit}, by their range; they become ${chosen.type}`,
    where: null,
    automatic: "instant",
    choices: [
      { name: "instant", does: `stores the instants as ${chosen.type}`, recommended: true, effect: {} },
      {
        name: "number",
        does: `keeps the numbers, as ${number.type}`,
        recommended: false,
        effect: { column: number },
      },
    ],
  };
}

function epochHint(table: string, column: SourceColumn, profile: ColumnProfile, codec: string): Concern {
  return {
    code: "epoch-integer",
    severity: "note",
    table,
    column: column.name,
    object: null,
    count: profile.integers,
    reason: `the name and the range${span(profile)} suggest an instant (${codec}); it stays bigint, as it is declared`,
    where: null,
    automatic: "bigint",
    choices: [
      { name: "bigint", does: "keeps the number", recommended: true, effect: {} },
      {
        name: "timestamptz",
        does: "stores the instant as timestamptz",
        recommended: false,
        effect: { column: { type: "timestamptz", codec } },
      },
    ],
  };
}

function odd(name: string, profile: ColumnProfile): string {
  const common = Object.entries(profile.shapes ?? {}).sort((a, b) => b[1] - a[1])[0]?.[0];
  const other =
    common === undefined || profile.texts === 0
      ? `typeof(${name}) <> 'text'`
      : `(typeof(${name}) <> 'text' or outgrow_shape(${name}) <> '${common.replaceAll("'", "''")}')`;
  return `${isNotNull(name)} and ${other}`;
}

/** `2 numbers from 0 to 7, 1 text`. */
function valuesIn(profile: ColumnProfile): string {
  const parts: [number, string][] = [
    [numbersIn(profile), `number${numbersIn(profile) === 1 ? "" : "s"}${span(profile)}`],
    [profile.texts, profile.texts === 1 ? "text" : "texts"],
    [profile.blobs, profile.blobs === 1 ? "blob" : "blobs"],
  ];
  return parts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(", ");
}

function formsIn(profile: ColumnProfile): string {
  const words = shapeWords(Object.keys(profile.shapes ?? {}));
  const numbers = numbersIn(profile);
  const parts = [words, numbers === 0 ? "" : numbers === 1 ? "1 number" : `${numbers} numbers`];
  return parts.filter((part) => part !== "").join(", ");
}
