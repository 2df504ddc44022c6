// Full-text search: a GIN index over the words of a table, whether the full-text table kept the text itself or indexed that of
// another. It is an index on an expression, and no column: what applications write, and SELECT *, stay as they are.

import { quoteName } from "../../base/quote.js";
import type { SourceCatalog, SourceTable } from "../../source/catalog.js";
import { type FullText, fullTextOf } from "../../source/full-text.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import type { HelperSet } from "../../sql/translate/helpers.js";
import { withSchema } from "../../sql/translate/helpers.js";
import { Untranslatable } from "../../sql/translate/meaning.js";
import { note } from "../concern.js";
import type { TableDraft } from "../make-table.js";
import type { NameBook } from "../names.js";
import type { PlannedColumn } from "../plan.js";
import { type Converting, convert } from "./conversions.js";

/** Weights of the columns in their order (PostgreSQL, setweight); those after the fourth share the last. */
const WEIGHTS = ["A", "B", "C", "D"];

export function planFullText(
  catalog: SourceCatalog,
  drafts: readonly TableDraft[],
  relations: NameBook,
  converting: Converting,
): void {
  for (const table of catalog.tables) {
    const fullText = fullTextOf(table);
    if (fullText !== null) {
      planOne(table, fullText, drafts, relations, converting);
    }
  }
}

function planOne(
  table: SourceTable,
  fullText: FullText,
  drafts: readonly TableDraft[],
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
    const name = relations.take(`${table.name}_words`, "index");
    return { target: `using gin ((${key}))`, made: name, key, on, read: wordsSql(fullText, on, helpers) };
  });
  if (made === null) {
    return;
  }
  const { planned } = made.on;
  const config = configOf(fullText);
  planned.indexes.push({
    name: made.made,
    columns: columnsOf(fullText, made.on).map(({ target }) => target),
    unique: false,
    descending: [false],
    source: table.name,
    keys: [`(${withSchema(made.key, converting.schema)})`],
    method: "gin",
    words: { config, of: withSchema(made.read, converting.schema) },
  });
  converting.ledger.raise(
    note(
      "note",
      "full-text-index",
      { table: table.name, object: table.module?.name ?? "" },
      `${fullText.content === null ? "its rows move, with their ids, into an ordinary table" : `it becomes nothing of its own: "${made.on.table.name}" gets the index, which keeps itself in step`}; a query finds them by ${withSchema(made.key, converting.schema)} @@ websearch_to_tsquery('${config}', 'words'), ranks by ts_rank_cd and marks by ts_headline${
        fullText.tokenizer === "porter"
          ? "; words are stemmed by PostgreSQL's english, which leaves out words such as “the”"
          : ""
      }`,
    ),
  );
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

/** The configuration that makes lexemes of words: as they are, or stemmed. Throws Untranslatable for what has no counterpart. */
function configOf({ tokenizer }: FullText): string {
  switch (tokenizer) {
    case "simple":
    case "ascii":
    case "unicode61":
      return "pg_catalog.simple";
    case "porter":
      return "pg_catalog.english";
    case "trigram":
      throw new Untranslatable(
        "it finds parts of words: with the extension pg_trgm, an index using gin (column gin_trgm_ops) serves column ilike '%part%'",
      );
    default:
      throw new Untranslatable(`its tokenizer ${tokenizer} is not known to PostgreSQL`);
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
  const config = configOf(fullText);
  const columns = columnsOf(fullText, draft);
  if (columns.length === 0) {
    throw new Untranslatable("none of its columns is searched");
  }
  return columns
    .map((column, i) => {
      const vector = `to_tsvector('${config}', ${wordsOf(fullText, column, helpers)})`;
      return columns.length === 1 ? vector : `setweight(${vector}, '${WEIGHTS[Math.min(i, 3)]}')`;
    })
    .join(" || ");
}

/** The text of all columns, from which the comparison takes the words it asks for. */
function wordsSql(fullText: FullText, draft: TableDraft, helpers: HelperSet): string {
  return columnsOf(fullText, draft)
    .map((column) => wordsOf(fullText, column, helpers))
    .join(" || ' ' || ");
}

function wordsOf({ withoutMarks }: FullText, column: PlannedColumn, helpers: HelperSet): string {
  const name = quoteName(column.target);
  const text = column.type === "text" ? name : `${name}::text`;
  return `${helpers.add(withoutMarks ? "sqlite_words_unmarked" : "sqlite_words")}(${text})`;
}
