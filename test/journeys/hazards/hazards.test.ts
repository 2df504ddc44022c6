// Each hazard is really in a file, is found before the target is touched, and every way out that is offered solves it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import type { Finding } from "#outgrow/plan/finding.js";
import { makeSqlite, outgrow } from "../../support/server.js";
import { codes, moveFile, texts } from "../peers/moved.js";
import { HAZARDS, type Hazard } from "./hazards.js";

const made = HAZARDS.filter((hazard): hazard is Hazard => "sqlite" in hazard);

it.each(made)("$name", { timeout: 120_000 }, async (hazard) => {
  const file = makeSqlite((db) => {
    db.unsafeMode(true);
    db.exec(hazard.sqlite);
  });
  const look = new Database(file, { readonly: true });
  expect(look.prepare(hazard.present).pluck().get(), "the hazard is not in the file").toBeGreaterThan(0);
  look.close();

  const assessed = await outgrow(["assess", file, "--json", ...(hazard.args ?? [])]);
  const { findings } = assessed.json() as { findings: Finding[] };
  const found = findings.filter(({ code }) => code === hazard.finding);
  expect(found.length > 0, `found: ${findings.map(({ code }) => code)}`).toBe(hazard.finding !== null);
  expect(assessed.code, assessed.stderr).toBe(hazard.automatic === undefined ? 3 : 0);

  if (hazard.automatic === undefined) {
    const { client } = await moveFile(file, { args: hazard.args ?? [], exit: 3 });
    expect(await texts(client, "select count(*) from pg_namespace where nspname = 'outgrow'")).toEqual([
      ["0"],
    ]);
    expect(
      await texts(client, "select count(*) from pg_class where relnamespace = 'public'::regnamespace"),
    ).toEqual([["0"]]);
  } else {
    const moved = await moveFile(file, { args: hazard.args ?? [] });
    if (hazard.finding !== null && hazard.finding !== "integer-beyond-double") {
      expect(codes(moved)).toContain(hazard.finding);
    }
    expect(await texts(moved.client, hazard.automatic.sql)).toEqual(hazard.automatic.gives);
  }

  const offered = [...new Set(found.flatMap(({ choices }) => choices.map(({ name }) => name)))];
  for (const [name, expected] of Object.entries(hazard.choices ?? {})) {
    expect(offered).toContain(name);
    const options = found.flatMap(
      ({ choices }) => choices.find((choice) => choice.name === name)?.options ?? [],
    );
    const { client } = await moveFile(file, { args: [...(hazard.args ?? []), ...options] });
    expect(await texts(client, expected.sql), name).toEqual(expected.gives);
  }
  if (hazard.choices !== undefined) {
    const untried = offered.filter((name) => !Object.hasOwn(hazard.choices ?? {}, name));
    // citext would let no two values that it folds together be there.
    expect(untried.filter((name) => name !== "citext")).toEqual([]);
  }
});

it("are shown by tests that are there", () => {
  const missing = HAZARDS.flatMap((hazard) =>
    "tests" in hazard
      ? hazard.tests.filter(
          ([file, title]) => !readFileSync(join(import.meta.dirname, "../..", file), "utf8").includes(title),
        )
      : [],
  );
  expect(missing).toEqual([]);
  expect(HAZARDS.length).toBe(42);
});
