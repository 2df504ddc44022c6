// How a SQLite database is opened by an application.

import { DatabaseError } from "../errors.js";

export interface SqliteSettings {
  /** A path, or `:memory:`. */
  path: string;
  /** Opens it without the right to write. */
  readOnly?: boolean;
  /** Makes the file where there is none; true unless told. */
  create?: boolean;
  /** Threads that read beside the writer; 2. */
  readers?: number;
  /** Threads for streams and read-only transactions, each of which holds one; 4. */
  heldReaders?: number;
  /** How long another process's write lock is waited for; 5,000. */
  busyTimeoutMs?: number;
  /** `full` unless told: with `normal` a power cut may take transactions that were acknowledged. */
  synchronous?: "full" | "normal";
}

/**
 * `sqlite:shop.db`, `sqlite:/data/shop.db`, `sqlite:///data/shop.db`, `file:shop.db` and `sqlite::memory:`, with
 * `?mode=ro` for reading only. Throws `settings`.
 */
export function parseSqliteUrl(url: string): SqliteSettings {
  const [, place = "", query = ""] = /^\s*(?:sqlite3?|file):([^?]*)(?:\?(.*))?$/is.exec(url.trim()) ?? [];
  const path = decode(place.replace(/^\/\/(?:localhost(?=\/))?/i, ""));
  if (path === "") {
    throw new DatabaseError("settings", "sqlite", "the URL names no file", {
      hint: "write sqlite:shop.db, sqlite:/data/shop.db or sqlite::memory:",
    });
  }
  const mode = new URLSearchParams(query).get("mode");
  return { path, ...(mode === "ro" ? { readOnly: true } : mode === "rw" ? { create: false } : {}) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return text;
    }
    throw error;
  }
}
