// Writes the report where the user asked for it: for that user's eyes, since example rows are in it.

import { statSync, writeFileSync } from "node:fs";
import { OutgrowError } from "../../base/errors.js";

/** Throws `usage` before anything is read where the path is no place for a file. */
export function checkReportPath(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    throw new OutgrowError("usage", `${path} is ${found.isDirectory() ? "a folder" : "no ordinary file"}`, {
      hint: "name a file for the report, for example --html report.html",
    });
  }
}

export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    throw new OutgrowError(
      "settings",
      `the report cannot be written to ${path}: ${(error as Error).message}`,
      {
        hint: "name a file that can be written with --html",
        cause: error,
      },
    );
  }
}
