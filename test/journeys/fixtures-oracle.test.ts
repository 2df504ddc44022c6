// Real SQLite files of other people's applications move, and the oracle finds every value again.
import { expect, it } from "vitest";
import { readExpectations } from "../fixtures/expectations.js";
import { judgeMove } from "../oracle/judge.js";
import { describeFixtures, fixtureNames, testDatabase } from "../support/server.js";

describeFixtures("real files", (copy) => {
  const expected = readExpectations();
  // What is refused is damaged, and told so: fixtures.test.ts looks at the words.
  it.each(fixtureNames().filter((name) => expected[name]?.refused === undefined))(
    "%s moves with the recommended decisions and nothing is lost",
    { timeout: 180_000 },
    async (name) => {
      const path = copy(name);
      const { url } = await testDatabase("fixture");
      const { wrong } = await judgeMove(path, url, "public");
      expect(wrong).toBeNull();
    },
  );
});
