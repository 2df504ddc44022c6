// The statements of a migration file, and what the runner has to know of each before it runs any.

import { readPostgresScript } from "./read-postgres-script.js";
import { readSqliteScript } from "./read-sqlite-script.js";
import type { Engine } from "./words.js";

export interface Statement {
  /** As written, without blanks and comments before it. */
  text: string;
  /** Where it begins in the script, in UTF-16 units. */
  offset: number;
  /** BEGIN, COMMIT or the like, in capitals; null for all others, savepoints among them. */
  transactionWord: string | null;
  /** What it is, where it cannot run inside a transaction or has no effect there: `CREATE INDEX CONCURRENTLY`. */
  outside: { what: string; effect: "fails" | "none" } | null;
  tables: TableChange[];
}

/** Names as the engine stores them; `schema` null where none is written. Temporary tables are left out. */
export type TableChange =
  | { kind: "made" | "dropped"; schema: string | null; name: string }
  | { kind: "renamed"; schema: string | null; name: string; to: string };

export type Script =
  | { statements: Statement[] }
  /** In the words of the engine's own grammar. */
  | { syntaxError: string; offset: number };

/** Null where the script is too long to be read whole; then the server says what is wrong with it. */
export async function readScript(engine: Engine, text: string): Promise<Script | null> {
  return engine === "postgres" ? readPostgresScript(text) : readSqliteScript(text);
}

/** The line of a place in a script, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}
