// `outgrow completion`: the script by which a shell completes commands, options and file names.

import { Argument, Command } from "commander";

const SHELLS = ["bash", "zsh", "fish"] as const;

export function completionCommand(): Command {
  return new Command("completion")
    .summary("print the script by which a shell completes what you type")
    .description(
      "Prints a script for the shell. It asks outgrow itself for what can stand where you are.\n" +
        "In bash it needs the package bash-completion.",
    )
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText(
      "after",
      `
Examples:
  outgrow completion bash > ~/.local/share/bash-completion/completions/outgrow
  outgrow completion zsh > ~/.zsh/completions/_outgrow     # a folder of your $fpath
  outgrow completion fish > ~/.config/fish/completions/outgrow.fish`,
    )
    .action(async (shell: string, _flags: unknown, command: Command) => {
      const { completionOf } = await import("./complete.js");
      completionOf(command.parent ?? command).setup("outgrow", "outgrow", shell);
    });
}
