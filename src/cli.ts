#!/usr/bin/env node
// The command line: reads the words, runs one command, tells errors. Each command stands in commands/.

import { CommanderError } from "commander";
import { documentOf, OutgrowError } from "./base/errors.js";
import { toJson } from "./base/json.js";
import { printable } from "./base/printable.js";
import { redact } from "./base/redact.js";
import { program } from "./commands/program.js";

/** Tells an error and gives the exit code. Anything that is no OutgrowError is a bug, and says so. */
function tell(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has told it on stderr already.
    if (json && error.exitCode !== 0) {
      const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
      writeJson(
        "usage",
        message,
        suggestion?.replace(/^\((.*)\)$/, "$1") ?? "run with --help for all options",
      );
    }
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof OutgrowError) {
    if (json) {
      writeJson(error.code, error.message, error.hint, documentOf(error));
    }
    process.stderr.write(`error: ${printable(redact(error.message))}\n`);
    if (error.hint !== undefined) {
      process.stderr.write(`hint:  ${printable(redact(error.hint))}\n`);
    }
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) {
    writeJson(
      "failed",
      error instanceof Error ? error.message : String(error),
      "this is a bug in outgrow; please report it",
      documentOf(error),
    );
  }
  process.stderr.write(
    `error: ${redact(stack)}\nhint:  this is a bug in outgrow; please report it with these lines\n`,
  );
  return 1;
}

/** `beside` is what the command knew before the error. */
function writeJson(
  code: string,
  message: string,
  hint: string | undefined,
  beside: Readonly<Record<string, unknown>> = {},
): void {
  const error = { code, message: redact(message), hint: hint ?? null };
  process.stdout.write(`${toJson({ ...beside, error }, 2)}\n`);
}

// A reader that closes the pipe early (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      throw error;
    }
  });
}

process.umask(0o077);
try {
  const root = program();
  if (process.argv[2] === "complete") {
    const { complete } = await import("./commands/complete.js");
    await complete(root);
  } else {
    await root.parseAsync();
  }
} catch (error) {
  process.exitCode = tell(error, process.argv.includes("--json"));
}
