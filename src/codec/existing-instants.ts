// Which codecs can feed a timestamp column that exists already.

import type { CodecEvidence } from "./codec.js";
import { epochUnitFor, isoCodecFor } from "./shapes.js";
import { isUtc } from "./times.js";

/** A codec to try, and why the type, apart from the codec, would change the values; null if it would not. */
export interface Candidate {
  codec: string;
  refuses: string | null;
}

/** Fraction digits that an epoch codec may need. */
const EPOCH_DIGITS: Record<string, number> = { "epoch-s": 0, "cocoa-s": 0, "epoch-ms": 3 };

/** `digits` is the type's precision, null for the full 6. PostgreSQL rounds what is beyond it. */
export function existingInstants(
  type: "timestamp without time zone" | "timestamp with time zone",
  digits: number | null,
  column: CodecEvidence,
): Candidate[] {
  const isNaive = type === "timestamp without time zone";
  if (column.texts === 0 && column.integers + column.reals > 0) {
    return [...epochs(isNaive, digits ?? 6, column), alike(isNaive, digits ?? 6, column)];
  }
  return [...texts(isNaive, digits, column), alike(isNaive, digits ?? 6, column)];
}

/** Texts of several forms, with integers of one unit beside them where there is no doubt which. */
function alike(isNaive: boolean, digits: number, column: CodecEvidence): Candidate {
  const unit = epochUnitFor({ ...column, texts: 0, blobs: 0, reals: 0 });
  const word =
    { "epoch-s": "s", "epoch-ms": "ms", "epoch-us": "us" }[unit?.certain ? unit.codec : ""] ?? "none";
  return { codec: `instant(${isNaive ? "timestamp" : "timestamptz"},${digits},${word})`, refuses: null };
}

function texts(isNaive: boolean, digits: number | null, column: CodecEvidence): Candidate[] {
  const shapes = column.shapes ?? {};
  const exact = isoCodecFor(shapes);
  const codec = exact?.startsWith("iso(") ? exact : isoCodecFor(mostFrequent(shapes));
  if (!codec?.startsWith("iso("))
    return [{ codec: isNaive ? "iso(space,none,none)" : "iso(space,none,none,utc)", refuses: null }];
  return [retarget(codec, isNaive, tooFine(shapes, digits))];
}

function epochs(isNaive: boolean, digits: number, column: CodecEvidence): Candidate[] {
  const suffix = isNaive ? "(timestamp)" : "";
  const unit = epochUnitFor(column);
  if (unit === null) {
    const codec = `${column.reals > 0 ? "epoch-s-real" : "epoch-s"}${suffix}`;
    return [
      {
        codec,
        refuses:
          column.integerMin === null && column.realMin === null
            ? "not profiled"
            : "numbers of no known unit of time",
      },
    ];
  }
  const needed = EPOCH_DIGITS[unit.codec] ?? 6;
  const rounds = needed > digits ? `${needed} fraction digits, the type keeps ${digits}` : null;
  const doubt = unit.certain ? null : "seconds since 1970 or since 2001";
  return [{ codec: `${unit.codec}${suffix}`, refuses: rounds ?? doubt }];
}

/** The same texts into the other type: naive texts are read as UTC, texts in UTC keep their digits. */
function retarget(codec: string, isNaive: boolean, refuses: string | null): Candidate {
  const zone = codec.slice("iso(".length, -1).split(",")[2] ?? "none";
  if (zone === "none") return { codec: isNaive ? codec : codec.replace(/\)$/, ",utc)"), refuses };
  if (!isNaive) return { codec, refuses };
  if (isUtc(zone)) return { codec: codec.replace(/\)$/, ",naive)"), refuses };
  return {
    codec,
    refuses: `texts with the zone${zone.startsWith(" ") ? "" : " "}${zone} into timestamp without one`,
  };
}

function mostFrequent(shapes: Record<string, number>): Record<string, number> {
  const instants = Object.entries(shapes).filter(([shape]) => shape.startsWith("dt|"));
  const [first] = instants.sort(([, a], [, b]) => b - a);
  return first ? Object.fromEntries([first]) : {};
}

/** Why a type that keeps so many fraction digits would round the texts; null where it would not. */
export function tooFine(shapes: Record<string, number>, digits: number | null): string | null {
  const found = Math.max(0, ...Object.keys(shapes).map(fractionDigits));
  return found > (digits ?? 6) ? `texts with ${found} fraction digits, the type keeps ${digits}` : null;
}

/** `dt| |3z|` → 3, `time|3z` → 3. */
function fractionDigits(shape: string): number {
  return Number.parseInt(/^(?:dt\|.|time)\|(\d)/.exec(shape)?.[1] ?? "0", 10);
}
