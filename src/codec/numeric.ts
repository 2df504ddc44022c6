// Exact decimals into numeric: from numbers with a fixed scale, from whole numbers of any size, from texts.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  otherShapes,
  plural,
  single,
} from "./define-codec.js";
import { isNegativeZero, MAX_DOUBLE, unlessNull } from "./field.js";

/** Powers of ten up to this one are doubles, so that v*10^S rounds only once. */
export const MAX_SCALE = 22;

/** Decimals of up to 15 digits come back from a double unchanged (IEEE 754, DBL_DIG). */
const MAX_UNITS = 1e15;

function lossyAsNumeric(column: { infinities: number; negativeZeros: number }): string | null {
  if (column.infinities > 0) return plural(column.infinities, "infinite number");
  return column.negativeZeros > 0 ? `${plural(column.negativeZeros, "value")} of -0.0` : null;
}

/** `v = round(v*10^S)/10^S` is exact: k/10^S is the correctly rounded double of the decimal k/10^S. */
function fixed(scale: number): Codec {
  const power = `1e${scale}`;
  const largest = MAX_UNITS / 10 ** scale;
  return defineCodec({
    id: `numeric(${scale})`,
    type: "numeric",
    encode: (v) => unlessNull(v, `printf('%.${scale}f', ${v})`),
    misfit(v) {
      const test = `not (${v} = round(${v}*${power})/${power} and abs(${v}*${power}) < 1e15)`;
      return misfitByClass(v, { integer: test, real: `(${test} or ${isNegativeZero(v)})` });
    },
    refuses(column) {
      const reason = otherClasses(column, "integer", "real") ?? lossyAsNumeric(column);
      if (reason !== null) return reason;
      const bounds = [column.integerMin, column.integerMax, column.realMin, column.realMax];
      if (bounds.some((bound) => bound !== null && Math.abs(Number(bound)) >= largest)) {
        return `numbers of more than 15 digits with ${scale} decimals`;
      }
      if (column.integers + column.reals === 0) return null;
      if (column.notDecimal === null) return NOT_PROFILED;
      return column.notDecimal > 0 ? `${plural(column.notDecimal, "number")} of another scale` : null;
    },
  });
}

/** Reals beyond 64 bits are whole; their 17 digits come back to the same double. */
const whole = defineCodec({
  id: "numeric-int",
  type: "numeric",
  encode: (v) =>
    `case when ${v} = cast(${v} as integer) then cast(${v} as integer) when ${v} is not null then replace(printf('%!.0f', ${v}), '.0', '') end`,
  misfit: (v) =>
    misfitByClass(v, {
      integer: "0",
      real: `(abs(${v}) < 9e18 and ${v} <> cast(${v} as integer) or abs(${v}) > ${MAX_DOUBLE} or ${isNegativeZero(v)})`,
    }),
  refuses(column) {
    const reason = otherClasses(column, "integer", "real") ?? lossyAsNumeric(column);
    if (reason !== null || column.reals === 0) return reason;
    if (column.fractions === 0) return null;
    const { realMin, realMax } = column;
    if (realMin === null || realMax === null || column.fractions === null) return NOT_PROFILED;
    // A profile counts the reals that no 64-bit integer holds as fractions; from 2^53 on all are whole.
    if (realMin >= 2 ** 53 || realMax <= -(2 ** 53)) return null;
    return `${plural(column.fractions, "number")} that a 64-bit integer cannot hold`;
  },
});

/** Canonical texts, which PostgreSQL prints as it read them: a numeric keeps its scale. */
function textual(scale: number | null): Codec {
  const accepts = (shape: string) =>
    scale === null ? shape === "int" || shape.startsWith("dec|") : scaleOf(shape) === scale;
  return defineCodec({
    id: scale === null ? "numeric-text" : `numeric-text(${scale})`,
    type: "numeric",
    encode: (v) => v,
    misfit(v) {
      const shape = `outgrow_shape(${v})`;
      const fits =
        scale === null
          ? `${shape} = 'int' or ${shape} glob 'dec|*'`
          : `${scale === 0 ? `${shape} = 'int' or ` : ""}${shape} glob 'dec|${scale}|*'`;
      return misfitByClass(v, { text: `not (${fits})` });
    },
    refuses(column) {
      const shapes = Object.keys(column.shapes ?? {}).filter(accepts);
      const wanted = scale === null ? "plain decimals" : `decimals with ${plural(scale, "place")}`;
      return otherClasses(column, "text") ?? otherShapes(column, shapes, wanted);
    },
  });
}

/** The places after the point: 0 for `int`, null for a shape that is no decimal. */
function scaleOf(shape: string): number | null {
  if (shape === "int") return 0;
  const [family, scale] = shape.split("|");
  return family === "dec" ? Number(scale) : null;
}

/** `numeric-text(S)` where all texts are decimals of one scale, `numeric-text` where the scales differ. */
export function numericTextCodecFor(shapes: Record<string, number>): string | null {
  const scales = new Set(Object.keys(shapes).map(scaleOf));
  if (scales.size === 0 || scales.has(null)) return null;
  const [scale] = scales;
  return scales.size === 1 && scale !== undefined ? `numeric-text(${scale})` : "numeric-text";
}

export const numericFamilies: CodecFamily[] = [
  {
    name: "numeric",
    form: "numeric(S)",
    type: "numeric",
    does: "numbers with at most S decimals and 15 digits, printed with exactly S decimals",
    make: (parameters) => withScale(parameters, MAX_SCALE, fixed),
  },
  {
    name: "numeric-text",
    form: "numeric-text, numeric-text(S)",
    type: "numeric",
    does: "texts that are plain decimals of any length; all with exactly S decimals where S is given",
    make: (parameters) => (parameters === null ? textual(null) : withScale(parameters, 16_383, textual)),
  },
  single(whole, "integers and whole reals of any size"),
];

function withScale(parameters: string | null, max: number, make: (scale: number) => Codec): Codec | null {
  if (parameters === null || !/^(?:0|[1-9]\d{0,4})$/.test(parameters)) return null;
  return Number(parameters) <= max ? make(Number(parameters)) : null;
}
