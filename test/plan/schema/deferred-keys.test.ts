// Which foreign keys wait for the end of the transaction, with SQLite itself as the judge: PRAGMAs do not tell.
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declaredKeys } from "#outgrow/plan/schema/deferred-keys.js";
import { parseStatement, SqlSyntaxError } from "#outgrow/sql/parse.js";
import { printStatement } from "#outgrow/sql/print.js";
import { planOf } from "../plan-of.js";

/** Of each column with a key, whether SQLite lets it dangle until the commit; null where it refuses the table. */
function asSqliteHasIt(sql: string): Record<string, boolean> | null {
  const db = new Database(":memory:");
  try {
    db.exec("create table p (a integer primary key)");
    try {
      db.exec(sql);
    } catch {
      return null;
    }
    const columns = db
      .prepare<[], string>(`select distinct "from" from pragma_foreign_key_list('t') order by 1`)
      .pluck()
      .all();
    return Object.fromEntries(columns.map((column) => [column, waits(db, column)]));
  } finally {
    db.close();
  }
}

function waits(db: Database.Database, column: string): boolean {
  const all = db.prepare<[], string>("select name from pragma_table_info('t')").pluck().all();
  db.exec("begin");
  try {
    db.exec(`insert into t values (${all.map((name) => (name === column ? 9 : "null")).join(", ")})`);
    return true;
  } catch {
    return false;
  } finally {
    db.exec("rollback");
  }
}

function asParsed(sql: string): Record<string, boolean> | null {
  try {
    const statement = parseStatement(sql);
    const keys = statement.kind === "createTable" ? declaredKeys(statement) : [];
    return Object.fromEntries(keys.map(({ columns, deferred }) => [columns.join(), deferred]));
  } catch (error) {
    expect(error).toBeInstanceOf(SqlSyntaxError);
    return null;
  }
}

const LATE = "deferrable initially deferred";

describe("a clause of its own", () => {
  it.each([
    [`a references p ${LATE}`, { a: true }],
    [`a references p not null ${LATE}`, { a: true }],
    [`a references p default 1 constraint c ${LATE} collate nocase`, { a: true }],
    [`a references p, b int ${LATE}`, { a: true }],
    [`a references p, b references p ${LATE}`, { a: false, b: true }],
    [`a references p ${LATE} not deferrable`, { a: false }],
    [`a references p not deferrable initially deferred ${LATE}`, { a: true }],
    [`a references p ${LATE}, b int deferrable`, { a: false }],
    [`a int ${LATE} references p`, { a: false }],
    [`a int ${LATE}`, {}],
    [`a int, foreign key (a) references p ${LATE}`, { a: true }],
    [`a references p ${LATE} on delete cascade`, null],
    [`a int, foreign key (a) references p ${LATE} ${LATE}`, null],
    [`a int, foreign key (a) references p, ${LATE}`, null],
    [`a int, foreign key (a) references p constraint c ${LATE}`, null],
  ])("is about the key before it: %s", (body, wanted) => {
    const sql = `create table t (${body})`;
    expect(asSqliteHasIt(sql)).toEqual(wanted);
    expect(asParsed(sql)).toEqual(wanted);
  });

  it("stands anywhere, and is read as SQLite reads it and printed again", () => {
    const part = fc.constantFrom(
      "references p",
      "references p (a) on delete set null match full",
      "collate nocase",
      "check (a <> 1)",
      "unique",
      "constraint c",
      "deferrable",
      LATE,
      "deferrable initially immediate",
      "not deferrable initially deferred",
    );
    const column = fc.array(part, { maxLength: 4 });
    const body = fc.tuple(
      column,
      column,
      fc.constantFrom("", ", foreign key (c) references p", `, foreign key (c) references p ${LATE}`),
    );
    fc.assert(
      fc.property(body, ([a, b, rest]) => {
        // Each column has one key at most, so that a row shows which is meant; others may be null.
        fc.pre([a, b].every((parts) => parts.filter((one) => one.startsWith("ref")).length <= 1));
        const sql = `create table t (a ${a.join(" ")}, b ${b.join(" ")}, c${rest})`;
        const wanted = asSqliteHasIt(sql);
        expect(asParsed(sql), sql).toEqual(wanted);
        if (wanted !== null) {
          expect(asSqliteHasIt(printStatement(parseStatement(sql))), sql).toEqual(wanted);
        }
      }),
      { numRuns: 600, seed: 11 },
    );
  });

  it("makes the planned key wait", () => {
    const plan = planOf(`
      create table p (a integer primary key);
      create table t (id integer primary key, a int references p not null ${LATE}, b int references p)`);
    const keys = plan.tables.find(({ source }) => source === "t")?.foreignKeys ?? [];
    expect(keys.map(({ columns, deferred }) => [columns.join(), deferred ?? false])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });
});
