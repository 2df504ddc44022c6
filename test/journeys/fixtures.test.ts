// Real SQLite files of other people's applications become what a person reviewed and wrote down, and the oracle finds
// every value again.
import { expect, it } from "vitest";
import { readExpectations, unexpected } from "../fixtures/expectations.js";
import { moveFile } from "../fixtures/outcome.js";
import { compareMove, describeVerdict } from "../oracle/compare.js";
import { describeFixtures, fixtureNames, testDatabase } from "../support/server.js";

describeFixtures("expected outcomes of real files", (copy) => {
  const expected = readExpectations();

  it("has an expectation for every file, and no other", () => {
    expect(Object.keys(expected)).toEqual(fixtureNames());
  });

  it.each(fixtureNames())("%s moves, or is refused, as expected", { timeout: 180_000 }, async (name) => {
    const path = copy(name);
    const { url } = await testDatabase("expected");
    const judged = await moveFile(path, url);
    expect(unexpected(judged, expected[name])).toEqual([]);
    // What is refused is damaged, and told so.
    if (judged.report !== null) {
      const verdict = await compareMove(path, url, { schema: "public", report: judged.report });
      expect(describeVerdict(verdict)).toBe("");
    }
  });
});
