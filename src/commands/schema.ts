// `outgrow schema`: numbered SQL files that make the schema, each run once.

import { Command, InvalidArgumentError, Option } from "commander";
import { AFTER_FAILURE, type AfterFailure, ENGINES, type Engine } from "../db/schema/words.js";
import { integer, jsonOption, schemaOption } from "./options.js";

export interface SchemaFlags {
  dir: string;
  json: boolean;
}

export interface DatabaseFlags extends SchemaFlags {
  schema: string | null;
}

export interface StatusFlags extends DatabaseFlags {
  check: boolean;
}

export interface RunFlags extends DatabaseFlags {
  to: number | null;
  dryRun: boolean;
  afterFailure: AfterFailure | null;
  /** Milliseconds. */
  wait: number;
  /** Milliseconds. */
  lockTimeout: number;
}

export interface UpFlags extends RunFlags {
  outOfOrder: boolean;
}

export interface DownFlags extends RunFlags {
  steps: number | null;
}

export interface BaselineFlags extends DatabaseFlags {
  to: number | null;
  dryRun: boolean;
  acceptChanged: boolean;
  force: boolean;
  wait: number;
}

export interface NewFlags extends SchemaFlags {
  engine: Engine | null;
}

export interface LintFlags extends SchemaFlags {
  engine: Engine | null;
  strict: boolean;
}

const DATABASE_HELP =
  "postgres:// URL, sqlite: URL or path; else OUTGROW_TARGET, DATABASE_URL, DB_* or PG* of the environment";

export function schemaCommand(): Command {
  return new Command("schema")
    .summary("run numbered SQL files, each once")
    .description(
      "Brings a database, PostgreSQL or SQLite, up to a folder of files NNN_name.sql. Each runs once, in a transaction with its\n" +
        "entry in the table outgrow_migrations; NNN_name.down.sql leads back. See docs/schema.md.",
    )
    .addCommand(statusCommand())
    .addCommand(upCommand())
    .addCommand(downCommand())
    .addCommand(newCommand())
    .addCommand(lintCommand())
    .addCommand(baselineCommand())
    .addHelpText(
      "after",
      `
Examples:
  outgrow schema new add reviews
  outgrow schema lint
  outgrow schema up postgres://me@localhost/shop --dry-run
  outgrow schema up postgres://me@localhost/shop
  outgrow schema status sqlite:shop.db --json`,
    );
}

function statusCommand(): Command {
  return ofDatabase("status", "tell which files ran, which are to run and what does not fit")
    .option("--check", "end with 3 where files are still to run", false)
    .addHelpText(
      "after",
      `
Exit code 5 where files and database do not fit.

Examples:
  outgrow schema status
  outgrow schema status sqlite:shop.db --check`,
    )
    .action(async (database: string | undefined, flags: StatusFlags) => {
      const { runStatus } = await import("./run-schema.js");
      process.exitCode = await runStatus(database, flags);
    });
}

function upCommand(): Command {
  const command = ofDatabase("up", "run the files that did not run yet, in order")
    .addOption(toOption("run files up to this number"))
    .option("--out-of-order", "also run files whose number is below one that ran", false);
  return addRunOptions(command)
    .addHelpText(
      "after",
      `
All files are read before the first one runs. Exit code 5 where files and database do not fit, 1 where a statement fails.

Examples:
  outgrow schema up
  outgrow schema up shop.db --to 12
  outgrow schema up --dry-run --json
  outgrow schema up --after-failure retry`,
    )
    .action(async (database: string | undefined, flags: UpFlags) => {
      const { runUp } = await import("./run-schema.js");
      process.exitCode = await runUp(database, flags);
    });
}

