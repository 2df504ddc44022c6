// pgloader, the tool people use for this move today: its load script, its command, and what it reports as failed.

import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redact } from "#outgrow/base/redact.js";

/** `3.6.7~devel`, or null where pgloader is not installed. */
export function pgloaderVersion(): string | null {
  const run = spawnSync("pgloader", ["--version"], { encoding: "utf8" });
  return /version "([^"]+)"/.exec(run.stdout ?? "")?.[1] ?? null;
}

/**
 * Settings tuned in its favour: with its default batches it is slower and needs twice the memory. Without the cast a
 * REAL becomes four bytes. NOT NULL does not cross, and times become timestamptz.
 */
function loadScript(file: string, url: string): string {
  return `load database
  from sqlite://${file}
  into ${url}
  with include drop, create tables, create indexes, reset sequences, foreign keys,
    workers = 4, concurrency = 2, batch rows = 25000, batch size = 20MB, prefetch rows = 50000
  set work_mem to '64MB', maintenance_work_mem to '256MB'
  cast type real to "double precision" using float-to-string;
`;
}

/** Writes the load script (0600: it holds the password) and gives the command; `shown` is the script without the password. */
export function pgloaderCommand(
  file: string,
  url: string,
  folder: string,
): { command: string[]; shown: string } {
  const script = loadScript(file, url);
  const path = join(folder, "shop.load");
  writeFileSync(path, script, { mode: 0o600 });
  chmodSync(path, 0o600);
  return { command: ["pgloader", "--root-dir", join(folder, "pgloader"), path], shown: redact(script) };
}

/** The lines in which pgloader says that something failed; its exit code does not tell (it is 0 for rows left out). */
export function pgloaderFailures(output: string): string[] {
  return output.split("\n").filter((line) => /\b(ERROR|FATAL|KABOOM)\b|Heap exhausted/.test(line));
}
