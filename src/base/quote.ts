// Quoting of names and literals. Both engines take the SQL standard's form, so one function serves both.

/** A name as a delimited identifier (SQL:2016 5.2; SQLite "Keywords"; PostgreSQL 4.1.1). */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A schema-qualified name. */
export function quotePath(...names: string[]): string {
  return names.map(quoteName).join(".");
}

/**
 * A string literal that both engines read alike. PostgreSQL reads a backslash literally while
 * standard_conforming_strings is on, which every session of outgrow sets.
 */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
