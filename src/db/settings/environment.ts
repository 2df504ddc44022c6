// Environment variables as an argument: only commands hand in the real ones.

import { readFileSync } from "node:fs";
import { OutgrowError } from "../../base/errors.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variable `name`, or the content of the file that `name_FILE` names (how containers hand over secrets),
 * without its last line end. Null where both are unset or empty. Throws `settings` where both are set.
 */
export function setting(env: Environment, name: string): string | null {
  const value = env[name] || null;
  const path = env[`${name}_FILE`] || null;
  if (path === null) {
    return value;
  }
  if (value !== null) {
    throw new OutgrowError("settings", `both ${name} and ${name}_FILE are set`, {
      hint: "unset one of them",
    });
  }
  return readTextFile(path, `${name}_FILE`).replace(/\r?\n$/, "") || null;
}

/** The text of a file that the setting `name` points at. Throws `settings`. */
export function readTextFile(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new OutgrowError("settings", `the file that ${name} names, ${path}, cannot be read`, {
      hint: "check the path and that this user may read it",
      cause: error,
    });
  }
}
