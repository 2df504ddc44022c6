// Choices for a column of which most values are what it is declared as, and some are not: the declared type for the most,
// with NULL in place of the strays, or their rows set aside. Without a decision the column keeps the type that holds all.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { codecFor } from "../codec/index.js";
import { MAX_SCALE } from "../codec/numeric.js";
import { boolCodecFor, isoCodecFor, uuidCodecFor } from "../codec/shapes.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type ColumnChoice, numbersIn } from "./column-choice.js";
import type { Concern, ConcernChoice } from "./concern.js";
import { type Meaning, precisionOf } from "./declared-type.js";
import type { FindingCode } from "./finding-codes.js";

/** Findings that a column's values are not all what it is declared as; the first of a column gets the choices. */
const STRAY_CODES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  "bytes-and-text",
  "boolean-other-values",
  "decimal-inexact",
  "json-invalid",
  "time-as-text",
  "time-as-number",
  "type-from-values",
  "mixed-types",
]);

/** The concerns of a column, with those choices where they are to be had. */
export function withStrayChoices(
  concerns: readonly Concern[],
  column: SourceColumn,
  profile: ColumnProfile,
  meaning: Meaning,
  chosen: ColumnChoice,
  isReferredTo: boolean,
): Concern[] {
  const [code] = [...STRAY_CODES].filter((one) => concerns.some((concern) => concern.code === one));
  if (code === "type-from-values" && meaning === "uuid" && column.keyPosition === 0 && !isReferredTo) {
    const choices = uuidChoices(quoteName(column.name), profile);
    if (choices.length > 0) {
      return concerns.map((concern) =>
        concern.code === code ? keeping(concern, concern.where, chosen.type, choices) : concern,
      );
    }
  }
  const wanted = code === undefined ? null : declaredFor(meaning, column, profile);
  if (wanted === null || wanted.type === chosen.type) {
    return [...concerns];
  }
  const name = quoteName(column.name);
  const predicate = `${isNotNull(name)} and (${wanted.misfit(name)})`;
  const { type, codec } = wanted;
  const effect = {
    column: { type, codec, collation: null, why: `${type} by a decision, which not every value is` },
  };
  const mayBeNull = !column.notNull && column.keyPosition === 0 && !isReferredTo;
  const choices: ConcernChoice[] = [
    ...(mayBeNull
      ? [
          {
            name: "null",
            does: `the column becomes ${type}, values that are none become NULL; what they were stands in outgrow.originals`,
            recommended: false,
            effect: { ...effect, substitution: { predicate, replacement: "null" } },
          },
        ]
      : []),
    {
      name: "set-aside",
      does: `the column becomes ${type}, the rows whose value is none are not moved; they stand whole in outgrow.quarantine`,
      recommended: false,
      effect: { ...effect, setAside: predicate },
    },
  ];
  return concerns.map((concern) =>
    concern.code !== code
      ? concern
      : concern.choices.length > 0
        ? besides(concern, choices)
        : keeping(concern, predicate, chosen.type, choices),
  );
}

function besides(concern: Concern, choices: readonly ConcernChoice[]): Concern {
  return { ...concern, choices: [...concern.choices, ...choices] };
}

