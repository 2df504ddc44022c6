// Damages a SQLite file on purpose.
import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";

/** Overwrites the page whose number the query gives with 0xff. */
export function overwritePage(file: string, query: string): void {
  const db = new Database(file);
  const page = Number(db.prepare(query).pluck().get());
  const pageBytes = Number(db.pragma("page_size", { simple: true }));
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, (page - 1) * pageBytes, page * pageBytes);
  writeFileSync(file, bytes);
}
