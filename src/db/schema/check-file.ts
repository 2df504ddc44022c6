// What can be said of a file before it runs: whether the engine's grammar takes it, and whether it fits the
// transaction that it will or will not run in.

import { shorten } from "../../base/printable.js";
import type { MigrationFile, Problem } from "./migration-files.js";
import { lineOf, readScript, type Script, type Statement } from "./statements.js";
import { ENGINE_NAMES, type Engine } from "./words.js";

/** Whose grammar the parser has. A later server may know more, and says itself what it does not know. */
export const PARSER_MAJOR = 18;

/** `serverMajor` is null where no server is asked. */
export async function checkFile(
  file: MigrationFile,
  engine: Engine,
  serverMajor: number | null = null,
): Promise<{ script: Script | null; problems: Problem[] }> {
  const script = await readScript(engine, file.text);
  if (script === null) {
    return { script, problems: file.inTransaction ? [] : [tooLong(file)] };
  }
  if ("syntaxError" in script) {
    const isOurs = serverMajor === null || serverMajor <= PARSER_MAJOR || !file.inTransaction;
    return { script, problems: isOurs ? [syntaxError(file, script)] : [] };
  }
  const problems = script.statements.flatMap((one) => statementProblem(file, one, engine) ?? []);
  return { script, problems: script.statements.length === 0 ? [noStatement(file)] : problems };
}

/** `"003_x.sql", line 7`. */
export function placeIn(file: MigrationFile, offset: number): string {
  return `"${file.file}", line ${lineOf(file.text, offset)}`;
}

/** The beginning of a statement, in one line. */
export function excerpt({ text }: Statement): string {
  return shorten(text.replace(/\s+/g, " "), 70);
}

function statementProblem(file: MigrationFile, statement: Statement, engine: Engine): Problem | null {
  if (!file.inTransaction) {
    return null;
  }
  const { transactionWord, outside } = statement;
  const where = placeIn(file, statement.offset);
  if (transactionWord !== null) {
    return {
      code: "transaction-word",
      file: file.file,
      message: `${where}: ${transactionWord} would end the transaction in which the file runs`,
      hint: "take it out: each file is one transaction; or make -- outgrow: no-transaction its first line",
    };
  }
  if (outside === null) {
    return null;
  }
  const effect =
    outside.effect === "fails"
      ? `cannot run inside a transaction`
      : `has no effect inside a transaction, and ${ENGINE_NAMES[engine]} does not say so`;
  return {
    code: "needs-no-transaction",
    file: file.file,
    message: `${where}: ${outside.what} ${effect}`,
    hint: "make -- outgrow: no-transaction the first line of the file, and move what needs none to a file of its own",
  };
}

function syntaxError(file: MigrationFile, script: { syntaxError: string; offset: number }): Problem {
  const isPsql = /^\s*\\/.test(file.text.slice(file.text.lastIndexOf("\n", script.offset) + 1));
  return {
    code: "syntax",
    file: file.file,
    message: `${placeIn(file, script.offset)}: ${script.syntaxError}`,
    hint: isPsql
      ? "lines that begin with a backslash are for psql, and no SQL"
      : "correct it; nothing has run",
  };
}

function noStatement(file: MigrationFile): Problem {
  return {
    code: "empty",
    file: file.file,
    message: `"${file.file}" has no statement`,
    hint: "write its SQL, or take the file away",
  };
}

function tooLong(file: MigrationFile): Problem {
  return {
    code: "too-long",
    file: file.file,
    message: `"${file.file}" is too long to be taken apart, and without a transaction its statements run one by one`,
    hint: "cut it into several files",
  };
}