function downCommand(): Command {
  const command = ofDatabase("down", "undo the file that ran last, by its down file")
    .addOption(toOption("undo all files above this number; 0 undoes all", 0))
    .addOption(
      new Option("--steps <n>", "how many files to undo").argParser(integer(1, 1_000_000)).default(null, "1"),
    );
  return addRunOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  outgrow schema down
  outgrow schema down shop.db --steps 2
  outgrow schema down --to 7 --dry-run`,
    )
    .action(async (database: string | undefined, flags: DownFlags) => {
      const { runDown } = await import("./run-schema.js");
      process.exitCode = await runDown(database, flags);
    });
}

function baselineCommand(): Command {
  return ofDatabase("baseline", "record files as applied that the database has already; run none")
    .addOption(toOption("the last file that it has already"))
    .option("--dry-run", "tell what would be recorded; change nothing", false)
    .option("--accept-changed", "take files that changed since they ran for the same", false)
    .option("--force", "do not look for the tables that the files make", false)
    .addOption(waitOption())
    .addHelpText(
      "after",
      `
Exit code 5 where a table that the files make is not there.

Examples:
  outgrow schema baseline postgres://me@localhost/shop
  outgrow schema baseline shop.db --to 4`,
    )
    .action(async (database: string | undefined, flags: BaselineFlags) => {
      const { runBaseline } = await import("./run-schema.js");
      process.exitCode = await runBaseline(database, flags);
    });
}

function newCommand(): Command {
  return new Command("new")
    .summary("make the two files of the next migration")
    .description("make the two files of the next migration")
    .argument("<name...>", "what it does, in words")
    .addOption(dirOption())
    .addOption(
      new Option("--engine <name>", "put them into the folder of one engine").choices(ENGINES).default(null),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  outgrow schema new add reviews
  outgrow schema new search index --engine postgres`,
    )
    .action(async (words: string[], flags: NewFlags) => {
      const { runNew } = await import("./run-schema-files.js");
      process.exitCode = runNew(words, flags);
    });
}

function lintCommand(): Command {
  return new Command("lint")
    .summary("look at the files, without a database")
    .description(
      "Tells what up would refuse and what is probably a slip. Files for PostgreSQL are also looked at by squawk, where it is installed.",
    )
    .addOption(dirOption())
    .addOption(
      new Option("--engine <name>", "whose SQL the files are")
        .choices(ENGINES)
        .default(null, "those with a folder, else by the environment, else postgres"),
    )
    .option("--strict", "warnings count as errors", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 3 where there are errors.

Examples:
  outgrow schema lint
  outgrow schema lint --dir db/migrations --engine sqlite --strict`,
    )
    .action(async (flags: LintFlags) => {
      const { runLint } = await import("./run-schema-files.js");
      process.exitCode = await runLint(flags);
    });
}

function ofDatabase(name: string, does: string): Command {
  return new Command(name)
    .summary(does)
    .description(does)
    .argument("[database]", DATABASE_HELP)
    .addOption(dirOption())
    .addOption(schemaOption().default(null, "by the search_path; PostgreSQL only"))
    .addOption(jsonOption());
}

function addRunOptions(command: Command): Command {
  return command
    .option("--dry-run", "check all, tell what would run; change nothing", false)
    .addOption(
      new Option(
        "--after-failure <how>",
        "a file without a transaction that stopped: run it again, go on with it, or take it as done",
      )
        .choices(AFTER_FAILURE)
        .default(null),
    )
    .addOption(waitOption())
    .addOption(
      new Option(
        "--lock-timeout <seconds>",
        "how long a file waits for a lock of the application, each of 5 times",
      )
        .argParser(seconds)
        .default(5_000, "5"),
    );
}

const dirOption = () => new Option("--dir <folder>", "where the files are").default("migrations");

const toOption = (does: string, low = 1) =>
  new Option("--to <number>", does).argParser(integer(low, 999_999_999_999_999)).default(null);

const waitOption = () =>
  new Option("--wait <seconds>", "how long to wait for another runner")
    .argParser(seconds)
    .default(60_000, "60");

/** `0.5` → 500 */
function seconds(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 86_400)) {
    throw new InvalidArgumentError("give seconds from 0 to 86400.");
  }
  return Math.round(value * 1000);
}
