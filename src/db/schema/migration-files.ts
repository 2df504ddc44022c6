// Reads a folder of migration files. What is wrong with it is gathered, so that all of it is told at once.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { OutgrowError } from "../../base/errors.js";
import { printable } from "../../base/printable.js";
import { checksumOf, normalizedText } from "./checksum.js";
import { type FileName, parseFileName } from "./file-name.js";
import { ENGINES, type Engine } from "./words.js";

export interface MigrationFile {
  /** Within the folder: `003_reviews.sql` or `sqlite/003_reviews.sql`. */
  file: string;
  path: string;
  /** As it is run: see normalizedText. */
  text: string;
  /** False where its first line says `-- outgrow: no-transaction`. */
  inTransaction: boolean;
}

export interface Migration extends MigrationFile {
  number: number;
  name: string;
  checksum: string;
  down: MigrationFile | null;
}

/** Something that keeps the runner from running. */
export interface Problem {
  code: string;
  /** The file that it is about, within the folder; null where there is none. */
  file: string | null;
  message: string;
  hint: string;
}

export interface Folder {
  folder: string;
  /** In order of their numbers. */
  migrations: Migration[];
  problems: Problem[];
}

/**
 * Files of the folder itself are for both engines, those of its folders `postgres` and `sqlite` for that one. Throws
 * `settings` where there is no such folder.
 */
export function readFolder(folder: string, engine: Engine): Folder {
  const problems: Problem[] = [];
  const ups: Migration[] = [];
  const downs: (MigrationFile & FileName)[] = [];
  for (const file of namesIn(folder, engine)) {
    const base = file.slice(file.lastIndexOf("/") + 1);
    const name = parseFileName(base);
    if (name === null) {
      continue;
    }
    if ("problem" in name) {
      problems.push({
        code: "name",
        file,
        message: `"${printable(file)}" ${name.problem}`,
        hint: "rename it, for example to 001_first.sql, or move it out of the folder",
      });
      continue;
    }
    const read = readMigrationFile(folder, file);
    if ("problem" in read) {
      problems.push({ code: "text", file, message: read.problem, hint: read.hint });
    } else if (name.isDown) {
      downs.push({ ...read, ...name });
    } else {
      ups.push({
        ...read,
        number: name.number,
        name: name.name,
        checksum: checksumOf(read.text),
        down: null,
      });
    }
  }
  ups.sort((a, b) => a.number - b.number);
  problems.push(...sameNumbers(ups));
  pair(ups, downs, problems);
  return { folder, migrations: ups, problems };
}

/** Throws the first problem, and says how many there are. */
export function refuseProblems(problems: readonly Problem[], code: "settings" | "wrong-state"): void {
  const [first, ...more] = problems;
  if (first !== undefined) {
    const others = more.length === 0 ? "" : ` (and ${more.length} more: see outgrow schema status)`;
    throw new OutgrowError(code, `${first.message}${others}`, { hint: first.hint });
  }
}

function namesIn(folder: string, engine: Engine): string[] {
  const names = list(folder, true) ?? [];
  const own = list(join(folder, engine), false);
  return [...names, ...(own ?? []).map((name) => `${engine}/${name}`)].sort();
}

/** Names of the files in it; null where it is absent and need not be there. */
function list(folder: string, isNeeded: boolean): string[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && isFile(join(folder, entry.name))))
      .map(({ name }) => name);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    if (!isNeeded && (code === "ENOENT" || code === "ENOTDIR")) {
      return null;
    }
    const reason =
      code === "ENOENT"
        ? "does not exist"
        : code === "ENOTDIR"
          ? "is not a folder"
          : `cannot be read (${code})`;
    throw new OutgrowError("settings", `the folder of migrations "${printable(folder)}" ${reason}`, {
      hint: "name it with --dir, or make the first file in it with: outgrow schema new first",
      cause,
    });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readMigrationFile(folder: string, file: string): MigrationFile | { problem: string; hint: string } {
  const path = join(folder, file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new OutgrowError("settings", `"${printable(file)}" cannot be read: ${(cause as Error).message}`, {
      hint: "run outgrow as a user that may read the file",
      cause,
    });
  }
  const read = normalizedText(bytes);
  if ("problem" in read) {
    return { problem: `"${printable(file)}" ${read.problem}`, hint: "save it as UTF-8" };
  }
  const directive = directiveOf(read.text);
  if (directive !== null && directive !== "no-transaction") {
    return {
      problem: `"${printable(file)}" says "outgrow: ${printable(directive)}" in its first line, and only no-transaction is known`,
      hint: "write -- outgrow: no-transaction, or take the line out",
    };
  }
  return { file, path, text: read.text, inTransaction: directive === null };
}

/** What the first line asks of the runner: `-- outgrow: no-transaction`. */
function directiveOf(text: string): string | null {
  return /^--[ \t]*outgrow:[ \t]*([^\n]*?)[ \t]*(?:\n|$)/i.exec(text)?.[1] ?? null;
}

function sameNumbers(ups: readonly Migration[]): Problem[] {
  return ups.flatMap((migration, i): Problem[] => {
    const before = ups[i - 1];
    return before === undefined || before.number !== migration.number
      ? []
      : [
          {
            code: "duplicate-number",
            file: migration.file,
            message: `"${before.file}" and "${migration.file}" have the same number ${migration.number}`,
            hint: "give the newer one the next free number",
          },
        ];
  });
}

/** Hands each down file to its own. */
function pair(
  ups: readonly Migration[],
  downs: readonly (MigrationFile & FileName)[],
  problems: Problem[],
): void {
  for (const { number, name, file, path, text, inTransaction } of downs) {
    const up = ups.find((one) => one.number === number && one.name === name);
    if (up === undefined) {
      problems.push({
        code: "down-alone",
        file,
        message: `"${file}" leads back from "${file.replace(/\.down\.sql$/, ".sql")}", and that file is not there`,
        hint: "give both the same number and name, or take the down file away",
      });
    } else if (up.down !== null) {
      problems.push({
        code: "duplicate-number",
        file,
        message: `"${up.down.file}" and "${file}" both lead back from "${up.file}"`,
        hint: "keep one of them",
      });
    } else {
      up.down = { file, path, text, inTransaction };
    }
  }
}

/** Which engines have a folder of their own. */
export function engineFolders(folder: string): Engine[] {
  return ENGINES.filter((engine) => list(join(folder, engine), false) !== null);
}
