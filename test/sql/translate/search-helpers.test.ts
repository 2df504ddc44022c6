// The words that sqlite_words finds are those that SQLite's tokenizers put into an index, and sqlite_tsquery finds what MATCH does.
import Database from "better-sqlite3";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { createHelper, type HelperName } from "#outgrow/sql/translate/helpers.js";
import { testDatabase } from "../../support/server.js";

let client: pg.Client;

const MADE: HelperName[] = [
  "sqlite_porter",
  "sqlite_folded",
  "sqlite_words",
  "sqlite_tsvector",
  "sqlite_tsquery",
];

beforeAll(async () => {
  client = await (await testDatabase("search helpers")).client();
  for (const name of MADE) {
    await client.query(createHelper(name, "public"));
  }
});

const TEXTS = [
  "Write to someone@example.com about foo-bar_baz v3.14, http://a.b/c?d=e&f don't 1.5 foo/bar",
  "Crème brûlée ÉCOLE Ệ ệ Ǖ e\u0301a \u0301x ß ſ ıİ ŁÓDŹ Ærø",
  "中文 数据库 😀 ｆｕｌｌ ΑΣΣ ΰ Привет Ёж Հայ ა Ⴀ ẞ K Å \u{10400}",
  "The generously running connections relational conditional hopping hopeful a is by sky skies dying",
  "x\u200by\u00a0z\u2028w\u00b5 \u0950 \u093e \ue000 ²³ ½ _ ' \\ : ''",
];

/** Every character of the basic plane and some beyond, each between two letters and alone; those that no text can hold not. */
function everyCharacter(): string[] {
  const codes = Array.from({ length: 0x11000 }, (_, code) => code).filter(
    (code) => code > 0 && (code < 0xd800 || code > 0xdfff),
  );
  const lines: string[] = [];
  for (let at = 0; at < codes.length; at += 500) {
    const characters = codes.slice(at, at + 500).map((code) => String.fromCodePoint(code));
    lines.push(characters.map((one) => `a${one}b ${one}`).join(" "));
  }
  return lines;
}

/** SQLite's words of each text, in order. */
function sqliteWords(tokenize: string, texts: readonly string[]): string[][] {
  const db = new Database(":memory:");
  db.exec(`create virtual table t using fts5(x, tokenize=${tokenize})`);
  db.exec("create virtual table words using fts5vocab(t, instance)");
  const insert = db.prepare("insert into t(rowid, x) values (?, ?)");
  texts.forEach((text, i) => {
    insert.run(i, text);
  });
  const found = texts.map((): string[] => []);
  const rows = db.prepare("select doc, term from words order by doc, offset").all();
  for (const { doc, term } of rows as { doc: number; term: string }[]) {
    found[doc]?.push(term);
  }
  db.close();
  return found;
}

async function postgresWords(
  tokenizer: string,
  texts: readonly string[],
  chars: [string, string] = ["", ""],
) {
  const { rows } = await client.query<{ words: string[] }>(
    `select sqlite_words($1, text, $3, $4) as words from unnest($2::text[]) with ordinality as t(text, nth) order by nth`,
    [tokenizer, texts, ...chars],
  );
  return rows.map(({ words }) => words);
}

describe("words are those of SQLite", () => {
  it.each([
    ["unicode61", "unicode61"],
    ['"unicode61 remove_diacritics 0"', "unicode61 remove_diacritics 0"],
    ['"unicode61 remove_diacritics 2"', "unicode61 remove_diacritics 2"],
    ["ascii", "ascii"],
  ])("of every character, by %s", async (tokenize, tokenizer) => {
    const texts = [...TEXTS, ...everyCharacter()];
    expect(await postgresWords(tokenizer, texts)).toEqual(sqliteWords(tokenize, texts));
  });

  it.each([
    ["porter", "porter unicode61"],
    ['"porter ascii"', "porter ascii"],
  ])("stemmed by %s", async (tokenize, tokenizer) => {
    expect(await postgresWords(tokenizer, TEXTS)).toEqual(sqliteWords(tokenize, TEXTS));
  });

  it("with characters of its own", async () => {
    expect(await postgresWords("unicode61", TEXTS, ["-_]^\\", "xé"])).toEqual(
      sqliteWords(`"unicode61 tokenchars '-_]^\\' separators 'xé'"`, TEXTS),
    );
  });

  it.each([
    ["simple", "simple"],
    ["porter", "porter"],
    ["unicode61", "unicode61"],
  ])("by %s of FTS4", async (tokenize, tokenizer) => {
    const db = new Database(":memory:");
    const texts = [...TEXTS, "foo_bar abcdefghijklmnopqrstuvwxyz 123456789"];
    db.exec(
      `create virtual table t using fts4(x, tokenize=${tokenize}); create virtual table v using fts4aux(t)`,
    );
    for (const text of texts) {
      db.prepare("insert into t values (?)").run(text);
    }
    const terms = db.prepare("select term from v where col = '*' order by term").pluck().all();
    db.close();
    const found = new Set((await postgresWords(tokenizer, texts)).flat());
    expect([...found].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(terms);
  });
});

describe("a search", () => {
  const ROWS = [
    ["one two three", "alpha beta"],
    ["two one", "gamma foo-bar"],
    ["three", "alpha's dog's"],
    ["onerous Zoë", "beta two"],
  ] as const;

  it.each([
    "one",
    "one two",
    '"one two"',
    '"two one"',
    "one + two",
    '"one tw"*',
    "on*",
    "on* beta",
    "one OR gamma",
    "two NOT one",
    "three AND (alpha OR beta) NOT dog",
    "one two OR three",
    '"foo-bar"',
    '"alpha\'s"',
    '"three alpha"',
    "zoe",
    "nothing",
    '"!!" one',
  ])("for %s finds the rows that MATCH finds", async (search) => {
    const db = new Database(":memory:");
    db.exec("create virtual table t using fts5(a, b)");
    for (const row of ROWS) {
      db.prepare("insert into t values (?, ?)").run(...row);
    }
    const here = db.prepare("select rowid from t where t match ? order by rowid").pluck().all(search);
    db.close();
    const { rows } = await client.query(
      `select nth::integer as nth from unnest($2::text[], $3::text[]) with ordinality as t(a, b, nth)
        where sqlite_tsvector('unicode61', array[a, b]) @@ sqlite_tsquery('unicode61', $1) order by 1`,
      [search, ROWS.map(([a]) => a), ROWS.map(([, b]) => b)],
    );
    expect(rows.map(({ nth }) => nth)).toEqual(here);
  });

  it.each(["NEAR(one two)", "a : one", "^one", "{a b} : one"])("by %s is refused", async (search) => {
    await expect(client.query("select sqlite_tsquery('unicode61', $1)", [search])).rejects.toMatchObject({
      code: "0A000",
      hint: expect.stringContaining("not known here"),
    });
  });
});

it("neither a long word nor a long text fails, and the first words are found", async () => {
  const long = Array.from({ length: 200_000 }, (_, i) => `w${i.toString(36)}ord`).join(" ");
  const { rows } = await client.query(
    `select v @@ sqlite_tsquery('unicode61', 'w1ord') as first, v @@ sqlite_tsquery('unicode61', $2) as word,
            v @@ sqlite_tsquery('unicode61', 'again') as last
       from sqlite_tsvector('unicode61', array[$2 || ' ' || $1, 'again']) as v`,
    [long, "x".repeat(5000)],
  );
  expect(rows).toEqual([{ first: true, word: true, last: false }]);
});
