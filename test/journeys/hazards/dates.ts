// Hazards of dates and times.
import { type Hazard, t } from "./hazard.js";

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
  },
];
