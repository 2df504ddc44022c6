// Reads one service of a pg_service.conf (PostgreSQL 34.17): connection keywords kept under a name.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OutgrowError } from "../../base/errors.js";
import type { Environment } from "./environment.js";

/** The keywords of service `name`: the user's file first, then the system's. Throws `settings` if in neither. */
export function readService(name: string, env: Environment): Map<string, string> {
  const files = [
    env.PGSERVICEFILE || (env.HOME ? join(env.HOME, ".pg_service.conf") : null),
    env.PGSYSCONFDIR ? join(env.PGSYSCONFDIR, "pg_service.conf") : "/etc/postgresql-common/pg_service.conf",
  ].filter((file) => file !== null);
  for (const file of files) {
    const found = parseService(readIfThere(file), name);
    if (found !== null) {
      return found;
    }
  }
  throw new OutgrowError("settings", `no service "${name}" in ${files.join(" or ")}`, {
    hint: `add a section [${name}] with host, port, dbname and user, or name the file by PGSERVICEFILE`,
  });
}

/** The `key=value` lines under `[name]`; null where there is no such section. */
export function parseService(file: string, name: string): Map<string, string> | null {
  let params: Map<string, string> | null = null;
  for (const line of file.split(/\r?\n/).map((text) => text.trim())) {
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      if (params !== null) {
        return params;
      }
      params = section === name ? new Map() : null;
      continue;
    }
    const pair = /^([^#=][^=]*)=(.*)$/.exec(line);
    if (params !== null && pair !== null) {
      params.set((pair[1] ?? "").trim(), (pair[2] ?? "").trim());
    }
  }
  return params;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return "";
    }
    throw new OutgrowError("settings", `the service file ${path} cannot be read`, { cause: error });
  }
}
