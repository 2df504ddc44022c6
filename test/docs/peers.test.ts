// docs/peers.md: what users of other tools met, and the test that shows each. Printed by `npm run docs`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FAILURES, type Failure } from "../journeys/peers/failures.js";

const TESTS = join(import.meta.dirname, "..");

it("has all 48 failures, each with a test that is there", () => {
  expect(FAILURES.length).toBe(48);
  const missing = FAILURES.flatMap(({ tests }) =>
    tests.filter(([file, title]) => !readFileSync(join(TESTS, file), "utf8").includes(title)),
  );
  expect(missing).toEqual([]);
  expect(FAILURES.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

it("is printed as docs/peers.md", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/peers.md");
});

function page(): string {
  return `# What went wrong elsewhere

Failures that users of other tools reported when they moved from SQLite to PostgreSQL, gathered from public threads, and what
outgrow does. Each has a test in \`test/\`, which \`npm test\` runs (those in \`test/long\` run by \`npm run test:long\`).

| | what happened | reported in | what outgrow does | shown by |
| --- | --- | --- | --- | --- |
${FAILURES.map(line).join("\n")}
`;
}

function line({ what, threads, here, tests }: Failure, i: number): string {
  const links = threads.map((thread) => {
    const [repository, number] = thread.split("#");
    return `[${thread}](https://github.com/${repository}/issues/${number})`;
  });
  const shown = tests.map(([file, title]) => `${file}: ${title}`);
  return `| ${i + 1} | ${[what, links.join(", "), here, shown.join("; ")].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
