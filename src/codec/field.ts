// Pieces of SQLite SQL that several families put together.

/** A text field between quotes: \x01 with \x01 doubled. As literals, which cost less than char(1). */
export function quotedField(value: string): string {
  return `'\x01'||replace(${value}, '\x01', '\x01\x01')||'\x01'`;
}

/** True for -0.0, which only a column without affinity holds and which SQLite prints as 0.0. */
export function isNegativeZero(value: string): string {
  return `(${value} = 0 and atan2(${value}, -1) < 0)`;
}

/** A number as SQLite prints it (17 digits where 15 do not suffice, since 3.52), and -0.0 with its sign. */
export function numberText(value: string): string {
  return `case when ${isNegativeZero(value)} then '-0.0' else ${value} end`;
}

/** Largest finite double, as SQLite reads it back. */
export const MAX_DOUBLE = "1.7976931348623157e+308";

/**
 * SQLite: whether a value is stored. In a WHERE, SQLite takes `c is not null` for true where c is declared NOT NULL,
 * whatever is stored; not so by typeof.
 */
export function isNotNull(value: string): string {
  return `typeof(${value}) <> 'null'`;
}

/** For functions that make something of NULL, as hex and printf do. */
export function unlessNull(value: string, field: string): string {
  return `case when ${value} is not null then ${field} end`;
}
