// Which codecs can feed a column that exists already, by its PostgreSQL type and the values that are to go into it.

import type { Codec, CodecEvidence } from "./codec.js";
import { NOT_PROFILED } from "./define-codec.js";
import { type Candidate, existingInstants, tooFine } from "./existing-instants.js";
import { boolCodecFor, isoCodecFor, uuidCodecFor } from "./shapes.js";

export interface ExistingType {
  /** Without lengths and zone: `numeric`, `character varying`, `timestamp with time zone`. */
  name: string;
  length: number | null;
  scale: number | null;
}

const ALIASES: Record<string, string> = {
  int8: "bigint",
  int4: "integer",
  int: "integer",
  int2: "smallint",
  float8: "double precision",
  float4: "real",
  bool: "boolean",
  decimal: "numeric",
  varchar: "character varying",
  char: "character",
  bpchar: "character",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
};

/** Reads a type as format_type prints it, or by the short names of DDL. */
export function parseType(type: string): ExistingType {
  const [, name = type, length, scale, zone = ""] =
    /^([^()]*[^() ])(?:\((\d+)(?:,(-?\d+))?\))?( with(?:out)? time zone)?$/.exec(type.trim().toLowerCase()) ??
    [];
  const whole = `${name}${zone}`;
  return {
    name: ALIASES[whole] ?? whole,
    length: length === undefined ? null : Number(length),
    scale: scale === undefined ? null : Number(scale),
  };
}

/** The codecs to try for a column of this type, the most natural one first; never empty. */
export function codecsForType(type: string, column: CodecEvidence, encoding = "UTF-8"): Candidate[] {
  const { name, length, scale } = parseType(type);
  const shapes = column.shapes ?? {};
  switch (name) {
    case "bigint":
      return plain("int64");
    case "integer":
      return plain("int32");
    case "smallint":
      return plain("int16");
    case "double precision":
      return plain("double");
    case "real":
      return plain("real32");
    case "boolean":
      return column.texts > 0 ? plain(boolCodecFor(shapes) ?? "bool('0','1')", "bool-any") : plain("bool");
    case "numeric":
      return numerics(column, length, scale ?? 0);
    case "text":
    case "citext":
    case "public.citext":
      return plain("text", "mixed-text");
    case "character varying":
      return length === null
        ? plain("text", "mixed-text")
        : [...plain(`varchar(${length})`), { codec: "mixed-text", refuses: tooLong(column, length) }];
    case "character":
      return plain(`char(${length ?? 1})`);
    case "bytea": {
      const bytes = encoding === "UTF-8" ? "bytes" : "bytes(utf16)";
      return column.texts + column.integers + column.reals > 0 ? plain(bytes) : plain("blob");
    }
    case "json":
    case "jsonb":
      return plain(name);
    case "uuid":
      return column.blobs > 0 && column.texts === 0
        ? plain("uuid-blob")
        : plain(uuidCodecFor(shapes) ?? "uuid");
    case "date":
      return "int" in shapes && column.texts > 0 ? plain("date-compact") : plain("date");
    case "timestamp without time zone":
    case "timestamp with time zone":
      return existingInstants(name, length, column);
    case "time without time zone": {
      const found = isoCodecFor(shapes);
      const codec = found?.startsWith("time(") ? found : "time(none)";
      return [{ codec, refuses: tooFine(shapes, length) }];
    }
    default:
      return plain("input");
  }
}

/** Whether a codec is one for columns of this type: made for it, or among those that feed it where it exists. */
export function feedsType(codec: Codec, type: string, column: CodecEvidence, encoding = "UTF-8"): boolean {
  const [own, wanted] = [parseType(codec.type), parseType(type)];
  return (
    (own.name === wanted.name && (own.length === null || own.length === wanted.length)) ||
    codecsForType(type, column, encoding).some((candidate) => candidate.codec === codec.id)
  );
}

function plain(...codecs: string[]): Candidate[] {
  return codecs.map((codec) => ({ codec, refuses: null }));
}

/** Numbers as text in varchar(n): a double prints at most 24 characters. */
function tooLong(column: CodecEvidence, length: number): string | null {
  const { integerMin, integerMax } = column;
  if (column.integers > 0 && (integerMin === null || integerMax === null)) return NOT_PROFILED;
  const integerChars = column.integers === 0 ? 0 : Math.max(`${integerMin}`.length, `${integerMax}`.length);
  const longest = Math.max(integerChars, column.reals === 0 ? 0 : 24, column.maxTextChars);
  return longest > length ? `values of up to ${longest} characters` : null;
}

/** `numeric` prints as it read; `numeric(p,s)` prints exactly s decimals and holds p - s digits before them. */
function numerics(column: CodecEvidence, precision: number | null, scale: number): Candidate[] {
  if (precision === null) {
    return column.texts > 0 ? plain("numeric-text") : plain("numeric-int", "numeric-real");
  }
  const rounds = scale < 0 ? `numeric(${precision},${scale}) rounds` : null;
  const places = Math.max(scale, 0);
  const alike = scale >= 0 && precision >= scale ? plain(`decimal(${precision},${scale})`) : [];
  if (column.texts > 0) {
    return [
      { codec: `numeric-text(${places})`, refuses: rounds ?? longTexts(column, precision - scale) },
      ...alike,
    ];
  }
  const refuses = rounds ?? largeNumbers(column, precision - scale);
  // numeric(S) is the natural one, but stops at 15 digits.
  if (places === 0) return [{ codec: "numeric-int", refuses }, ...alike];
  return [
    { codec: `numeric(${Math.min(places, 22)})`, refuses: places > 22 ? `${places} decimals` : refuses },
    ...alike,
  ];
}

function longTexts(column: CodecEvidence, digits: number): string | null {
  if (column.shapes === null) return NOT_PROFILED;
  for (const shape of Object.keys(column.shapes)) {
    const [family, , before = "0"] = shape.split("|");
    if (family === "dec" && Number(before) > digits) return `texts with ${before} digits before the point`;
    // Every 64-bit integer has one shape, whatever its length.
    if (shape === "int" && column.maxTextChars > digits && digits < 19)
      return `integers of up to ${column.maxTextChars} digits`;
  }
  return null;
}

/** Without a range the profile's count of decimals, which knows the precision, has the word. */
function largeNumbers(column: CodecEvidence, digits: number): string | null {
  const bounds = [column.integerMin, column.integerMax, column.realMin, column.realMax];
  const isTooLarge = bounds.some((bound) => bound !== null && Math.abs(Number(bound)) >= 10 ** digits);
  return isTooLarge ? `numbers of more than ${digits} digits before the point` : null;
}
