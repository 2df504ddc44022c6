// Expects a command to refuse: one sentence that names the thing, a hint, an exit code, and nothing changed anywhere.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type pg from "pg";
import { expect } from "vitest";
import type { Ended } from "../support/command.js";
import { outgrow, type TestDatabase } from "../support/server.js";

export interface Refusal {
  exit: number;
  code: string;
  message: RegExp;
  hint: RegExp;
}

/** The error of a command that ended with it, told on stderr and, the same, as JSON on stdout. */
export function expectError(ended: Ended, { exit, code, message, hint }: Refusal): void {
  expect(ended.code, ended.stderr).toBe(exit);
  const { error } = ended.json() as { error: { code: string; message: string; hint: string } };
  expect(error).toEqual({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  expect(ended.stderr).toContain(`error: ${error.message}\nhint:  ${error.hint}\n`);
  // One sentence, no name of a class, no stack.
  expect(error.message).toMatch(/^[^A-Z].*[^.]$|^PostgreSQL .*[^.]$/);
  expect(ended.stderr).not.toMatch(/^\s+at |Error:/m);
}

/** Runs `outgrow migrate` and expects it to refuse before it changed anything in the source's folder or the target. */
export async function expectRefusal(
  source: string,
  target: TestDatabase,
  refusal: Refusal,
  more: string[] = [],
): Promise<void> {
  const client = await target.client();
  const before = [folder(source), await tablesOf(client)];
  const ended = await outgrow(["migrate", source, target.url, "--json", ...more]);
  expectError(ended, refusal);
  expect([folder(source), await tablesOf(client)]).toEqual(before);
}

export interface Blocker {
  severity: string;
  code: string;
  table: string | null;
  reason: string;
  choices: { name: string; options: string[] }[];
}

/** Runs `outgrow migrate` and expects it to stop with exit code 3 and nothing changed; gives the blockers. */
export async function expectBlocked(source: string, target: TestDatabase): Promise<Blocker[]> {
  const client = await target.client();
  const before = [folder(source), await tablesOf(client)];
  const ended = await outgrow(["migrate", source, target.url, "--json"]);
  expect(ended.code, ended.stderr).toBe(3);
  const report = ended.json() as { result: string; findings: Blocker[] };
  expect(report.result).toBe("blocked");
  expect([folder(source), await tablesOf(client)]).toEqual(before);
  return report.findings.filter((finding) => finding.severity === "blocker");
}

/** Names and contents of the files beside a path, which itself need not exist. */
function folder(path: string): unknown {
  const parent = dirname(path);
  return readdirSync(parent).map((name) => {
    const file = join(parent, name);
    return [
      name,
      lstatSync(file).isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "no file",
    ];
  });
}

/** Everything in the database that is not PostgreSQL's own. */
async function tablesOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(
    `select nspname, relname from pg_namespace left join pg_class on relnamespace = pg_namespace.oid
      where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1, 2`,
  );
  return rows;
}

/** Runs SQL on a SQLite file in another process, which then holds what it has until it is killed. */
export async function holding(file: string, sql: string): Promise<ChildProcess> {
  const script = `
    const db = require("better-sqlite3")(process.argv[1]);
    db.exec(process.argv[2]);
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script, file, sql], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}
