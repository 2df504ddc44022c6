// Decides what a column becomes: from its declared type, the values that are there, and its role in keys.
// The rules are those of docs/types.md; the first that holds every value unchanged wins.

import { quoteName } from "../base/quote.js";
import { numberText } from "../codec/field.js";
import { codecFor } from "../codec/index.js";
import { MAX_SCALE } from "../codec/numeric.js";
import {
  ambiguousTexts,
  boolCodecFor,
  epochUnitFor,
  isoCodecFor,
  numericTextCodecFor,
  uuidCodecFor,
} from "../codec/shapes.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type Alike, type AlikeColumns, alikeKey } from "./alike-columns.js";
import { type Concern, type ConcernChoice, note } from "./concern.js";
import { type Meaning, meaningOf, precisionOf } from "./declared-type.js";
import { columnPath } from "./key-groups.js";
import { hasTimeName } from "./needs.js";
import { shapeWords, unitWords } from "./time-words.js";

export interface ColumnDecision {
  type: string;
  codec: string;
  /** One sentence with the evidence. */
  why: string;
  concerns: Concern[];
}

type Chosen = Omit<ColumnDecision, "concerns">;

const SAFE_INTEGER = 2n ** 53n;

/** `alike` has what to follow where the column has no values (findAlike). */
export function decideColumn(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  alike: AlikeColumns = new Map(),
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
  return { ...chosen, concerns };
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

function choose(meaning: Meaning, column: SourceColumn, profile: ColumnProfile, classes: string): Chosen {
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

function ofNoValues(meaning: Meaning, column: SourceColumn): Chosen {
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

function ofIntegers(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): Chosen {
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

function ofNumbers(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): Chosen {
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

function decimal(column: SourceColumn, profile: ColumnProfile): Chosen | null {
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

function ofTexts(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): Chosen {
  const shapes = profile.shapes ?? {};
  const declared = `declared ${column.declaredType}`;
  const byShape = (codec: string | null, what: string): Chosen | null =>
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

function asText(profile: ColumnProfile): Chosen {
  return { type: "text", codec: "text", why: `${rows(profile.texts)} of text` };
}

/** Numbers, texts and bytes in one column where the storage class could not be told back. */
function classConcerns(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: Chosen,
): Concern[] {
  const name = quoteName(column.name);
  const about = { table, column: column.name, object: null };
  if (
    chosen.codec === "blob" &&
    profile.blobs < profile.integers + profile.reals + profile.texts + profile.blobs
  ) {
    const others = numbersIn(profile) + profile.texts;
    return [
      {
        ...about,
        code: "bytes-and-text",
        severity: "blocker",
        count: Math.min(others, profile.blobs),
        reason: `${profile.blobs} values are bytes, ${profile.texts} text, ${numbersIn(profile)} numbers; no type of PostgreSQL holds them apart`,
        where: `typeof(${name}) ${profile.blobs <= others ? "=" : "<>"} 'blob' and ${name} is not null`,
        automatic: null,
        choices: [
          {
            name: "bytea",
            does: "text and numbers become their bytes; what they were stands in outgrow.originals",
            recommended: true,
            effect: {
              column: { type: "bytea", codec: "blob", collation: null },
              substitution: {
                predicate: `typeof(${name}) in ('integer','real','text')`,
                replacement: `cast(cast(${numberText(name)} as text) as blob)`,
              },
            },
          },
          {
            name: "text",
            does: "bytes become their hexadecimal text (\\x…), numbers their digits, U+0000 is left out of texts; what each was stands in outgrow.originals",
            recommended: false,
            effect: {
              column: { type: "text", codec: "text", collation: "C" },
              substitution: toCleanText(name),
            },
          },
        ],
      },
    ];
  }
  if (chosen.codec !== "mixed-text" || profile.texts === 0) {
    return [];
  }
  const ambiguous = ambiguousTexts(profile) ?? profile.texts;
  if (ambiguous === 0) {
    return [
      note(
        "warning",
        "mixed-types",
        {
          table,
          column: column.name,
          count: Math.min(numbersIn(profile), profile.texts),
          where: `typeof(${name}) ${profile.texts <= numbersIn(profile) ? "=" : "<>"} 'text' and ${name} is not null`,
        },
        `declared ${column.declaredType || "without a type"}, but holds ${numbersIn(profile)} numbers and ${profile.texts} texts; it becomes text`,
      ),
    ];
  }
  return [
    {
      ...about,
      code: "number-or-text",
      severity: "blocker",
      count: numbersIn(profile),
      reason: `${numbersIn(profile)} numbers stand beside ${ambiguous} texts that look like numbers: as text, 1 and '1' would be one value`,
      where: `typeof(${name}) in ('integer','real')`,
      automatic: null,
      choices: [
        {
          name: "text",
          does: "numbers become text; that they were numbers stands in outgrow.originals",
          recommended: true,
          effect: {
            column: { type: "text", codec: "text", collation: "C" },
            substitution: {
              predicate: `typeof(${name}) in ('integer','real')`,
              replacement: `cast(${numberText(name)} as text)`,
            },
          },
        },
        setAside(`typeof(${name}) in ('integer','real')`, "the rows with numbers"),
      ],
    },
  ];
}

/** Everything that is no clean text as one: each keeps its original, for 1, '1' and x'31' would else be one value. */
function toCleanText(name: string): { predicate: string; replacement: string } {
  const bytes = `cast(${name} as blob)`;
  return {
    predicate: `typeof(${name}) in ('integer','real','blob') or typeof(${name}) = 'text' and not outgrow_clean(${bytes})`,
    replacement: `case typeof(${name}) when 'blob' then '\\x'||lower(hex(${name})) when 'text' then outgrow_strip_nul(${bytes}) else cast(${numberText(name)} as text) end`,
  };
}

/** U+0000 and invalid UTF-8: PostgreSQL refuses both in text (error 22021). */
function unstorableTexts(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: Chosen,
): Concern[] {
  const isBad = profile.nulTexts + profile.invalidTexts > 0;
  const name = quoteName(column.name);
  if (!isBad || chosen.codec === "blob") {
    return [];
  }
  const bad = `typeof(${name}) = 'text' and not outgrow_clean(cast(${name} as blob))`;
  const choices: ConcernChoice[] = [
    {
      name: "bytea",
      does: "the whole column becomes bytea, every byte as it is",
      recommended: numbersIn(profile) === 0,
      effect: {
        column: {
          type: "bytea",
          codec: "bytes",
          collation: null,
          why: `${whatIsUnclean(profile)}: kept as bytes`,
        },
      },
    },
    {
      name: "repair",
      does: "U+0000 is left out and invalid bytes become U+FFFD; the bytes stand in outgrow.originals",
      recommended: numbersIn(profile) > 0,
      effect: { substitution: { predicate: bad, replacement: `outgrow_strip_nul(cast(${name} as blob))` } },
    },
    setAside(bad, "the rows with such texts"),
  ];
  return [
    {
      code: "text-not-storable",
      severity: "blocker",
      table,
      column: column.name,
      object: null,
      // A text may be both, so where there are both, the move counts them by `where`.
      count:
        Math.min(profile.nulTexts, profile.invalidTexts) > 0 ? 0 : profile.nulTexts + profile.invalidTexts,
      reason: `${whatIsUnclean(profile)}; PostgreSQL does not store that in text`,
      where: bad,
      automatic: null,
      choices: numbersIn(profile) > 0 ? choices.filter((choice) => choice.name !== "bytea") : choices,
    },
  ];
}

function whatIsUnclean({ nulTexts, invalidTexts }: ColumnProfile): string {
  const texts = (count: number) => `${count} text${count === 1 ? "" : "s"}`;
  return [
    ...(nulTexts > 0 ? [`${texts(nulTexts)} with U+0000`] : []),
    ...(invalidTexts > 0 ? [`${texts(invalidTexts)} of bytes that are no valid UTF-8`] : []),
  ].join(" and ");
}

/** Where the values do not bear out what the declared type or the name says, or the zone had to be assumed. */
function meaningConcerns(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  meaning: Meaning,
  chosen: Chosen,
): Concern[] {
  const about = { table, column: column.name };
  const name = quoteName(column.name);
  const declared = column.declaredType;
  const values = numbersIn(profile) + profile.texts + profile.blobs;
  const isTime = meaning === "timestamp" || meaning === "date" || meaning === "time";
  if (/^iso\([^)]*,none\)$/.test(chosen.codec) && chosen.type === "timestamp") {
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
        { ...about, count: values, where: `typeof(${name}) = 'real'` },
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
        `declared ${declared}, but ${profile.reals} values are REAL; it becomes double precision`,
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

function naiveTime(table: string, column: SourceColumn, profile: ColumnProfile, chosen: Chosen): Concern {
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

function timeFromNumbers(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  chosen: Chosen,
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

function setAside(predicate: string, what: string): ConcernChoice {
  return {
    name: "set-aside",
    does: `${what} are not moved; they stand whole in outgrow.quarantine`,
    recommended: false,
    effect: { setAside: predicate },
  };
}

function odd(name: string, profile: ColumnProfile): string {
  const common = Object.entries(profile.shapes ?? {}).sort((a, b) => b[1] - a[1])[0]?.[0];
  const other =
    common === undefined || profile.texts === 0
      ? `typeof(${name}) <> 'text'`
      : `(typeof(${name}) <> 'text' or outgrow_shape(${name}) <> '${common.replaceAll("'", "''")}')`;
  return `${name} is not null and ${other}`;
}

function numericType(precision: { precision: number; scale: number }): string {
  return `numeric(${precision.precision},${precision.scale})`;
}

function numbersIn(profile: ColumnProfile): number {
  return profile.integers + profile.reals;
}

function rows(count: number): string {
  return `${count} value${count === 1 ? "" : "s"}`;
}

function span(profile: ColumnProfile): string {
  return profile.integerMin === null || profile.integerMax === null
    ? ""
    : ` from ${profile.integerMin} to ${profile.integerMax}`;
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
