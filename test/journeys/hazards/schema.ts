// Hazards of names, of what else a schema has, and of the file itself.
import { type Elsewhere, type Hazard, t } from "./hazard.js";

export const SCHEMA: (Hazard | Elsewhere)[] = [
  {
    number: 28,
    name: "names that PostgreSQL cannot take",
    sqlite: `create table "${"n".repeat(70)}" (id integer primary key, "${"c".repeat(64)}a" text, "${"c".repeat(64)}b" text, ctid text);
      insert into "${"n".repeat(70)}" values (1, 'a', 'b', 'c')`,
    present: "select count(*) from sqlite_schema where length(name) > 63",
    finding: "name-changed",
    automatic: {
      sql: `select count(*)::text, max(length(attname))::text from pg_attribute join pg_class on pg_class.oid = attrelid
             where relname like 'nnnn%' and relkind = 'r' and attnum > 0`,
      gives: [["4", "63"]],
    },
    outcome: "shortened, differently for different names; told; --rename gives another",
  },
  {
    number: 29,
    name: "names that meet those PostgreSQL makes by itself",
    sqlite: `create table t (id integer primary key, v text unique); create table t_pkey (id integer primary key);
      create table t_v_key (id integer primary key); create index t_id_seq on t (v); insert into t values (1, 'x')`,
    present: "select count(*) from sqlite_schema where name = 't_pkey'",
    finding: "name-changed",
    automatic: {
      sql: "select count(*)::text from pg_class where relname in ('t_pkey', 't_v_key') and relkind = 'r'",
      gives: [["2"]],
    },
    outcome: "every name is given by outgrow, so tables keep theirs; an index that has to give way is told",
  },
  {
    number: 30,
    name: "a view that cannot be read",
    sqlite:
      "create table gone (a); create view v as select a from gone; drop table gone; create table t (id integer primary key, v text); insert into t values (1, 'x')",
    present: "select count(*) from sqlite_schema where name = 'v' and type = 'view'",
    finding: "view-not-carried",
    automatic: { sql: t(), gives: [["x"]] },
    outcome: "told, with its SQL and SQLite's words",
  },
  {
    number: 31,
    name: "expressions that PostgreSQL cannot take as they are",
    sqlite: `create table t (id integer primary key, v text, g text as (strftime('%Y', v)) virtual);
      create index t_odd on t (v) where v glob v; insert into t (id, v) values (1, '2024-05-06')`,
    present: "select count(*) from sqlite_schema where name = 't_odd'",
    finding: "index-not-carried",
    automatic: { sql: t("g"), gives: [["2024"]] },
    outcome: "told, with the SQL and why",
  },
  {
    number: 32,
    name: "generated columns that read one another",
    sqlite:
      "create table t (id integer primary key, v integer, b integer as (v * 2) stored, c integer as (b + 1) virtual); insert into t (id, v) values (1, 5)",
    present: "select count(*) from pragma_table_xinfo('t') where hidden in (2, 3)",
    finding: "generated-column",
    automatic: { sql: t("b || ' ' || c"), gives: [["10 11"]] },
    choices: {
      generated: {
        sql: "select attgenerated::text from pg_attribute where attrelid = 't'::regclass and attname = 'c'",
        gives: [["s"]],
      },
      values: { sql: t("b || ' ' || c"), gives: [["10 11"]] },
    },
    outcome: "generated in PostgreSQL, each from what is stored; or their values by a decision",
  },
  {
    number: 33,
    name: "ON CONFLICT clauses, RTRIM, functions of the application",
    sqlite: `create table t (id integer primary key, v text unique on conflict replace, r text collate rtrim); create index t_r on t (r);
      insert into t values (1, 'x', 'y  ')`,
    present: "select count(*) from sqlite_schema where sql like '%on conflict replace%'",
    finding: "conflict-clause-not-carried",
    automatic: { sql: t("r || '|'"), gives: [["y  |"]] },
    outcome: "told, with what PostgreSQL does instead",
  },
  {
    number: 34,
    name: "virtual tables",
    sqlite: `create table t (id integer primary key, v text); insert into t values (1, 'x');
      create virtual table f using fts5(a, b); insert into f values ('some words', 'more'); create virtual table r using rtree(id, x0, x1); insert into r values (1, 2, 3)`,
    present: "select count(*) from pragma_table_list where type = 'shadow'",
    finding: "full-text-index",
    automatic: { sql: "select a || ' ' || (select x1 from r) from f", gives: [["some words 3"]] },
    outcome: "FTS3, 4 and 5 get a GIN index, R-Trees a GiST index; the rows of others move; told",
  },
  {
    number: 35,
    name: "a trigger that writes its own table",
    sqlite: `create table t (id integer primary key, v text, u integer default 0);
      create trigger tu after update on t begin update t set u = u + 1 where id = new.id; end; insert into t values (1, 'x', 0)`,
    present: "select count(*) from sqlite_schema where type = 'trigger' and sql like '%update t set%'",
    finding: null,
    automatic: {
      sql: "with w as (update t set v = 'y' where id = 1 returning 1) select count(*)::text from w",
      gives: [["1"]],
    },
    outcome: "does not run inside itself, as in SQLite",
  },
  {
    number: 37,
    name: "a damaged file, a hot journal, a write-ahead log without its program",
    finding: null,
    outcome: "refused with exit code 6 and what to type; a log is read with the file",
    tests: [
      ["journeys/bad-input.test.ts", "a source that cannot be moved is refused"],
      ["source/open-source.test.ts", "a file with a hot journal, which only a writer can roll back"],
      ["source/open-source.test.ts", "reads what stands only in the log of a program that was killed"],
    ],
  },
];
