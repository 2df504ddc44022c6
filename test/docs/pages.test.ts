// docs/commands.md, docs/findings.md, docs/types.md and man/outgrow.1 are printed from the code, by `npm run docs`.
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { documentedCodecs } from "#outgrow/codec/index.js";
import { program } from "#outgrow/commands/program.js";
import { VERSION } from "#outgrow/move/version.js";
import { FINDING_CODES } from "#outgrow/plan/finding-codes.js";
import { type CommandHelp, commandHelps, type Term } from "./command-help.js";
import { manPage } from "./man-page.js";

const ROOT = join(import.meta.dirname, "../..");
const helps = commandHelps();

/** The table of the README. */
const EXIT_CODES = [
  ...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^\| (\d+(?:, \d+)?) +\| (.*?) +\|$/gm),
].map(([, code = "", meaning = ""]): [string, string] => [code, meaning]);

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

it("commands.md has every command with its options and examples", async () => {
  const [root, ...commands] = helps;
  await expect(
    `# Commands

${root?.description}

${commands.map(section).join("\n")}
## Exit codes

| code | meaning |
| --- | --- |
${EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`).join("\n")}
`,
  ).toMatchFileSnapshot("../../docs/commands.md");
  expect(EXIT_CODES.length).toBeGreaterThan(7);
});

function section({ name, description, usage, terms, notes, examples }: CommandHelp): string {
  const table = (title: string, rows: Term[]) =>
    rows.length === 0
      ? ""
      : `\n| ${title} | |\n| --- | --- |\n${rows.map(({ term, says }) => `| \`${cell(term)}\` | ${cell(says)} |`).join("\n")}\n`;
  return `## outgrow ${name}

${description}

    ${usage}
${table("argument", terms.arguments)}${table("option", terms.options)}${notes.map((note) => `\n${note}\n`).join("")}${
  examples.length === 0 ? "" : `\n\`\`\`sh\n${examples.join("\n")}\n\`\`\`\n`
}`;
}

it("outgrow.1 has every command, and groff finds nothing wrong with it", async () => {
  const page = manPage(helps, EXIT_CODES, VERSION);
  await expect(page).toMatchFileSnapshot("../../man/outgrow.1");
  if (spawnSync("groff", ["--version"]).status !== 0) {
    console.error("skipped: groff is not installed, so the man page was not formatted");
    return;
  }
  const { stderr, stdout } = spawnSync("groff", ["-man", "-ww", "-Tutf8"], { input: page, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("outgrow migrate store.db");
});

it("every example is a line that its command takes", async () => {
  const examples = helps.flatMap((help) => help.examples);
  expect(examples.length).toBeGreaterThan(15);
  for (const example of examples) {
    const root = program();
    const seen: string[] = [];
    for (const command of root.commands.flatMap((one) => [one, ...one.commands])) {
      command.action(() => {
        seen.push(command.name());
      });
    }
    const [, ...words] = example
      .replace(/\s+[|>].*$/, "")
      .replace(/^.*\$\(|\)"?$/g, "")
      .replaceAll('"', "")
      .split(/\s+/);
    await root.parseAsync(words, { from: "user" });
    expect(seen.length, example).toBe(1);
  }
});

it("every command but the root has examples", () => {
  const without = helps.filter(
    ({ name, examples }) => name !== "" && !name.includes(" ") && examples.length < 2,
  );
  expect(without.map(({ name }) => name)).toEqual([]);
});

it("findings.md has every code", async () => {
  const lines = Object.entries(FINDING_CODES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { when, becomes }]) => `| \`${code}\` | ${cell(when)} | ${cell(becomes)} |`);
  await expect(`# Findings

What a plan may find, by code. \`outgrow assess\` lists them with the tables, counts and example rows they are about, and with the
choices there are for each; a choice is made by \`--decide CODE:table.column=CHOICE\`, or in a plan file.

| code | when | what becomes of it |
| --- | --- | --- |
${lines.join("\n")}
`).toMatchFileSnapshot("../../docs/findings.md");
});

it("findings.md has no code that nothing raises", () => {
  const code = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("finding-codes.ts"))
    .map((name) => readFileSync(join(ROOT, "src", name), "utf8"))
    .join("\n");
  expect(Object.keys(FINDING_CODES).filter((name) => !code.includes(`"${name}"`))).toEqual([]);
});

it("types.md has every codec", async () => {
  const lines = documentedCodecs().map(
    ({ id, type, does }) => `| \`${cell(id)}\` | \`${cell(type)}\` | ${cell(does)} |`,
  );
  await expect(`# Types

How values cross. A codec is a pair of expressions, one for each engine; \`outgrow assess\` tells for each column which one was
chosen, and why. \`--type table.column=type/codec\` asks for another, which is refused where it would change a value.

| codec | PostgreSQL type | values |
| --- | --- | --- |
${lines.join("\n")}
`).toMatchFileSnapshot("../../docs/types.md");
});

it("the version of the package is the command's", () => {
  const said = execFileSync(process.execPath, [join(ROOT, "dist/cli.js"), "--version"], { encoding: "utf8" });
  expect(said.trim()).toBe(VERSION);
});
