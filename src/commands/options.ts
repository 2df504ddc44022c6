// Options that several commands share, and how their words are read.

import { InvalidArgumentError, Option } from "commander";

export function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`give a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** `5%` or `0.05` → 0.05. */
export function fraction(text: string): number {
  const value = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value > 0 && value <= 1)) {
    throw new InvalidArgumentError("give a share such as 5% or 0.05.");
  }
  return value;
}

/** An option that may be given again, or as a list with commas. */
export function list(text: string, before: string[]): string[] {
  return [
    ...before,
    ...text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ];
}

/** An option that may be given again; commas belong to the value. */
export function repeated(text: string, before: string[]): string[] {
  return [...before, text];
}

export const jsonOption = () => new Option("--json", "print one JSON document on stdout");
export const schemaOption = () =>
  new Option("--schema <name>", "schema of the target").default(null, "public");
export const jobsOption = () =>
  new Option("-j, --jobs <n>", "worker threads")
    .argParser(integer(1, 64))
    .default(null, "by cores, at most 4");

export const TARGET_HELP =
  "postgres:// URL; else OUTGROW_TARGET, DATABASE_URL, DB_* or PG* of the environment";
