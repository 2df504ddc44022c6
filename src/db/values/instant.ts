// Instants between text and Date. Text without a zone is UTC: SQLite's CURRENT_TIMESTAMP is (lang_datefunc), and the
// sessions on PostgreSQL are set to it.

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** Null where the text is no instant of the years 1 to 9999. Digits beyond the millisecond are dropped: Date has none. */
export function instantOf(text: string): Date | null {
  const found = INSTANT.exec(text);
  if (found === null) {
    return null;
  }
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const [hour, minute, second] = [Number(found[4] ?? 0), Number(found[5] ?? 0), Number(found[6] ?? 0)];
  const fraction = found[7];
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  if (!isCalendarDay(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    return null;
  }
  const zone = found[8];
  const offset = zone === undefined ? 0 : offsetMinutes(zone);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute - offset, second, milliseconds));
  if (year < 100) {
    // Date.UTC takes these for years of the 20th century.
    date.setUTCFullYear(date.getUTCFullYear() - 1900);
  }
  return date;
}

export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return day !== undefined && isCalendarDay(Number(year), Number(month), Number(day));
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isCalendarDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return year > 0 && day > 0 && day <= days;
}

function offsetMinutes(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -offset : offset;
}

/**
 * As SQLite's own functions write it, so that text sorts as time does; with milliseconds only where there are some.
 * Null for an invalid Date and for years beyond 1 to 9999, which would not sort so.
 */
export function instantText(date: Date): string | null {
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) {
    return null;
  }
  const text = date.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, text.endsWith(".000Z") ? 19 : 23)}`;
}
