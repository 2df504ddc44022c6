// docs/frameworks.md: which frameworks and applications are known, and how each is moved. Printed by `npm run docs`.
import { expect, it } from "vitest";
import { FRAMEWORKS } from "#outgrow/plan/frameworks/catalog.js";
import type { Framework, Sign, TypeHabit } from "#outgrow/plan/frameworks/framework.js";

it("is printed as docs/frameworks.md", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/frameworks.md");
});

it("names a source for each, and no name twice", () => {
  expect(FRAMEWORKS.filter(({ sources }) => sources.length === 0)).toEqual([]);
  expect(new Set(FRAMEWORKS.map(({ name }) => name)).size).toBe(FRAMEWORKS.length);
  expect(
    FRAMEWORKS.flatMap(({ sources }) => sources).filter((source) => !source.startsWith("https://")),
  ).toEqual([]);
});

function page(): string {
  const frameworks = FRAMEWORKS.filter(({ kind }) => kind === "framework");
  const applications = FRAMEWORKS.filter(({ kind }) => kind === "application");
  return `# Frameworks and applications

outgrow recognises who made a SQLite file by tables that nobody else makes, says so in \`framework-recognised\`, and lets it weigh in
the choice of types. \`--framework NAME\` says which it is, \`--framework none\` that it should not matter.

**Best is to let it make its own tables in PostgreSQL, and to move into those**: its types, constraints and bookkeeping are then
as it expects them. The steps are printed with the finding, and stand below. Bookkeeping tables that are there are left alone.

Where outgrow makes the tables, the framework's own PostgreSQL types are taken for columns all of whose values they hold; else the
general rule decides, and the column's reason says why. Types that only limit, as \`varchar(n)\`, are not made: \`text\` is read the same.
Instants written in several forms become one type only where each is UTC or names no zone. That times without a zone are taken for UTC is
a warning, \`time-without-zone\`, with the choice \`timestamp\` to keep them as they are. A type set by hand and a decision win. The rows of
bookkeeping tables move along, and \`bookkeeping-moved\` says what the framework makes of them.

Of two frameworks in one file nobody can tell which made a table: then neither's types weigh until one is named.

## Frameworks

| framework | \`--framework\` | known by | stores in SQLite | its types in PostgreSQL |
| --- | --- | --- | --- | --- |
${frameworks.map(row).join("\n")}

## Applications

| application | \`--framework\` | known by | made with | stores in SQLite |
| --- | --- | --- | --- | --- |
${applications.map(applicationRow).join("\n")}

## Steps
${FRAMEWORKS.map(section).join("")}`;
}

const cell = (text: string) => text.replaceAll("|", "|").replaceAll("*", "*");

function cells(texts: readonly string[]): string {
  return `| ${texts.map(cell).join(" | ")} |`;
}

function row({ title, name, signs, stores, types, naiveIsUtc }: Framework): string {
  const naive = naiveIsUtc === undefined ? "" : `; times without a zone are UTC ${naiveIsUtc}`;
  const own = types.length === 0 ? "by the general rule" : types.map(typeWords).join(", ");
  return cells([title, `\`${name}\``, signWords(signs), stores + naive, own]);
}

function applicationRow({ title, name, signs, madeWith = "", stores }: Framework): string {
  return cells([
    title,
    `\`${name}\``,
    signWords(signs),
    FRAMEWORKS.find((one) => one.name === madeWith)?.title ?? "",
    stores,
  ]);
}

function signWords(signs: Framework["signs"]): string {
  return signs.map((group) => group.map(sign).join(" and ")).join(", or ");
}

function sign({ table, columns = [], only, index, holds }: Sign): string {
  const name = table === "*" ? "a table" : `\`${table}\``;
  const what = columns.length === 0 ? "" : ` (${only ? "only " : ""}${columns.join(", ")})`;
  return `${name}${what}${index === undefined ? "" : ` with the index \`${index.replace("*", "TABLE")}\``}${holds === undefined ? "" : ", its names between back quotes"}`;
}

const ONLY: Record<NonNullable<TypeHabit["only"]>, string> = {
  id: "INTEGER PRIMARY KEY",
  "unreferred id": "INTEGER PRIMARY KEY to which no foreign key refers",
  key: "in primary and foreign keys",
  json: "with CHECK (JSON_VALID(…))",
};

function typeWords({ declared, becomes, only, column, table }: TypeHabit): string {
  const where = [
    only === undefined ? "" : ONLY[only],
    column === undefined ? "" : `named ${column.source}`,
    table === undefined ? "" : `in ${table}`,
  ].filter((text) => text !== "");
  return `${declared.join(" or ")}${where.length === 0 ? "" : ` (${where.join(", ")})`} → \`${becomes}\``;
}

function section({ title, steps, otherwise, sources }: Framework): string {
  const own =
    steps === null
      ? [`${title} itself has no PostgreSQL; the tables are for other programs to read.`]
      : [
          ...steps.map(({ does, type }, i) => `${i + 1}. ${does}${code(type)}`),
          `${steps.length + 1}. move the rows into its tables${code("outgrow migrate SOURCE TARGET --existing-rows replace")}`,
        ];
  const rest =
    otherwise === undefined
      ? ""
      : `\nWhere outgrow makes the tables: ${otherwise.believes}.\n${otherwise.steps.map(({ does, type }) => `\n- ${does}${code(type)}`).join("")}${otherwise.steps.length > 0 ? "\n" : ""}`;
  return `\n### ${title}\n\n${own.join("\n")}\n${rest}\nSources: ${sources.map((source) => `<${source}>`).join(", ")}\n`;
}

const code = (type: string | undefined) => (type === undefined ? "" : `: \`${type}\``);
