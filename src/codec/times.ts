// Instants written as ISO 8601 text, in the dialects that libraries write, into timestamp and timestamptz.

import type { Codec } from "./codec.js";
import { type CodecFamily, defineCodec, misfitByShape, otherClasses, otherShapes } from "./define-codec.js";

/** `none`, `1`…`6`, `min` (as many digits as needed), `0or3`, `0or6` (Python), `minute`. */
export type Fraction = string;

/** The F parts of shapes.ts that a fraction style prints again exactly as they were; null for a word it is not. */
export function fractionShapes(fraction: Fraction): string[] | null {
  if (fraction === "none") return ["0"];
  if (fraction === "minute") return ["m"];
  if (fraction === "min") return ["0", "1", "2", "3", "4", "5", "6"];
  // A fraction of nothing but zeros (zz) would come back without its digits.
  if (fraction === "0or3" || fraction === "0or6") return ["0", fraction.slice(3), `${fraction.slice(3)}z`];
  return /^[1-6]$/.test(fraction) ? [fraction, `${fraction}z`, `${fraction}zz`] : null;
}

/** The first style that prints all of these F parts again; null where none does. */
export function fractionStyleFor(parts: readonly string[]): Fraction | null {
  const styles = ["none", "minute", "1", "2", "3", "4", "5", "6", "0or3", "0or6", "min"];
  return styles.find((style) => parts.every((part) => fractionShapes(style)?.includes(part))) ?? null;
}

/** PostgreSQL: `to_char` of a timestamp in a fraction style; `date` and `end` are patterns around the time. */
export function printTime(value: string, fraction: Fraction, date: string, end: string): string {
  const print = (time: string) => `to_char(${value}, '${date}${time}${end}')`;
  if (fraction === "none") return print("HH24:MI:SS");
  if (fraction === "minute") return print("HH24:MI");
  if (!fraction.startsWith("0or")) return print(`HH24:MI:SS.FF${fraction}`);
  const isWhole = `extract(microseconds from ${value})::int8 % 1000000 = 0`;
  return `case when ${isWhole} then ${print("HH24:MI:SS")} else ${print(`HH24:MI:SS.FF${fraction.slice(3)}`)} end`;
}

/** A zone as it is spelt: `Z`, `+00:00`, ` +00:00`, `-0700`, `+05`. PostgreSQL takes less than 16 hours. */
const ZONE = /^(?:Z| ?([+-])(0\d|1[0-5])(?::?([0-5]\d))?)$/;

interface Dialect {
  separator: " " | "T";
  fraction: Fraction;
  /** "" for none. */
  zone: string;
  type: "timestamp" | "timestamptz";
}

/** `space,0or6,none` → the dialect; null for what is none. */
function parseDialect(parameters: string): Dialect | null {
  const [separator, fraction = "", zone = "", mode, ...rest] = parameters.split(",");
  if ((separator !== "space" && separator !== "T") || fractionShapes(fraction) === null) return null;
  if (rest.length > 0 || (zone !== "none" && !ZONE.test(zone))) return null;
  const isNaive = zone === "none";
  if (mode === "utc" ? !isNaive : mode === "naive" ? !isUtc(zone) : mode !== undefined) return null;
  return {
    separator: separator === "T" ? "T" : " ",
    fraction,
    zone: isNaive ? "" : zone,
    type: (isNaive ? mode === "utc" : mode !== "naive") ? "timestamptz" : "timestamp",
  };
}

/** Whether a zone means UTC in PostgreSQL's eyes: its digits are those of UTC. */
export function isUtc(zone: string): boolean {
  return zone === "Z" || /^ ?[+-]00(?::?00)?$/.test(zone);
}

/** Patterns of to_char. */
const DATE = "YYYY-MM-DD ";
const DATE_AND_T = 'YYYY-MM-DD"T"';

function iso(parameters: string, { separator, fraction, zone, type }: Dialect): Codec {
  const shapes = (fractionShapes(fraction) ?? []).map((part) => `dt|${separator}|${part}|${zone}`);
  const end = zone === "" ? "" : `"${zone}"`;
  return defineCodec({
    id: `iso(${parameters})`,
    type,
    encode: (v) => v,
    decode(v) {
      const isPlain = type === "timestamp" && separator === " " && zone === "";
      if (isPlain && (fraction === "none" || fraction === "min")) return v;
      const local = type === "timestamp" ? v : `(${v} at time zone ${zoneSql(zone)})`;
      if (fraction !== "min") return printTime(local, fraction, separator === "T" ? DATE_AND_T : DATE, end);
      const text = separator === "T" ? `replace(${local}::text, ' ', 'T')` : `${local}::text`;
      return zone === "" ? text : `${text}||'${zone}'`;
    },
    misfit: (v) => misfitByShape(v, shapes),
    refuses: (column) =>
      otherClasses(column, "text") ?? otherShapes(column, shapes, exampleOf(separator, fraction, zone)),
  });
}

/** PostgreSQL counts an interval's hours eastwards, as ISO 8601 does (a POSIX zone name counts westwards). */
function zoneSql(zone: string): string {
  const [, sign, hours, minutes = "00"] = ZONE.exec(zone) ?? [];
  return hours === undefined || isUtc(zone) ? "'UTC'" : `interval '${sign}${hours}:${minutes}'`;
}

function exampleOf(separator: string, fraction: Fraction, zone: string): string {
  const time = fraction === "minute" ? "HH:MM" : "HH:MM:SS";
  const digits = "f".repeat(Number.parseInt(fraction.replace("0or", ""), 10) || 0);
  const isOptional = fraction === "min" || fraction.startsWith("0or");
  const part = isOptional ? `[.${digits || "f"}]` : digits && `.${digits}`;
  return `YYYY-MM-DD${separator}${time}${part}${zone}`;
}

/** The iso codec whose fraction and zone print all of these `dt|…` shapes again; null where none does. */
export function isoCodecForInstants(shapes: readonly string[]): string | null {
  const parts = shapes.map((shape) => shape.split("|"));
  const [, separator, , zone] = parts[0] ?? [];
  if (parts.some(([family, sep, , z]) => family !== "dt" || sep !== separator || z !== zone)) return null;
  const fraction = fractionStyleFor(parts.map(([, , part = ""]) => part));
  if (fraction === null) return null;
  return `iso(${separator === "T" ? "T" : "space"},${fraction},${zone === "" ? "none" : zone})`;
}

export const timeFamilies: CodecFamily[] = [
  {
    name: "iso",
    form: "iso(SEP,FRACTION,ZONE), iso(SEP,FRACTION,none,utc), iso(SEP,FRACTION,Z,naive)",
    type: "timestamp or timestamptz",
    does: "texts YYYY-MM-DD HH:MM:SS of one form. SEP space or T; FRACTION none, 1 to 6, min, 0or3, 0or6, minute; ZONE none, Z or an offset as it is spelt; utc reads texts without a zone as UTC; naive keeps the digits of UTC",
    make(parameters) {
      const dialect = parseDialect(parameters ?? "");
      return dialect === null ? null : iso(parameters ?? "", dialect);
    },
  },
];
