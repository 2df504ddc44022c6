// `new` and `lint`, which need no database.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lintFolder, newMigration } from "#outgrow/db/schema/index.js";
import { folder, refusal } from "./places.js";

describe("new", () => {
  it.each<[string[], string, string]>([
    [[], "Add users!", "001_add_users"],
    [["001_a.sql", "009_b.sql"], "c.sql", "010_c"],
    [["0999_a.sql"], "x", "1000_x"],
    [["999_a.sql"], "x", "1000_x"],
    [["001_a.sql", "postgres/004_b.sql", "sqlite/005_c.sql"], "Größe ändern", "006_größe_ändern"],
    [["20240131235959_a.sql"], "x", "20260102030405_x"],
    [["20991231235959_a.sql"], "x", "20991231235960_x"],
    [["001_a.sql", "notes.sql"], "../../etc/passwd", "002_etc_passwd"],
  ])("after %j, %j is %s", (there, words, name) => {
    const dir = folder(Object.fromEntries(there.map((file) => [file, "select 1"])));
    const made = newMigration(dir, words, null, new Date("2026-01-02T03:04:05Z"));
    expect(made).toEqual({ up: `${name}.sql`, down: `${name}.down.sql` });
    expect(readFileSync(join(dir, made.up), "utf8")).toMatch(/^-- /);
    expect(readdirSync(dir)).toContain(made.down);
  });

  it("makes the folder, and that of an engine", () => {
    const dir = join(folder({}), "deeper");
    expect(newMigration(dir, "a").up).toBe("001_a.sql");
    expect(newMigration(dir, "b", "sqlite").up).toBe("sqlite/002_b.sql");
    expect(newMigration(dir, "c").up).toBe("003_c.sql");
  });

  it.each(["", "!!!", "-- ", "x".repeat(201)])("refuses the name %j", async (words) => {
    const dir = folder({});
    expect((await refusal((async () => newMigration(dir, words))())).code).toBe("usage");
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe("lint", () => {
  const of = async (files: Record<string, string>, engine: "postgres" | "sqlite" = "postgres") =>
    (await lintFolder(folder(files), engine)).findings.map(
      ({ level, code, file }) => `${level} ${code} ${file}`,
    );

  it("finds nothing in files that are right", async () => {
    expect(
      await of({ "001_a.sql": "create table a (b bigint);\r\n", "001_a.down.sql": "drop table a;" }),
    ).toEqual([]);
  });

  it("tells all that is wrong at once", async () => {
    expect(
      await of({
        "001_a.sql": "create table a (b bigint);\nbegin;",
        "001_a.down.sql": "drop tabel a;",
        "001_b.sql": "select 1;\n-- outgrow: no-transaction\nvacuum;",
        "005_c.sql": "select 1;\r\nselect 2;\n",
        "six.sql": "select 1",
      }),
    ).toEqual([
      "error name six.sql",
      "error duplicate-number 001_b.sql",
      "error transaction-word 001_a.sql",
      "error syntax 001_a.down.sql",
      "error needs-no-transaction 001_b.sql",
      "warning directive-not-first 001_b.sql",
      "warning no-down 001_b.sql",
      "warning no-down 005_c.sql",
      "warning line-ends 005_c.sql",
      "warning gap 005_c.sql",
    ]);
  });

  it("reads by the engine's own rules", async () => {
    const files = { "001_a.sql": "pragma foreign_keys = off;", "001_a.down.sql": "select `a` from b" };
    expect(await of(files, "sqlite")).toEqual(["error needs-no-transaction 001_a.sql"]);
    expect(await of(files, "postgres")).toEqual(["error syntax 001_a.sql", "error syntax 001_a.down.sql"]);
  });
});
