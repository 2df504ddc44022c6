// Instants for the oracle: texts of both engines and every epoch, as microseconds since 1970.
import { exactDouble, roundedQuotient } from "./decimals.js";
import type { SqliteValue } from "./read-sqlite.js";

const DAY_MICROS = 86_400_000_000n;

/** Days from 1970-01-01 in the proleptic Gregorian calendar; null where there is no such day. */
export function daysFrom(year: number, month: number, day: number): bigint | null {
  if (month < 1 || month > 12 || day < 1 || day > monthDays(year, month)) return null;
  let days = 0;
  for (let m = 1; m < month; m++) days += monthDays(year, m);
  const past = year - 1;
  const untilYear = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return BigInt(untilYear + days + day - 1 - 719_162);
}

function monthDays(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** `HH:MM[:SS[.f]]` as microseconds since midnight; null for anything else. */
export function readTime(text: string): bigint | null {
  const [, hours, minutes, seconds = "0", fraction = ""] =
    /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0") || "0");
}

export interface Instant {
  /** Of the digits as they stand. */
  local: bigint;
  /** Of the instant; null where the text names no zone. */
  utc: bigint | null;
  separator: string;
  /** The digits after the seconds' point; null where there is none. */
  fraction: string | null;
  hasSeconds: boolean;
  /** As spelt; "" for none. */
  zone: string;
}

const INSTANT =
  /^(\d{4,6})-(\d\d)-(\d\d)([ T])(\d\d:\d\d(?::\d\d(?:\.(\d{1,6}))?)?)(Z| ?[+-]\d\d(?::?\d\d)?(?::\d\d)?)?$/;

/** A date and time as either engine's texts spell it; PostgreSQL's in ISO style. Null for anything else. */
export function readInstant(text: string): Instant | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, year, month, day, separator = "", time = "", fraction, zone = ""] = match;
  const days = daysFrom(Number(year), Number(month), Number(day));
  const micros = readTime(time);
  if (days === null || micros === null) return null;
  const local = days * DAY_MICROS + micros;
  const offset = offsetMicros(zone);
  return {
    local,
    utc: offset === null ? null : local - offset,
    separator,
    fraction: fraction ?? null,
    hasSeconds: time.length > 5,
    zone,
  };
}

function offsetMicros(zone: string): bigint | null {
  if (zone === "") return null;
  if (zone === "Z") return 0n;
  const [, sign, hours = "0", minutes = "0"] = /^ ?([+-])(\d\d):?(\d\d)?/.exec(zone) ?? [];
  const micros = BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000n;
  return sign === "-" ? -micros : micros;
}

interface Unit {
  /** Microseconds that one of it lasts, as a fraction. */
  micros: [bigint, bigint];
  /** Its zero, in microseconds since 1970. */
  zero: bigint;
  /** Whether doubles of it are rounded to the microsecond. */
  rounds: boolean;
}

const at = (year: number) => (daysFrom(year, 1, 1) ?? 0n) * DAY_MICROS;

/** By the name of the codec. Ticks count from the year 1, WebKit from 1601, Cocoa from 2001, Julian days from -4713. */
const UNITS: Record<string, Unit> = {
  "epoch-s": { micros: [1_000_000n, 1n], zero: 0n, rounds: false },
  "epoch-ms": { micros: [1_000n, 1n], zero: 0n, rounds: false },
  "epoch-us": { micros: [1n, 1n], zero: 0n, rounds: false },
  "epoch-ns": { micros: [1n, 1_000n], zero: 0n, rounds: false },
  ticks: { micros: [1n, 10n], zero: at(1), rounds: false },
  webkit: { micros: [1n, 1n], zero: at(1601), rounds: false },
  "cocoa-s": { micros: [1_000_000n, 1n], zero: at(2001), rounds: false },
  cocoa: { micros: [1_000_000n, 1n], zero: at(2001), rounds: true },
  "epoch-s-real": { micros: [1_000_000n, 1n], zero: 0n, rounds: true },
  julian: { micros: [DAY_MICROS, 1n], zero: -210_866_760_000_000_000n, rounds: true },
};

/** The unit in which a codec counts, if it counts. */
export function unitOf(codec: string): string | null {
  const name = codec.replace(/\(.*$/s, "");
  return name in UNITS ? name : null;
}

/**
 * Whether a number counted in `unit` is the instant `micros`. An integer must be exactly it; of a double the nearest
 * microsecond, and the way back must give the same double.
 */
export function isInstantOf(value: SqliteValue, unit: string, micros: bigint): boolean {
  const found = UNITS[unit];
  if (found === undefined) return false;
  const [numerator, denominator] = found.micros;
  const passed = micros - found.zero;
  if (value.class === "integer") return value.value * numerator === passed * denominator;
  if (value.class !== "real" || !found.rounds || Object.is(value.value, -0) || !Number.isFinite(value.value))
    return false;
  const exact = exactDouble(value.value);
  const nearest = roundedQuotient(exact.numerator * numerator, (1n << exact.shift) * denominator);
  const distance = nearest - passed;
  if (distance > 1n || distance < -1n) return false;
  return isNearestDouble(value.value, passed * denominator, numerator);
}

/** Whether the double next to numerator / denominator is `double`, a halfway case either way. */
function isNearestDouble(double: number, numerator: bigint, denominator: bigint): boolean {
  const { numerator: exact, shift } = exactDouble(double);
  const scale = 1n << shift;
  // |numerator/denominator - exact/scale| <= half the step between doubles there, all times denominator * scale * 2.
  const difference = 2n * (numerator * scale - exact * denominator);
  const step = exactDouble(stepAt(double));
  const tolerance = (step.numerator * scale * denominator) / (1n << step.shift);
  return (difference < 0n ? -difference : difference) <= tolerance;
}

function stepAt(double: number): number {
  const size = Math.abs(double);
  const exponent = Math.floor(Math.log2(Math.max(size, Number.MIN_VALUE)));
  return 2 ** Math.max(exponent - 52, -1074);
}
