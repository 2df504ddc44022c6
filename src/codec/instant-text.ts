// Reads an instant as libraries write it, in one normal form, in plain JavaScript: what PostgreSQL reads by itself
// from the same text is then held against something that shares no code with it.

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})(\d*))?)?(Z| ?[+-]\d\d(?::?[0-5]\d)?)?)?$/;

const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

/**
 * `2024-01-31 22:04:05.678900`, in UTC: of a text (a date is its midnight, no zone is UTC), or of a number of
 * microseconds since 1970. Null where it is none, is outside of the years 1 to 9999, or has parts of a microsecond that it may not cut off.
 */
export function instantOf(value: unknown, mayCut = false): string | null {
  if (typeof value === "number") {
    const ms = Math.floor(value / 1000);
    return print(ms, Math.trunc(value - Math.floor(ms / 1000) * 1_000_000));
  }
  const match = typeof value === "string" ? INSTANT.exec(value) : null;
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  if (!mayCut && /[1-9]/.test(match[8] ?? "")) return null;
  const offset = offsetMinutes(match[9] ?? "Z");
  if (offset === null) return null;
  date.setUTCHours(hour, minute - offset, second);
  return print(date.getTime(), Number((match[7] ?? "").padEnd(6, "0")));
}

/** PostgreSQL takes less than 16 hours. */
function offsetMinutes(zone: string): number | null {
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (Number(hours) > 15) return null;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function print(ms: number, micros: number): string | null {
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null;
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}.${String(micros).padStart(6, "0")}`;
}
