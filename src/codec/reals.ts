// REAL into double precision bit for bit, and into real where that exists already and loses nothing.

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  integersOutside,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  plural,
  realsOutside,
  single,
} from "./define-codec.js";
import { isNegativeZero, MAX_DOUBLE } from "./field.js";
import { MAX_SAFE } from "./integers.js";

/** SQLite's text of a double has 17 digits where 15 do not suffice (since 3.52), so PostgreSQL reads the same bits. */
export function encodeDouble(v: string): string {
  return `case when ${isNegativeZero(v)} then '-0' else ${v} end`;
}

/** Whole numbers print alike in both engines this way; the rest is for `equality: "double"`. */
export function canonicalDouble(v: string): string {
  return `case when ${v} = cast(${v} as integer) then iif(${isNegativeZero(v)}, '-0', cast(${v} as integer)) else ${v} end`;
}

const safeIntegers = (v: string) => `${v} not between -${MAX_SAFE} and ${MAX_SAFE}`;

const double = defineCodec({
  id: "double",
  type: "double precision",
  encode: encodeDouble,
  canonical: canonicalDouble,
  // Costs nothing for a float8, and shows what a narrower column made of the value.
  decode: (v) => `(${v})::float8`,
  equality: "double",
  misfit: (v) => misfitByClass(v, { real: "0", integer: safeIntegers(v) }),
  refuses: (column) =>
    otherClasses(column, "real", "integer") ?? integersOutside(column, -MAX_SAFE, MAX_SAFE),
});

/** 2^24: up to it every integer is a single-precision number. */
const MAX_SINGLE_INTEGER = 16_777_216;

/**
 * Veltkamp's splitting (Dekker 1971): what is left of a double after a multiplication with 2^29+1 is its upper
 * 24 bits. Subnormal singles are called misfits, for they have fewer bits.
 */
function singlePrecision(v: string): string {
  const product = `${v}*536870913.0`;
  const upper = `(${v} - ${product}) + ${product}`;
  return `not (${v} = 0 or ${upper} = ${v} and abs(${v}) between 1.1754943508222875e-38 and 3.4028234663852886e+38 or abs(${v}) > ${MAX_DOUBLE})`;
}

const single32: Codec = defineCodec({
  id: "real32",
  type: "real",
  encode: encodeDouble,
  canonical: canonicalDouble,
  // As double precision, for the engines' shortest texts of a single and a double differ.
  decode: (v) => `(${v})::float8`,
  equality: "double",
  misfit: (v) =>
    misfitByClass(v, {
      real: singlePrecision(v),
      integer: `${v} not between -${MAX_SINGLE_INTEGER} and ${MAX_SINGLE_INTEGER}`,
    }),
  refuses(column) {
    const limit = BigInt(MAX_SINGLE_INTEGER);
    const reason = otherClasses(column, "real", "integer") ?? integersOutside(column, -limit, limit);
    if (reason !== null || column.reals === 0) return reason;
    const isWhole = column.fractions === 0;
    return isWhole && realsOutside(column, -MAX_SINGLE_INTEGER, MAX_SINGLE_INTEGER) === null
      ? null
      : NOT_PROFILED;
  },
});

/** Any REAL keeps its 17 digits in an unconstrained numeric, and comes back to the same bits. */
const decimalDouble = defineCodec({
  id: "numeric-real",
  type: "numeric",
  encode: encodeDouble,
  canonical: canonicalDouble,
  decode: (v) => `(${v})::float8`,
  equality: "double",
  misfit: (v) =>
    misfitByClass(v, {
      real: `(abs(${v}) > ${MAX_DOUBLE} or ${isNegativeZero(v)})`,
      integer: safeIntegers(v),
    }),
  refuses(column) {
    const reason = double.refuses(column);
    if (reason !== null) return reason;
    if (column.infinities > 0) return plural(column.infinities, "infinite number");
    return column.negativeZeros > 0 ? `${plural(column.negativeZeros, "value")} of -0.0` : null;
  },
});

/** Whether two fields hold the same double, bit for bit, in whatever spelling: `1.0e+22` and `1e+22`. */
export function sameDouble(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [readDouble(a), readDouble(b)];
  return !Number.isNaN(left) && Object.is(left, right);
}

function readDouble(field: string): number {
  if (field === "") return Number.NaN; // NULL
  if (field === "Inf" || field === "Infinity") return Number.POSITIVE_INFINITY;
  if (field === "-Inf" || field === "-Infinity") return Number.NEGATIVE_INFINITY;
  return Number(field);
}

export const realFamilies: CodecFamily[] = [
  single(double, "reals bit for bit, infinities and -0.0 too; integers up to 2^53"),
  single(single32, "reals that have only single precision, into columns that exist"),
  single(decimalDouble, "finite reals with all their digits, into numeric columns that exist"),
];
