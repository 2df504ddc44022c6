// Runs the first block of docs/schema.md, line by line, as a reader would who writes the SQL of the first file.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { outgrow, tempDir, testDatabase } from "../support/server.js";

const PAGE = readFileSync(resolve(import.meta.dirname, "../../docs/schema.md"), "utf8");

it("the page's first lines do what it says", async () => {
  const database = await testDatabase("schema_page");
  const cwd = tempDir();
  const lines = (/^```sh\n(.*?)^```/ms.exec(PAGE)?.[1] ?? "").trim().split("\n");
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const words = line
      .replace(/\s+#.*$/, "")
      .split(/\s+/)
      .slice(1);
    const args = words.map((word) => (word.startsWith("postgres://") ? database.url : word));
    const ended = await outgrow(args, { cwd });
    expect(ended.code, `${line}\n${ended.stderr}${ended.stdout}`).toBe(0);
    if (words[1] === "new") {
      writeFileSync(
        join(cwd, "migrations", "001_add_users.sql"),
        "create table users (id bigint primary key)",
      );
      writeFileSync(join(cwd, "migrations", "001_add_users.down.sql"), "drop table users");
    }
    if (words[1] === "up" && !words.includes("--dry-run")) {
      const client = await database.client();
      expect((await client.query("select * from users")).rows).toEqual([]);
    }
  }
});

it("names every state, column and option that there is", async () => {
  const { STATES } = await import("#outgrow/db/schema/ledger.js");
  for (const word of STATES) expect(PAGE).toContain(`\`${word}\``);
  const helps = await Promise.all(
    ["up", "down", "status", "lint", "baseline"].map((name) => outgrow(["schema", name, "--help"])),
  );
  const known = new Set(helps.flatMap(({ stdout }) => stdout.match(/--[a-z-]+/g) ?? []));
  const others = ["--format", "--out", "--save-dev"];
  const named = [...PAGE.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option);
  expect(named.filter((option) => !known.has(option) && !others.includes(option))).toEqual([]);
});
