// Hazards of keys, ids and constraints.
import { type Hazard, t, typed, withAside } from "./hazard.js";

export const KEYS: Hazard[] = [
  {
    number: 16,
    name: "index entries that are too long for a B-tree",
    sqlite: `create table t (id integer primary key, v text, u text unique); create index t_v on t (v);
      insert into t values (1, hex(randomblob(3000)), hex(randomblob(3001)))`,
    present: "select count(*) from t where length(v) > 2704",
    finding: "index-too-long",
    automatic: {
      sql: "select indexdef from pg_indexes where tablename = 't' and indexname <> 't_pkey' order by 1",
      gives: [
        ["CREATE INDEX t_v ON public.t USING hash (v)"],
        ["CREATE UNIQUE INDEX t_key ON public.t USING btree (md5(u))"],
      ],
    },
    choices: {
      hash: {
        sql: "select indexdef from pg_indexes where indexname = 't_v'",
        gives: [["CREATE INDEX t_v ON public.t USING hash (v)"]],
      },
      md5: {
        sql: "select indexdef from pg_indexes where indexname = 't_key'",
        gives: [["CREATE UNIQUE INDEX t_key ON public.t USING btree (md5(u))"]],
      },
      "leave-out": { sql: "select count(*)::text from pg_indexes where tablename = 't'", gives: [["1"]] },
    },
    outcome: "a hash index, or a unique one over md5(), or none; told",
  },
  {
    number: 17,
    name: "NULL in a primary key",
    sqlite:
      "create table t (id text primary key, v text); insert into t values (null, 'a'), (null, 'b'), ('x', 'c')",
    present: "select count(*) from t where id is null",
    finding: "primary-key-null",
    automatic: {
      sql: "select count(*)::text, (select contype::text from pg_constraint where conrelid = 't'::regclass) from t",
      gives: [["3", "u"]],
    },
    count: 2,
    example: "NULL",
    outcome: "the key becomes UNIQUE; told",
    faces: [
      {
        face: "of two columns",
        sqlite:
          "create table t (a text, b text, id integer, primary key (a, b)); insert into t values (null, null, 1), (null, 'b', 2), ('x', null, 3), ('x', 'y', 4)",
        present: "select count(*) from t where a is null or b is null",
        finding: "primary-key-null",
        count: 3,
        automatic: {
          sql: t("coalesce(a, '-') || coalesce(b, '-')"),
          gives: [["--"], ["-b"], ["x-"], ["xy"]],
        },
      },
    ],
  },
  {
    number: 18,
    name: "rows that a CHECK or NOT NULL forbids",
    sqlite:
      "create table t (id integer primary key, v integer check (v > 0)); pragma ignore_check_constraints = on; insert into t values (1, -5), (2, 5)",
    present: "select count(*) from t where not (v > 0)",
    finding: "check-violated",
    choices: {
      "not-valid": {
        sql: "select count(*)::text, (select convalidated::text from pg_constraint where contype = 'c' and conrelid = 't'::regclass) from t",
        gives: [["2", "false"]],
      },
      "set-aside": {
        sql: "select v || ' ' || (select count(*) from outgrow.quarantine) from t",
        gives: [["5 1"]],
      },
      "leave-out": {
        sql: "select count(*)::text from pg_constraint where contype = 'c' and conrelid = 't'::regclass",
        gives: [["0"]],
      },
    },
    outcome: "stops: the constraint NOT VALID, or the rows set aside, or no constraint",
  },
  {
    number: 19,
    name: "orphans",
    sqlite: `create table p (id integer primary key); create table t (id integer primary key, p integer references p(id));
      insert into p values (1); insert into t values (1, 1), (2, 9)`,
    present: "select count(*) from t where p not in (select id from p)",
    finding: "foreign-key-orphans",
    choices: {
      "not-valid": { sql: t("p"), gives: [["1"], ["9"]] },
      null: { sql: t("p"), gives: [["1"], [null]] },
      "set-aside": { sql: t("p"), gives: [["1"]] },
      "leave-out": { sql: t("p"), gives: [["1"], ["9"]] },
    },
    outcome: "stops: the key NOT VALID, or NULL, or the rows set aside, or no key",
  },
  {
    number: 20,
    name: "a foreign key to a table that is not there",
    sqlite:
      "create table t (id integer primary key, p integer references gone(id)); insert into t values (1, 1)",
    present: "select count(*) from pragma_foreign_key_list('t') where \"table\" = 'gone'",
    finding: "foreign-key-not-carried",
    automatic: { sql: t("p"), gives: [["1"]] },
    outcome: "moves without the key; told",
  },
  {
    number: 21,
    name: "a foreign key to columns that are not unique",
    sqlite: `create table p (id integer primary key, c text); create table t (id integer primary key, c text references p(c));
      insert into p values (1, 'x'); insert into t values (1, 'x')`,
    present: "select count(*) = 0 from pragma_index_list('p')",
    finding: "foreign-key-not-carried",
    automatic: { sql: t("c"), gives: [["x"]] },
    outcome: "moves without the key; told, with the columns that want a unique key",
  },
  {
    number: 22,
    name: "a foreign key between different types",
    sqlite: `create table p (id text primary key); create table t (id integer primary key, p integer references p(id));
      insert into p values ('1'); insert into t values (1, 1)`,
    present:
      "select (select type from pragma_table_info('p')) <> (select type from pragma_table_info('t') where name = 'p')",
    finding: "key-type",
    automatic: {
      sql: "select p || ' ' || pg_typeof(p) from t",
      gives: [["1 text"]],
    },
    outcome: "both sides get one type; told",
    faces: [
      {
        face: "whole REALs that refer to integers, and are no orphans",
        sqlite: `create table p (id integer primary key); create table t (id integer primary key, p references p (id));
          insert into p values (1), (2), (5); insert into t values (1, 1.0), (2, 2), (3, 5.0), (4, null)`,
        present: "select count(*) from t where typeof(p) = 'real'",
        finding: null,
        automatic: {
          sql: "select string_agg(p::text, ',' order by id), (select convalidated::text from pg_constraint where contype = 'f' and conrelid = 't'::regclass) from t",
          gives: [["1,2,5", "true"]],
        },
      },
      {
        face: "whole REALs among which one refers to nothing, without gaps in the ids",
        sqlite: `create table p (id integer primary key); create table t (id integer primary key, p real references p (id));
          insert into p values (1), (2), (3); insert into t values (1, 1), (2, 3), (3, 9)`,
        present: "select count(*) from t where typeof(p) = 'real'",
        finding: "foreign-key-orphans",
        count: 1,
        example: "9.0",
        choices: {
          "not-valid": { sql: t("p"), gives: [["1"], ["3"], ["9"]] },
          null: { sql: withAside("p"), gives: [["1 0 1"], ["3 0 1"], ["- 0 1"]] },
          "set-aside": { sql: withAside("p"), gives: [["1 1 0"], ["3 1 0"]] },
          "leave-out": { sql: t("p"), gives: [["1"], ["3"], ["9"]] },
        },
      },
      {
        face: "a text that refers to an id",
        sqlite: `create table p (id integer primary key); create table t (id integer primary key, p text references p (id));
          insert into p values (1); insert into t values (1, '1')`,
        present: "select count(*) from t where typeof(p) = 'text'",
        finding: "foreign-key-not-carried",
        automatic: { sql: typed("p"), gives: [["text 1"]] },
      },
    ],
  },
  {
    number: 38,
    name: "rowids as the only key",
    sqlite: "create table t (v text, w integer); insert into t values ('a', 1), ('a', 1)",
    present: "select count(*) from t where rowid > 1",
    finding: "rowid-not-carried",
    automatic: { sql: "select count(*)::text from t", gives: [["2"]] },
    outcome: "the rows move and are compared as a multiset; told, with what to make in SQLite first",
  },
  {
    number: 39,
    name: "ids given out beyond those that are there",
    sqlite: `create table t (id integer primary key autoincrement, v text); insert into t values (50, 'x'); delete from t;
      insert into t values (1, 'y')`,
    present: "select (select seq from sqlite_sequence) > (select max(id) from t)",
    finding: null,
    automatic: { sql: "insert into t (v) values ('z') returning id::text", gives: [["51"]] },
    outcome: "the identity column goes on above every id ever given out",
  },
  {
    number: 41,
    name: "an application that counts on ids being given out again",
    sqlite: "create table t (id integer primary key, v text); insert into t values (1, 'y'), (5, 'x')",
    present: "select max(id) = 5 from t",
    finding: "ids-go-on",
    automatic: { sql: "insert into t (v) values ('z') returning id::text", gives: [["6"]] },
    outcome: "told: an identity column counts for itself, and does not notice ids that an INSERT names",
    says: "gives that id out again once its row is deleted",
    faces: [
      {
        face: "AUTOINCREMENT, where only ids that an INSERT names matter",
        sqlite:
          "create table t (id integer primary key autoincrement, v text); insert into t values (1, 'y'), (5, 'x')",
        present: "select max(id) = 5 from t",
        finding: "ids-go-on",
        says: "meets ids that INSERTs named",
        automatic: {
          sql: "with named as (insert into t values (9, 'named') returning 1) insert into t (v) select 'z' from named returning id::text",
          gives: [["6"]],
        },
      },
    ],
  },
];
