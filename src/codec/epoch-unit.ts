// Guesses the unit of a column of epoch numbers from its range.

import type { CodecEvidence } from "./codec.js";

/** Lower bound included, upper excluded; the gaps keep neighbours apart. Years after 1970 unless noted. */
const WINDOWS: { codec: string; from: number; to: number; step: bigint }[] = [
  { codec: "epoch-s", from: 1e8, to: 1e11, step: 1n }, // 1973 to 5138
  { codec: "epoch-ms", from: 1e11, to: 1e14, step: 1n }, // 1973 to 5138
  { codec: "epoch-us", from: 1e14, to: 1.1e16, step: 1n }, // 1973 to 2318
  { codec: "webkit", from: 1.15e16, to: 1.7e16, step: 1n }, // 1965 to 2139
  { codec: "ticks", from: 5.99e17, to: 6.95e17, step: 10n }, // 1899 to 2203
  { codec: "epoch-ns", from: 1e18, to: 4e18, step: 1_000n }, // 2001 to 2096
];

/** 2001-01-01 in seconds since 1970. Below it seconds since 2001 are as likely: they reach 1973 to 2031. */
const COCOA = 978_307_200;

/**
 * The epoch codec whose window holds all numbers of the column; zeros, which mean "never", do not count as the
 * smallest. `certain` is false where another unit is as likely. Null where no window holds them, or the profile has
 * no range. The remainders of ticks and nanoseconds must have been profiled with 10 and 1000.
 */
export function epochUnitFor(column: CodecEvidence): { codec: string; certain: boolean } | null {
  if (column.texts + column.blobs > 0 || column.integers + column.reals === 0) return null;
  return column.reals > 0 ? unitOfReals(column) : unitOfIntegers(column);
}

function unitOfIntegers({ integerMinNonzero, integerMax, remainders }: CodecEvidence) {
  if (integerMinNonzero === null || integerMax === null) return null;
  const [min, max] = [Number(integerMinNonzero), Number(integerMax)];
  const window = WINDOWS.find(({ from, to }) => min >= from && max < to);
  if (!window || (window.step > 1n && remainders !== 0)) return null;
  const isDigits = isCompactTime(min) && isCompactTime(max);
  return { codec: window.codec, certain: !isDigits && (window.codec !== "epoch-s" || max >= COCOA) };
}

/** Whether a number can be read as YYYYMMDDHHMM or YYYYMMDDHHMMSS of the years 1900 to 2199. */
function isCompactTime(value: number): boolean {
  return /^(?:19|2[01])\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?$/.test(
    String(value),
  );
}

function unitOfReals(column: CodecEvidence) {
  const { integers, integerMin, integerMax, realMin, realMax } = column;
  if (realMin === null || realMax === null) return null;
  if (integers > 0 && (integerMin === null || integerMax === null)) return null;
  const smallest = [column.realMinNonzero, column.integerMinNonzero].flatMap((each) =>
    each === null ? [] : [Number(each)],
  );
  if (smallest.length === 0) return null;
  const [min, max] = [Math.min(...smallest), Math.max(realMax, integers > 0 ? Number(integerMax) : realMax)];
  const hasZero = realMin === 0 || (integers > 0 && integerMin === 0n);
  if (min >= 1_721_059.5 && max < 5_373_484.5 && !hasZero) {
    return { codec: "julian", certain: true };
  }
  if (min < 1e8 || max >= 1e11) return null;
  return max < COCOA ? { codec: "cocoa", certain: false } : { codec: "epoch-s-real", certain: true };
}
