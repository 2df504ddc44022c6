// `outgrow assess`: what a move would be, without one.

import { Command, Option } from "commander";
import { jobsOption, jsonOption } from "./options.js";
import { addPlanFlags, type PlanFlags } from "./plan-flags.js";

export interface AssessFlags extends PlanFlags {
  table: string | null;
  jobs: number | null;
  html: string | null;
  json: boolean;
  quiet: boolean;
}

export function assessCommand(): Command {
  const command = new Command("assess")
    .summary("tell what a move would do and what has to be decided; change nothing")
    .description(
      "Reads every value of the file and tells what is there, what each column becomes and why, what has to be\n" +
        "decided, and about how long a move takes. Neither the file nor the target is written.\n" +
        "With a target, the plan is made for the tables that are there already.",
    )
    .argument("<source>", "path or sqlite: URL of the file")
    .argument("[target]", "postgres:// URL; without it, an empty database is assumed")
    .addOption(new Option("--table <name>", "show one table in detail").default(null))
    .addOption(new Option("--html <file>", "also write a report to look at in a browser").default(null));
  return addPlanFlags(command)
    .addOption(jobsOption())
    .option("-q, --quiet", "no progress", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 3 where a decision is missing, else 0.

Examples:
  outgrow assess store.db
  outgrow assess store.db --table orders
  outgrow assess store.db --html report.html
  outgrow assess store.db postgres://me@localhost/store
  outgrow assess store.db --decide recommended --json`,
    )
    .action(async (source: string, target: string | undefined, flags: AssessFlags) => {
      const { runAssess } = await import("./run-assess.js");
      process.exitCode = await runAssess(source, target, flags);
    });
}
