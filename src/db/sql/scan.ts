// Splits a statement into the few kinds of tokens that placeholders and INSERT are found by, after the lexical rules of
// the engine that will read it (PostgreSQL 4.1, SQLite src/tokenize.c). What cannot be read is left to the engine.

import type { Engine } from "../contract.js";

export type ScanKind =
  | "word"
  | "name"
  | "string"
  | "number"
  /** `?`, `$1`, `:name` where a parameter may stand. */
  | "question"
  | "dollar"
  | "colon"
  /** `??`, PostgreSQL's operator `?` among positional placeholders. */
  | "escaped"
  | "mark";

export interface Scanned {
  kind: ScanKind;
  text: string;
  start: number;
}

const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

const SHARED: [ScanKind, RegExp][] = [
  ["string", /'(?:[^']|'')*(?:'|$)/y],
  ["name", /"(?:[^"]|"")*(?:"|$)/y],
  ["word", WORD],
  ["number", /\d[\w.]*|\.\d[\w.]*/y],
  ["dollar", /\$\d+/y],
  ["escaped", /\?\?/y],
  ["question", /\?/y],
  ["mark", /::|:=/y],
  ["colon", /:[A-Za-z_]\w*/y],
];

const RULES: Record<Engine, [ScanKind, RegExp][]> = {
  postgres: [
    ["string", /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y],
    ["string", /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y],
    // `?` behind @ is the operator @? of jsonpath.
    ["mark", /@\?/y],
    ...SHARED,
  ],
  sqlite: [["name", /`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)/y], ...SHARED],
};

/** The tokens without white space and comments. Never throws. */
export function scan(sql: string, engine: Engine): Scanned[] {
  const rules = RULES[engine];
  const tokens: Scanned[] = [];
  let at = afterSpace(sql, 0, engine);
  while (at < sql.length) {
    const token = tokenAt(sql, at, rules);
    tokens.push(token);
    at = afterSpace(sql, at + token.text.length, engine);
  }
  return tokens;
}

function tokenAt(sql: string, start: number, rules: [ScanKind, RegExp][]): Scanned {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text === undefined || (kind === "colon" && isSlice(sql, start))) {
      continue;
    }
    return {
      kind,
      text: kind === "string" && text.startsWith("$") ? dollarQuoted(sql, start, text) : text,
      start,
    };
  }
  return { kind: "mark", text: sql.charAt(start), start };
}

/** `a[low:high]`: no parameter begins directly behind a word, a number or a bracket. */
function isSlice(sql: string, start: number): boolean {
  return start > 0 && /[\w\]"$]/.test(sql.charAt(start - 1));
}

function dollarQuoted(sql: string, start: number, tag: string): string {
  const end = sql.indexOf(tag, start + tag.length);
  return sql.slice(start, end === -1 ? sql.length : end + tag.length);
}

function afterSpace(sql: string, start: number, engine: Engine): number {
  let at = start;
  for (;;) {
    const space = /[\s\ufeff]*(?:--[^\n]*)?/y;
    space.lastIndex = at;
    const length = space.exec(sql)?.[0].length ?? 0;
    at += length;
    if (sql.startsWith("/*", at)) {
      at = afterComment(sql, at, engine);
    } else if (length === 0) {
      return at;
    }
  }
}

/** Comments nest in PostgreSQL (4.1.5) and do not in SQLite. */
function afterComment(sql: string, start: number, engine: Engine): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  for (let depth = 1; ; ) {
    const found = mark.exec(sql);
    if (found === null) {
      return sql.length;
    }
    depth += found[0] === "*/" ? -1 : engine === "postgres" ? 1 : 0;
    if (depth === 0) {
      return mark.lastIndex;
    }
  }
}
