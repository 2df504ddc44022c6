// Files that tests work on: temporary folders, SQLite files made on the spot, and real ones made by others.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { describe, inject } from "vitest";
import { whenOver } from "./lifetime.js";

const ROOT = resolve(import.meta.dirname, "../..");

/** A new folder that is removed with the test, or with the whole run when the test failed. */
export function tempDir(): string {
  const dir = mkdtempSync(join(inject("tempRoot") ?? realpathSync(tmpdir()), "outgrow-"));
  chmodSync(dir, 0o711); // a server started by root runs as another user and has to pass through
  whenOver((failed) => {
    if (failed) console.error(`kept for you to look at (OUTGROW_TEST_KEEP=1 outlasts the run): ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

/** Path of a new SQLite file with this content. Foreign keys are not enforced, so that orphans can be made. */
export function makeSqlite(content: string | ((db: Database.Database) => void), name = "test.db"): string {
  const path = join(tempDir(), name);
  const db = new Database(path);
  try {
    db.pragma("foreign_keys = off");
    if (typeof content === "string") db.exec(content);
    else content(db);
  } finally {
    db.close();
  }
  return path;
}

/** The folder of real SQLite files (OUTGROW_FIXTURES, or ../shared/fixtures beside the checkout), or null. */
export function fixturesDir(): string | null {
  const base = resolve(process.env.OUTGROW_FIXTURES ?? join(ROOT, "../shared/fixtures"));
  return [join(base, "sqlite"), base].find((dir) => existsSync(dir)) ?? null;
}

/** Names of all real SQLite files, sorted; none where they are absent. */
export function fixtureNames(): string[] {
  const dir = fixturesDir();
  return dir
    ? readdirSync(dir)
        .filter((name) => name.endsWith(".db"))
        .sort()
    : [];
}

/** Path of a copy, with its -wal, in a temporary folder; null where the fixtures are absent; throws for an unknown name. */
export function fixture(name: string): string | null {
  const dir = fixturesDir();
  if (!dir) {
    console.error(`skipped: fixture ${name} is absent (set OUTGROW_FIXTURES)`);
    return null;
  }
  const copy = join(tempDir(), name);
  copyFileSync(join(dir, name), copy);
  chmodSync(copy, 0o644);
  const wal = `${name}-wal`;
  if (existsSync(join(dir, wal))) {
    copyFileSync(join(dir, wal), `${copy}-wal`);
    chmodSync(`${copy}-wal`, 0o644);
  }
  return copy;
}

/** A `describe` over real SQLite files: `copy(name)` gives the path of a copy. Skips loudly where they are absent. */
export function describeFixtures(title: string, body: (copy: (name: string) => string) => void): void {
  const present = fixturesDir() !== null;
  if (!present) console.error(`skipped: ${title}: the SQLite fixtures are absent (set OUTGROW_FIXTURES)`);
  describe.skipIf(!present)(title, () =>
    body((name) => {
      const path = fixture(name);
      if (path === null) throw new Error(`fixture ${name} is absent`);
      return path;
    }),
  );
}
