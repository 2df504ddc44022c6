// Reads the few options that the benches share.

import { parseArgs } from "node:util";

/** Options as typed: `--rows 2450000 --keep`. A flag is true, a value a string, an unknown option an error. */
export function readArguments(
  options: Record<string, { type: "string" | "boolean"; default?: string | boolean }>,
): Record<string, string | boolean | undefined> {
  const { values } = parseArgs({ options, args: process.argv.slice(2), strict: true });
  return values as Record<string, string | boolean | undefined>;
}

/** A whole number above 0, or an error that names the option. */
export function wholeNumber(name: string, value: string | boolean | undefined): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} needs a whole number above 0`);
  return number;
}
