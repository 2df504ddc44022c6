// outgrow itself, as a user starts it: the whole process of `outgrow migrate`, and the seconds it reports by part.

import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export const cliPath = CLI;

/** The target is given by OUTGROW_TARGET, so that the password is not in the arguments. */
export function outgrowCommand(file: string, verify: boolean): string[] {
  return [process.execPath, CLI, "migrate", file, "--json", ...(verify ? [] : ["--no-verify"])];
}

/** `seconds` of the report: part → seconds; empty where the output is no report. */
export function partsOfReport(stdout: string): Record<string, number> {
  const report: unknown = stdout.trim() === "" ? {} : JSON.parse(stdout);
  if (typeof report !== "object" || report === null || !("seconds" in report)) return {};
  const { seconds } = report;
  if (typeof seconds !== "object" || seconds === null) return {};
  return Object.fromEntries(
    Object.entries(seconds).filter((part): part is [string, number] => typeof part[1] === "number"),
  );
}
