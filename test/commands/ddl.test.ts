// `outgrow ddl`: the schema that it prints is the one that a move makes.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ONE_OF_EVERYTHING } from "../journeys/one-of-everything.js";
import { clientToolsDir, makeSqlite, outgrow, tempDir, testDatabase } from "../support/server.js";

const DECISIONS = `
  create table parents (id integer primary key); insert into parents values (1);
  create table children (id integer primary key, parent integer references parents (id), n integer check (n > 0));
  insert into children values (1, 1, 1), (2, 9, 1);
  pragma ignore_check_constraints = on; insert into children values (3, 1, -1)`;

function dump(url: string): string {
  const text = execFileSync(
    join(clientToolsDir() ?? "", "pg_dump"),
    ["--schema-only", "--exclude-schema=outgrow", url],
    {
      encoding: "utf8",
    },
  );
  return text.replace(/^(?:--.*|\\(?:un)?restrict .*)\n/gm, "").replace(/\n{2,}/g, "\n");
}

describe.skipIf(clientToolsDir() === null)("the script (skipped where the server has no pg_dump)", () => {
  it.each([
    ["with one of everything", ONE_OF_EVERYTHING, []],
    ["that decisions left constraints of NOT VALID", DECISIONS, ["--decide", "recommended"]],
    ["in a schema of its own", ONE_OF_EVERYTHING, ["--schema", "my shop"]],
  ])("makes the schema that a move makes: %s", async (_, source, more) => {
    const file = makeSqlite(source);
    const moved = await testDatabase("moved");
    const made = await testDatabase("made");
    const move = await outgrow(["migrate", file, moved.url, "-q", ...more]);
    expect(move.code, move.stderr).toBe(0);
    const ddl = await outgrow(["ddl", file, "-q", ...more]);
    expect(ddl.code, ddl.stderr).toBe(0);
    const client = await made.client();
    await client.query(ddl.stdout);
    // Sequences are where the rows left them; pg_dump says nothing of that without the rows.
    expect(dump(made.url)).toBe(dump(moved.url));
  });
});

describe("bad input", () => {
  it("prints nothing where a decision is missing, and says which", async () => {
    const ended = await outgrow(["ddl", makeSqlite(DECISIONS), "-q"]);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toContain("foreign-key-orphans");
    expect(ended.stderr).toContain("check-violated");
  });

  it("asks for a folder where files are to be written", async () => {
    const ended = await outgrow(["ddl", makeSqlite("create table t (a)"), "-q", "--format", "prisma"]);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("--out .");
  });
});

it.each([
  ["prisma", /prisma\/migrations\/\d{14}_init\/migration\.sql/, "prisma migrate resolve --applied"],
  ["drizzle", /drizzle\/0000_init\.sql/, "__drizzle_migrations"],
  ["node-pg-migrate", /migrations\/\d{13}_init\.sql/, "pgmigrations"],
  ["dbmate", /db\/migrations\/\d{14}_init\.sql/, "schema_migrations"],
  ["flyway", /sql\/V1__init\.sql/, "flyway baseline"],
])(
  "writes the first migration for %s, once, and says how it is marked as applied",
  async (format, name, applied) => {
    const file = makeSqlite("create table t (id integer primary key, a text check (a <> ''))");
    const folder = tempDir();
    const ended = await outgrow(["ddl", file, "-q", "--format", format, "--out", folder]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(name);
    expect(ended.stdout).toContain(applied);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      statSync(join(folder, path)).isFile(),
    );
    const script = files.find((path) => path.endsWith(".sql")) ?? "";
    expect(readFileSync(join(folder, script), "utf8")).toContain('create table "public"."t"');
    const again = await outgrow(["ddl", file, "-q", "--format", format, "--out", folder]);
    if (format === "drizzle" || format === "flyway" || format === "prisma") {
      expect(again.code).toBe(2);
      expect(existsSync(join(folder, script))).toBe(true);
    }
  },
);
