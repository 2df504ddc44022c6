// Carries out `outgrow schema new|lint`, which need no database.

import { join, resolve } from "node:path";
import { toJson } from "../base/json.js";
import { printable } from "../base/printable.js";
import {
  ENGINE_NAMES,
  type Engine,
  engineFolders,
  type LintFinding,
  lintFolder,
  newMigration,
} from "../db/schema/index.js";
import type { LintFlags, NewFlags } from "./schema.js";
import { engineOfEnvironment } from "./schema-database.js";
import { type SquawkFile, squawk } from "./squawk.js";
import { type Colors, colorsFor, counted } from "./terminal.js";

/** Gives the exit code. */
export function runNew(words: readonly string[], flags: NewFlags): number {
  const made = newMigration(flags.dir, words.join(" "), flags.engine);
  const [up, down] = [join(flags.dir, made.up), join(flags.dir, made.down)];
  process.stdout.write(
    flags.json ? `${toJson({ up, down }, 2)}\n` : `${printable(up)}\n${printable(down)}\n`,
  );
  return 0;
}

/** Gives the exit code: 3 where there are errors. */
export async function runLint(flags: LintFlags): Promise<number> {
  const engines = flags.engine === null ? enginesOf(flags.dir) : [flags.engine];
  const findings = new Map<string, LintFinding & { engine: Engine }>();
  const files = new Map<string, SquawkFile>();
  const seen = new Set<string>();
  for (const engine of engines) {
    const { read, findings: found } = await lintFolder(flags.dir, engine);
    for (const finding of found) {
      // What is for both engines is looked at twice, and told once.
      findings.set(JSON.stringify([finding.file, finding.message]), { ...finding, engine });
    }
    for (const one of read.migrations.flatMap((up) => [up, ...(up.down === null ? [] : [up.down])])) {
      seen.add(one.file);
      if (engine === "postgres") {
        files.set(resolve(one.path), { path: one.path, inTransaction: one.inTransaction });
      }
    }
  }
  const squawked = files.size === 0 ? [] : await squawk([...files.values()]);
  const all = [
    ...findings.values(),
    ...(squawked ?? []).map(({ file, line, level, rule, message, help }) => ({
      engine: "postgres" as const,
      file: nameIn(flags.dir, file),
      level,
      code: `squawk:${rule}`,
      message: `"${nameIn(flags.dir, file)}", line ${line}: ${message}`,
      hint: help,
    })),
  ];
  const errors = all.filter(({ level }) => level === "error" || flags.strict).length;
  const squawkWord = files.size === 0 ? "not-asked" : squawked === null ? "not-installed" : "ran";
  const document = {
    ok: errors === 0,
    folder: flags.dir,
    engines,
    files: seen.size,
    squawk: squawkWord,
    findings: all,
  };
  process.stdout.write(
    flags.json ? `${toJson(document, 2)}\n` : render(document, errors, colorsFor(process.stdout)),
  );
  return errors === 0 ? 0 : 3;
}

function enginesOf(folder: string): Engine[] {
  const own = engineFolders(folder);
  return own.length > 0 ? own : [engineOfEnvironment() ?? "postgres"];
}

function nameIn(folder: string, file: string): string {
  const base = `${resolve(folder)}/`;
  return file.startsWith(base) ? file.slice(base.length) : file;
}

interface LintDocument {
  engines: Engine[];
  files: number;
  squawk: string;
  findings: { level: string; code: string; message: string; hint: string | null }[];
}

function render(document: LintDocument, errors: number, color: Colors): string {
  const { findings, files, engines } = document;
  const lines = findings.flatMap(({ level, code, message, hint }) => [
    `${level === "error" ? color.red("error") : color.yellow("warning")} ${printable(message)} ${color.dim(`[${code}]`)}`,
    ...(hint === null ? [] : [`  ${color.dim(printable(hint))}`]),
  ]);
  const missing =
    document.squawk === "not-installed"
      ? ["squawk is not installed and was not asked; npm install --save-dev squawk-cli brings it"]
      : [];
  const words = engines.map((engine) => ENGINE_NAMES[engine]).join(" and ");
  const verdict = `${counted(files, "file")} for ${words}: ${counted(errors, "error")}, ${counted(findings.length - errors, "warning")}`;
  return `${[...lines, ...missing, verdict].join("\n")}\n`;
}
