// `outgrow demo`: a shop moves before your eyes, with nothing installed.

import { Command, Option } from "commander";
import { integer } from "./options.js";

export interface DemoFlags {
  rows: number;
  keep: boolean;
  target: string | null;
}

const MOST_ROWS = 50_000_000;

export function demoCommand(): Command {
  return new Command("demo")
    .summary("move a sample shop into a PostgreSQL from npm, and watch")
    .description(
      "Makes a shop in SQLite, starts a PostgreSQL from npm, moves the shop, asks both databases the same questions,\n" +
        "changes one value to see that the comparison finds it, and leaves nothing behind.",
    )
    .addOption(
      new Option("--rows <n>", "about how many rows the shop has")
        .argParser(integer(500, MOST_ROWS))
        .default(22_000),
    )
    .option("--keep", "leave the server running and the files in place, and tell how to stop it", false)
    .addOption(
      new Option("--target <url>", "use this server: postgres:// URL of a database to try in").default(
        null,
        "one from npm",
      ),
    )
    .addHelpText(
      "after",
      `
Examples:
  outgrow demo
  outgrow demo --rows 1000000
  outgrow demo --keep`,
    )
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import("./run-demo.js");
      process.exitCode = await runDemo(flags);
    });
}
