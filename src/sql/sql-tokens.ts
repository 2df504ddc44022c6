// Splits SQLite SQL into tokens as SQLite's own tokenizer does (src/tokenize.c), so that what is in quotes or in a
// comment is never taken for a keyword. The grammar stands on it.

export type TokenKind =
  /** A bare word: a keyword or a name. */
  | "word"
  /** A name in "…", `…` or […]; also "…" where SQLite would fall back to a string. */
  | "name"
  | "string"
  | "blob"
  | "number"
  /** `?`, `?1`, `:a`, `@a`, `$a::b(c)`. */
  | "parameter"
  /** An operator or a mark: `(`, `||`, `->>`. */
  | "mark"
  /** What no token can begin with, or a quote or blob without an end. */
  | "invalid";

export interface Token {
  kind: TokenKind;
  /** As written. */
  text: string;
  /** Without its quotes, doubled quotes halved; else as written. A blob's is its hex digits. */
  value: string;
  /** Where it begins, in UTF-16 units of the SQL. */
  start: number;
}

/** The tokens without white space and comments. Never throws: see `invalid`. Joining all `text`s loses only those. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    SPACE.lastIndex = at;
    if (SPACE.test(sql)) {
      at = SPACE.lastIndex;
      continue;
    }
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** Whether the token is that bare word, which is given in lower case; ASCII letters fold, as in SQLite. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && lowerAscii(token.text) === word;
}

/** Whether the token is that mark. */
export function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === "mark" && token.text === mark;
}

/** Lower case as SQLite folds names: ASCII letters only. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** SQLite's isspace plus both comments; one without an end reaches to the end of the SQL. U+FEFF counts as space. */
const SPACE = /(?:[ \t\n\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;

/** Tried in this order. A bare word takes every character beyond ASCII (tokenize.c, CC_KYWD and IdChar). */
const PATTERNS: [TokenKind, RegExp][] = [
  ["blob", /[xX]'(?:[0-9a-fA-F]{2})*'/y],
  ["invalid", /[xX]'[^']*'?/y],
  ["string", /'(?:[^']|'')*'/y],
  ["name", /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/y],
  ["invalid", /['"`[][\s\S]*/y],
  ["number", /0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*(?![\w$.\u0080-\uffff])/y],
  [
    "number",
    /(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?(?![\w$.\u0080-\uffff])/y,
  ],
  ["invalid", /\.?\d[\w$.\u0080-\uffff]*/y],
  ["word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ["parameter", /\?\d*|[:@#][\w$\u0080-\uffff]+|\$(?:[\w$\u0080-\uffff]|::)+(?:\([^\s)]*\))?/y],
  ["mark", /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[-+*/%=<>&|~(),.;]/y],
];

function tokenAt(sql: string, start: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) {
      return { kind, text, value: unquoted(kind, text), start };
    }
  }
  const text = String.fromCodePoint(sql.codePointAt(start) ?? 0);
  return { kind: "invalid", text, value: text, start };
}

function unquoted(kind: TokenKind, text: string): string {
  if (kind === "blob") {
    return text.slice(2, -1);
  }
  if (kind !== "string" && kind !== "name") {
    return text;
  }
  const quote = text.charAt(0);
  const inside = text.slice(1, -1);
  return quote === "[" ? inside : inside.replaceAll(quote + quote, quote);
}
