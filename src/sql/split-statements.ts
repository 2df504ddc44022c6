// Cuts a SQLite script into its statements, as the sqlite3 shell does (src/complete.c): a semicolon ends one, except
// inside CREATE TRIGGER, which goes on to `; END;`.

import { isMark, isWord, type Token, tokenize } from "./sql-tokens.js";

export interface SplitStatement {
  /** As written, without the semicolon that ends it and without what stands before its first token. */
  text: string;
  /** Where it begins, in UTF-16 units of the script. */
  start: number;
  tokens: readonly Token[];
}

/** Never throws: what is no SQL stands in the last statement, and SQLite says what is wrong with it. */
export function splitStatements(script: string): SplitStatement[] {
  const statements: SplitStatement[] = [];
  let open: Token[] = [];
  const close = () => {
    const [first, last] = [open[0], open.at(-1)];
    if (first !== undefined && last !== undefined) {
      const text = script.slice(first.start, last.start + last.text.length);
      statements.push({ text, start: first.start, tokens: open });
    }
    open = [];
  };
  for (const token of tokenize(script)) {
    if (isMark(token, ";") && (!beginsTrigger(open) || endsTrigger(open))) {
      close();
    } else {
      open.push(token);
    }
  }
  close();
  return statements;
}

/** `[EXPLAIN [QUERY PLAN]] CREATE [TEMP | TEMPORARY] TRIGGER` */
function beginsTrigger(tokens: readonly Token[]): boolean {
  let at = 0;
  if (isWord(tokens[at], "explain")) {
    at += isWord(tokens[1], "query") ? 3 : 1;
  }
  if (!isWord(tokens[at], "create")) {
    return false;
  }
  const isTemporary = isWord(tokens[at + 1], "temp") || isWord(tokens[at + 1], "temporary");
  return isWord(tokens[at + (isTemporary ? 2 : 1)], "trigger");
}

function endsTrigger(tokens: readonly Token[]): boolean {
  return isWord(tokens.at(-1), "end") && isMark(tokens.at(-2), ";");
}
