// Asks both engines which rows hold a word, two words, or the beginning of one: words of SQLite's own index, the most frequent ones
// and some others.

import Database from "better-sqlite3";
import { quoteLiteral, quoteName, quotePath } from "../../base/quote.js";
import type { PlannedIndex, PlannedTable } from "../../plan/plan.js";
import type { SourceTable } from "../../source/catalog.js";
import { type FullText, fullTextOf, fullTextRowid } from "../../source/full-text.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { SURELY_FITS } from "../../sql/translate/search-helpers.js";
import type { Proof } from "./proof.js";
import type { Sides } from "./prove-conditions.js";

const WORDS = 30;

/** Rows a word may be in to be asked for: lists of ids longer than that take long to compare. */
const MOST_ROWS = 5_000;

/** Rows of which the words are counted, which takes seconds for each. */
const MOST_LOOKED_AT = 10;

type Outcome = Pick<Proof, "outcome" | "detail">;

/** A search in the words of SQLite and of sqlite_tsquery, which has those of FTS5. */
interface Search {
  sqlite: string;
  postgres: string;
}

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
  if (fullText === null || index.words === undefined || id === undefined) {
    return { outcome: "not compared", detail: "the table has no id by which rows could be compared" };
  }
  const searches: Search[] = [];
  const here: string[][] = [];
  try {
    searches.push(...searchesOf(vocabulary(sides, source) ?? wordsOfRows(sides, source, fullText), source));
    for (const { sqlite } of searches) {
      here.push(inSqlite(sides, source, sqlite));
    }
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(?:ERROR|CORRUPT)/.test(error.code)) {
      return { outcome: "not compared", detail: `SQLite cannot search it: ${error.message}` };
    }
    throw error;
  }
  if (searches.length === 0 && (await hasWords(sides, table, index))) {
    return {
      outcome: "not compared",
      detail: "SQLite's index holds no words, though there are some in the rows",
    };
  }
  // What is asked is what the index answers; a scan would take the words of every row for every search.
  // Costs that are meant to turn the scan away would have the server compile the query, for seconds each.
  await sides.client.query("set local enable_seqscan = off; set local jit = off");
  const unlike: string[] = [];
  let rows = 0;
  for (const [i, { sqlite, postgres }] of searches.entries()) {
    const found = here[i] ?? [];
    const there = await inPostgres(sides, table, id, index, postgres);
    rows += found.length;
    if (found.join() !== there.join()) {
      unlike.push(`${sqlite} finds ${found.length} rows in SQLite and ${there.length} in PostgreSQL`);
    }
  }
  const cut = await cutRows(sides, fullText, table, index);
  const told =
    cut === 0
      ? ""
      : `; of ${cut === MOST_LOOKED_AT ? "at least " : ""}${cut} rows the last words are not in the index, which ends at 1 MB`;
  return unlike.length === 0 && cut === 0
    ? { outcome: "equal", detail: `${searches.length} searches, ${rows} rows found` }
    : {
        outcome: "not compared",
        detail: `${searches.length - unlike.length} of ${searches.length} searches find the same rows${unlike[0] === undefined ? "" : `; ${unlike[0]}`}${told}`,
      };
}

/**
 * Words as the index holds them ("SQLite FTS5 Extension" 7, "FTS3 and FTS4 Extensions" 5): the most frequent, then some spread
 * over the alphabet. The table that shows them is a temporary one: the connection cannot write the file itself. Null where it
 * cannot be read: there are indexes that search well and of which fts4aux says that they are damaged.
 */
function vocabulary({ db }: Sides, source: SourceTable): string[] | null {
  const isFts5 = fullTextRowid(source.module) === "rowid";
  const [module, documents, where] = isFts5
    ? [`fts5vocab(main, ${quoteLiteral(source.name)}, 'row')`, "doc", ""]
    : [`fts4aux(main, ${quoteLiteral(source.name)})`, "documents", "and col = '*'"];
  db.pragma("query_only = off");
  try {
    db.exec(`create virtual table temp.outgrow_words using ${module}`);
    return db
      .prepare<[], string>(`
        select term
          from (select term, place,
                       row_number() over (order by documents desc, term) as nth,
                       place * ${WORDS / 2} / count(*) over () as part
                  from (select term, ${documents} as documents, row_number() over (order by term) as place
                          from temp.outgrow_words
                         where ${documents} between 1 and ${MOST_ROWS} ${where}
                           and instr(term, '"') = 0 and instr(term, '*') = 0 and instr(term, char(0)) = 0))
         group by case when nth <= ${WORDS / 2} then -nth else part end
         order by min(nth)`)
      .pluck()
      .all();
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(?:ERROR|CORRUPT)/.test(error.code)) {
      return null;
    }
    throw error;
  } finally {
    db.exec("drop table if exists temp.outgrow_words");
    db.pragma("query_only = on");
  }
}

