// Scripts are cut where SQLite's own shell cuts them.
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, it } from "vitest";
import { splitStatements } from "#outgrow/sql/split-statements.js";

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

it.each<[string, string[]]>([
  ["", []],
  [" ;; -- x;\n ; /* ; */", []],
  ["select 1;select 2", ["select 1", "select 2"]],
  ["select ';', \";\", `;`, [;]; x", ["select ';', \";\", `;`, [;]", "x"]],
  ["-- a\nselect /* b; */ 1 -- c\n;", ["select /* b; */ 1"]],
  ["select 'it''s;'; select 'open;", ["select 'it''s;'", "select 'open;"]],
  ["begin; select 1; end; select 2;", ["begin", "select 1", "end", "select 2"]],
  ["create table trigger_x (a); end", ["create table trigger_x (a)", "end"]],
  [
    "create trigger t after insert on a begin select 1; end; x;",
    ["create trigger t after insert on a begin select 1; end", "x"],
  ],
  [
    "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END ; x",
    ["CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END", "x"],
  ],
  [
    "explain query plan create temporary trigger t begin select 1; end; y",
    ["explain query plan create temporary trigger t begin select 1; end", "y"],
  ],
])("%j", (script, wanted) => {
  expect(texts(script)).toEqual(wanted);
  for (const { text, start } of splitStatements(script)) {
    expect(script.slice(start, start + text.length)).toBe(text);
  }
});

it("gives pieces that do together what the whole does", () => {
  const pieces = [
    "create table if not exists t (a, b default ';')",
    "insert into t values (1, 'a;b')",
    "insert into t (a) select count(*) from t /* ; */",
    "create trigger if not exists r after insert on t when new.a = 1 begin update t set b = case a when 1 then ';' end; insert into t values (2, 'end;'); end",
    'create table if not exists "a;b" ([c;d])',
    "-- nothing; here\n",
    "delete from t where a = 3",
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
      fc.constantFrom(";", " ;\n", ";--;\n"),
      (list, mark) => {
        const script = [pieces[0], ...list].join(mark);
        const [whole, cut] = [new Database(":memory:"), new Database(":memory:")];
        whole.exec(script);
        for (const text of texts(script)) cut.prepare(text).run();
        const all = (db: Database.Database) => [
          db.prepare("select * from t").all(),
          db.prepare("select sql from sqlite_schema").all(),
        ];
        expect(all(cut)).toEqual(all(whole));
        whole.close();
        cut.close();
      },
    ),
  );
});
