// Full-text search: a GIN index over the words of a table, whether the full-text table kept the text itself or indexed that of
// another. It is an index on an expression, and no column: what applications write, and SELECT *, stay as they are.

import { quoteLiteral, quoteName } from "../../base/quote.js";
import type { SourceTable } from "../../source/catalog.js";
import { type FullText, fullTextOf } from "../../source/full-text.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import type { HelperSet } from "../../sql/translate/helpers.js";
import { withSchema } from "../../sql/translate/helpers.js";
import { Untranslatable } from "../../sql/translate/meaning.js";
import { SURELY_FITS } from "../../sql/translate/search-helpers.js";
import { note } from "../concern.js";
import type { TableDraft } from "../make-table.js";
import type { NameBook } from "../names.js";
import type { PlannedColumn } from "../plan.js";
import type { PlanFacts } from "../plan-input.js";
import { type Converting, convert } from "./conversions.js";

export function planFullText(
  { catalog, profiles }: Pick<PlanFacts, "catalog" | "profiles">,
  drafts: readonly TableDraft[],
  relations: NameBook,
  converting: Converting,
): void {
  for (const table of catalog.tables) {
    const fullText = fullTextOf(table);
    if (fullText !== null) {
      planOne(table, fullText, drafts, profiles, relations, converting);
    }
  }
}

function planOne(
  table: SourceTable,
  fullText: FullText,
  drafts: readonly TableDraft[],
  profiles: PlanFacts["profiles"],
  relations: NameBook,
  converting: Converting,
): void {
  const holder = lowerAscii(fullText.content ?? table.name);
  const draft = drafts.find((one) => lowerAscii(one.table.name) === holder);
  if (draft === undefined && fullText.content === null) {
    return; // it is left out of the move
  }
  const subject = {
    kind: "full-text index" as const,
    table: table.name,
    name: table.name,
    source: table.sql,
  };
  const made = convert(converting, subject, (helpers) => {
    const on = holderOf(fullText, draft);
    const key = vectorSql(fullText, on, helpers);
    const query = callOf(helpers.add("sqlite_tsquery"), fullText, "'words'");
    const name = relations.take(`${table.name}_words`, "index");
    return { target: `using gin ((${key}))`, made: name, key, on, query };
  });
  if (made === null) {
    return;
  }
  const { planned } = made.on;
  const key = withSchema(made.key, converting.schema);
  const query = withSchema(made.query, converting.schema);
  const language = planned.columns.find(({ source }) => source === fullText.language)?.target ?? null;
  planned.indexes.push({
    name: made.made,
    columns: columnsOf(fullText, made.on).map(({ target }) => target),
    unique: false,
    descending: [false],
    source: table.name,
    keys: [`(${key})`],
    method: "gin",
    words: { ...fullText.tokenizer, language },
  });
  const whose =
    fullText.content === null
      ? "its rows move, with their ids, into an ordinary table"
      : `it becomes nothing of its own: "${made.on.table.name}" gets the index, which keeps itself in step`;
  const only = language === null ? "" : ` and ${quoteName(language)} = 0`;
  converting.ledger.raise(
    note(
      "note",
      "full-text-index",
      { table: table.name, object: table.module?.name ?? "" },
      `${whose}; a query finds them by ${key} @@ ${query}${only} and ranks by ts_rank_cd`,
    ),
  );
  const bytes = longestRow(fullText, made.on, profiles);
  if (bytes > SURELY_FITS) {
    converting.ledger.raise(
      note(
        "warning",
        "full-text-cut",
        { table: table.name, object: made.made },
        `the texts of a row take up to ${bytes} bytes, and a tsvector of PostgreSQL takes 1 MB: of rows with more words than that, those that come last are not found`,
      ),
    );
  }
}

/** At most: the longest text of each column that is searched. */
function longestRow(fullText: FullText, { table }: TableDraft, profiles: PlanFacts["profiles"]): number {
  const profile = profiles.get(table.name);
  return table.columns
    .filter(({ name }) => fullText.columns.some((searched) => lowerAscii(searched) === lowerAscii(name)))
    .reduce((sum, column) => sum + (profile?.columns[table.columns.indexOf(column)]?.maxTextBytes ?? 0), 0);
}

function holderOf(fullText: FullText, draft: TableDraft | undefined): TableDraft {
  if (fullText.content === "") {
    throw new Untranslatable("it keeps no text, so its words cannot be read back");
  }
  if (draft === undefined) {
    throw new Untranslatable(`the text stands in "${fullText.content}", which is no table that moves`);
  }
  if (draft.existing !== null) {
    throw new Untranslatable(
      `"${draft.planned.target}" is a table of the target, which outgrow does not change`,
    );
  }
  return draft;
}

/** Throws Untranslatable for what has no counterpart. */
function checkTokenizer({ tokenizer, unknown }: FullText): void {
  if (unknown.length > 0) {
    throw new Untranslatable(`what ${unknown.join(", ")} means is not known here`);
  }
  if (tokenizer.name.includes("trigram")) {
    throw new Untranslatable(
      "it finds parts of words: with the extension pg_trgm, an index using gin (column gin_trgm_ops) serves column ilike '%part%'",
    );
  }
}

function columnsOf(fullText: FullText, { planned }: TableDraft): PlannedColumn[] {
  return fullText.columns.map((name) => {
    const column = planned.columns.find(({ source }) => lowerAscii(source) === lowerAscii(name));
    if (column === undefined) {
      throw new Untranslatable(`the text of "${name}" does not move`);
    }
    if (!/^(?:text|bigint|integer|double precision)$|citext$/.test(column.type)) {
      throw new Untranslatable(`the text of "${name}" is ${column.type} in PostgreSQL`);
    }
    return column;
  });
}

function vectorSql(fullText: FullText, draft: TableDraft, helpers: HelperSet): string {
  checkTokenizer(fullText);
  const columns = columnsOf(fullText, draft);
  if (columns.length === 0) {
    throw new Untranslatable("none of its columns is searched");
  }
  const texts = columns.map(({ target, type }) => `${quoteName(target)}${type === "text" ? "" : "::text"}`);
  if (fullText.tokenizer.name.startsWith("porter")) {
    helpers.add("sqlite_porter");
  }
  return callOf(helpers.add("sqlite_tsvector"), fullText, `array[${texts.join(", ")}]`);
}

function callOf(name: string, { tokenizer }: FullText, argument: string): string {
  const { tokenchars, separators } = tokenizer;
  const own = tokenchars === "" && separators === "" ? [] : [tokenchars, separators].map(quoteLiteral);
  return `${name}(${[quoteLiteral(tokenizer.name), argument, ...own].join(", ")})`;
}
