// Hazards of numbers, booleans, bytes and UUIDs: what a declared type promises and the values do not keep.
import { type Hazard, t, typed } from "./hazard.js";

export const TYPES: Hazard[] = [
  {
    number: 1,
    name: "several storage classes in one column",
    sqlite: "create table t (id integer primary key, v); insert into t values (1, 5), (2, '5'), (3, x'05')",
    present: "select count(distinct typeof(v)) > 1 from t",
    finding: "bytes-and-text",
    choices: {
      bytea: { sql: t("v", "text"), gives: [["\\x35"], ["\\x35"], ["\\x05"]] },
      text: { sql: t(), gives: [["5"], ["5"], ["\\x05"]] },
    },
    outcome: "stops: bytea or text, and what each value was stands in outgrow.originals",
  },
  {
    number: 2,
    name: "text, or the empty text, in a column of numbers",
    sqlite:
      "create table t (id integer primary key, v integer); insert into t values (1, 5), (2, ''), (3, 'n/a')",
    present: "select count(*) from t where typeof(v) = 'text'",
    finding: "mixed-types",
    automatic: { sql: t(), gives: [["5"], [""], ["n/a"]] },
    outcome: "becomes text, which keeps each value; told",
  },
  {
    number: 3,
    name: "an integer beyond four bytes where integer is asked for",
    sqlite:
      "create table t (id integer primary key, v integer, w integer); insert into t values (1, 3000000000, 7)",
    present: "select count(*) from t where v > 2147483647",
    args: ["--integers", "int4"],
    finding: null,
    automatic: {
      sql: "select v::text, pg_typeof(v)::text, pg_typeof(w)::text from t",
      gives: [["3000000000", "bigint", "integer"]],
    },
    outcome: "the column stays bigint",
  },
  {
    number: 4,
    name: "integers beyond 2^53, which JavaScript rounds",
    sqlite:
      "create table t (id integer primary key, v integer); insert into t values (1, 9007199254740993), (2, 5), (3, null), (4, -9223372036854775808)",
    present: "select count(*) from t where v > 9007199254740991",
    finding: "integer-beyond-double",
    count: 2,
    example: "-9223372036854775808",
    automatic: { sql: t(), gives: [["9007199254740993"], ["5"], [null], ["-9223372036854775808"]] },
    outcome: "moves exactly; told",
    faces: [
      {
        face: "as ids",
        sqlite:
          "create table t (id integer primary key, v text); insert into t values (9007199254740993, 'a'), (7, 'b')",
        present: "select count(*) from t where id > 9007199254740991",
        finding: "integer-beyond-double",
        count: 1,
        example: "9007199254740993",
        automatic: { sql: t("id"), gives: [["7"], ["9007199254740993"]] },
      },
      {
        face: "that refer to ids, among ids without gaps",
        sqlite: `create table p (id integer primary key); create table t (id integer primary key, p integer references p (id));
          insert into p values (1), (2); insert into t values (1, 1), (2, 9007199254740993)`,
        present: "select count(*) from t where p > 9007199254740991",
        finding: "integer-beyond-double",
        count: 1,
        choices: {},
      },
      {
        face: "in a column without a type",
        sqlite:
          "create table t (id integer primary key, v); insert into t values (1, 9007199254740993), (2, 9007199254740991)",
        present: "select count(*) from t where v > 9007199254740991",
        finding: "integer-beyond-double",
        count: 1,
        automatic: { sql: typed(), gives: [["bigint 9007199254740993"], ["bigint 9007199254740991"]] },
      },
    ],
  },
  {
    number: 5,
    name: "a fraction in an INTEGER column",
    sqlite:
      "create table t (id integer primary key, v integer); insert into t values (1, 5), (2, 2.5), (3, 7), (4, null)",
    present: "select count(*) from t where typeof(v) = 'real'",
    finding: "type-from-values",
    count: 1,
    example: "2.5",
    automatic: { sql: t(), gives: [["5"], ["2.5"], ["7"], [null]] },
    outcome: "becomes double precision; told",
    faces: [
      {
        face: "beside integers beyond 2^53",
        sqlite:
          "create table t (id integer primary key, v integer); insert into t values (1, 9007199254740993), (2, 2.5), (3, 7)",
        present: "select count(*) from t where typeof(v) = 'real'",
        finding: "type-from-values",
        count: 1,
        example: "2.5",
        automatic: { sql: typed(), gives: [["text 9007199254740993"], ["text 2.5"], ["text 7"]] },
      },
    ],
  },
  {
    number: 6,
    name: "infinities",
    sqlite:
      "create table t (id integer primary key, v real, d decimal(10,2)); insert into t values (1, 9e999, 9e999), (2, -9e999, 1.5)",
    present: "select count(*) from t where abs(v) > 1.7976931348623157e308",
    finding: "decimal-inexact",
    automatic: { sql: t("v || ' ' || d"), gives: [["Infinity Infinity"], ["-Infinity 1.5"]] },
    outcome: "double precision holds them, in place of numeric where they stand among decimals; told there",
  },
  {
    number: 7,
    name: "decimals of more places or digits than declared",
    sqlite:
      "create table t (id integer primary key, v decimal(10,2), w decimal(4,2)); insert into t values (1, 1.255, 123456.25), (2, 1.5, 1)",
    present: "select count(*) from t where round(v, 2) <> v or w >= 100",
    finding: "decimal-inexact",
    automatic: { sql: t("v || ' ' || w"), gives: [["1.255 123456.25"], ["1.5 1"]] },
    outcome: "becomes double precision, which keeps each value; told",
  },
  {
    number: 8,
    name: "a boolean that is neither 0 nor 1",
    sqlite: "create table t (id integer primary key, v boolean); insert into t values (1, 1), (2, 2)",
    present: "select count(*) from t where v not in (0, 1)",
    finding: "boolean-other-values",
    automatic: { sql: t(), gives: [["1"], ["2"]] },
    outcome: "stays a number; told",
  },
  {
    number: 27,
    name: "UUIDs of several spellings",
    sqlite: `create table t (id integer primary key, v uuid);
      insert into t values (1, '6F9619FF-8B86-D011-B42D-00CF4FC964FF'), (2, '6f9619ff-8b86-d011-b42d-00cf4fc964fe')`,
    present: "select count(*) from t where v <> lower(v)",
    finding: "type-from-values",
    automatic: {
      sql: t(),
      gives: [["6F9619FF-8B86-D011-B42D-00CF4FC964FF"], ["6f9619ff-8b86-d011-b42d-00cf4fc964fe"]],
    },
    outcome: "stays text, as written; told",
  },
  {
    number: 42,
    name: "negative zero",
    sqlite: "create table t (id integer primary key, v); insert into t values (1, -0.0), (2, 0.5)",
    present: "select count(*) from t where v = 0 and typeof(v) = 'real'",
    finding: null,
    automatic: { sql: t(), gives: [["-0"], ["0.5"]] },
    outcome: "double precision keeps its sign",
  },
];
