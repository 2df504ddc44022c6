// Full-text tables that are damaged, hold more than an index of PostgreSQL takes, or are declared in an unusual way.
import type Database from "better-sqlite3";
import type pg from "pg";
import { expect, it } from "vitest";
import type { MoveReport } from "#outgrow/move/report.js";
import { makeSqlite, outgrow, testDatabase } from "../support/server.js";

interface Moved {
  code: number | null;
  report: MoveReport;
  client: pg.Client;
}

async function moved(make: (db: Database.Database) => void, options: string[] = []): Promise<Moved> {
  const database = await testDatabase("odd words");
  const file = makeSqlite(make);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q", ...options]);
  expect(ended.code, ended.stderr).not.toBe(1);
  return { code: ended.code, report: ended.json() as MoveReport, client: await database.client() };
}

function fill(db: Database.Database, declaration: string): void {
  db.exec(`create virtual table n using ${declaration}`);
  for (let i = 0; i < 200; i++) {
    db.prepare("insert into n(x) values (?)").run(`word${i} common text ${(i * 7919).toString(36)}`);
  }
}

/** Writes into the tables in which the index stands, as a damaged disk would. */
function spoil(db: Database.Database, sql: string): void {
  db.unsafeMode();
  db.pragma("writable_schema = on");
  db.exec(sql);
}

const proofOf = ({ report }: Moved) => report.verified?.proofs.find(({ kind }) => kind === "full-text index");
const findings = ({ report }: Moved, code: string) => report.findings.filter((one) => one.code === code);

it.each([
  ["fts5", "update n_data set block = zeroblob(length(block)) where id > 10"],
  ["fts4", "update n_segments set block = zeroblob(length(block)); update n_segdir set root = x'ffffff'"],
  ["fts4", "drop table n_segdir"],
])("the rows of a damaged index of %s move, and the damage is told: %s", async (module, damage) => {
  const ended = await moved((db) => {
    fill(db, `${module}(x)`);
    spoil(db, damage);
  });
  expect(ended.code).toBe(0);
  expect(ended.report.verified).toMatchObject({ differences: 0, rows: 200 });
  expect(findings(ended, "index-damaged").map(({ table }) => table)).toEqual(["n"]);
  expect(proofOf(ended)).toMatchObject({
    outcome: "not compared",
    detail: expect.stringMatching(/^SQLite cannot search it: /),
  });
  const { rows } = await ended.client.query(
    "select x from n where sqlite_tsvector('unicode61', array[x]) @@ sqlite_tsquery('unicode61', 'word7')",
  );
  expect(rows).toHaveLength(1);
});

it("an index over another table's text that is damaged does not keep that from moving", async () => {
  const ended = await moved((db) => {
    db.exec(`create table a (id integer primary key, x text); insert into a(x) values ('hello world');
      create virtual table n using fts5(x, content='a', content_rowid='id'); insert into n(n) values ('rebuild')`);
    spoil(db, "update n_data set block = x'ffffffff'");
  });
  expect(ended.code).toBe(0);
  expect(proofOf(ended)).toMatchObject({
    outcome: "not compared",
    detail: "SQLite's index holds no words, though there are some in the rows",
  });
});

it("where SQLite cannot open it at all its rows stand in a table that moves", async () => {
  const make = (db: Database.Database) => {
    fill(db, "fts5(x)");
    spoil(db, "update n_data set block = x'0000ffffffffffffffff' where id = 10");
  };
  const stopped = await moved(make);
  expect(stopped.code).toBe(3);
  expect(findings(stopped, "unreadable-table")[0]?.reason).toMatch(
    /^SQLite cannot read it: .*; its rows stand in "n_content", which moves as it is$/,
  );
  const ended = await moved(make, ["--decide", "recommended"]);
  expect(ended.code).toBe(0);
  const { rows } = await ended.client.query("select count(*)::integer as n from n_content");
  expect(rows).toEqual([{ n: 200 }]);
});

