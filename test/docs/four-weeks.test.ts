// docs/four-weeks.md: every command and option is one that there is, and the shop's commands are those of the journey.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { outgrow } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(resolve(ROOT, "docs/four-weeks.md"), "utf8");
const LINES = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block = ""]) => block.trim().split("\n"))
  .filter((line) => line.startsWith("outgrow "));

it("has commands for all four weeks", () => {
  expect(PAGE.match(/^## Week \d/gm)).toEqual(["## Week 1", "## Week 2", "## Week 3", "## Week 4"]);
  expect(LINES.length).toBeGreaterThan(8);
});

it.each(LINES)("names what there is: %s", async (line) => {
  const words = line.split(/\s+/).slice(1);
  const command = words[0] === "schema" ? words.slice(0, 2) : words.slice(0, 1);
  const help = await outgrow([...command, "--help"]);
  expect(help.code).toBe(0);
  for (const option of words.filter((word) => word.startsWith("--"))) {
    expect(help.stdout).toContain(option);
  }
});
