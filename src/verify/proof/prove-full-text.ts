// Asks both engines which rows hold a word, for words that stand in the rows: the most frequent ones and some others.

import type { ClientBase } from "pg";
import { quoteName, quotePath } from "../../base/quote.js";
import type { PlannedIndex, PlannedTable } from "../../plan/plan.js";
import type { SourceTable } from "../../source/catalog.js";
import { fullTextOf, fullTextRowid } from "../../source/full-text.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";

const WORDS = 30;

/** Rows a word may be in to be asked for: lists of ids longer than that take long to compare. */
const MOST_ROWS = 5_000;

type Outcome = Pick<Proof, "outcome" | "detail">;

/**
 * Search is not the same to the letter on two engines: where some words find other rows, that is told with an example, and
 * the index stays.
 */
export async function proveFullText(
  sides: Sides,
  source: SourceTable,
  table: PlannedTable,
  holder: SourceTable,
  index: PlannedIndex,
): Promise<Outcome> {
  const fullText = fullTextOf(source);
  const idName =
    fullText?.content == null ? fullTextRowid(source.module) : (fullText.contentRowid ?? holder.rowidAlias);
  const id = table.columns.find((column) => lowerAscii(column.source) === lowerAscii(idName ?? ""))?.target;
  if (index.words === undefined || id === undefined) {
    return { outcome: "not compared", detail: "the table has no id by which rows could be compared" };
  }
  const asked = await wordsOf(sides.client, sides.schema, table, index);
  const unlike: string[] = [];
  let rows = 0;
  for (const word of asked) {
    const here = inSqlite(sides, source, word);
    const there = await inPostgres(sides, table, id, index, word);
    rows += here.length;
    if (here.join() !== there.join()) {
      unlike.push(`“${word}” finds ${here.length} rows in SQLite and ${there.length} in PostgreSQL`);
    }
  }
  return unlike.length === 0
    ? { outcome: "equal", detail: `${asked.length} words asked for, ${rows} rows found` }
    : {
        outcome: "not compared",
        detail: `${asked.length - unlike.length} of ${asked.length} words find the same rows; ${unlike[0]}`,
      };
}

/** Single words of letters and digits, so that neither engine takes them apart. */
async function wordsOf(
  client: ClientBase,
  schema: string,
  table: PlannedTable,
  index: PlannedIndex,
): Promise<string[]> {
  const select = `select to_tsvector('pg_catalog.simple', ${index.words?.of ?? "''"}) from ${quotePath(schema, table.target)}`;
  const { rows } = await client.query<{ word: string }>(
    `select word from ts_stat($1) where word ~ '^\\w+$' and ndoc <= ${MOST_ROWS}
      order by row_number() over (order by ndoc desc, word) > ${WORDS / 2}, md5(word) limit ${WORDS}`,
    [select],
  );
  return rows.map(({ word }) => word);
}

function inSqlite({ db }: Sides, source: SourceTable, word: string): string[] {
  const name = quoteName(source.name);
  const ids = db
    .prepare(`select rowid from ${name} where ${name} match ?`)
    .pluck()
    .safeIntegers()
    .all(`"${word}"`) as bigint[];
  return ids.map(String).sort();
}

async function inPostgres(
  { client, schema }: Sides,
  table: PlannedTable,
  id: string,
  index: PlannedIndex,
  word: string,
): Promise<string[]> {
  const { rows } = await client.query<{ id: unknown }>(
    `select ${quoteName(id)} as id from ${quotePath(schema, table.target)}
      where ${index.keys?.[0]} @@ plainto_tsquery('${index.words?.config}', $1)`,
    [word],
  );
  return rows.map((row) => String(row.id)).sort();
}
