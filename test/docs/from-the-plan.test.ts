// docs/from-the-plan.md names what is there, and the environment file has the plan's names.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/from-the-plan.md"), "utf8");

/** Step 7 of the plan. */
const NAMES = [
  "DB_HOST",
  "DB_PORT",
  "DB_NAME",
  "DB_USER",
  "DB_PASSWORD",
  "DB_SSL",
  "DB_POOL_MAX",
  "DB_POOL_IDLE_TIMEOUT",
  "DB_POOL_CONNECTION_TIMEOUT",
];

const rows = PAGE.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));

it("names files that are there", () => {
  const named = rows.flatMap((line) =>
    [
      ...line
        .split("|")
        .slice(2)
        .join("|")
        .matchAll(/`((?:test|shop|docs)\/[\w./-]+)`/g),
    ].map(([, path]) => path ?? ""),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it("says of every heading what is here and what shows it, or that it is not there yet", () => {
  const cells = rows.slice(1).map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  expect(cells.filter(([, , here, shown]) => shown === "" && !/not there yet/.test(here ?? ""))).toEqual([]);
});

it("has the plan's names in the shop's environment file", () => {
  const file = readFileSync(join(ROOT, "shop/.env.production.example"), "utf8");
  expect(NAMES.filter((name) => !new RegExp(`^${name}=`, "m").test(file))).toEqual([]);
});
