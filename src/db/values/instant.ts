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
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const milliseconds = Number((found[7] ?? "").slice(0, 3).padEnd(3, "0"));
  if (!isCalendarDay(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    return null;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes(found[8]), second, milliseconds);
  return date;
}

export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return day !== undefined && isCalendarDay(Number(year), Number(month), Number(day));
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function offsetMinutes(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? "") ?? [];
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
