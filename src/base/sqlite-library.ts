// Which better-sqlite3 is installed, and whether this Node can run it.

import { createRequire } from "node:module";
import { OutgrowError } from "./errors.js";

/**
 * Refuses better-sqlite3 13 and later on Node below 22.14: it needs Node-API 10 and would end the process with
 * a segmentation fault (WiseLibs/better-sqlite3 issue 1514).
 */
export function guardRuntime(nodeVersion: string, libraryVersion: string): void {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isOldNode = major < 22 || (major === 22 && minor < 14);
  if (isOldNode && Number.parseInt(libraryVersion, 10) >= 13) {
    throw new OutgrowError(
      "precondition",
      `better-sqlite3 ${libraryVersion} does not run on Node ${nodeVersion}`,
      {
        hint: "use Node 22.14 or later, or `npm install better-sqlite3@12`",
      },
    );
  }
}

/** Of better-sqlite3. */
export function libraryVersion(): string {
  const about: unknown = createRequire(import.meta.url)("better-sqlite3/package.json");
  return typeof about === "object" && about !== null && "version" in about ? String(about.version) : "0";
}
