// Dates and times of day written as text, into date and time.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  misfitByShape,
  NOT_PROFILED,
  otherClasses,
  otherShapes,
  single,
} from "./define-codec.js";
import { type Fraction, fractionShapes, fractionStyleFor, isoCodecForInstants, printTime } from "./times.js";

const date = defineCodec({
  id: "date",
  type: "date",
  encode: (v) => v,
  misfit: (v) => misfitByShape(v, ["date"]),
  refuses: (column) => otherClasses(column, "text") ?? otherShapes(column, ["date"], "YYYY-MM-DD"),
});

/** Years 1000 to 9999: with a zero in front the text is no longer what shapes.ts calls an integer. */
const compact = defineCodec({
  id: "date-compact",
  type: "date",
  encode: (v) => v,
  decode: (v) => `to_char(${v}, 'YYYYMMDD')`,
  misfit(v) {
    const dashed = `substr(${v}, 1, 4)||'-'||substr(${v}, 5, 2)||'-'||substr(${v}, 7, 2)`;
    const isDate = `outgrow_shape(${v}) = 'int' and length(${v}) = 8 and date(${dashed}) is ${dashed}`;
    return misfitByClass(v, { text: `not (${isDate})` });
  },
  refuses(column) {
    const reason = otherClasses(column, "text") ?? otherShapes(column, ["int"], "YYYYMMDD");
    // All integers have one shape: only a count of the misfits tells dates from the rest.
    return reason ?? (column.texts > 0 ? NOT_PROFILED : null);
  },
});

function time(fraction: Fraction, parts: readonly string[]): Codec {
  const shapes = parts.map((part) => `time|${part}`);
  return defineCodec({
    id: `time(${fraction})`,
    type: "time",
    encode: (v) => v,
    decode: (v) =>
      fraction === "none" || fraction === "min"
        ? v
        : printTime(`(date '2000-01-01' + ${v})`, fraction, "", ""),
    misfit: (v) => misfitByShape(v, shapes),
    refuses: (column) => otherClasses(column, "text") ?? otherShapes(column, shapes, `time(${fraction})`),
  });
}

/** The codec that carries all of the texts exactly: `iso(…)`, `date` or `time(…)`; null where none does. */
export function isoCodecFor(shapes: Record<string, number>): string | null {
  const found = Object.keys(shapes);
  if (found.length === 0) return null;
  if (found.every((shape) => shape === "date")) return "date";
  if (!found.every((shape) => shape.startsWith("time|"))) return isoCodecForInstants(found);
  const fraction = fractionStyleFor(found.map((shape) => shape.slice("time|".length)));
  return fraction === null ? null : `time(${fraction})`;
}

export const dateFamilies: CodecFamily[] = [
  single(date, "texts YYYY-MM-DD"),
  single(compact, "texts YYYYMMDD of the years 1000 to 9999"),
  {
    name: "time",
    form: "time(FRACTION)",
    type: "time",
    does: "texts HH:MM:SS, with FRACTION as for iso: none, 1 to 6, min, 0or3, 0or6, minute",
    make(parameters) {
      const parts = fractionShapes(parameters ?? "");
      return parts === null ? null : time(parameters ?? "", parts);
    },
  },
];
