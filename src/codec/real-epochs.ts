// Instants counted from an epoch as REAL (integers among them are taken as equal), into timestamptz or timestamp.

import type { Codec, CodecEvidence } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  integersOutside,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  plural,
  realsOutside,
} from "./define-codec.js";
import { FIRST, instantFamily, LAST, microsOf, timestampOfMicros } from "./epochs.js";
import { isNegativeZero } from "./field.js";
import { canonicalDouble } from "./reals.js";

/**
 * Seconds with at most 6 decimals. The test `v = microseconds/10^6` is what decode computes, so a value that passes
 * comes back to the same bits, also beyond 2^53 microseconds.
 */
function seconds(id: string, type: string, offset: bigint): Codec {
  const [min, max] = [FIRST - offset, LAST - offset];
  // Seconds and their fractions go apart: beyond 2^51 microseconds one product is off by half of one.
  const micros = (v: string) => {
    const whole = `cast(${v} as integer)`;
    return `(${whole}*1000000+cast(round((${v}-${whole})*1000000.0) as integer))`;
  };
  const shift = offset * 1_000_000n;
  return defineCodec({
    id,
    type,
    encode: (v) => timestampOfMicros(shift === 0n ? micros(v) : `${micros(v)}+${shift}`),
    canonical: canonicalDouble,
    decode: (v) => `(${microsOf(v)}-${shift})::float8/1000000`,
    equality: "double",
    misfit(v) {
      const isBetween = `${v} between ${min} and ${max}`;
      const isExact = `${v} = ${micros(v)}/1000000.0 and not ${isNegativeZero(v)}`;
      return misfitByClass(v, { integer: `not (${isBetween})`, real: `not (${isBetween} and ${isExact})` });
    },
    refuses(column) {
      const reason =
        otherClasses(column, "real", "integer") ??
        integersOutside(column, min, max) ??
        realsOutside(column, Number(min), Number(max)) ??
        negativeZeros(column);
      if (reason !== null || column.reals === 0 || column.fractions === 0) return reason;
      if (column.notDecimal === 0) return null;
      // A count of other decimals proves nothing: it may have been of fewer places, or of 15 digits at most.
      return NOT_PROFILED;
    },
  });
}

function negativeZeros(column: CodecEvidence): string | null {
  return column.negativeZeros > 0 ? `${plural(column.negativeZeros, "value")} of -0.0` : null;
}

/** Julian days of 0001-01-01 00:00 and 10000-01-01 00:00 (excluded). */
const FIRST_DAY = 1_721_425.5;
const LAST_DAY = 5_373_484.5;
const DAY = "86400000000";
/** Microseconds from Julian day 0 to 1970-01-01. */
const AT_1970 = "210866760000000000";

/**
 * A double near 2.4 million has steps of 40 microseconds, near 1.7 million of 20: a rounding to microseconds keeps
 * it. Days and their fractions go apart, for in one product the rounding errors of far years would add up.
 */
function julian(id: string, type: string): Codec {
  return defineCodec({
    id,
    type,
    encode(v) {
      const day = `cast(${v} as integer)`;
      return timestampOfMicros(`${day}*${DAY}+cast(round((${v}-${day})*${DAY}.0) as integer)-${AT_1970}`);
    },
    canonical: canonicalDouble,
    decode(v) {
      const micros = `(${microsOf(v)}+${AT_1970})`;
      return `(${micros}/${DAY})::float8+(${micros}%${DAY})::float8/${DAY}.0::float8`;
    },
    equality: "double",
    misfit(v) {
      const outside = `not (${v} >= ${FIRST_DAY} and ${v} < ${LAST_DAY})`;
      return misfitByClass(v, { integer: outside, real: outside });
    },
    refuses: (column) =>
      otherClasses(column, "real", "integer") ??
      integersOutside(column, BigInt(Math.ceil(FIRST_DAY)), BigInt(Math.floor(LAST_DAY))) ??
      realsOutside(column, FIRST_DAY, LAST_DAY - 2 ** -30),
  });
}

export const realEpochFamilies: CodecFamily[] = [
  instantFamily("epoch-s-real", "reals with at most 6 decimals: seconds since 1970", (type, id) =>
    seconds(id, type, 0n),
  ),
  instantFamily("cocoa", "reals with at most 6 decimals: seconds since 2001, as in Core Data", (type, id) =>
    seconds(id, type, 978_307_200n),
  ),
  instantFamily("julian", "reals: Julian days, as in SQLite's julianday()", (type, id) => julian(id, type)),
];
