// Carries out `outgrow assess`: options to library, assessment to stdout.

import { OutgrowError } from "../base/errors.js";
import { toJson } from "../base/json.js";
import { printable } from "../base/printable.js";
import { type Assessment, assessWhole } from "../move/assess.js";
import { parseTarget } from "../target/settings.js";
import type { AssessFlags } from "./assess.js";
import { readPlanOptions } from "./plan-options.js";
import { showProgress } from "./progress.js";
import { renderAssessment } from "./render-assessment.js";
import { reportPage } from "./report/page.js";
import { checkReportPath, writeReport } from "./report/write-report.js";
import { withSignals } from "./signals.js";

/** Gives the exit code: 3 where a decision is missing. */
export async function runAssess(
  source: string,
  target: string | undefined,
  flags: AssessFlags,
): Promise<number> {
  // Unlike a move, an assessment is of use without a target; so one that only the environment names is left alone.
  const settings = target === undefined ? null : parseTarget(target, process.env);
  if (flags.html !== null) {
    checkReportPath(flags.html);
  }
  const options = await readPlanOptions(flags, settings?.schema ?? null);
  const progress = showProgress(process.stderr, flags.quiet);
  try {
    const { result } = await withSignals(
      (signal) =>
        assessWhole({
          ...options,
          source,
          target: settings,
          jobs: flags.jobs,
          examples: flags.examples,
          signal,
          onEvent: progress.onEvent,
        }),
      () => process.stderr.write("\nstopping\n"),
    );
    progress.stop();
    const { assessment } = result;
    const shown = flags.table === null ? assessment : only(assessment, flags.table);
    if (flags.html !== null) {
      writeReport(flags.html, reportPage({ ...result, assessment: shown }, new Date()));
      process.stderr.write(`report: ${printable(flags.html)}\n`);
    }
    process.stdout.write(
      flags.json ? `${toJson(shown, 2)}\n` : renderAssessment(shown, flags.table !== null, process.stdout),
    );
    return assessment.verdict === "blocked" ? 3 : 0;
  } finally {
    progress.stop();
  }
}

/** The whole file is assessed all the same, since foreign keys tie tables together; one table of it is shown. */
function only(assessment: Assessment, name: string): Assessment {
  const tables = assessment.tables;
  const table =
    tables.find((one) => one.name === name) ??
    tables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (table === undefined) {
    throw new OutgrowError("usage", `no table is called "${name}"`, {
      hint: `the tables are ${tables
        .slice(0, 12)
        .map((one) => one.name)
        .join(", ")}`,
    });
  }
  return {
    ...assessment,
    tables: [table],
    findings: assessment.findings.filter((finding) => finding.table === table.name),
    conversions: assessment.conversions.filter((one) => one.table === table.name),
  };
}
