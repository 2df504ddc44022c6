// Instants counted from an epoch as INTEGER, into timestamptz (or timestamp, holding UTC).

import type { Codec } from "./codec.js";
import {
  type CodecFamily,
  defineCodec,
  integersOutside,
  misfitByClass,
  NOT_PROFILED,
  otherClasses,
  plural,
} from "./define-codec.js";

/** Seconds since 1970 of 0001-01-01 00:00:00 and 9999-12-31 23:59:59, all years that both engines print alike. */
export const FIRST = -62_135_596_800n;
export const LAST = 253_402_300_799n;

/** SQLite: the text of microseconds since 1970. Its / and % truncate towards zero, so the remainder is made positive. */
export function timestampOfMicros(micros: string): string {
  return timestampOfUnits(micros, 1_000_000, 6);
}

function timestampOfUnits(units: string, perSecond: number, digits: number): string {
  const rest = `((${units})%${perSecond}+${perSecond})%${perSecond}`;
  const seconds = `((${units})-${rest})/${perSecond}`;
  return `strftime('%Y-%m-%d %H:%M:%S', ${seconds}, 'unixepoch')||printf('.%0${digits}d', ${rest})`;
}

/** PostgreSQL: microseconds since 1970; exact, for extract gives a numeric since version 14. */
export const microsOf = (v: string) => `(extract(epoch from ${v})*1000000)::int8`;

/** An epoch counted in INTEGERs. */
interface Count {
  id: string;
  does: string;
  perSecond: bigint;
  /** The count at 1970-01-01. */
  at1970: bigint;
  /** Counts that PostgreSQL's microseconds hold are multiples of this. */
  step: bigint;
  encode(v: string): string;
  decode(v: string): string;
}

const COUNTS: Count[] = [
  {
    id: "epoch-s",
    does: "integers: seconds since 1970",
    perSecond: 1n,
    at1970: 0n,
    step: 1n,
    encode: (v) => `datetime(${v}, 'unixepoch')`,
    decode: (v) => `extract(epoch from ${v})::int8`,
  },
  {
    id: "epoch-ms",
    does: "integers: milliseconds since 1970",
    perSecond: 1_000n,
    at1970: 0n,
    step: 1n,
    encode: (v) => timestampOfUnits(v, 1_000, 3),
    decode: (v) => `(extract(epoch from ${v})*1000)::int8`,
  },
  {
    id: "epoch-us",
    does: "integers: microseconds since 1970",
    perSecond: 1_000_000n,
    at1970: 0n,
    step: 1n,
    encode: timestampOfMicros,
    decode: microsOf,
  },
  {
    id: "epoch-ns",
    does: "integers: nanoseconds since 1970 that are whole microseconds",
    perSecond: 1_000_000_000n,
    at1970: 0n,
    step: 1_000n,
    encode: (v) => timestampOfMicros(`${v}/1000`),
    decode: (v) => `(extract(epoch from ${v})*1000000000)::int8`,
  },
  {
    id: "ticks",
    does: "integers: .NET's 100 nanoseconds since the year 1 that are whole microseconds",
    perSecond: 10_000_000n,
    at1970: 621_355_968_000_000_000n,
    step: 10n,
    encode: (v) => timestampOfMicros(`(${v}-621355968000000000)/10`),
    decode: (v) => `(extract(epoch from ${v})*10000000)::int8+621355968000000000`,
  },
  {
    id: "webkit",
    does: "integers: microseconds since 1601, as in Chromium's files",
    perSecond: 1_000_000n,
    at1970: 11_644_473_600_000_000n,
    step: 1n,
    encode: (v) => timestampOfMicros(`${v}-11644473600000000`),
    decode: (v) => `${microsOf(v)}+11644473600000000`,
  },
  {
    id: "cocoa-s",
    does: "integers: seconds since 2001, as in Core Data",
    perSecond: 1n,
    at1970: -978_307_200n,
    step: 1n,
    encode: (v) => `datetime(${v}+978307200, 'unixepoch')`,
    decode: (v) => `extract(epoch from ${v})::int8-978307200`,
  },
];

function counted(count: Count, type: string, id: string): Codec {
  const { perSecond, at1970, step } = count;
  const min = largest(FIRST * perSecond + at1970, -(2n ** 63n));
  const max = -largest(-((LAST + 1n) * perSecond - 1n + at1970), 1n - 2n ** 63n);
  return defineCodec({
    id,
    type,
    encode: count.encode,
    canonical: (v) => v,
    decode: count.decode,
    misfit(v) {
      const isBetween = `${v} between ${min} and ${max}`;
      return misfitByClass(v, {
        integer: `not (${isBetween}${step === 1n ? "" : ` and ${v} % ${step} = 0`})`,
      });
    },
    refuses(column) {
      const reason = otherClasses(column, "integer") ?? integersOutside(column, min, max);
      if (reason !== null || column.integers === 0 || step === 1n) return reason;
      if (column.remainders === null) return NOT_PROFILED;
      return column.remainders > 0
        ? `${plural(column.remainders, "integer")} with parts of a microsecond`
        : null;
    },
  });
}

const largest = (a: bigint, b: bigint) => (a > b ? a : b);

export const epochFamilies: CodecFamily[] = COUNTS.map((count) =>
  instantFamily(count.id, count.does, (type, id) => counted(count, type, id)),
);

/** A family that goes into timestamptz by itself, and into timestamp by the parameter of that name. */
export function instantFamily(
  name: string,
  does: string,
  make: (type: string, id: string) => Codec,
): CodecFamily {
  return {
    name,
    form: `${name}, ${name}(timestamp)`,
    type: "timestamptz",
    does,
    make(parameters) {
      if (parameters === null) return make("timestamptz", name);
      return parameters === "timestamp" ? make("timestamp", `${name}(timestamp)`) : null;
    },
  };
}
