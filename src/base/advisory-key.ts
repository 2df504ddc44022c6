// The keys of outgrow's advisory locks in PostgreSQL. One schema has one, whoever works on it: a move and the
// runner of migrations keep each other out too.

import { createHash } from "node:crypto";

/** First key of every advisory lock of outgrow: "outg" in ASCII. Second key 0 is the bookkeeping's own. */
export const ADVISORY_CLASS = 0x6f757467;

/** A signed 32-bit key from the name; two names that share one would only wait for each other without need. */
export function schemaKey(schema: string): number {
  return createHash("sha256").update(schema).digest().readInt32BE(0) || 1;
}
