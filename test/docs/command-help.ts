// What the commands say of themselves, as data for the pages that are printed from it.
import type { Command } from "commander";
import { program } from "#outgrow/commands/program.js";

export interface CommandHelp {
  /** `embedded status` */
  name: string;
  summary: string;
  description: string;
  usage: string;
  terms: { arguments: Term[]; options: Term[] };
  /** Paragraphs between the options and the examples. */
  notes: string[];
  examples: string[];
}

export interface Term {
  term: string;
  says: string;
}

/** Of the root first, then of each command with its own commands behind it. */
export function commandHelps(): CommandHelp[] {
  const root = program();
  return [root, ...root.commands.flatMap((one) => [one, ...one.commands])].map(helpOf);
}

function helpOf(command: Command): CommandHelp {
  const help = command.createHelp();
  const after = textAfter(command);
  const [notes = "", examples = ""] = after.split(/^Examples:\n/m);
  return {
    name: nameOf(command),
    summary: command.summary() || command.description(),
    description: command.description().replaceAll("\n", " "),
    usage: help.commandUsage(command),
    terms: {
      arguments: help
        .visibleArguments(command)
        .map((one) => ({ term: help.argumentTerm(one), says: help.argumentDescription(one) })),
      options: help
        .visibleOptions(command)
        .map((one) => ({ term: help.optionTerm(one), says: help.optionDescription(one) })),
    },
    notes: notes
      .split(/\n\n+/)
      .map((one) => one.trim().replaceAll("\n", " "))
      .filter((one) => one !== ""),
    examples: examples
      .split("\n")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  };
}

function nameOf(command: Command): string {
  return command.parent === null ? "" : `${nameOf(command.parent)} ${command.name()}`.trim();
}

/** What addHelpText put behind the options. */
function textAfter(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  return text.slice(text.indexOf(command.helpInformation()) + command.helpInformation().length);
}
