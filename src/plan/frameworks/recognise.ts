// Which framework or application made a file, by the tables that only it makes.

import { OutgrowError } from "../../base/errors.js";
import { quoteName } from "../../base/quote.js";
import type { SourceCatalog, SourceTable } from "../../source/catalog.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { FRAMEWORK_WORDS, FRAMEWORKS, frameworkNamed } from "./catalog.js";
import type { Framework, Sign } from "./framework.js";

export interface Recognised {
  framework: Framework;
  /** The tables that say so, in words; empty where a person said so. */
  evidence: string[];
}

export interface Frameworks {
  /** Applications before what they are made with. */
  found: readonly Recognised[];
  /** Whose habits weigh in the choice of types: the one that is left when applications are taken for what they are made with. */
  habits: readonly Framework[];
}

type Tables = Pick<SourceCatalog, "tables">;

/** `wanted` is a word of FRAMEWORK_WORDS. Throws `usage` for another. */
export function frameworksOf(catalog: Tables, wanted = "auto"): Frameworks {
  if (wanted === "none") {
    return { found: [], habits: [] };
  }
  const found = recognise(catalog);
  if (wanted === "auto") {
    return { found, habits: habitsOf(found.map(({ framework }) => framework)) };
  }
  const framework = frameworkNamed(wanted);
  if (framework === null) {
    throw new OutgrowError("usage", `no framework is called ${JSON.stringify(wanted)}`, {
      hint: `it is one of ${FRAMEWORK_WORDS.join(", ")}`,
    });
  }
  const own = found.find((one) => one.framework === framework) ?? { framework, evidence: [] };
  return { found: [own], habits: habitsOf([framework]) };
}

/** All that left their signs, as the list of frameworks has them. */
export function recognise({ tables }: Tables): Recognised[] {
  return FRAMEWORKS.flatMap((framework) => {
    for (const group of framework.signs) {
      const bearers = group.map((sign) => tables.find((table) => bears(table, sign)) ?? null);
      const evidence = bearers.flatMap((table, i) => (table === null ? [] : [inWords(table, group[i])]));
      if (evidence.length === group.length) {
        return [{ framework, evidence }];
      }
    }
    return [];
  });
}

/**
 * Of two frameworks in one file nobody can tell which made a table, so neither's habits count. What an application is
 * made with is no second one.
 */
function habitsOf(found: readonly Framework[]): Framework[] {
  const own = found.flatMap((framework) => [framework, frameworkNamed(framework.madeWith ?? "")]);
  const all = [...new Set(own.filter((one) => one !== null))];
  const frameworks = all.filter(({ kind }) => kind === "framework");
  return frameworks.length > 1 ? [] : all;
}

function bears(table: SourceTable, sign: Sign): boolean {
  const columns = new Set(table.columns.map(({ name }) => lowerAscii(name)));
  const wanted = sign.columns ?? [];
  const index = sign.index === undefined ? null : lowerAscii(sign.index.replace("*", () => table.name));
  return (
    (sign.table === "*" || lowerAscii(table.name) === lowerAscii(sign.table)) &&
    wanted.every((column) => columns.has(lowerAscii(column))) &&
    table.sql.includes(sign.holds ?? "") &&
    (sign.only !== true || table.columns.length === wanted.length) &&
    (index === null || table.indexes.some(({ name }) => lowerAscii(name) === index))
  );
}

function inWords(table: SourceTable, sign: Sign | undefined): string {
  const columns = sign?.columns ?? [];
  const what = columns.length === 0 ? "" : ` with ${columns.join(", ")}`;
  const index =
    sign?.index === undefined ? "" : ` and the index ${sign.index.replace("*", () => table.name)}`;
  return `table ${quoteName(table.name)}${what}${index}`;
}
