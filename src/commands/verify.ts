// `outgrow verify`: compares every value of a file with a database, at any time.

import { Command, Option } from "commander";
import { fraction, jobsOption, jsonOption, list, schemaOption, TARGET_HELP } from "./options.js";

export interface VerifyFlags {
  schema: string | null;
  table: string[];
  exclude: string[];
  sample: number | null;
  jobs: number | null;
  json: boolean;
  quiet: boolean;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .summary("compare every value of a SQLite file with a PostgreSQL database; write nothing")
    .description(
      "Reads both sides and compares them, value by value: by the plan of the move where outgrow made one, else by\n" +
        "the types that the target's tables have. Also for a database that another program filled.",
    )
    .argument("<source>", "path or sqlite: URL of the file")
    .argument("[target]", TARGET_HELP)
    .addOption(schemaOption())
    .option("--table <tables>", "compare these tables only (names with *, commas)", list, [])
    .option("--exclude <tables>", "leave these tables out", list, [])
    .addOption(
      new Option("--sample <share>", "compare a share of each large table only")
        .argParser(fraction)
        .default(null, "all"),
    )
    .addOption(jobsOption())
    .option("-q, --quiet", "no progress", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 4 where something differs, else 0.

Examples:
  outgrow verify store.db postgres://me@localhost/store
  outgrow verify store.db postgres://me@localhost/store --table orders,order_items
  outgrow verify store.db postgres://me@localhost/store --sample 5% --json`,
    )
    .action(async (source: string, target: string | undefined, flags: VerifyFlags) => {
      const { runVerify } = await import("./run-verify.js");
      process.exitCode = await runVerify(source, target, flags);
    });
}
