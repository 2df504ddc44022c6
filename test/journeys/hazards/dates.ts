// Hazards of dates and times.
import { type Hazard, t, typed, withAside } from "./hazard.js";

export const DATES: Hazard[] = [
  {
    number: 9,
    name: "dates of several forms in one column",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00'), (2, 1704067200), (3, '2024-01-01T00:00:00Z')",
    present: "select count(distinct typeof(v)) > 1 from t",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00"], ["1704067200"], ["2024-01-01T00:00:00Z"]] },
    outcome: "stays text, as written; told",
    faces: [
      {
        face: "most of one form",
        sqlite:
          "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00'), (2, 1704067200), (3, '2024-01-01T00:00:00Z'), (4, '2024-02-01 12:30:00')",
        present: "select count(distinct typeof(v)) > 1 from t",
        finding: "time-as-text",
        count: 2,
        example: "1704067200",
        automatic: {
          sql: typed(),
          gives: [
            ["text 2024-01-01 00:00:00"],
            ["text 1704067200"],
            ["text 2024-01-01T00:00:00Z"],
            ["text 2024-02-01 12:30:00"],
          ],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [
              ["text 2024-01-01 00:00:00"],
              ["text 1704067200"],
              ["text 2024-01-01T00:00:00Z"],
              ["text 2024-02-01 12:30:00"],
            ],
          },
          null: {
            sql: withAside(),
            gives: [["2024-01-01 00:00:00 0 2"], ["- 0 2"], ["- 0 2"], ["2024-02-01 12:30:00 0 2"]],
          },
          "set-aside": {
            sql: withAside(),
            gives: [["2024-01-01 00:00:00 2 0"], ["2024-02-01 12:30:00 2 0"]],
          },
        },
      },
    ],
  },
  {
    number: 10,
    name: "dates that are none",
    sqlite:
      "create table t (id integer primary key, v date); insert into t values (1, '2024-01-01'), (2, '0000-00-00'), (3, '2024-02-31')",
    present: "select count(*) from t where date(v) is null or date(v) <> v",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01"], ["0000-00-00"], ["2024-02-31"]] },
    outcome: "stays text; told with the values",
    faces: [
      {
        face: "the empty text, a zero date and a day that no month has",
        sqlite:
          "create table t (id integer primary key, v date); insert into t values (1, '2024-01-01'), (2, '0000-00-00'), (3, '2024-02-31'), (4, ''), (5, null)",
        present: "select count(*) from t where date(v) is null or date(v) <> v",
        finding: "time-as-text",
        count: 3,
        example: "'0000-00-00'",
        automatic: {
          sql: typed(),
          gives: [["text 2024-01-01"], ["text 0000-00-00"], ["text 2024-02-31"], ["text "], ["text -"]],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [["text 2024-01-01"], ["text 0000-00-00"], ["text 2024-02-31"], ["text "], ["text -"]],
          },
          null: { sql: withAside(), gives: [["2024-01-01 0 3"], ["- 0 3"], ["- 0 3"], ["- 0 3"], ["- 0 3"]] },
          "set-aside": { sql: withAside(), gives: [["2024-01-01 3 0"], ["- 3 0"]] },
        },
      },
      {
        face: "a time that no day has",
        sqlite:
          "create table t (id integer primary key, v time); insert into t values (1, '10:11:12'), (2, '25:00:00')",
        present: "select count(*) from t where time(v) is null",
        finding: "time-as-text",
        count: 1,
        example: "'25:00:00'",
        automatic: { sql: typed(), gives: [["text 10:11:12"], ["text 25:00:00"]] },
        choices: {
          keep: { sql: typed(), gives: [["text 10:11:12"], ["text 25:00:00"]] },
          null: { sql: withAside(), gives: [["10:11:12 0 1"], ["- 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["10:11:12 1 0"]] },
        },
      },
    ],
  },
  {
    number: 11,
    name: "times finer than a microsecond",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00.1234567')",
    present: "select count(*) from t where v glob '*.???????'",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00.1234567"]] },
    outcome: "stays text; told. A timestamp column that is there takes them by a decision",
    faces: [
      {
        face: "among coarser ones",
        sqlite:
          "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00.1234567'), (2, '2024-01-01 00:00:00.123')",
        present: "select count(*) from t where v glob '*.???????'",
        finding: "time-as-text",
        count: 1,
        example: "'2024-01-01 00:00:00.1234567'",
        automatic: {
          sql: typed(),
          gives: [["text 2024-01-01 00:00:00.1234567"], ["text 2024-01-01 00:00:00.123"]],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [["text 2024-01-01 00:00:00.1234567"], ["text 2024-01-01 00:00:00.123"]],
          },
          null: { sql: withAside(), gives: [["- 0 1"], ["2024-01-01 00:00:00.123 0 1"]] },
          "set-aside": { sql: withAside(), gives: [["2024-01-01 00:00:00.123 1 0"]] },
        },
      },
    ],
  },
  {
    number: 12,
    name: "times of several zones",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00+02:00'), (2, '2024-01-01 00:00:00-05:00')",
    present: "select count(distinct substr(v, -6)) > 1 from t",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00+02:00"], ["2024-01-01 00:00:00-05:00"]] },
    outcome: "stays text, since timestamptz would forget the zones; told",
    faces: [
      {
        face: "one beside UTC",
        sqlite:
          "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00Z'), (2, '2024-01-01 05:00:00Z'), (3, '2024-01-01 00:00:00-05:00')",
        present: "select count(*) from t where v like '%-05:00'",
        finding: "time-as-text",
        count: 1,
        example: "'2024-01-01 00:00:00-05:00'",
        automatic: {
          sql: typed(),
          gives: [
            ["text 2024-01-01 00:00:00Z"],
            ["text 2024-01-01 05:00:00Z"],
            ["text 2024-01-01 00:00:00-05:00"],
          ],
        },
        choices: {
          keep: {
            sql: typed(),
            gives: [
              ["text 2024-01-01 00:00:00Z"],
              ["text 2024-01-01 05:00:00Z"],
              ["text 2024-01-01 00:00:00-05:00"],
            ],
          },
          null: {
            sql: withAside(),
            gives: [["2024-01-01 00:00:00+00 0 1"], ["2024-01-01 05:00:00+00 0 1"], ["- 0 1"]],
          },
          "set-aside": {
            sql: withAside(),
            gives: [["2024-01-01 00:00:00+00 1 0"], ["2024-01-01 05:00:00+00 1 0"]],
          },
        },
      },
    ],
  },
];
