// What only the text of a CREATE TABLE tells: collations, CHECK, AUTOINCREMENT, a virtual table's module.
// PRAGMAs do not show them, and the text is what SQLite itself reads them from.

import { isMark, isWord, lowerAscii, type Token, tokenize } from "../sql/sql-tokens.js";

export interface DeclaredTable {
  /** Column name in lower case (ASCII) → collation in upper case, where one is declared. */
  collations: Map<string, string>;
  hasCheck: boolean;
  autoincrement: boolean;
}

/** Reads a CREATE TABLE as sqlite_schema stores it. Keywords count only as bare words, which SQLite reserves. */
export function readDeclaredTable(sql: string): DeclaredTable {
  const tokens = tokenize(sql);
  const body = parenthesised(
    tokens,
    tokens.findIndex((token) => isMark(token, "(")),
  );
  const collations = new Map<string, string>();
  for (const definition of splitAtCommas(body)) {
    const [name] = definition;
    const collation = outermostCollation(definition);
    // A column's own definition comes before any table constraint, so the first of a name counts.
    if (name !== undefined && collation !== null && !collations.has(lowerAscii(name.value))) {
      collations.set(lowerAscii(name.value), collation);
    }
  }
  return {
    collations,
    hasCheck: body.some((token) => isWord(token, "check")),
    autoincrement: body.some((token) => isWord(token, "autoincrement")),
  };
}

/** Reads `create virtual table … using module(arguments)`; arguments as written, without the blanks around them. */
export function readModule(sql: string): { name: string; arguments: string[] } | null {
  const tokens = tokenize(sql);
  const using = tokens.findIndex((token) => isWord(token, "using"));
  const name = tokens[using + 1];
  if (using < 0 || name === undefined) {
    return null;
  }
  const parts = splitAtCommas(parenthesised(tokens, using + 2));
  return {
    name: name.value,
    arguments: parts.map((part) => textOf(sql, part)).filter((text) => text !== ""),
  };
}

/** The tokens between the parenthesis at `open` and its partner; empty where there is none. */
function parenthesised(tokens: Token[], open: number): Token[] {
  if (!isMark(tokens[open], "(")) {
    return [];
  }
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    depth += nesting(tokens[i]);
    if (depth === 0) {
      return tokens.slice(open + 1, i);
    }
  }
  return tokens.slice(open + 1);
}

function nesting(token: Token | undefined): number {
  if (isMark(token, "(")) {
    return 1;
  }
  return isMark(token, ")") ? -1 : 0;
}

function splitAtCommas(tokens: Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += nesting(token);
    if (depth === 0 && isMark(token, ",")) {
      parts.push([]);
    } else {
      parts.at(-1)?.push(token);
    }
  }
  return parts;
}

/** The last COLLATE outside of parentheses: SQLite lets a later one replace an earlier. */
function outermostCollation(definition: Token[]): string | null {
  let depth = 0;
  let collation: string | null = null;
  for (const [i, token] of definition.entries()) {
    depth += nesting(token);
    const next = definition[i + 1];
    if (depth === 0 && isWord(token, "collate") && next !== undefined) {
      collation = next.value.toUpperCase();
    }
  }
  return collation;
}

function textOf(sql: string, part: Token[]): string {
  const [first, last] = [part[0], part.at(-1)];
  return first === undefined || last === undefined
    ? ""
    : sql.slice(first.start, last.start + last.text.length);
}

/** The WHERE of a CREATE INDEX, as written; null where it has none. */
export function readPartialCondition(sql: string): string | null {
  let depth = 0;
  for (const token of tokenize(sql)) {
    depth += nesting(token);
    if (depth === 0 && isWord(token, "where")) {
      return sql.slice(token.start + token.text.length).trim();
    }
  }
  return null;
}
