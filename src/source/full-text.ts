// What a full-text table indexes and how, read from the arguments of its module as SQLite reads them ("SQLite FTS5 Extension" 4
// and fts5_config.c; "FTS3 and FTS4 Extensions" 6 and 8 and fts3.c). What is not known is told, and not guessed.

import { lowerAscii } from "../sql/sql-tokens.js";
import type { SourceTable } from "./catalog.js";

/** How it makes words of a text. */
export interface Tokenizer {
  /**
   * In the words of FTS5: unicode61, ascii, porter before another one, trigram. simple and a lone porter are those of FTS3
   * and FTS4. Where marks are treated otherwise than by default, followed by `remove_diacritics` and how.
   */
  name: string;
  /** Characters that belong to words, or stand between them, other than by default. */
  tokenchars: string;
  separators: string;
}

export interface FullText {
  /** Names of the columns that are searched, in order. */
  columns: string[];
  tokenizer: Tokenizer;
  /** The table whose text it indexes; '' where the text is kept nowhere; null where it keeps it itself. */
  content: string | null;
  /** The column of `content` that is the id of an entry; null where none is named and the rowid is. */
  contentRowid: string | null;
  /** The column that says in which language a row is: a search is for those of language 0 unless it says otherwise. */
  language: string | null;
  /** What is written in its arguments and not known here. */
  unknown: string[];
}

type Module = NonNullable<SourceTable["module"]>;

/** The name by which its entries' ids are read; null where the table is no full-text table. */
export function fullTextRowid(module: SourceTable["module"]): string | null {
  switch (module?.name.toLowerCase()) {
    case "fts5":
      return "rowid";
    case "fts3":
    case "fts4":
      return "docid";
    default:
      return null;
  }
}

export function fullTextOf({ module, columns }: Pick<SourceTable, "module" | "columns">): FullText | null {
  const rowid = fullTextRowid(module);
  if (module === null || rowid === null) {
    return null;
  }
  const { options, left, tokenize, unknown } = rowid === "rowid" ? readFts5(module) : readFts4(module);
  const language = options.get("languageid") ?? null;
  const tokenizer =
    rowid === "rowid" ? fts5Tokenizer(tokenize ?? "unicode61") : fts4Tokenizer(tokenize ?? "simple");
  const searched = columns
    .map(({ name }) => name)
    .filter((name) => ![rowid, language && lowerAscii(language), ...left].includes(lowerAscii(name)));
  return {
    columns: searched,
    tokenizer: typeof tokenizer === "string" ? { name: "", tokenchars: "", separators: "" } : tokenizer,
    content: options.get("content") ?? null,
    contentRowid: options.get("content_rowid") ?? null,
    language,
    unknown: typeof tokenizer === "string" ? [...unknown, tokenizer] : unknown,
  };
}

/** The table whose text it indexes; '' where it is kept nowhere; null where the table keeps its own or is no full-text table. */
export function contentOf(table: Pick<SourceTable, "module">): string | null {
  return fullTextOf({ module: table.module, columns: [] })?.content ?? null;
}

interface Arguments {
  options: Map<string, string>;
  /** Columns that are not searched, in lower case. */
  left: string[];
  tokenize: string | null;
  unknown: string[];
}

/** In the order in which fts5_config.c compares them: the beginning of a name stands for it. */
const FTS5_OPTIONS = [
  "prefix",
  "tokenize",
  "content",
  "contentless_delete",
  "contentless_unindexed",
  "content_rowid",
  "columnsize",
  "locale",
  "detail",
  "tokendata",
];

/** An argument of FTS5 is a column, with UNINDEXED or not, or a bare word, = and one word that may be quoted. */
function readFts5(module: Module): Arguments {
  const read: Arguments = { options: new Map(), left: [], tokenize: null, unknown: [] };
  for (const argument of module.arguments) {
    const first = takeWord(argument);
    const option = /^\s*=\s*([\s\S]*)$/.exec(first.rest);
    if (option === null) {
      const second = takeWord(first.rest);
      if (lowerAscii(second.word) === "unindexed") {
        read.left.push(lowerAscii(first.word));
      } else if (second.word !== "") {
        read.unknown.push(argument);
      }
      continue;
    }
    const name = FTS5_OPTIONS.find((one) => one.startsWith(lowerAscii(first.word)));
    const value = takeWord(option[1] ?? "").word;
    if (name === undefined) {
      read.unknown.push(argument);
    } else if (name === "tokenize") {
      read.tokenize = value;
    } else {
      read.options.set(name, value);
    }
  }
  return read;
}

const FTS4_OPTIONS = [
  "matchinfo",
  "prefix",
  "compress",
  "uncompress",
  "order",
  "content",
  "languageid",
  "notindexed",
];

