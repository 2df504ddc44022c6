// What a full-text table indexes and how, read from the arguments of its module ("SQLite FTS5 Extension" 4, "FTS3 and FTS4
// Extensions" 6.1 and 8).

import { lowerAscii } from "../sql/sql-tokens.js";
import type { SourceTable } from "./catalog.js";

export interface FullText {
  /** Names of the columns that are searched, in order. */
  columns: string[];
  /** The first word of `tokenize`: simple, porter, unicode61, ascii, trigram, … */
  tokenizer: string;
  /** Whether words are compared without their marks: `é` as `e`. */
  withoutMarks: boolean;
  /** The table whose text it indexes; '' where the text is kept nowhere; null where it keeps it itself. */
  content: string | null;
  /** The column of `content` that is the id of an entry; null where none is named and the rowid is. */
  contentRowid: string | null;
}

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
  const isFts5 = rowid === "rowid";
  const options = new Map<string, string>();
  const left = new Set<string>();
  for (const argument of module.arguments) {
    const option =
      /^\s*(\w+)\s*=\s*([\s\S]*)$/.exec(argument) ?? /^\s*(tokenize)\s+([\s\S]*)$/i.exec(argument);
    const name = lowerAscii(option?.[1] ?? "");
    if (name === "notindexed") {
      left.add(lowerAscii(unquoted(option?.[2] ?? "")));
    } else if (option !== null) {
      options.set(name, unquoted(option[2] ?? ""));
    } else if (isFts5 && /\bunindexed\s*$/i.test(argument)) {
      left.add(lowerAscii(unquoted(argument.replace(/\bunindexed\s*$/i, "").trim())));
    }
  }
  const tokenizer = (options.get("tokenize") ?? (isFts5 ? "unicode61" : "simple")).trim();
  // The porter tokenizer of FTS5 stands before another one, unicode61 where none is named (4.3.3).
  const words = lowerAscii(tokenizer).split(/\s+/);
  const isUnicode =
    words.includes("unicode61") || (isFts5 && words[0] === "porter" && !words.includes("ascii"));
  return {
    columns: columns.map(({ name }) => name).filter((name) => name !== rowid && !left.has(lowerAscii(name))),
    tokenizer: words[0] ?? "",
    withoutMarks: isUnicode && !/remove_diacritics\W+0/.test(tokenizer),
    content: options.get("content") ?? null,
    contentRowid: options.get("content_rowid") ?? null,
  };
}

function unquoted(text: string): string {
  const inner = /^\s*(["'`])([\s\S]*)\1\s*$/.exec(text);
  return inner?.[1] === undefined
    ? text.trim().replace(/^\[([\s\S]*)\]$/, "$1")
    : (inner[2] ?? "").replaceAll(inner[1] + inner[1], inner[1]);
}
