// Each hazard has a database, or a test of its own that is there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HAZARDS } from "./hazards.js";

it("are all there", () => {
  expect(HAZARDS.map(({ number }) => number)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
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
});
