// Comments in a SQLite schema are comments of the PostgreSQL schema, whatever they hold.
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { makeSqlite, outgrow, type TestDatabase, testDatabase } from "../support/server.js";

const HOSTILE = `it's "quoted" \\' \\x41 $$ $1 %s '; drop table t; select 'x \u0001\u001b[31m \t é 😀`;
const LONG = "all about it ".repeat(8_000).trim();

const SOURCE = `
  create table "odd "" names" -- of the table
  (
    id integer primary key, -- ${HOSTILE}
    "a "" b" text default '-- nothing', /* ${LONG} */
    n int check (n <> '/* nothing */') /* one
                                        * two */
  );
  create table plain (a integer primary key, b text);
  create view seen as -- what is seen
    select id, n from "odd "" names";
  create trigger counts after insert on plain -- counts up
    begin
      update "odd "" names" set n = n + 1;
    end;
  insert into plain values (1, 'x');
  insert into "odd "" names" values (1, 'a', 2);`;

let database: TestDatabase;
let client: pg.Client;
let file: string;

beforeAll(async () => {
  database = await testDatabase("comments");
  client = await database.client();
  file = makeSqlite(SOURCE);
  const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
  expect(ended.code, ended.stderr + ended.stdout.slice(0, 3000)).toBe(0);
  expect(ended.json()).toMatchObject({ result: "moved", verified: { structure: [] } });
});

async function commentsOf(on: pg.Client): Promise<unknown> {
  const { rows } = await on.query(`
    select coalesce(c.relname, t.tgname)::text as name, d.objsubid as column, d.description as comment
      from pg_description d
      left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
      left join pg_trigger t on d.classoid = 'pg_trigger'::regclass and t.oid = d.objoid
     where c.relnamespace = 'public'::regnamespace or t.tgname is not null
     order by 1, 2`);
  return rows.map(({ name, column, comment }) => [name, column, comment]);
}

const WANTED = [
  ["counts", 0, "counts up"],
  ['odd " names', 0, "of the table"],
  ['odd " names', 1, HOSTILE],
  ['odd " names', 2, LONG],
  ['odd " names', 3, "one\ntwo"],
  ["seen", 0, "what is seen"],
];

it("are there after the move, letter for letter", async () => {
  expect(await commentsOf(client)).toEqual(WANTED);
});

it("are in the schema that is printed", async () => {
  const ddl = await outgrow(["ddl", file, "-q"]);
  expect(ddl.code, ddl.stderr).toBe(0);
  const other = await (await testDatabase("comments ddl")).client();
  await other.query(ddl.stdout);
  expect(await commentsOf(other)).toEqual(WANTED);
  const { statements } = (await outgrow(["ddl", file, "-q", "--json"])).json() as {
    statements: { kind: string; of: string }[];
  };
  expect(statements.filter(({ kind }) => kind === "comment").map(({ of }) => of)).toEqual([
    ...Array(4).fill('odd " names'),
    "seen",
    "counts",
  ]);
});

describe("the comparison of structure", () => {
  it.each([
    [
      `comment on column "odd "" names".n is null`,
      "none",
      `comment on column "n" of "public"."odd "" names"`,
    ],
    [`comment on table "odd "" names" is 'of another'`, "another", `comment on "public"."odd "" names"`],
    [`comment on view seen is null`, "none", `comment on "public"."seen"`],
    [
      `comment on trigger counts on plain is 'x'`,
      "another",
      `comment on trigger "counts" of "public"."plain"`,
    ],
  ])("tells what is missing after %s", async (statement, found, object) => {
    await client.query(statement);
    const ended = await outgrow(["migrate", file, database.url, "--json", "-q"]);
    const report = ended.json() as { verified: { structure: unknown[] } };
    expect(report.verified.structure).toContainEqual({ object, expected: "that of the source", found });
    expect(ended.code).toBe(4);
  });
});
