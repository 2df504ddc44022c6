// What a SQLite script holds, by SQLite's own tokens.

import { splitStatements } from "../../sql/split-statements.js";
import { isMark, isWord, lowerAscii, type Token } from "../../sql/sql-tokens.js";
import type { Script, Statement, TableChange } from "./statements.js";

export function readSqliteScript(text: string): Script {
  return {
    statements: splitStatements(text).map(({ text: statement, start, tokens }) => ({
      text: statement,
      offset: start,
      transactionWord: transactionWord(tokens),
      outside: outside(tokens),
      tables: tableChanges(tokens),
    })),
  };
}

function transactionWord([first, second, third]: readonly Token[]): string | null {
  if (isWord(first, "rollback")) {
    // ROLLBACK [TRANSACTION] TO a savepoint stays inside.
    const isPartial = isWord(second, "to") || (isWord(second, "transaction") && isWord(third, "to"));
    return isPartial ? null : "ROLLBACK";
  }
  return ["begin", "commit", "end"].find((word) => isWord(first, word))?.toUpperCase() ?? null;
}

/** VACUUM, and pragmas that are no-ops or refused inside a transaction (sqlite.org/pragma.html). */
function outside(tokens: readonly Token[]): Statement["outside"] {
  if (isWord(tokens[0], "vacuum")) {
    return { what: "VACUUM", effect: "fails" };
  }
  if (!isWord(tokens[0], "pragma")) {
    return null;
  }
  const at = isMark(tokens[2], ".") ? 3 : 1;
  const name = lowerAscii(tokens[at]?.value ?? "");
  const sets = isMark(tokens[at + 1], "=") || isMark(tokens[at + 1], "(");
  const effect = PRAGMAS.get(name);
  return sets && effect !== undefined ? { what: `PRAGMA ${name}`, effect } : null;
}

const PRAGMAS: ReadonlyMap<string, "fails" | "none"> = new Map([
  ["foreign_keys", "none"],
  ["journal_mode", "fails"],
  ["synchronous", "fails"],
]);

function tableChanges(tokens: readonly Token[]): TableChange[] {
  let at = 1;
  if (isWord(tokens[0], "create")) {
    if (isWord(tokens[at], "virtual")) {
      at += 1;
    }
    if (!isWord(tokens[at], "table")) {
      return [];
    }
    at += isWord(tokens[at + 1], "if") ? 4 : 1;
    return named("made", tokens, at);
  }
  if (isWord(tokens[0], "drop") && isWord(tokens[1], "table")) {
    return named("dropped", tokens, isWord(tokens[2], "if") ? 4 : 2);
  }
  if (isWord(tokens[0], "alter") && isWord(tokens[1], "table")) {
    at = isMark(tokens[3], ".") ? 4 : 2;
    const name = tokens[at];
    const to = tokens[at + 3];
    if (
      name !== undefined &&
      to !== undefined &&
      isWord(tokens[at + 1], "rename") &&
      isWord(tokens[at + 2], "to")
    ) {
      return [{ kind: "renamed", schema: null, name: name.value, to: to.value }];
    }
  }
  return [];
}

function named(kind: "made" | "dropped", tokens: readonly Token[], at: number): TableChange[] {
  const isQualified = isMark(tokens[at + 1], ".");
  const schema = isQualified ? lowerAscii(tokens[at]?.value ?? "") : null;
  const name = tokens[isQualified ? at + 2 : at];
  // Only those of the file itself: temporary and attached ones are not part of it.
  return name === undefined || (schema !== null && schema !== "main")
    ? []
    : [{ kind, schema: null, name: name.value }];
}
