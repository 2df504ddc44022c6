// Hazards of texts and JSON: what cannot be stored, and what compares otherwise.
import { type Elsewhere, type Hazard, t, typed, withAside } from "./hazard.js";

export const TEXT: (Hazard | Elsewhere)[] = [
  {
    number: 13,
    name: "U+0000 in a text",
    sqlite:
      "create table t (id integer primary key, v text); insert into t values (1, 'a' || char(0) || 'b'), (2, 'c')",
    present: "select count(*) from t where instr(cast(v as blob), x'00') > 0",
    finding: "text-not-storable",
    choices: {
      bytea: { sql: t("encode(v, 'hex')"), gives: [["610062"], ["63"]] },
      repair: {
        sql: "select v || ' ' || (select encode(bytes, 'hex') from outgrow.originals) from t order by id",
        gives: [["ab 610062"], ["c 610062"]],
      },
      "set-aside": {
        sql: "select v || ' ' || (select count(*) from outgrow.quarantine) from t",
        gives: [["c 1"]],
      },
    },
    outcome: "stops: bytea, or the text without it and the original kept, or the row set aside",
  },
  {
    number: 14,
    name: "bytes in a text that are no UTF-8",
    sqlite:
      "create table t (id integer primary key, v text); insert into t values (1, cast(x'61ff' as text)), (2, 'c')",
    present: "select count(*) from t where hex(v) = '61FF'",
    finding: "text-not-storable",
    choices: {
      bytea: { sql: t("encode(v, 'hex')"), gives: [["61ff"], ["63"]] },
      repair: {
        sql: "select v || ' ' || (select encode(bytes, 'hex') from outgrow.originals) from t order by id",
        gives: [["a\ufffd 61ff"], ["c 61ff"]],
      },
      "set-aside": {
        sql: "select v || ' ' || (select count(*) from outgrow.quarantine) from t",
        gives: [["c 1"]],
      },
    },
    outcome: "stops, with the same choices",
  },
  {
    number: 15,
    name: "texts longer than their VARCHAR(n)",
    sqlite: "create table t (id integer primary key, v varchar(3)); insert into t values (1, 'abcdef')",
    present: "select count(*) from t where length(v) > 3",
    finding: null,
    automatic: { sql: t("v || ' ' || pg_typeof(v)"), gives: [["abcdef text"]] },
    outcome: "becomes text",
  },
  {
    number: 23,
    name: "NOCASE over letters beyond ASCII",
    sqlite:
      "create table t (id integer primary key, v text collate nocase unique); insert into t values (1, 'É'), (2, 'é')",
    present: "select count(distinct v) = 2 from t",
    finding: "nocase",
    automatic: {
      sql: "select indexdef from pg_indexes where tablename = 't' and indexname <> 't_pkey'",
      gives: [["CREATE UNIQUE INDEX t_key ON public.t USING btree (lower(v))"]],
    },
    choices: {
      lower: { sql: t(), gives: [["É"], ["é"]] },
    },
    outcome:
      "text with a unique index on lower(), which folds ASCII as SQLite does; citext by a decision where no values meet",
    withheld: ["citext"],
    faces: [
      {
        face: "where citext would tell all values apart",
        sqlite:
          "create table t (id integer primary key, v text collate nocase unique); insert into t values (1, 'É'), (2, 'a')",
        present: "select count(*) from t where v = 'É'",
        finding: "nocase",
        automatic: { sql: "select v::text from t where lower(v) = lower('A')", gives: [["a"]] },
        choices: {
          citext: { sql: "select v::text from t where v = 'A'", gives: [["a"]] },
          lower: { sql: "select pg_typeof(v)::text from t limit 1", gives: [["text"]] },
        },
      },
      {
        face: "an ASCII letter that a letter beyond ASCII folds to",
        sqlite: `create table t (id integer primary key, v text collate nocase, w text collate nocase, unique (v, w));
          insert into t values (1, '\u212a', 'x'), (2, 'k', 'X'), (3, 'k', 'y'), (4, null, 'x'), (5, null, 'x')`,
        present: "select count(*) from t where v = char(8490)",
        finding: "nocase",
        count: 1,
        automatic: { sql: t(), gives: [["\u212a"], ["k"], ["k"], [null], [null]] },
        withheld: [],
      },
      {
        face: "a primary key that refers to a column without case, and itself knows case",
        sqlite: `create table p (c text collate nocase primary key); create table t (c text primary key references p (c), id integer);
          insert into p values ('a'); insert into t values ('A', 1), ('a', 2)`,
        present: "select count(*) - 1 from t",
        finding: "foreign-key-orphans",
        count: 1,
        choices: {
          "not-valid": { sql: t("c"), gives: [["A"], ["a"]] },
          "set-aside": { sql: t("c"), gives: [["a"]] },
          "leave-out": { sql: t("c"), gives: [["A"], ["a"]] },
        },
      },
      {
        face: "references in another case, which citext takes for equal",
        sqlite: `create table p (c text collate nocase primary key); create table t (id integer primary key, c text references p (c));
          insert into p values ('a'), ('b'); insert into t values (1, 'A'), (2, 'b'), (3, null)`,
        present: "select count(*) from t join p on p.c = t.c where p.c <> t.c collate binary",
        finding: "nocase",
        automatic: {
          sql: "select convalidated::text from pg_constraint where contype = 'f' and conrelid = 't'::regclass",
          gives: [["true"]],
        },
      },
    ],
  },
  {
    number: 24,
    name: "JSON that is none",
    sqlite: `create table t (id integer primary key, v json); insert into t values (1, '{"a":1}'), (2, '{a:')`,
    present: "select count(*) from t where not json_valid(v)",
    finding: "json-invalid",
    automatic: { sql: t(), gives: [['{"a":1}'], ["{a:"]] },
    outcome: "stays text; told",
    faces: [
      {
        face: "among JSON",
        sqlite:
          "create table t (id integer primary key, v json); insert into t values (1, '{\"a\":1}'), (2, '{a:'), (3, ''), (4, '[]')",
        present: "select count(*) from t where not json_valid(v)",
        finding: "json-invalid",
        count: 2,
        example: "'{a:'",
        automatic: { sql: typed(), gives: [['text {"a":1}'], ["text {a:"], ["text "], ["text []"]] },
        choices: {
          keep: { sql: typed(), gives: [['text {"a":1}'], ["text {a:"], ["text "], ["text []"]] },
          null: { sql: withAside(), gives: [['{"a":1} 0 2'], ["- 0 2"], ["- 0 2"], ["[] 0 2"]] },
          "set-aside": { sql: withAside(), gives: [['{"a":1} 2 0'], ["[] 2 0"]] },
        },
      },
      {
        face: "beside a number, which is JSON",
        sqlite:
          "create table t (id integer primary key, v json); insert into t values (1, '{\"a\":1}'), (2, '{a:'), (3, 5)",
        present: "select count(*) from t where not json_valid(v)",
        finding: "json-invalid",
        count: 1,
        example: "'{a:'",
        automatic: { sql: typed(), gives: [['text {"a":1}'], ["text {a:"], ["text 5"]] },
        choices: {
          keep: { sql: typed(), gives: [['text {"a":1}'], ["text {a:"], ["text 5"]] },
          null: { sql: withAside(), gives: [['{"a":1} 0 1'], ["- 0 1"], ["5 0 1"]] },
          "set-aside": { sql: withAside(), gives: [['{"a":1} 1 0'], ["5 1 0"]] },
        },
      },
    ],
  },
  {
    number: 25,
    name: "JSON with \\u0000 or half a surrogate pair",
    sqlite: `create table t (id integer primary key, v jsonb); insert into t values (1, '{"a":"\\u0000"}'), (2, '{"a":"\\ud800"}')`,
    present: "select count(*) from t where v like '%\\u0000%'",
    finding: null,
    automatic: { sql: t(), gives: [['{"a":"\\u0000"}'], ['{"a":"\\ud800"}']] },
    outcome: "json, which keeps the text; jsonb would refuse it",
  },
  {
    number: 26,
    name: "JSON with a key twice, or with blanks that matter",
    sqlite: `create table t (id integer primary key, v json); insert into t values (1, '{"a":1,"a":2}'), (2, '{ "b" : 1 }')`,
    present: "select count(*) from t, json_tree(t.v) as j where t.id = 1 and j.key = 'a'",
    finding: null,
    automatic: { sql: t(), gives: [['{"a":1,"a":2}'], ['{ "b" : 1 }']] },
    outcome: "json, which keeps the text",
  },
  {
    number: 36,
    name: "a file in UTF-16",
    sqlite:
      "pragma encoding = 'UTF-16le'; create table t (id integer primary key, v text); insert into t values (1, 'é😀')",
    present: "select count(*) from pragma_encoding where encoding like 'UTF-16%'",
    finding: null,
    automatic: { sql: t(), gives: [["é😀"]] },
    outcome: "moves as any other",
  },
  {
    number: 40,
    name: "values of hundreds of megabytes",
    finding: "row-too-large",
    outcome: "stops before a row of more than 1 GB in COPY's format: without the table or the column",
    tests: [
      ["journeys/limits.test.ts", "stops before a row that is longer than a line of COPY may be"],
      ["long/blobs.test.ts", "cross whole, and twice as many take no more memory"],
    ],
  },
];
