// The words of a text as SQLite's full-text tokenizers find them ("SQLite FTS5 Extension" 4.3, "FTS3 and FTS4 Extensions" 8), for
// PostgreSQL, whose own parser makes one word of an address and whose letters depend on the locale. An index that is made
// of these functions cannot fail: neither of a long word nor of a long text.

import { BETWEEN_WORDS, type Folding, LOWER, MARKS, UNMARKED, UNMARKED_TWICE } from "./unicode61.js";

/** A word of a tsvector has at most 2046 bytes (PostgreSQL, "Limitations"): of longer ones the beginning is taken. */
export const LONGEST_WORD = 500;

/** A tsvector has at most 1 MB, of which this leaves some. Words that come after it are not in the index. */
const MOST_BYTES = 1_000_000;

/** A regular expression fails on texts of more than 256 million characters; the words of so many fill a tsvector anyway. */
const MOST_CHARACTERS = 10_000_000;

/** A text of fewer bytes never fills a tsvector: a word of one letter and its blank take 9 bytes there, and longer ones less. */
export const SURELY_FITS = 200_000;

const between = BETWEEN_WORDS.split(" ")
  .map((range) => range.replaceAll(/[0-9a-f]+/g, (code) => `\\U${code.padStart(8, "0")}`))
  .join("");

