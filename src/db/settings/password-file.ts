// Looks a password up in ~/.pgpass (PostgreSQL 34.16). pg's own reader is deprecated and warns on stderr.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./environment.js";

/** Whom the password is for. `host` is a socket directory where it begins with a slash. */
export interface PasswordQuestion {
  host: string;
  port: number;
  database: string;
  user: string;
}

/** The file's password for `question`, or null; `warn` hears why a file that is there is not used. */
export function passwordFromFile(
  question: PasswordQuestion,
  path: string | null,
  warn: (text: string) => void,
): string | null {
  if (path === null) {
    return null;
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return null;
  }
  if (!stats.isFile()) {
    warn(`the password file ${path} is not a plain file and was not read`);
    return null;
  }
  if (process.platform !== "win32" && (stats.mode & 0o077) !== 0) {
    warn(`the password file ${path} was not read: others may read it too; run chmod 600 on it`);
    return null;
  }
  try {
    return findPassword(readFileSync(path, "utf8"), question);
  } catch (error) {
    warn(`the password file ${path} was not read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** PGPASSFILE, else the file in the home directory; null where neither is known. */
export function passwordFilePath(env: Environment): string | null {
  if (env.PGPASSFILE) {
    return env.PGPASSFILE;
  }
  if (process.platform === "win32") {
    return env.APPDATA ? join(env.APPDATA, "postgresql", "pgpass.conf") : null;
  }
  return env.HOME ? join(env.HOME, ".pgpass") : null;
}

/** The password of the first line `host:port:database:user:password` that fits; `*` fits anything. */
export function findPassword(file: string, question: PasswordQuestion): string | null {
  const hosts = question.host.startsWith("/") ? [question.host, "localhost"] : [question.host];
  const wanted = [hosts, [String(question.port)], [question.database], [question.user]];
  for (const line of file.split(/\r?\n/)) {
    if (line.startsWith("#")) {
      continue;
    }
    const fields = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/.exec(
      line,
    );
    const [, ...values] = fields ?? [];
    const password = values.pop();
    const fits = wanted.every(
      (accepted, i) => values[i] === "*" || accepted.includes(unescaped(values[i] ?? "")),
    );
    if (password !== undefined && fits) {
      return unescaped(password);
    }
  }
  return null;
}

function unescaped(field: string): string {
  return field.replace(/\\(.)/g, "$1");
}
