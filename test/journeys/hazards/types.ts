// Hazards of numbers, booleans, bytes and UUIDs: what a declared type promises and the values do not keep.
import { type Hazard, t, typed, withAside } from "./hazard.js";

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
    faces: [
      {
        face: "numbers in the main",
        sqlite:
          "create table t (id integer primary key, v integer); insert into t values (1, 5), (2, ''), (3, 'n/a'), (4, 7), (5, null)",
        present: "select count(*) from t where typeof(v) = 'text'",
        finding: "mixed-types",
        count: 2,
        example: "'n/a'",
        automatic: { sql: typed(), gives: [["text 5"], ["text "], ["text n/a"], ["text 7"], ["text -"]] },
        choices: {
          keep: { sql: typed(), gives: [["text 5"], ["text "], ["text n/a"], ["text 7"], ["text -"]] },
          null: { sql: withAside(), gives: [["5 0 2"], ["- 0 2"], ["- 0 2"], ["7 0 2"], ["- 0 2"]] },
          "set-aside": { sql: withAside(), gives: [["5 2 0"], ["7 2 0"], ["- 2 0"]] },
        },
      },
      {
        face: "in a column that takes no NULL",
        sqlite:
          "create table t (id integer primary key, v integer not null); insert into t values (1, 5), (2, '')",
        present: "select count(*) from t where v = ''",
        finding: "mixed-types",
        count: 1,
        example: "''",
        automatic: { sql: typed(), gives: [["text 5"], ["text "]] },
        choices: {
          keep: { sql: typed(), gives: [["text 5"], ["text "]] },
          "set-aside": { sql: withAside(), gives: [["5 1 0"]] },
        },
        withheld: ["null"],
      },
      {
        face: "among REALs",
        sqlite:
          "create table t (id integer primary key, v real); insert into t values (1, 1.5), (2, 'x'), (3, 2)",
        present: "select count(*) from t where typeof(v) = 'text'",
        finding: "mixed-types",
        count: 1,
        example: "'x'",
        automatic: { sql: typed(), gives: [["text 1.5"], ["text x"], ["text 2.0"]] },
        choices: {
          keep: { sql: typed(), gives: [["text 1.5"], ["text x"], ["text 2.0"]] },
          null: { sql: withAside(), gives: [["1.5 0 1"], ["- 0 1"], ["2 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["1.5 1 0"], ["2 1 0"]] },
        },
      },
      {
        face: "in a column that others refer to",
        sqlite:
          "create table u (id integer, k int primary key); create table w (k int references u (k)); insert into u values (1, 5), (2, 'x'); insert into w values (5)",
        present: "select count(*) from u where typeof(k) = 'text'",
        finding: "mixed-types",
        count: 1,
        automatic: { sql: "select k::text from u order by id", gives: [["5"], ["x"]] },
        example: "'x'",
        withheld: ["null"],
      },
    ],
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
    faces: [
      {
        face: "where the column stays numeric",
        sqlite:
          "create table t (id integer primary key, v decimal(10,2)); insert into t values (1, 9e999), (2, 1.5), (3, -9e999), (4, null)",
        present: "select count(*) from t where abs(v) > 1e308",
        finding: "decimal-inexact",
        count: 2,
        example: "Inf",
        automatic: {
          sql: typed(),
          gives: [
            ["double precision Infinity"],
            ["double precision 1.5"],
            ["double precision -Infinity"],
            ["double precision -"],
          ],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [
              ["double precision Infinity"],
              ["double precision 1.5"],
              ["double precision -Infinity"],
              ["double precision -"],
            ],
          },
          null: { sql: withAside(), gives: [["- 0 2"], ["1.50 0 2"], ["- 0 2"], ["- 0 2"]] },
          "set-aside": { sql: withAside(), gives: [["1.50 2 0"], ["- 2 0"]] },
        },
      },
    ],
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
    faces: [
      {
        face: "more places",
        sqlite:
          "create table t (id integer primary key, v decimal(10,2)); insert into t values (1, 1.255), (2, 1.5), (3, 2)",
        present: "select count(*) from t where round(v, 2) <> v",
        finding: "decimal-inexact",
        count: 1,
        example: "1.255",
        automatic: {
          sql: typed(),
          gives: [["double precision 1.255"], ["double precision 1.5"], ["double precision 2"]],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [["double precision 1.255"], ["double precision 1.5"], ["double precision 2"]],
          },
          null: { sql: withAside(), gives: [["- 0 1"], ["1.50 0 1"], ["2.00 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["1.50 1 0"], ["2.00 1 0"]] },
        },
      },
      {
        face: "more digits, and text",
        sqlite:
          "create table t (id integer primary key, v decimal(4,2)); insert into t values (1, 123456.25), (2, 1.5), (3, 'x'), (4, 99.99), (5, 100)",
        present: "select count(*) from t where v >= 100",
        finding: "decimal-inexact",
        count: 3,
        example: "'x'",
        automatic: {
          sql: typed(),
          gives: [["text 123456.25"], ["text 1.5"], ["text x"], ["text 99.99"], ["text 100"]],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [["text 123456.25"], ["text 1.5"], ["text x"], ["text 99.99"], ["text 100"]],
          },
          null: { sql: withAside(), gives: [["- 0 3"], ["1.50 0 3"], ["- 0 3"], ["99.99 0 3"], ["- 0 3"]] },
          "set-aside": { sql: withAside(), gives: [["1.50 3 0"], ["99.99 3 0"]] },
        },
      },
    ],
  },
  {
    number: 8,
    name: "a boolean that is neither 0 nor 1",
    sqlite: "create table t (id integer primary key, v boolean); insert into t values (1, 1), (2, 2)",
    present: "select count(*) from t where v not in (0, 1)",
    finding: "boolean-other-values",
    automatic: { sql: t(), gives: [["1"], ["2"]] },
    outcome: "stays a number; told",
    faces: [
      {
        face: "among 0 and 1",
        sqlite:
          "create table t (id integer primary key, v boolean); insert into t values (1, 1), (2, 2), (3, 0), (4, -1), (5, null)",
        present: "select count(*) from t where v not in (0, 1)",
        finding: "boolean-other-values",
        count: 2,
        example: "2",
        automatic: {
          sql: typed(),
          gives: [["bigint 1"], ["bigint 2"], ["bigint 0"], ["bigint -1"], ["bigint -"]],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [["bigint 1"], ["bigint 2"], ["bigint 0"], ["bigint -1"], ["bigint -"]],
          },
          null: { sql: withAside(), gives: [["true 0 2"], ["- 0 2"], ["false 0 2"], ["- 0 2"], ["- 0 2"]] },
          "set-aside": { sql: withAside(), gives: [["true 2 0"], ["false 2 0"], ["- 2 0"]] },
        },
      },
      {
        face: "among words for true and false",
        sqlite:
          "create table t (id integer primary key, v boolean); insert into t values (1, 't'), (2, 'f'), (3, 'maybe')",
        present: "select count(*) from t where v = 'maybe'",
        finding: "boolean-other-values",
        count: 1,
        example: "'maybe'",
        automatic: { sql: typed(), gives: [["text t"], ["text f"], ["text maybe"]] },
        choices: {
          keep: { sql: typed(), gives: [["text t"], ["text f"], ["text maybe"]] },
          null: { sql: withAside(), gives: [["true 0 1"], ["false 0 1"], ["- 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["true 1 0"], ["false 1 0"]] },
        },
      },
      {
        face: "bytes among 0 and 1",
        sqlite:
          "create table t (id integer primary key, v boolean); insert into t values (1, 1), (2, 0), (3, 'yes'), (4, x'01')",
        present: "select count(*) from t where typeof(v) = 'blob'",
        finding: "bytes-and-text",
        count: 1,
        example: "x'01'",
        choices: {
          bytea: {
            sql: typed(),
            gives: [["bytea \\x31"], ["bytea \\x30"], ["bytea \\x796573"], ["bytea \\x01"]],
          },
          text: { sql: typed(), gives: [["text 1"], ["text 0"], ["text yes"], ["text \\x01"]] },
          null: { sql: withAside(), gives: [["true 0 2"], ["false 0 2"], ["- 0 2"], ["- 0 2"]] },
          "set-aside": { sql: withAside(), gives: [["true 2 0"], ["false 2 0"]] },
        },
      },
    ],
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
    faces: [
      {
        face: "all UUIDs, of other spellings",
        sqlite:
          "create table t (id integer primary key, v uuid); insert into t values (1, '6F9619FF-8B86-D011-B42D-00CF4FC964FF'), (2, '6f9619ff8b86d011b42d00cf4fc964fe'), (3, '6f9619ff-8b86-d011-b42d-00cf4fc964fd')",
        present: "select count(*) from t where length(v) = 32",
        finding: "type-from-values",
        count: 3,
        automatic: {
          sql: typed(),
          gives: [
            ["text 6F9619FF-8B86-D011-B42D-00CF4FC964FF"],
            ["text 6f9619ff8b86d011b42d00cf4fc964fe"],
            ["text 6f9619ff-8b86-d011-b42d-00cf4fc964fd"],
          ],
        },
        choices: {
          keep: {
            sql: t(),
            gives: [
              ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"],
              ["6f9619ff8b86d011b42d00cf4fc964fe"],
              ["6f9619ff-8b86-d011-b42d-00cf4fc964fd"],
            ],
          },
          uuid: {
            sql: withAside(),
            gives: [
              ["6f9619ff-8b86-d011-b42d-00cf4fc964ff 0 2"],
              ["6f9619ff-8b86-d011-b42d-00cf4fc964fe 0 2"],
              ["6f9619ff-8b86-d011-b42d-00cf4fc964fd 0 2"],
            ],
          },
        },
      },
      {
        face: "as 16 bytes",
        sqlite:
          "create table t (id integer primary key, v uuid); insert into t values (1, x'6f9619ff8b86d011b42d00cf4fc964ff'), (2, null)",
        present: "select count(*) from t where length(v) = 16",
        finding: "type-from-values",
        count: 1,
        automatic: { sql: typed(), gives: [["bytea \\x6f9619ff8b86d011b42d00cf4fc964ff"], ["bytea -"]] },
        choices: {
          keep: { sql: typed(), gives: [["bytea \\x6f9619ff8b86d011b42d00cf4fc964ff"], ["bytea -"]] },
          uuid: { sql: typed(), gives: [["uuid 6f9619ff-8b86-d011-b42d-00cf4fc964ff"], ["uuid -"]] },
          "uuid-dotnet": { sql: typed(), gives: [["uuid ff19966f-868b-11d0-b42d-00cf4fc964ff"], ["uuid -"]] },
        },
      },
      {
        face: "as bytes of which some are not 16",
        sqlite:
          "create table t (id integer primary key, v uuid); insert into t values (1, x'6f9619ff8b86d011b42d00cf4fc964ff'), (2, x'6f')",
        present: "select count(*) from t where length(v) = 1",
        finding: "type-from-values",
        count: 2,
        automatic: { sql: typed(), gives: [["bytea \\x6f9619ff8b86d011b42d00cf4fc964ff"], ["bytea \\x6f"]] },
        withheld: ["uuid", "uuid-dotnet"],
      },
      {
        face: "a value that is none",
        sqlite:
          "create table t (id integer primary key, v uuid); insert into t values (1, '6f9619ff-8b86-d011-b42d-00cf4fc964ff'), (2, 'n/a')",
        present: "select count(*) from t where v = 'n/a'",
        finding: "type-from-values",
        count: 1,
        example: "'n/a'",
        automatic: { sql: typed(), gives: [["text 6f9619ff-8b86-d011-b42d-00cf4fc964ff"], ["text n/a"]] },
        choices: {
          keep: { sql: typed(), gives: [["text 6f9619ff-8b86-d011-b42d-00cf4fc964ff"], ["text n/a"]] },
          null: { sql: withAside(), gives: [["6f9619ff-8b86-d011-b42d-00cf4fc964ff 0 1"], ["- 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["6f9619ff-8b86-d011-b42d-00cf4fc964ff 1 0"]] },
        },
      },
    ],
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
