// Carries out `outgrow migrate`: options to library, report to stdout.

import { documentOf, EXIT_CODES, OutgrowError, withDocument } from "../base/errors.js";
import { toJson } from "../base/json.js";
import { printable } from "../base/printable.js";
import { abortMove } from "../move/abort.js";
import { type Moved, type MoveOptions, move } from "../move/move.js";
import type { MoveResult } from "../move/report.js";
import { parseTarget, type TargetSettings } from "../target/settings.js";
import { DEFAULT_DIR } from "./embedded.js";
import type { MigrateFlags } from "./migrate.js";
import { readPlanOptions } from "./plan-options.js";
import { showProgress } from "./progress.js";
import { renderMove } from "./render-move.js";
import { withSignals } from "./signals.js";
import { targetOf } from "./target.js";

/** Gives the exit code. An error comes with its result, so that the JSON document has one in every case. */
export async function migrate(
  source: string,
  target: string | undefined,
  flags: MigrateFlags,
): Promise<number> {
  try {
    return await migrateOrAbort(source, target, flags);
  } catch (error) {
    throw withDocument(error, { ...documentOf(error), result: resultOf(error) });
  }
}

function resultOf(error: unknown): MoveResult {
  const exit = error instanceof OutgrowError ? error.exitCode : EXIT_CODES.failed;
  switch (exit) {
    case EXIT_CODES.blocked:
      return "blocked";
    case EXIT_CODES.interrupted:
    case 143:
      return "interrupted";
    default:
      return "failed";
  }
}

async function migrateOrAbort(
  source: string,
  target: string | undefined,
  flags: MigrateFlags,
): Promise<number> {
  const settings = flags.embedded ? await embeddedTarget(target) : targetOf(target);
  if (flags.abort) {
    return abort(settings, flags);
  }
  const progress = showProgress(process.stderr, flags.quiet);
  const options: Omit<MoveOptions, "signal"> = {
    ...(await readPlanOptions(flags, settings.schema)),
    source,
    target: settings,
    jobs: flags.jobs,
    verify: flags.verify,
    sample: flags.sample === null ? null : { fraction: flags.sample, seed: 1 },
    dryRun: flags.dryRun || flags.planOnly !== null,
    restart: flags.restart,
    examples: flags.examples,
    onEvent: progress.onEvent,
  };
  try {
    const { result, stoppedBy } = await withSignals(
      (signal) => move({ ...options, signal }),
      () => process.stderr.write("\nstopping after the rows under way; once more to stop at once\n"),
    );
    progress.stop();
    if (flags.planOnly !== null) {
      const { writePlanFile } = await import("./plan-file.js");
      writePlanFile(flags.planOnly, result, options);
    }
    print(result, flags);
    return exitCode(result, stoppedBy);
  } finally {
    progress.stop();
  }
}

async function abort(settings: TargetSettings, flags: MigrateFlags): Promise<number> {
  const { schema } = await readPlanOptions(flags, settings.schema);
  const { source, notes } = await abortMove(settings, schema);
  process.stdout.write(
    flags.json
      ? `${toJson({ result: "aborted", source, schema, notes }, 2)}\n`
      : `${[
          `aborted the move of ${printable(source)} into schema "${printable(schema)}"; the target is as it was${notes.length === 0 ? "" : ", but:"}`,
          ...notes.map((note) => `- ${printable(note)}`),
        ].join("\n")}\n`,
  );
  return 0;
}

async function embeddedTarget(target: string | undefined): Promise<TargetSettings> {
  if (target !== undefined) {
    throw new OutgrowError("usage", "--embedded and a target were given", {
      hint: "leave one of them out",
    });
  }
  const { howToUse, startInProject } = await import("./embedded-server.js");
  const server = await startInProject(DEFAULT_DIR);
  process.stderr.write(howToUse(server, DEFAULT_DIR));
  // The environment speaks of other servers; nothing of it belongs to this one.
  return parseTarget(server.url, {});
}

function print({ report }: Moved, flags: MigrateFlags): void {
  process.stdout.write(flags.json ? `${toJson(report, 2)}\n` : renderMove(report, process.stdout));
  if (flags.planOnly !== null && !flags.json) {
    process.stdout.write(`\nThe plan is in ${flags.planOnly}; edit it and use it with --plan.\n`);
  }
}

function exitCode({ report }: Moved, stoppedBy: "SIGINT" | "SIGTERM" | null): number {
  switch (report.result) {
    case "moved":
    case "planned":
      return 0;
    case "blocked":
      return 3;
    case "differs":
      return 4;
    case "interrupted":
      return stoppedBy === "SIGTERM" ? 143 : 130;
    case "failed":
      return 1;
  }
}
