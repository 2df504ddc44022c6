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
  let count = 0;
  let from = start;
  for (;;) {
    const end = fieldEnd(bytes, from);
    if (end < 0) {
      return false;
    }
    starts[count] = from;
    ends[count] = end;
    count += 1;
    from = end + 1;
    if (bytes[end] === NEWLINE) {
      into.bytes = bytes;
      into.start = start;
      into.next = from;
      into.count = count;
      return true;
    }
    if (bytes[end] !== TAB) {
      throw new Error(`a field goes on behind its closing quote, at byte ${end}`);
    }
  }
}

/** Most fields end within so many bytes; a search in native code begins to pay behind them. */
const NEAR_BYTES = 64;

/** The place of the tab or newline behind the field; -1 where it is not among the bytes. */
function fieldEnd(bytes: Buffer, from: number): number {
  if (bytes[from] === QUOTE) {
    let quote = from + 1;
    for (;;) {
      quote = quoteFrom(bytes, quote);
      if (quote < 0 || quote + 1 >= bytes.length) {
        return -1;
      }
      if (bytes[quote + 1] !== QUOTE) {
        return quote + 1;
      }
      quote += 2;
    }
  }
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  for (let at = from; at < near; at += 1) {
    const byte = bytes[at];
    if (byte === TAB || byte === NEWLINE) {
      return at;
    }
  }
  const newline = bytes.indexOf(NEWLINE, near);
  const tab = bytes.subarray(near, newline < 0 ? bytes.length : newline).indexOf(TAB);
  return tab < 0 ? newline : near + tab;
}

function quoteFrom(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  for (let at = from; at < near; at += 1) {
    if (bytes[at] === QUOTE) {
      return at;
    }
  }
  return bytes.indexOf(QUOTE, near);
}

/** The value of a field as a reader sees it: that of a misfit (misfit-field.ts) without its mark. */
export function shownText(row: RowFields, field: number): string | null {
  const text = fieldText(row, field);
  return text?.startsWith("\0") ? text.slice(1) : text;
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
