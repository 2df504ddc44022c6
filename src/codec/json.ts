// JSON texts into json, which keeps every character, and into jsonb, which keeps the value.

import type { CodecEvidence } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  otherShapes,
  plural,
  single,
  uncleanTexts,
} from "./define-codec.js";
import { isNegativeZero, MAX_DOUBLE, numberText, quotedField } from "./field.js";

/**
 * A column declared JSON has NUMERIC affinity: SQLite made numbers of the texts `5` and `1.50` long ago. They are
 * JSON as they stand, infinities apart.
 */
function refusesJson(column: CodecEvidence): string | null {
  const reason = otherClasses(column, "integer", "real", "text") ?? uncleanTexts(column);
  if (reason !== null) return reason;
  if (column.infinities > 0) return plural(column.infinities, "infinite number");
  if (column.texts === 0) return null;
  if (column.notJson === null) return NOT_PROFILED;
  return column.notJson > 0 ? `${plural(column.notJson, "text")} not JSON` : null;
}

const isJson = (v: string) => `(outgrow_clean(cast(${v} as blob)) and json_valid(${v}))`;
const isInfinite = (v: string) => `abs(${v}) > ${MAX_DOUBLE}`;

const json = defineCodec({
  id: "json",
  type: "json",
  encode: (v) => quotedField(numberText(v)),
  quoted: true,
  verbatim: true,
  misfit: (v) => misfitByClass(v, { integer: "0", real: isInfinite(v), text: `not ${isJson(v)}` }),
  refuses: refusesJson,
});

/** Largest string that jsonb holds, in bytes (JENTRY_OFFLENMASK in jsonb.h). */
const MAX_BYTES = 268_435_455;

/**
 * jsonb refuses \u0000 and unpaired surrogates, drops all but the last of equal keys, and has no -0: json-losses.ts.
 * A bare number out of the ordinary has the shape `number`, and a text too long for the profile `other`.
 */
const isKept = (shape: string) => /^(?:json-like$|int$|dec\||bool\|)/.test(shape);
const shapeKept = (v: string) =>
  ["json-like", "int", "dec|*", "bool|*"].map((shape) => `outgrow_shape(${v}) glob '${shape}'`).join(" or ");

const jsonb = defineCodec({
  id: "jsonb",
  type: "jsonb",
  encode: (v) => quotedField(numberText(v)),
  quoted: true,
  equality: "json",
  misfit: (v) =>
    misfitByClass(v, {
      integer: "0",
      real: `(${isInfinite(v)} or ${isNegativeZero(v)})`,
      text: `not (${isJson(v)} and octet_length(${v}) <= ${MAX_BYTES} and (${shapeKept(v)}))`,
    }),
  refuses(column) {
    const reason = refusesJson(column);
    if (reason !== null) return reason;
    if (column.negativeZeros > 0) return `${plural(column.negativeZeros, "value")} of -0.0`;
    if (column.texts === 0) return null;
    if (column.maxTextBytes > MAX_BYTES) return `texts of up to ${column.maxTextBytes} bytes`;
    if (column.shapes === null) return NOT_PROFILED;
    return otherShapes(column, Object.keys(column.shapes).filter(isKept), "JSON that jsonb keeps");
  },
});

export const jsonFamilies: CodecFamily[] = [
  single(json, "JSON texts (RFC 8259), kept to the character; finite numbers as JSON numbers"),
  single(jsonb, "JSON texts as values: white space, key order and the spelling of numbers are not kept"),
];
