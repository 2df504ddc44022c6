// `outgrow ddl`: the PostgreSQL schema that a move would make, as text or as files for a migration tool.

import { Command, Option } from "commander";
import { DDL_FORMATS, type DdlFormat } from "./ddl-files.js";
import { jobsOption, jsonOption } from "./options.js";
import { addPlanFlags, type PlanFlags } from "./plan-flags.js";

export interface DdlFlags extends PlanFlags {
  format: DdlFormat;
  out: string | null;
  jobs: number | null;
  json: boolean;
  quiet: boolean;
}

export function ddlCommand(): Command {
  const command = new Command("ddl")
    .summary("print the PostgreSQL schema that a move would make; change nothing")
    .description(
      "Reads every value of the file, decides as `outgrow migrate` would, and prints the tables, keys, indexes,\n" +
        "constraints, views and triggers as SQL. With --format it writes them as the first migration of a tool, and\n" +
        "says how that tool is told that outgrow has made them already.",
    )
    .argument("<source>", "path or sqlite: URL of the file")
    .addOption(new Option("--format <tool>", "text, or files for a tool").choices(DDL_FORMATS).default("sql"))
    .addOption(new Option("--out <folder>", "where the files go; none of them may be there").default(null));
  return addPlanFlags(command)
    .addOption(jobsOption())
    .option("-q, --quiet", "no progress", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 3 where a decision is missing, and nothing is printed then.

Examples:
  outgrow ddl store.db > schema.sql
  outgrow ddl store.db --schema shop --decide recommended
  outgrow ddl store.db --format prisma --out .
  outgrow ddl store.db --format flyway --out migrations`,
    )
    .action(async (source: string, flags: DdlFlags) => {
      const { runDdl } = await import("./run-ddl.js");
      process.exitCode = await runDdl(source, flags);
    });
}
