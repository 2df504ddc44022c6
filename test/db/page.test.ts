// docs/db.md tells every error, and every variable that is read.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { DATABASE_ERROR_CODES } from "#outgrow/db/errors.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(resolve(ROOT, "docs/db.md"), "utf8");

it("has every code, and no other", () => {
  const table = PAGE.slice(PAGE.indexOf("| code |"), PAGE.indexOf("## What differs"));
  const told = table
    .split("\n")
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([\w-]+)`/g)].map((m) => m[1]));
  expect(told.sort()).toEqual([...DATABASE_ERROR_CODES].sort());
});

it("has every variable of the environment", () => {
  const sources = ["open.ts", "postgres/settings.ts", "settings/connection-settings.ts"].map((name) =>
    readFileSync(resolve(ROOT, "src/db", name), "utf8"),
  );
  const read = new Set(sources.join("\n").match(/\bDB_[A-Z_]+[A-Z]\b/g));
  read.delete("DB_SSL_CA_FILE"); // the general rule of NAME_FILE
  expect([...read].filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  expect(read.size).toBeGreaterThan(8);
});
