// Looks for a PostgreSQL that the machine already has, with the server and the client tools that backups need.
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { OutgrowError } from "../base/errors.js";
import { isCode, serverVersion } from "./embedded-binaries.js";

const TOOLS = ["initdb", "postgres", "pg_ctl", "psql", "pg_dump"];

// Where packages put versions side by side, outside PATH: Debian, Red Hat, Homebrew (two places), Postgres.app.
const VERSIONED = [
  ["/usr/lib/postgresql", /^\d+$/, "bin"],
  ["/usr", /^pgsql-\d+$/, "bin"],
  ["/opt/homebrew/opt", /^postgresql(@\d+)?$/, "bin"],
  ["/usr/local/opt", /^postgresql(@\d+)?$/, "bin"],
  ["/Applications/Postgres.app/Contents/Versions", /^\d+$/, "bin"],
] as const;

/**
 * The folder with initdb, postgres, pg_ctl, psql and pg_dump, and the server's version such as `15.18`; the newest
 * where there are several; null where there is none. `binDir` looks in that folder alone. `path` is PATH's value.
 */
export function findSystemPostgres(
  options: { binDir?: string; path?: string } = {},
): { binDir: string; version: string } | null {
  const onPath = (options.path ?? "").split(delimiter).filter((dir) => dir !== "");
  const folders = options.binDir ? [options.binDir] : [...onPath, ...versionedFolders()];
  for (const binDir of folders) {
    if (!TOOLS.every((tool) => isExecutable(join(binDir, tool)))) continue;
    const version = versionIfRunnable(binDir);
    if (version) return { binDir, version };
  }
  return null;
}

function versionedFolders(): string[] {
  return VERSIONED.flatMap(([parent, pattern, bin]) =>
    listFolder(parent)
      .filter((name) => pattern.test(name))
      .sort((a, b) => majorOf(b) - majorOf(a))
      .map((name) => join(parent, name, bin)),
  );
}

function majorOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    if (isCode(cause, "ENOENT") || isCode(cause, "EACCES")) return [];
    throw cause;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(process.platform === "win32" ? `${path}.exe` : path, constants.X_OK);
    return true;
  } catch {
    return false; // any reason means: not a tool that can be used here
  }
}

// A folder left by a removed package may hold a binary whose libraries are gone: then the next folder is tried.
function versionIfRunnable(binDir: string): string | null {
  try {
    return serverVersion(binDir);
  } catch (cause) {
    if (cause instanceof OutgrowError) return null;
    throw cause;
  }
}
