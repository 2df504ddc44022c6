// The field of a value that its codec would change, as no value of the target can print.

import type { Codec } from "../codec/codec.js";

/** What is shown of a value is shorter; a blob of megabytes need not become hexadecimal whole. */
const SHOWN_CHARS = 200;

/**
 * SQLite: the canonical text of a value, or for a misfit its literal behind U+0000, which PostgreSQL has in no text.
 * Outside of its misfits a codec need not tell values apart: numeric(2) prints 19.999 as 20.00, and '' in a column of
 * dates is an empty field, which is NULL.
 */
export function fieldOrMisfit(codec: Codec, value: string): string {
  const literal = `quote(case when typeof(${value}) in ('text','blob') then substr(${value}, 1, ${SHOWN_CHARS}) else ${value} end)`;
  const marked = `'\x01'||char(0)||replace(${literal}, '\x01', '\x01\x01')||'\x01'`;
  return `case when ${codec.misfit(value)} then ${marked} else ${codec.canonical(value)} end`;
}
