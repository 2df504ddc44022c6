// Joins the fields of a row into one SQLite expression: a line of the COPY format, without its newline.

/** SQLite builds take 100 to 1,000 arguments a function (SQLITE_MAX_FUNCTION_ARG); 90 fits them all. */
const MAX_ARGUMENTS = 90;

/**
 * The fields of a row divided by tabs. concat_ws drops NULL arguments without a trace, which would shift the
 * columns behind it, so every field is made non-NULL here: NULL travels as an empty, unquoted field.
 */
export function rowExpression(fields: readonly string[]): string {
  return join(fields.map((field) => `ifnull(${field},'')`));
}

function join(parts: readonly string[]): string {
  if (parts.length <= MAX_ARGUMENTS) {
    return `concat_ws(char(9),${parts.join(",")})`;
  }
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += MAX_ARGUMENTS) {
    groups.push(join(parts.slice(i, i + MAX_ARGUMENTS)));
  }
  return join(groups);
}

/** The options with which PostgreSQL reads and writes the same lines. `forceQuote`: quoted column names. */
export function copyOptions(forceQuote: readonly string[] = []): string {
  const force = forceQuote.length > 0 ? `, force_quote (${forceQuote.join(", ")})` : "";
  return `(format csv, delimiter e'\\t', quote e'\\x01', escape e'\\x01', null ''${force}, encoding 'UTF8')`;
}