/** Translates block by block, so that a text is only looked at for the letters of its own script. */
function folded(blocks: readonly Folding[]): string {
  const at = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`.replace(/^\\u(.{5})$/, "\\U000$1");
  return blocks
    .map(
      ({ first, last, from, to }) => `
    if value ~ '[${at(first)}-${at(last)}]' then
      value := translate(value, '${from}', '${to}');
    end if;`,
    )
    .join("");
}

export const SEARCH_HELPERS = {
  /** Porter's stemmer, as FTS3 to FTS5 have it: PostgreSQL's english is a later one, and knows stop words. */
  sqlite_porter: {
    kind: "dictionary",
    args: "",
    returns: "",
    body: "template = pg_catalog.snowball, language = porter",
  },
  /** Letters as they are compared: small, and without marks where `marks` is 1 (one mark) or 2 (all). */
  sqlite_folded: {
    args: "value text, marks integer",
    returns: "text",
    language: "plpgsql",
    body: `
begin
  value := lower(value collate "C");
  if octet_length(value) > length(value) then${folded(LOWER)}
  end if;
  if marks > 0 and octet_length(value) > length(value) then
    value := translate(value, '${MARKS}', '');${folded(UNMARKED)}
  end if;
  if marks > 1 and octet_length(value) > length(value) then${folded(UNMARKED_TWICE)}
  end if;
  return value;
end`,
  },
  /** The words of a text in their order; of long ones the beginning. */
  sqlite_words: {
    args: "tokenizer text, value text, tokenchars text, separators text",
    returns: "text[]",
    language: "plpgsql",
    body: `
declare
  own text := '0-9a-z' || case when tokenizer = 'porter' then '_' else '' end || coalesce(
    (select string_agg('\\U' || lpad(to_hex(ascii(one)), 8, '0'), '') from regexp_split_to_table(tokenchars, '') as one where one <> ''), '');
  marks integer := case when tokenizer not like '%unicode61%' then -1
                        else coalesce(substring(tokenizer from 'remove_diacritics ([0-2])')::integer, 1) end;
  words text[];
  pattern text;
begin
  value := translate(left(value, ${MOST_CHARACTERS}), separators, repeat(chr(1), length(separators)));
  if marks < 0 then
    value := lower(value collate "C");
  else
    value := \u0001sqlite_folded\u0001(value, marks);
  end if;
  if octet_length(value) = length(value) then
    pattern := '[' || own || ']+';
  elsif marks < 0 then
    pattern := '[' || own || '\\u0080-\\U0010ffff]+';
  else
    pattern := '(?:[' || own || ']|[^\\u0001-\\u007f${between}])+';
  end if;
  -- A mark does not begin a word.
  select array_agg(word order by place) into words
    from (select case when marks < 0 then part[1] else ltrim(part[1], '${MARKS}') end as word, place
            from regexp_matches(value collate "C", pattern, 'g') with ordinality as found(part, place)) as found
   where word <> '';
  if tokenizer = 'porter' then
    -- That of FTS3 and FTS4 stems ASCII words of 3 to 20 letters; of others it keeps both ends (fts3_porter.c, copy_stemmer).
    select array_agg(case when word ~ '^[a-z]{3,20}$' then (ts_lexize(($name$\u0002sqlite_porter\u0002$name$)::regdictionary, word))[1]
                          when octet_length(word) > length(word) or length(word) <= 2 * ends then word
                          else left(word, ends) || right(word, ends) end order by place) into words
      from unnest(words) with ordinality as found(word, place), lateral (select case when word ~ '[0-9]' then 3 else 10 end) as kept(ends);
  elsif tokenizer like 'porter %' then
    select array_agg(case when octet_length(word) between 3 and 64
                          then (ts_lexize(($name$\u0002sqlite_porter\u0002$name$)::regdictionary, word))[1]
                          else word end order by place) into words
      from unnest(words) with ordinality as found(word, place);
  end if;
  return coalesce((select array_agg(left(word, ${LONGEST_WORD}) order by place)
                     from unnest(words) with ordinality as found(word, place)), '{}');
end`,
  },
  /**
   * What to_tsvector is to PostgreSQL's own configurations: the words of some texts, those of each of the first three with a
   * weight of its own where there are several.
   */
  sqlite_tsvector: {
    args: "tokenizer text, texts text[], tokenchars text default '', separators text default ''",
    returns: "tsvector",
    language: "plpgsql",
    cost: 1_000,
    body: `
begin
  return coalesce((
    select string_agg(entry, ' ')::tsvector
      from (select entry, sum(bytes) over (order by first rows unbounded preceding) as total
              from (select '''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || ''':' ||
                             string_agg(place || weight, ',' order by place) filter (where nth <= 256) as entry,
                           octet_length(word) + 4 + 2 * least(count(*), 256) as bytes, min(place) as first
                      from (select word, place, weight, row_number() over (partition by word order by place) as nth
                              from (select word, least(row_number() over (order by t.nth, w.nth) + t.nth - 1, 16383) as place,
                                           case when cardinality(texts) = 1 then ''
                                                else (array['A', 'B', 'C', 'D'])[least(t.nth, 4)] end as weight
                                      from unnest(texts) with ordinality as t(value, nth),
                                           unnest(\u0001sqlite_words\u0001(tokenizer, value, tokenchars, separators)) with ordinality as w(word, nth)) as placed
                           ) as numbered
                     group by word) as entries) as summed
     where total < ${MOST_BYTES}), '');
end`,
  },
  /**
   * What websearch_to_tsquery is to them: words, "phrases", a* for beginnings, AND, OR, NOT and parentheses, as in the
   * query language of FTS5 (3) and the enhanced one of FTS3 and FTS4 (4). What has no counterpart is refused.
   */
  sqlite_tsquery: {
    args: "tokenizer text, query text, tokenchars text default '', separators text default ''",
    returns: "tsquery",
    language: "plpgsql",
    body: `
declare
  part text[];
  words text[];
  phrase text;
  made text := '';
  within boolean := false;
  joined boolean := false;
begin
  if query ~ '\\mNEAR(?:/[0-9]+)?\\s*\\(|\\mNEAR\\M(?:/[0-9]+)?\\s|(?:^|[\\s("])\\^' or regexp_replace(query, '"[^"]*"', '', 'g') ~ '[{}:]' then
    raise exception using errcode = 'feature_not_supported', message = 'a search for ' || query || ' has no counterpart',
      hint = 'NEAR, ^ and column filters are not known here; quote words that hold such characters';
  end if;
  for part in select regexp_matches(query, '"((?:[^"]|"")*)"(\\s*\\*)?|([()+])|([^\\s"()+*]+)(\\*)?', 'g') loop
    if part[3] = '+' then
      joined := within and made <> '';
      continue;
    elsif part[3] is not null or part[4] in ('AND', 'OR', 'NOT') then
      if within then
        made := made || ')';
      end if;
      within := false;
      made := made || case coalesce(part[3], part[4]) when 'AND' then ' & ' when 'OR' then ' | ' when 'NOT' then ' & !' else part[3] end;
      continue;
    end if;
    words := \u0001sqlite_words\u0001(tokenizer, coalesce(replace(part[1], '""', '"'), part[4]), tokenchars, separators);
    if cardinality(words) = 0 then
      continue;
    end if;
    select string_agg('''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || ''''
             || case when place = cardinality(words) and (part[2] is not null or part[5] is not null) then ':*' else '' end,
             ' <-> ' order by place) into phrase
      from unnest(words) with ordinality as found(word, place);
    made := made || case when joined then ' <-> ' when within then ' & ' else '(' end || phrase;
    within := true;
    joined := false;
  end loop;
  return (made || case when within then ')' else '' end)::tsquery;
end`,
  },
} as const;
