// Assesses and moves a file by the library's own calls, and lets the oracle judge what stands in PostgreSQL.
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { type Assessment, assess } from "#outgrow/move/assess.js";
import { move } from "#outgrow/move/move.js";
import type { MoveReport } from "#outgrow/move/report.js";
import { parseDecision } from "#outgrow/plan/decisions.js";
import type { PlanOptions } from "#outgrow/plan/plan-input.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { compareMove, describeVerdict } from "../../oracle/compare.js";
import { makeSqlite, type TestDatabase, testDatabase } from "../../support/server.js";
import { texts } from "../peers/moved.js";
import type { Elsewhere, Expected, Face, Hazard } from "./hazard.js";

const RUN = { jobs: 1, signal: new AbortController().signal, onEvent: () => undefined, examples: true };

/** One test for each database. */
export function tryHazards(hazards: readonly (Hazard | Elsewhere)[]): void {
  const faces = hazards.flatMap((hazard) =>
    "sqlite" in hazard
      ? [hazard, ...(hazard.faces ?? [])].map((face) => ({
          title: `H${String(hazard.number).padStart(2, "0")} ${hazard.name}${face.face === undefined ? "" : `: ${face.face}`}`,
          face: face as Face,
        }))
      : [],
  );
  it.each(faces)("$title", { timeout: 120_000 }, ({ face }) => tryFace(face));
}

/** Without a target: nothing is written anywhere. */
export function assessFile(file: string, options: Partial<PlanOptions> = {}): Promise<Assessment> {
  return assess({ ...optionsOf([]), ...options, ...RUN, source: file, target: null });
}

async function tryFace(face: Face): Promise<void> {
  const file = makeSqlite((db) => {
    db.unsafeMode(true);
    db.pragma("foreign_keys = off");
    db.exec(face.sqlite);
  });
  const look = new Database(file, { readonly: true });
  expect(look.prepare(face.present).pluck().get(), "the hazard is not in the file").toBeGreaterThan(0);
  look.close();

  const options = optionsOf(face.args ?? []);
  const { findings, verdict } = await assessFile(file, options);
  const found = expectFound(face, findings);
  expect(verdict).toBe(face.automatic === undefined ? "blocked" : "ready");
  const undecided = await moveUndecided(face, file, options);

  const offered = [...new Set(found.flatMap(({ choices }) => choices.map(({ name }) => name)))];
  for (const [name, expected] of Object.entries(face.choices ?? {})) {
    expect(offered).toContain(name);
    const typed = found.flatMap(
      ({ choices }) => choices.find((choice) => choice.name === name)?.options ?? [],
    );
    // What outgrow chooses by itself has been made already.
    const isMade = undecided !== null && found.every(({ decided }) => decided === name);
    const database = isMade
      ? undecided
      : (await moveInto(file, optionsOf([...(face.args ?? []), ...typed]), "moved")).database;
    await expectGiven(database, expected, name);
  }
  expect(offered.filter((name) => face.withheld?.includes(name))).toEqual([]);
  if (face.choices !== undefined) {
    expect(offered.filter((name) => !Object.hasOwn(face.choices ?? {}, name))).toEqual([]);
  }
}

function expectFound(face: Face, findings: Assessment["findings"]): Assessment["findings"] {
  const found = findings.filter(({ code }) => code === face.finding);
  expect(found.length > 0, `found: ${findings.map(({ code }) => code)}`).toBe(face.finding !== null);
  if (face.count !== undefined) {
    expect(found[0]?.count, found[0]?.reason).toBe(face.count);
  }
  if (face.says !== undefined) {
    expect(found[0]?.reason).toContain(face.says);
  }
  if (face.example !== undefined) {
    expect(found[0]?.examples.map(({ value }) => value)).toContain(face.example);
  }
  return found;
}

/** A hazard without an automatic way stops the move before it writes anything. */
async function moveUndecided(face: Face, file: string, options: PlanOptions): Promise<TestDatabase | null> {
  if (face.automatic === undefined) {
    const { database, report } = await moveInto(file, options, "blocked");
    const client = await database.client();
    const written = `select (select count(*) from pg_namespace where nspname = 'outgrow'),
      (select count(*) from pg_class where relnamespace = 'public'::regnamespace)`;
    expect(await texts(client, written)).toEqual([["0", "0"]]);
    expectFound(face, report.findings);
    return null;
  }
  const { database, report } = await moveInto(file, options, "moved");
  expectFound(face, report.findings);
  await expectGiven(database, face.automatic, "undecided");
  return database;
}

async function moveInto(
  file: string,
  options: PlanOptions,
  result: MoveReport["result"],
): Promise<{ database: TestDatabase; report: MoveReport }> {
  const database = await testDatabase("hazards");
  const { report } = await move({
    ...options,
    ...RUN,
    source: file,
    target: parseTarget(database.url),
    verify: true,
    sample: null,
    dryRun: false,
    restart: false,
  });
  expect(report.result, JSON.stringify(report.findings)).toBe(result);
  if (result === "moved") {
    expect(report.verified).toMatchObject({ differences: 0, structure: [] });
    const judged = await compareMove(file, database.url, { schema: options.schema, report });
    expect(describeVerdict(judged)).toBe("");
  }
  return { database, report };
}

async function expectGiven(database: TestDatabase, { sql, gives }: Expected, way: string): Promise<void> {
  const client = await database.client();
  await client.query("set timezone = 'UTC'");
  expect(await texts(client, sql), way).toEqual(gives);
}

/** The few options that a hazard or a choice names, as typed. */
function optionsOf(args: readonly string[]): PlanOptions {
  const options = {
    schema: "public",
    include: [],
    exclude: [] as string[],
    names: "keep" as const,
    integers: "int8" as PlanOptions["integers"],
    existingRows: "stop" as const,
    dropExisting: false,
    overrides: { tables: {}, columns: {} },
    decisions: [] as ReturnType<typeof parseDecision>[],
  };
  for (let at = 0; at < args.length; at += 2) {
    const value = args[at + 1] ?? "";
    if (args[at] === "--decide") options.decisions.push(parseDecision(value));
    else if (args[at] === "--exclude") options.exclude.push(value);
    else if (args[at] === "--integers" && value === "int4") options.integers = value;
    else throw new Error(`no hazard is known with ${args[at]} ${value}`);
  }
  return options;
}
