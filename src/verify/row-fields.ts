// Finds the fields of a row in the bytes of the COPY format (codec/codec.ts), without making strings of them.

const TAB = 9;
const NEWLINE = 10;
const QUOTE = 1;

/**
 * Fields of one row: field i is bytes `starts[i]` to `ends[i]` (exclusive), quotes included. One object is used
 * for many rows, so that the loop over a table makes no garbage.
 */
export interface RowFields {
  bytes: Buffer;
  /** Where the row begins, and where the next one does. */
  start: number;
  next: number;
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The bytes last made a string, and that string, a character a byte (equal-fields.ts). */
  stringOf: Buffer | null;
  string: string;
}

/** PostgreSQL's COPY writes at most 1,664 columns (MaxTupleAttributeNumber). */
const MOST_FIELDS = 1664;

/** `fields` is how many there may be; more are not read. */
export function newRowFields(fields = MOST_FIELDS): RowFields {
  return {
    bytes: Buffer.alloc(0),
    start: 0,
    next: 0,
    count: 0,
    starts: new Int32Array(fields),
    ends: new Int32Array(fields),
    stringOf: null,
    string: "",
  };
}

/** Reads the row at `start` into `into`; false where the bytes end before the row does. */
export function readFields(bytes: Buffer, start: number, into: RowFields): boolean {
  const { starts, ends } = into;
  const length = bytes.length;
  let count = 0;
  let from = start;
  let at = start;
  let quoted = false;
  for (; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      // A doubled quote closes and opens again, so it needs no case of its own.
      quoted = !quoted;
    } else if (!quoted && (byte === TAB || byte === NEWLINE)) {
      starts[count] = from;
      ends[count] = at;
      count += 1;
      from = at + 1;
      if (byte === NEWLINE) {
        into.bytes = bytes;
        into.start = start;
        into.next = from;
        into.count = count;
        return true;
      }
    }
  }
  return false;
}

/** The value of a field without its quotes; null for NULL. */
export function fieldText(row: RowFields, field: number): string | null {
  const start = row.starts[field] ?? 0;
  const end = row.ends[field] ?? 0;
  if (start === end) {
    return null;
  }
  if (row.bytes[start] !== QUOTE) {
    return row.bytes.toString("utf8", start, end);
  }
  const inner = row.bytes.toString("utf8", start + 1, end - 1);
  return inner.includes("\x01") ? inner.replaceAll("\x01\x01", "\x01") : inner;
}
