// An engine's complaint about a file, as an error that names file, line and statement.

import { type ErrorCode, OutgrowError } from "../../base/errors.js";
import { excerpt, placeIn } from "./check-file.js";
import type { StatementError } from "./connection.js";
import type { MigrationFile } from "./migration-files.js";
import type { Statement } from "./statements.js";

/** `kept` says what became of the file. */
export function fileError(
  error: StatementError,
  file: MigrationFile,
  statements: readonly Statement[] | null,
  kept: string,
): OutgrowError {
  const { doneCount, detail, offset, code } = error.about;
  const statement = (doneCount === null ? null : statements?.[doneCount]) ?? null;
  const at = offset ?? statement?.offset ?? null;
  const where = at === null ? `"${file.file}"` : placeIn(file, at);
  const said = `${lowerFirst(error.message)}${detail === null ? "" : `; ${lowerFirst(detail)}`}`;
  const inside = statement === null ? "" : `, in: ${excerpt(statement)}`;
  const name = code.startsWith("SQLITE_") ? code : `SQLSTATE ${code}`;
  return new OutgrowError(CODES[code] ?? "failed", `${where}: ${said} (${name})${inside}`, {
    hint: hintFor(error, kept),
    cause: error,
  });
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  "42501": "missing-right",
  "55P03": "precondition",
  "53100": "disk-full",
  SQLITE_FULL: "disk-full",
  SQLITE_BUSY: "source-locked",
};

function hintFor({ message, about }: StatementError, kept: string): string {
  const { code, engineHint } = about;
  // A second runner could not have got here; what is there was made by something else.
  if (code === "42P07" || /^(?:table|index|view|trigger) .* already exists$/.test(message)) {
    return `${kept}; where the database has these tables already: outgrow schema baseline takes the files as applied`;
  }
  if (code === "25001") {
    return `${kept}; make -- outgrow: no-transaction the first line of the file`;
  }
  if (code === "55P03") {
    return `${kept}; end the session that holds the lock (select * from pg_stat_activity), or allow more time with --lock-timeout`;
  }
  return engineHint === null
    ? `${kept}; correct it and run the same command again`
    : `${kept}; ${lowerFirst(engineHint)}`;
}

function lowerFirst(text: string): string {
  const sentence = text.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}
