// Full-text tables become GIN indexes that find the same words, in the table itself or in the one whose text they indexed.
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import type { MoveReport } from "#outgrow/move/report.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";

let client: pg.Client;
let report: MoveReport;

const SCHEMA = `
  create virtual table notes using fts5(title, body, tag unindexed);
  create virtual table old using fts4(subject, text, notindexed=subject);
  create virtual table stems using fts5(text, tokenize='porter unicode61');
  create virtual table parts using fts5(text, tokenize='trigram');
  create virtual table gone using fts5(text, content='');
  create table articles (id integer primary key, title text, body text, views integer);
  create virtual table articles_fts using fts5(title, body, content='articles', content_rowid='id');
  create trigger articles_ai after insert on articles begin
    insert into articles_fts(rowid, title, body) values (new.id, new.title, new.body);
  end;
  create trigger articles_ad after delete on articles begin
    insert into articles_fts(articles_fts, rowid, title, body) values ('delete', old.id, old.title, old.body);
  end;
  create trigger articles_au after update on articles begin
    insert into articles_fts(articles_fts, rowid, title, body) values ('delete', old.id, old.title, old.body);
    insert into articles_fts(rowid, title, body) values (new.id, new.title, new.body);
  end;
`;

const TEXTS = [
  ["Crème brûlée", "Sugar, cream & eggs: bake at 150°C", "dessert"],
  ["E-mail", "Write to someone@example.com about foo-bar_baz v3.14", "mail"],
  ["中文", "数据库 😀 emoji", "unicode"],
  [null, "only a body; don't panic", null],
  ["Ünïcödé RUNNING", "ÉCOLE école Ecole", "case"],
] as const;

beforeAll(async () => {
  const database = await testDatabase("words");
  client = await database.client();
  const file = makeSqlite((db) => {
    db.exec(SCHEMA);
    TEXTS.forEach(([title, body, tag], i) => {
      db.prepare("insert into notes(rowid, title, body, tag) values (?, ?, ?, ?)").run(
        i * 1000 + 7,
        title,
        body,
        tag,
      );
      db.prepare("insert into old(docid, subject, text) values (?, ?, ?)").run(i + 40, title, body);
      db.prepare("insert into articles(id, title, body, views) values (?, ?, ?, ?)").run(
        i + 1,
        title,
        body,
        i,
      );
    });
    const stem = db.prepare("insert into stems(text) values (?)");
    for (const text of ["running runs", "connection connected", "the engine", "generously", "Über"])
      stem.run(text);
    db.exec("insert into parts values ('substring'); insert into gone(rowid, text) values (1, 'lost')");
  });
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr + ended.stdout.slice(0, 3000)).toBe(0);
  report = ended.json() as MoveReport;
});

const ids = async (sql: string) => (await client.query(sql)).rows.map((row) => Number(Object.values(row)[0]));

it("are converted where their text can be reached, and find the same words", () => {
  expect(report.verified).toMatchObject({ differences: 0, structure: [] });
  const indexes = report.conversions.filter(({ kind }) => kind === "full-text index");
  expect(indexes.filter(({ target }) => target !== null).map(({ name }) => name)).toEqual([
    "notes",
    "old",
    "stems",
    "articles_fts",
  ]);
  expect(indexes.filter(({ target }) => target === null).map(({ name, reason }) => [name, reason])).toEqual([
    ["parts", expect.stringContaining("pg_trgm")],
    ["gone", "it keeps no text, so its words cannot be read back"],
  ]);
  const proofs = report.verified?.proofs.filter(({ kind }) => kind === "full-text index") ?? [];
  expect(proofs.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["notes", "equal"],
    ["old", "equal"],
    ["stems", "equal"],
    ["articles_fts", "equal"],
  ]);
  expect(proofs[0]?.detail).toMatch(/^\d\d searches, \d\d rows found$/);
});

it("keep the ids by which other tables refer to them, and give out new ones", async () => {
  expect(await ids("select rowid from notes order by 1")).toEqual([7, 1007, 2007, 3007, 4007]);
  expect(await ids("select docid from old order by 1")).toEqual([40, 41, 42, 43, 44]);
  expect(await ids("insert into notes values ('a', 'b', 'c') returning rowid")).toEqual([4008]);
});

it("are searched by the index, whose words stay in step without triggers", async () => {
  const key = /a query finds them by (.*) @@ /.exec(
    report.findings.find(({ code, table }) => code === "full-text-index" && table === "articles_fts")
      ?.reason ?? "",
  )?.[1];
  const search = (words: string) =>
    `select id from articles where ${key} @@ sqlite_tsquery('unicode61', '${words}') order by id`;
  expect(await ids(search("creme brulee"))).toEqual([1]);
  expect(await ids(search("example"))).toEqual([2]);
  await client.query("set enable_seqscan = off");
  expect(JSON.stringify((await client.query(`explain ${search("cream")}`)).rows)).toContain(
    "articles_fts_words",
  );
  await client.query("insert into articles (title, body) values ('Später', 'nothing else')");
  expect(await ids(search("spater"))).toEqual([6]);
  const needless = report.findings.filter(({ code }) => code === "trigger-not-needed");
  expect(needless.map(({ object }) => object)).toEqual(["articles_ai", "articles_ad", "articles_au"]);
});

it("of columns that are not searched do not find them", async () => {
  const { rows } = await client.query("select pg_get_indexdef('notes_words'::regclass) as sql");
  expect(rows[0].sql).not.toContain("tag");
});
