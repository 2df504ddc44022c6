// Carries out `outgrow verify`: options to library, comparison to stdout.

import { toJson } from "../base/json.js";
import { verifyPair } from "../move/verify-pair.js";
import { showProgress } from "./progress.js";
import { renderPair } from "./render-pair.js";
import { withSignals } from "./signals.js";
import { targetOf } from "./target.js";
import type { VerifyFlags } from "./verify.js";

/** Gives the exit code: 4 where something differs. */
export async function runVerify(
  source: string,
  target: string | undefined,
  flags: VerifyFlags,
): Promise<number> {
  const settings = targetOf(target);
  const progress = showProgress(process.stderr, flags.quiet);
  try {
    const { result } = await withSignals(
      (signal) =>
        verifyPair({
          source,
          target: settings,
          schema: flags.schema ?? settings.schema ?? "public",
          include: flags.table,
          exclude: flags.exclude,
          sample: flags.sample === null ? null : { fraction: flags.sample, seed: 1 },
          jobs: flags.jobs,
          signal,
          onEvent: progress.onEvent,
        }),
      () => process.stderr.write("\nstopping\n"),
    );
    progress.stop();
    process.stdout.write(flags.json ? `${toJson(result, 2)}\n` : renderPair(result, process.stdout));
    return result.result === "equal" ? 0 : 4;
  } finally {
    progress.stop();
  }
}