/** `tokenize` counts in FTS3 and FTS4, the other options in FTS4 alone: to FTS3 they are columns. */
function readFts4(module: Module): Arguments {
  const read: Arguments = { options: new Map(), left: [], tokenize: null, unknown: [] };
  for (const argument of module.arguments) {
    const tokenize = /^tokenize[^\w$\x80-\u{10ffff}]([\s\S]*)$/iu.exec(argument);
    const option = lowerAscii(module.name) === "fts4" ? /^([^=]*)=([\s\S]*)$/.exec(argument) : null;
    const name = lowerAscii(option?.[1] ?? "");
    const value = unquoted(option?.[2] ?? "");
    if (tokenize !== null && read.tokenize === null) {
      read.tokenize = tokenize[1] ?? "";
    } else if (option === null) {
    } else if (!FTS4_OPTIONS.includes(name)) {
      read.unknown.push(argument);
    } else if (name === "notindexed") {
      read.left.push(lowerAscii(value));
    } else {
      read.options.set(name, value);
    }
  }
  return read;
}

/** A tokenizer that is not known is told by a text. */
function fts5Tokenizer(tokenize: string): Tokenizer | string {
  const [first = "", ...others] = [
    ...tokenize.matchAll(/'((?:[^']|'')*)'|([\w\x80-\u{10ffff}.+-]+)|(\S)/gu),
  ].map(([, literal, bare, other]) => literal?.replaceAll("''", "'") ?? bare ?? other ?? "");
  const stems = lowerAscii(first) === "porter";
  const base = lowerAscii(stems ? (others[0] ?? "unicode61") : first);
  const given = stems ? others.slice(1) : others;
  const options: [string, string][] = [];
  for (let i = 0; i < given.length; i += 2) {
    options.push([lowerAscii(given[i] ?? ""), given[i + 1] ?? ""]);
  }
  return tokenizerOf(stems ? "porter " : "", base, options) ?? `tokenizer ${tokenize}`;
}

/** FTS3 and FTS4 write an option as one word: "tokenchars=.-". */
function fts4Tokenizer(tokenize: string): Tokenizer | string {
  const words = [
    ...tokenize.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$\x80-\u{10ffff}]+/gu),
  ].map(([word]) => unquoted(word));
  const [name = "", ...given] = words;
  if (/^(?:simple|porter)$/.test(name)) {
    // simple takes a second argument for characters between words (fts3_tokenizer1.c).
    return given.length < 2 || name === "porter"
      ? { name, tokenchars: "", separators: "" }
      : `tokenizer ${tokenize}`;
  }
  const options = given.map((one): [string, string] => {
    const at = one.indexOf("=");
    return [one.slice(0, at), one.slice(at + 1)];
  });
  return (name === "unicode61" ? tokenizerOf("", name, options) : null) ?? `tokenizer ${tokenize}`;
}

/** Null where the tokenizer or one of its options is not known. */
function tokenizerOf(stems: string, base: string, options: readonly [string, string][]): Tokenizer | null {
  const kinds = new Map<string, "tokenchars" | "separators">();
  let marks = base === "trigram" ? "0" : "1";
  let matchesCase = "0";
  for (const [option, value] of options) {
    if ((option === "tokenchars" || option === "separators") && base !== "trigram") {
      for (const one of value) {
        // A character that has been given twice is what it was given as last.
        kinds.set(one, option);
      }
    } else if (option === "remove_diacritics" && base !== "ascii" && /^[012]$/.test(value)) {
      marks = value;
    } else if (option === "case_sensitive" && base === "trigram" && /^[01]$/.test(value)) {
      matchesCase = value;
    } else if (option !== "categories" || !/^L\*\s+N\*\s+Co$/.test(value.trim())) {
      return null;
    }
  }
  if (!["unicode61", "ascii", "trigram"].includes(base)) {
    return null;
  }
  const chars = (kind: string) =>
    [...kinds]
      .filter(([one, of]) => of === kind && (base !== "ascii" || one < "\x80"))
      .map(([one]) => one)
      .join("");
  const usual = base === "trigram" ? "0" : "1";
  return {
    name: `${stems}${base}${marks === usual ? "" : ` remove_diacritics ${marks}`}${matchesCase === "1" ? " case_sensitive 1" : ""}`,
    tokenchars: chars("tokenchars"),
    separators: chars("separators"),
  };
}

/** The first word, without its quotes, and what follows it. */
function takeWord(text: string): { word: string; rest: string } {
  const found = /^\s*('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[^\s=]+)\s*([\s\S]*)$/.exec(
    text,
  );
  return { word: unquoted(found?.[1] ?? ""), rest: found?.[2] ?? "" };
}

function unquoted(text: string): string {
  const inner = /^\s*(["'`])([\s\S]*)\1\s*$/.exec(text);
  return inner?.[1] === undefined
    ? text.trim().replace(/^\[([\s\S]*)\]$/, "$1")
    : (inner[2] ?? "").replaceAll(inner[1] + inner[1], inner[1]);
}
