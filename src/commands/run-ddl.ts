// Carries out `outgrow ddl`: options to library, the schema to stdout or into files.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { toJson } from "../base/json.js";
import { planFor } from "../move/assess.js";
import { isOpen } from "../plan/concern.js";
import { ddlScript, schemaDdl } from "../target/schema-ddl.js";
import type { DdlFlags } from "./ddl.js";
import { type DdlFile, ddlFiles } from "./ddl-files.js";
import { readPlanOptions } from "./plan-options.js";
import { showProgress } from "./progress.js";
import { renderFindings } from "./render-findings.js";
import { withSignals } from "./signals.js";
import { colorsFor } from "./terminal.js";

/** Gives the exit code: 3 where a decision is missing. */
export async function runDdl(source: string, flags: DdlFlags): Promise<number> {
  if (flags.format !== "sql" && flags.out === null) {
    throw new OutgrowError(
      "usage",
      `--format ${flags.format} writes files, and no folder is named for them`,
      {
        hint: `say where, for example \`outgrow ddl ${source} --format ${flags.format} --out .\``,
      },
    );
  }
  const options = await readPlanOptions(flags, null);
  const progress = showProgress(process.stderr, flags.quiet);
  try {
    const { result: plan } = await withSignals(
      (signal) =>
        planFor({
          ...options,
          source,
          target: null,
          jobs: flags.jobs,
          examples: flags.examples,
          signal,
          onEvent: progress.onEvent,
        }),
      () => process.stderr.write("\nstopping\n"),
    );
    progress.stop();
    const open = plan.findings.filter(isOpen);
    if (open.length > 0) {
      process.stderr.write(`${renderFindings(open, colorsFor(process.stderr))}\n`);
      throw new OutgrowError(
        "blocked",
        `${open.length} decisions are missing, and the schema depends on them`,
        {
          hint: "answer each with the options above, or all with --decide recommended",
        },
      );
    }
    if (flags.json) {
      process.stdout.write(`${toJson({ schema: plan.schema, statements: schemaDdl(plan) }, 2)}\n`);
      return 0;
    }
    const script = ddlScript(plan);
    const { files, applied } =
      flags.format === "sql"
        ? { files: [{ path: "schema.sql", text: script }], applied: "" }
        : ddlFiles(flags.format, script, new Date());
    if (flags.out === null) {
      process.stdout.write(script);
      return 0;
    }
    write(flags.out, files);
    process.stdout.write(
      `${files.map(({ path }) => join(flags.out ?? "", path)).join("\n")}\n${applied === "" ? "" : `\nwhere outgrow migrate has made the schema, mark it as applied:\n${applied}\n`}`,
    );
    return 0;
  } finally {
    progress.stop();
  }
}

/** All or none: a file that is there is left alone, and nothing is written beside it. */
function write(folder: string, files: readonly DdlFile[]): void {
  const paths = files.map((file) => ({ ...file, path: join(folder, file.path) }));
  const there = paths.find(({ path }) => existsSync(path));
  if (there !== undefined) {
    throw new OutgrowError("usage", `${there.path} is there already`, {
      hint: "name another folder with --out, or take the file away",
    });
  }
  for (const { path, text } of paths) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    } catch (error) {
      throw new OutgrowError("settings", `${path} cannot be written: ${(error as Error).message}`, {
        hint: "name a folder that can be written with --out",
        cause: error,
      });
    }
  }
}
