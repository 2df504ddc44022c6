// Real SQLite files of other people's applications become what a person reviewed and wrote down.
import { expect, it } from "vitest";
import { readExpectations, unexpected } from "../fixtures/expectations.js";
import { moveFile } from "../fixtures/outcome.js";
import { describeFixtures, fixtureNames, testDatabase } from "../support/server.js";

describeFixtures("expected outcomes of real files", (copy) => {
  const expected = readExpectations();

  it("has an expectation for every file, and no other", () => {
    expect(Object.keys(expected)).toEqual(fixtureNames());
  });

  it.each(fixtureNames())("%s moves, or is refused, as expected", { timeout: 180_000 }, async (name) => {
    const path = copy(name);
    const { url } = await testDatabase("expected");
    expect(unexpected(await moveFile(path, url), expected[name])).toEqual([]);
  });
});