/** Words of ASCII letters, which every tokenizer takes for words. */
function wordsOfRows({ db }: Sides, source: SourceTable, { columns }: FullText): string[] {
  const texts = db
    .prepare(`select ${columns.map(quoteName).join(", ")} from ${quoteName(source.name)} limit 500`)
    .raw()
    .all() as unknown[][];
  const words = texts
    .flat()
    .flatMap((text) => (typeof text === "string" ? text.split(/[^\p{L}\p{N}_]+/u) : []))
    .filter((word) => /^[a-z]+$/i.test(word));
  return [...new Set(words.map(lowerAscii))].slice(0, WORDS);
}

function searchesOf(words: readonly string[], source: SourceTable): Search[] {
  const isFts5 = fullTextRowid(source.module) === "rowid";
  const frequent = words.slice(0, WORDS / 2);
  const same = (search: string) => ({ sqlite: search, postgres: search });
  return [
    ...words.map((word) => same(`"${word}"`)),
    ...frequent.slice(1).map((word, i) => same(`"${frequent[i]}" "${word}"`)),
    ...words
      .filter((_, i) => i % 3 === 0)
      .map((word) => [...word].slice(0, 3).join(""))
      .map((start) => ({ sqlite: isFts5 ? `"${start}" *` : `"${start}*"`, postgres: `"${start}"*` })),
  ];
}

function inSqlite({ db }: Sides, source: SourceTable, search: string): string[] {
  const name = quoteName(source.name);
  const ids = db
    .prepare(`select rowid from ${name} where ${name} match ?`)
    .pluck()
    .safeIntegers()
    .all(search) as bigint[];
  return ids.map(String).sort();
}

async function inPostgres(
  { client, schema }: Sides,
  table: PlannedTable,
  id: string,
  { keys, words }: PlannedIndex,
  search: string,
): Promise<string[]> {
  const language = words?.language ?? null;
  const { rows } = await client.query<{ id: unknown }>(
    `select ${quoteName(id)} as id from ${quotePath(schema, table.target)}
      where ${keys?.[0]} @@ ${quotePath(schema, "sqlite_tsquery")}($1, $2, $3, $4)${language === null ? "" : ` and ${quoteName(language)} = 0`}`,
    [words?.name, search, words?.tokenchars, words?.separators],
  );
  return rows.map((row) => String(row.id)).sort();
}

async function hasWords(
  { client, schema }: Sides,
  table: PlannedTable,
  { keys }: PlannedIndex,
): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from ${quotePath(schema, table.target)} where ${keys?.[0]} <> '') as found`,
  );
  return rows[0]?.found === true;
}

/** Of the longest rows, those with more words than their tsvector holds. */
async function cutRows(
  { client, schema }: Sides,
  fullText: FullText,
  table: PlannedTable,
  { keys, words }: PlannedIndex,
): Promise<number> {
  const texts = fullText.columns.flatMap((name) => {
    const column = table.columns.find(({ source }) => lowerAscii(source) === lowerAscii(name));
    return column === undefined ? [] : [`${quoteName(column.target)}::text`];
  });
  const { rows } = await client.query<{ count: string }>(
    `select count(*)
       from (select *, ${texts.map((text) => `coalesce(octet_length(${text}), 0)`).join(" + ")} as outgrow_bytes
               from ${quotePath(schema, table.target)} order by outgrow_bytes desc limit ${MOST_LOOKED_AT}) as longest
      where outgrow_bytes > ${SURELY_FITS}
        and length(${keys?.[0]}) < (select count(distinct word) from unnest(array[${texts.join(", ")}]) as texts(one),
                                           unnest(${quotePath(schema, "sqlite_words")}($1, one, $2, $3)) as words(word))`,
    [words?.name, words?.tokenchars, words?.separators],
  );
  return Number(rows[0]?.count);
}
