// docs/hazards.md: what may be in a SQLite file, and what becomes of it. Printed by `npm run docs`.
import { expect, it } from "vitest";
import { HAZARDS } from "../journeys/hazards/hazards.js";

it("is printed as docs/hazards.md", async () => {
  const lines = HAZARDS.map((hazard) => {
    const faces = "sqlite" in hazard ? [hazard, ...(hazard.faces ?? [])] : [];
    const offered = new Set(faces.flatMap(({ choices }) => Object.keys(choices ?? {})));
    const choices = [...offered].map((name) => `\`${name}\``);
    const cells = [
      hazard.name,
      hazard.finding === null ? "" : `\`${hazard.finding}\``,
      choices.join(", "),
      hazard.outcome,
    ];
    return `| ${hazard.number} | ${cells.join(" | ")} |`;
  });
  await expect(`# What may be in a SQLite file

What SQLite lets in and PostgreSQL does not take as it is, how a move finds it before it touches the target, and what becomes of it.
\`npm test\` makes a database for each, and tries every choice (\`test/journeys/hazards\`).

| | hazard | finding | choices | outcome |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`).toMatchFileSnapshot("../../docs/hazards.md");
});
