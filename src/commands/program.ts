// All commands with their words, and how their help reads.

import { Command, Help, type Option } from "commander";
import { VERSION } from "../move/version.js";
import { assessCommand } from "./assess.js";
import { completionCommand } from "./completion.js";
import { ddlCommand } from "./ddl.js";
import { demoCommand } from "./demo.js";
import { doctorCommand } from "./doctor.js";
import { embeddedCommand } from "./embedded.js";
import { migrateCommand } from "./migrate.js";
import { schemaCommand } from "./schema.js";
import { verifyCommand } from "./verify.js";

// Each only declares its words; what it needs to act is imported when it does, so that --help answers at once.
const COMMANDS = [
  assessCommand,
  migrateCommand,
  verifyCommand,
  ddlCommand,
  schemaCommand,
  demoCommand,
  doctorCommand,
  embeddedCommand,
  completionCommand,
];

export function program(): Command {
  const root = new Command("outgrow")
    .description("Moves a SQLite database into PostgreSQL and proves that every value arrived.")
    .version(VERSION)
    .showHelpAfterError("(run with --help for all options)")
    .showSuggestionAfterError()
    .enablePositionalOptions();
  for (const make of COMMANDS) {
    root.addCommand(make());
  }
  for (const command of [root, ...root.commands, ...root.commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
    command.configureHelp({ optionDescription });
  }
  return root;
}

/** Commander's own words without `(default: false)` and the like, which say nothing. */
function optionDescription(option: Option): string {
  const { defaultValue, defaultValueDescription } = option;
  const isPlain = defaultValue === false || defaultValue === null || Array.isArray(defaultValue);
  const shown: Option =
    isPlain && defaultValueDescription === undefined
      ? Object.assign(Object.create(option), { defaultValue: undefined })
      : option;
  return new Help().optionDescription(shown);
}