it("texts and words longer than a tsvector takes are told, and keep neither the move nor the application from writing", async () => {
  const long = Array.from({ length: 200_000 }, (_, i) => `w${i.toString(36)}ord`).join(" ");
  const ended = await moved((db) => {
    db.exec("create virtual table n using fts5(a, b)");
    const insert = db.prepare("insert into n values (?, ?)");
    insert.run(long, "lastword");
    insert.run(`${"x".repeat(5000)} y`, "b");
  });
  expect(ended.code).toBe(0);
  expect(findings(ended, "full-text-cut")).toMatchObject([{ table: "n", severity: "warning" }]);
  expect(proofOf(ended)).toMatchObject({
    outcome: "not compared",
    detail: expect.stringContaining("of 1 rows the last words are not in the index"),
  });
  await ended.client.query("insert into n values ($1, $1)", [`${long} ${"z".repeat(100_000)}`]);
  const { rows } = await ended.client.query(
    `select count(*)::integer as n from n
      where sqlite_tsvector('unicode61', array[a, b]) @@ sqlite_tsquery('unicode61', 'w2ord')`,
  );
  expect(rows).toEqual([{ n: 2 }]);
});

it("a row of many columns is found by all of them", async () => {
  const names = Array.from({ length: 300 }, (_, i) => `c${i}`);
  const ended = await moved((db) => {
    db.exec(`create virtual table n using fts5(${names.join(", ")})`);
    db.prepare(`insert into n values (${names.map(() => "?").join(", ")})`).run(
      ...names.map((name) => `text of ${name}`),
    );
  });
  expect(ended.code).toBe(0);
  expect(proofOf(ended)).toMatchObject({ outcome: "equal" });
});

it("arguments are read as SQLite reads them", async () => {
  const ended = await moved((db) => {
    db.exec(`
      create virtual table quoted using fts5("a b", [c], \`d\` unindexed, 'e', prefix='2 3', columnsize=0, detail=full,
        tok = "unicode61 remove_diacritics 2 tokenchars '-_''' separators 'x'");
      insert into quoted values ('foo-bar it''s Ệaxb', 'c_d', 'hidden', 'e');
      create virtual table four using fts4("a b", c text, notindexed="c", languageid='lang', prefix="2,4", matchinfo=fts3,
        order=desc, tokenize=unicode61 "remove_diacritics=0" "tokenchars=-_");
      insert into four("a b", c, lang) values ('foo-bar É', 'hidden', 0), ('foo-bar zwei', 'hidden', 7);
      create virtual table three using fts3(a, tokenize porter);
      insert into three values ('running the foo_bar');
      create virtual table other using fts5(a, tokenize="unicode61 categories 'L* N* Co So'");
      insert into other values ('☃ snow');
      create virtual table loose using fts5(a, detail=none); insert into loose values ('one two one');
      create virtual table listed using fts5(a, detail=column); insert into listed values ('one two one')`);
  });
  expect(ended.code).toBe(0);
  const outcomes = ended.report.verified?.proofs.filter(({ kind }) => kind === "full-text index") ?? [];
  expect(outcomes.map(({ table, outcome }) => [table, outcome])).toEqual(
    ["quoted", "four", "three", "loose", "listed"].map((name) => [name, "equal"]),
  );
  const reasons = new Map(findings(ended, "full-text-index").map(({ table, reason }) => [table, reason]));
  expect(reasons.get("quoted")).toContain(
    `sqlite_tsvector"('unicode61 remove_diacritics 2', array["a b", "c", "e"], '-_''', 'x')`,
  );
  expect(reasons.get("four")).toContain(`array["a b"], '-_', '')`);
  expect(reasons.get("four")).toContain('and "lang" = 0');
  expect(reasons.get("three")).toContain("('porter', array");
  expect(findings(ended, "search-index-not-carried").map(({ table, reason }) => [table, reason])).toEqual([
    [
      "other",
      expect.stringContaining("what tokenizer unicode61 categories 'L* N* Co So' means is not known"),
    ],
  ]);
  const { rows } = await ended.client.query("select c, lang::integer from four order by docid");
  expect(rows).toEqual([
    { c: "hidden", lang: 0 },
    { c: "hidden", lang: 7 },
  ]);
});
