// Answers a shell that completes: `outgrow complete -- assess --`. Derived from the commands themselves.

import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** Adds the command `complete` that the scripts call, and gives what prints those. */
export function completionOf(root: Command): ReturnType<typeof tab> {
  // A shell shows one line for each: the summary, not what --help begins with.
  for (const command of root.commands) {
    command.description(command.summary() || command.description().replace(/\s+/g, " "));
  }
  return tab(root, { completionCommandName: "completion-script" });
}

/** The directives of the scripts, which are those of cobra (Go): no file names, and the shell's own completion. */
const NO_FILES = ":4";
const SHELL_DEFAULT = ":0";

/** The library lets no shell offer file names; where it has nothing to say itself, a file is what is wanted. */
export async function complete(root: Command): Promise<void> {
  completionOf(root);
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await root.parseAsync();
  } finally {
    console.log = log;
  }
  const isEmpty = lines.every((line) => line === NO_FILES);
  process.stdout.write(`${(isEmpty ? [SHELL_DEFAULT] : lines).join("\n")}\n`);
}
