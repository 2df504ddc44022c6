// Looks at files without a database: what `up` would refuse, and what is legal and probably a slip.

import { readFileSync } from "node:fs";
import { checkFile } from "./check-file.js";
import { type Folder, type Migration, type MigrationFile, readFolder } from "./migration-files.js";
import { lineOf } from "./statements.js";
import type { Engine } from "./words.js";

export interface LintFinding {
  file: string | null;
  level: "error" | "warning";
  code: string;
  message: string;
  hint: string | null;
}

/** Errors are what keeps `up` from running. */
export async function lintFolder(
  folder: string,
  engine: Engine,
): Promise<{ read: Folder; findings: LintFinding[] }> {
  const read = readFolder(folder, engine);
  const findings: LintFinding[] = read.problems.map((problem) => ({ ...problem, level: "error" }));
  for (const migration of read.migrations) {
    for (const file of [migration, ...(migration.down === null ? [] : [migration.down])]) {
      const { problems } = await checkFile(file, engine);
      findings.push(...problems.map((problem): LintFinding => ({ ...problem, level: "error" })));
      findings.push(...misplacedDirective(file));
    }
    findings.push(...noWayBack(migration), ...mixedLineEnds(migration));
  }
  findings.push(...gaps(read.migrations));
  return { read, findings };
}

function noWayBack({ file, down }: Migration): LintFinding[] {
  return down !== null
    ? []
    : [
        {
          file,
          level: "warning",
          code: "no-down",
          message: `"${file}" has no down file`,
          hint: `write ${file.replace(/\.sql$/, ".down.sql")}, so that outgrow schema down can undo it`,
        },
      ];
}

function misplacedDirective({ file, text }: MigrationFile): LintFinding[] {
  const found = /\n[ \t]*--[ \t]*outgrow:/i.exec(text);
  return found === null
    ? []
    : [
        {
          file,
          level: "warning",
          code: "directive-not-first",
          message: `"${file}", line ${lineOf(text, found.index + 1)}: "outgrow:" counts in the first line only`,
          hint: "move it up, or write it otherwise",
        },
      ];
}

/** The checksum minds neither CR LF nor LF; a file with both was probably put together from two. */
function mixedLineEnds({ file, path }: Migration): LintFinding[] {
  const bytes = readFileSync(path, "latin1");
  const all = bytes.split("\n").length - 1;
  const windows = bytes.split("\r\n").length - 1;
  return windows === 0 || windows === all
    ? []
    : [
        {
          file,
          level: "warning",
          code: "line-ends",
          message: `"${file}" has both kinds of line ends: ${windows} of ${all} are CR LF`,
          hint: "have your editor save it with one",
        },
      ];
}

/** Numbers that are times have gaps by their nature. */
function gaps(migrations: readonly Migration[]): LintFinding[] {
  return migrations.flatMap((migration, i): LintFinding[] => {
    const before = migrations[i - 1]?.number ?? 0;
    const isGap = migration.number > before + 1 && migration.number < 1_000_000;
    return isGap
      ? [
          {
            file: migration.file,
            level: "warning",
            code: "gap",
            message: `no file has a number between ${before} and ${migration.number}`,
            hint: "one that comes later with such a number will be refused as out of order",
          },
        ]
      : [];
  });
}
