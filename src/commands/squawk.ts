// squawk, the linter of PostgreSQL migrations (npm package squawk-cli), where it is installed: in the project, or on the PATH.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { OutgrowError } from "../base/errors.js";

export interface SquawkFinding {
  file: string;
  /** From 1. */
  line: number;
  level: "error" | "warning";
  rule: string;
  message: string;
  help: string | null;
}

export interface SquawkFile {
  path: string;
  inTransaction: boolean;
}

/** The runner sets lock_timeout itself, and a statement may take as long as it takes. */
const LEFT_OUT = ["require-lock-timeout", "require-statement-timeout"];

/** Null where it is not installed. Throws `failed` where it is and does not answer. */
export async function squawk(
  files: readonly SquawkFile[],
  cwd = process.cwd(),
): Promise<SquawkFinding[] | null> {
  const command = squawkOf(cwd);
  if (files.length === 0) {
    return (await run(command, ["--version"])) === null ? null : [];
  }
  const findings: SquawkFinding[] = [];
  for (const inTransaction of [true, false]) {
    const paths = files
      .filter((file) => file.inTransaction === inTransaction)
      .map(({ path }) => resolve(cwd, path));
    if (paths.length === 0) {
      continue;
    }
    const said = await run(command, [
      "--reporter=json",
      `--exclude=${LEFT_OUT.join(",")}`,
      ...(inTransaction ? ["--assume-in-transaction"] : []),
      ...paths,
    ]);
    if (said === null) {
      return null;
    }
    findings.push(...parse(said));
  }
  return findings;
}

interface Program {
  file: string;
  args: string[];
}

/** The project's own by Node's rules of looking for packages; else what the PATH has. */
function squawkOf(cwd: string): Program {
  try {
    const about = createRequire(join(cwd, "package.json")).resolve("squawk-cli/package.json");
    return { file: process.execPath, args: [join(dirname(about), "js", "bin", "squawk")] };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
      return { file: "squawk", args: [] };
    }
    throw error;
  }
}

/** What it wrote; null where there is no such program. It ends with 1 where it found something. */
function run({ file, args }: Program, more: readonly string[]): Promise<string | null> {
  return new Promise((done, fail) => {
    execFile(file, [...args, ...more], { maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") {
        done(null);
      } else if (error !== null && error.code !== 1) {
        fail(failed(stderr || error.message, error));
      } else if (stdout.trim() === "" && stderr.trim() !== "") {
        fail(failed(stderr, error));
      } else {
        done(stdout);
      }
    });
  });
}

function failed(said: string, cause: unknown): OutgrowError {
  return new OutgrowError("failed", `squawk did not answer: ${said.trim().split("\n")[0]}`, {
    hint: "run it by itself to see why, or take it away; outgrow's own checks do without it",
    cause,
  });
}

const ANSWER = z.array(
  z.object({
    file: z.string(),
    line: z.number(),
    level: z.string(),
    message: z.string(),
    help: z.string().nullish(),
    rule_name: z.string(),
  }),
);

function parse(said: string): SquawkFinding[] {
  let answer: unknown;
  try {
    answer = JSON.parse(said);
  } catch (cause) {
    throw failed(`its answer is no JSON: ${said.slice(0, 60)}`, cause);
  }
  return ANSWER.parse(answer).map(({ file, line, level, message, help, rule_name }) => ({
    file,
    line: line + 1,
    level: level === "Error" ? "error" : "warning",
    rule: rule_name,
    message,
    help: help ?? null,
  }));
}
