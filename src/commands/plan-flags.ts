// The options by which a person steers a plan, for every command that makes one.

import { type Command, Option } from "commander";
import { FRAMEWORK_WORDS } from "../plan/frameworks/catalog.js";
import { list, repeated, schemaOption } from "./options.js";

export interface PlanFlags {
  schema: string | null;
  include: string[];
  exclude: string[];
  decide: string[];
  rename: string[];
  type: string[];
  names: "keep" | "fold";
  integers: "int4" | "int8";
  framework: string | null;
  existingRows: "stop" | "replace" | "keep";
  dropExisting: boolean;
  plan: string | null;
  examples: boolean;
}

export function addPlanFlags(command: Command): Command {
  return command
    .addOption(schemaOption())
    .option("--include <tables>", "move these tables only (names with *, commas)", list, [])
    .option("--exclude <tables>", "leave these tables out", list, [])
    .option(
      "--decide <answer>",
      "answer a finding: CODE[:table[.column]]=CHOICE, or recommended",
      repeated,
      [],
    )
    .option(
      "--rename <table=name>",
      "another name in the target: table=name or table.column=name",
      repeated,
      [],
    )
    .option(
      "--type <column=type>",
      "another type: table.column=type or table.column=type/codec",
      repeated,
      [],
    )
    .addOption(
      new Option("--names <how>", "keep names as they are, or fold them to lower case")
        .choices(["keep", "fold"])
        .default("keep"),
    )
    .addOption(
      new Option("--integers <width>", "int8, or int4 where all values fit")
        .choices(["int8", "int4"])
        .default("int8"),
    )
    .addOption(
      new Option("--framework <name>", "whose habits weigh in the choice of types; auto recognises it")
        .choices(FRAMEWORK_WORDS)
        .default(null, "auto"),
    )
    .addOption(
      new Option("--existing-rows <what>", "rows that the target's tables have already")
        .choices(["stop", "replace", "keep"])
        .default("stop"),
    )
    .option("--drop-existing", "drop tables of the same name first", false)
    .addOption(new Option("--plan <file>", "use a plan file that was written and edited").default(null))
    .option("--no-examples", "leave example rows out of findings");
}
