// Finds a plain INSERT, to whose end RETURNING may be added so that it gives the key that the database made.

import type { Scanned } from "./scan.js";

export interface PlainInsert {
  /** The table as it stands in the statement, quotes and schema included. */
  table: string;
  /** The same as names, without quotes: the table, or schema and table. */
  path: readonly string[];
}

/**
 * `insert into t …`, `insert or replace into t …`, `replace into t …` without RETURNING. Null for anything else, also for
 * an INSERT behind WITH: where there is a doubt the statement stays as it is.
 */
export function findInsert(tokens: readonly Scanned[]): PlainInsert | null {
  const words = tokens.map((token) => (token.kind === "word" ? token.text.toLowerCase() : ""));
  const into = words.indexOf("into");
  const head = words.slice(0, into).join(" ");
  if (into === -1 || !/^(insert|replace|insert or (replace|ignore|abort|fail|rollback))$/.test(head)) {
    return null;
  }
  if (words.includes("returning")) {
    return null;
  }
  let end = into + 1;
  if (!isName(tokens[end])) {
    return null;
  }
  while (tokens[end + 1]?.text === "." && isName(tokens[end + 2])) {
    end += 2;
  }
  const written = tokens.slice(into + 1, end + 1);
  return {
    table: written.map((token) => token.text).join(""),
    path: written.filter(isName).map(nameOf),
  };
}

function nameOf({ kind, text }: Scanned): string {
  const quote = text.charAt(0);
  return kind === "word" ? text : text.slice(1, -1).replaceAll(quote + quote, quote);
}

function isName(token: Scanned | undefined): boolean {
  return token?.kind === "word" || token?.kind === "name";
}