/** UUIDs all, but not of one spelling, or as bytes, of which nothing tells the order. */
function uuidChoices(name: string, profile: ColumnProfile): ConcernChoice[] {
  const asUuid = (codec: string): ConcernChoice["effect"] => ({
    column: { type: "uuid", codec, collation: null, why: "uuid by a decision" },
  });
  if (profile.blobs > 0) {
    return profile.misfits?.["uuid-blob"] !== 0
      ? []
      : [
          {
            name: "uuid",
            does: "the 16 bytes become a uuid, in the order of RFC 9562",
            recommended: false,
            effect: asUuid("uuid-blob"),
          },
          {
            name: "uuid-dotnet",
            does: "the 16 bytes become a uuid, in the order in which .NET's Guid writes them",
            recommended: false,
            effect: asUuid("uuid-dotnet"),
          },
        ];
  }
  const shapes = Object.keys(profile.shapes ?? {});
  if (
    numbersIn(profile) > 0 ||
    shapes.length === 0 ||
    !shapes.every((shape) => /^uuid(?:32)?\|/.test(shape))
  ) {
    return [];
  }
  const part = (from: number, length: number) => `substr(${name}, ${from}, ${length})`;
  const dashed = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join("||'-'||");
  return [
    {
      name: "uuid",
      does: "the column becomes uuid, which writes all in lower case with dashes; another spelling stands in outgrow.originals",
      recommended: false,
      effect: {
        ...asUuid("uuid"),
        substitution: {
          predicate: `${isNotNull(name)} and (${codecFor("uuid").misfit(name)})`,
          replacement: `lower(case when length(${name}) = 32 then ${dashed} else ${name} end)`,
        },
      },
    },
  ];
}

/** The move counts the strays, and shows some. */
function keeping(
  concern: Concern,
  where: string | null,
  type: string,
  choices: readonly ConcernChoice[],
): Concern {
  const keep = {
    name: "keep",
    does: `the column becomes ${type}, which keeps each value`,
    recommended: true,
    effect: {},
  };
  return {
    ...concern,
    where,
    count: where === null ? concern.count : 0,
    automatic: keep.name,
    choices: [keep, ...choices],
  };
}

interface Wanted {
  type: string;
  codec: string;
  /** SQLite: true for every value, not NULL, that the type does not hold. */
  misfit(value: string): string;
}

/** The type that the declaration names, where some value is known to be of it. */
function declaredFor(meaning: Meaning, column: SourceColumn, profile: ColumnProfile): Wanted | null {
  const shapes = profile.shapes ?? {};
  switch (meaning) {
    case "integer":
      return profile.integers > 0 ? by("int64") : null;
    case "real":
      return numbersIn(profile) > 0 ? by("double") : null;
    case "boolean":
      return profile.integers > 0 ? by("bool") : byShapes(shapes, boolCodecFor);
    case "decimal":
      return numbersIn(profile) > 0 ? decimalFor(column) : null;
    case "timestamp":
    case "date":
    case "time":
      return byShapes(shapes, isoCodecFor);
    case "uuid":
      return /CHAR/i.test(column.declaredType) ? null : byShapes(shapes, uuidCodecFor);
    case "json":
      // Numbers are JSON too.
      return profile.notJson !== null && profile.notJson > 0 && profile.notJson < profile.texts
        ? by("json")
        : null;
    default:
      return null;
  }
}

function by(id: string): Wanted {
  const { type, misfit } = codecFor(id);
  return { type, codec: id, misfit };
}

/** numeric(S) looks at the places alone; the digits before the point are those of the type. */
function decimalFor(column: SourceColumn): Wanted | null {
  const precision = precisionOf(column);
  if (precision === null || precision.scale > MAX_SCALE) {
    return null;
  }
  const codec = `numeric(${precision.scale})`;
  const limit = `1e${precision.precision - precision.scale}`;
  return {
    type: `numeric(${precision.precision},${precision.scale})`,
    codec,
    misfit: (v) => `${codecFor(codec).misfit(v)} or not (${v} > -${limit} and ${v} < ${limit})`,
  };
}

/** The codec for the most of the texts: for all shapes that it knows in common, or else for the commonest of them. */
function byShapes(
  shapes: Record<string, number>,
  codecOf: (shapes: Record<string, number>) => string | null,
): Wanted | null {
  const known = Object.entries(shapes)
    .filter(([shape, count]) => codecOf({ [shape]: count }) !== null)
    .sort((a, b) => b[1] - a[1]);
  const together: Record<string, number> = {};
  for (const [shape, count] of known) {
    if (codecOf({ ...together, [shape]: count }) !== null) {
      together[shape] = count;
    }
  }
  const codec = codecOf(together);
  return codec === null ? null : by(codec);
}
