// `outgrow doctor`: what is here, what is missing, and what to type.

import { Command } from "commander";
import { jsonOption, schemaOption, TARGET_HELP } from "./options.js";

export interface DoctorFlags {
  schema: string | null;
  json: boolean;
}

export function doctorCommand(): Command {
  return new Command("doctor")
    .summary("tell what is here, what is missing and what to type")
    .description(
      "Looks at this machine, and at the file and the server where they are named. Changes nothing.",
    )
    .argument("[source]", "path or sqlite: URL of a file to look at")
    .argument("[target]", TARGET_HELP)
    .addOption(schemaOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 0 where everything needed is here, else that of the first thing missing (5 here, 6 source, 7 target).

Examples:
  outgrow doctor
  outgrow doctor store.db postgres://me@localhost/store
  outgrow doctor --json`,
    )
    .action(async (source: string | undefined, target: string | undefined, flags: DoctorFlags) => {
      const { runDoctor } = await import("./run-doctor.js");
      process.exitCode = await runDoctor(source, target, flags);
    });
}
