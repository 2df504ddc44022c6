// From what a user types as SOURCE to the path of a file.

import path from "node:path";
import { OutgrowError } from "../base/errors.js";

/**
 * A path, or a `sqlite:` or `file:` URL (`sqlite:relative.db`, `sqlite:/abs.db`, `sqlite:///abs.db`,
 * percent-decoded, whatever follows `?` left aside), as an absolute path. Throws `usage`.
 */
export function sourcePath(location: string): string {
  const url = /^(?:sqlite3?|file):(.*)$/is.exec(location);
  const name = url === null ? location : decode(withoutAuthority(url[1] ?? ""), location);
  if (name === "" || name.startsWith(":memory:")) {
    throw new OutgrowError("usage", `"${location}" names no file`, {
      hint: "give the path of a SQLite file: a database in memory lives only inside the program that made it",
    });
  }
  if (name.includes("\0")) {
    throw new OutgrowError("usage", "the name of the source holds a NUL character");
  }
  return path.resolve(name);
}

function withoutAuthority(rest: string): string {
  return rest.replace(/[?#].*$/s, "").replace(/^\/\/(?:localhost(?=\/))?/i, "");
}

function decode(name: string, location: string): string {
  try {
    return decodeURIComponent(name);
  } catch (cause) {
    throw new OutgrowError("usage", `"${location}" holds a percent sign that begins no %XX`, {
      hint: "write %25 for a percent sign in a URL, or give the plain path",
      cause,
    });
  }
}
