// INTEGER, REAL and TEXT of one column into text, so that each value can be told back.

import type { CodecEvidence } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  plural,
  single,
  uncleanTexts,
} from "./define-codec.js";
import { numberText, quotedField } from "./field.js";

/** With 64 shapes and more a profile counts further ones as `other`, whatever they are. */
export function isCrowded({ shapes }: CodecEvidence): boolean {
  return Object.keys(shapes ?? {}).length >= 64;
}

/**
 * How many texts look like a number, so that a number printed beside them could not be told from them. In a column
 * of INTEGER, REAL or NUMERIC affinity SQLite itself made numbers of those it reads as one. Null: not profiled.
 */
export function ambiguousTexts(column: CodecEvidence): number | null {
  if (column.texts === 0) return 0;
  if (column.shapes === null) return null;
  let count = 0;
  for (const [shape, texts] of Object.entries(column.shapes)) {
    if (isCrowded(column) && shape === "other") count += texts;
    if (shape === "int" || shape === "number" || shape.startsWith("dec|")) count += texts;
  }
  return count;
}

const mixedText = defineCodec({
  id: "mixed-text",
  type: "text",
  encode: (v) => quotedField(numberText(v)),
  quoted: true,
  misfit(v) {
    const shape = `outgrow_shape(${v})`;
    const isNumberLike = `${shape} in ('int', 'number') or ${shape} glob 'dec|*'`;
    return misfitByClass(v, {
      integer: "0",
      real: "0",
      text: `(${isNumberLike} or not outgrow_clean(cast(${v} as blob)))`,
    });
  },
  refuses(column) {
    const reason = otherClasses(column, "integer", "real", "text") ?? uncleanTexts(column);
    if (reason !== null) return reason;
    const ambiguous = ambiguousTexts(column);
    if (ambiguous === null) return NOT_PROFILED;
    return ambiguous > 0 ? `${plural(ambiguous, "text")} like a number` : null;
  },
});

export const mixedFamilies: CodecFamily[] = [
  single(mixedText, "numbers as SQLite prints them, and texts that do not look like one"),
];
