// What a SQLite file may hold that PostgreSQL cannot take as it is: for each a database that has it, how it is found before the
// target is touched, and what each way out makes of it.

/** A query of the test's own, and what it gives as PostgreSQL prints it. */
export interface Expected {
  sql: string;
  gives: (string | null)[][];
}

export interface Hazard {
  name: string;
  /** The statements that make the database. */
  sqlite: string;
  /** A query that gives more than 0 where the hazard is really there. */
  present: string;
  /** The finding's code; null where nothing is lost and nothing is told. */
  finding: string | null;
  /** Options under which it is a hazard. */
  args?: string[];
  /** What stands in the target where no choice is made; absent where the move stops. */
  automatic?: Expected;
  /** By the word of the choice. */
  choices?: Record<string, Expected>;
  /** For the table of the documentation. */
  outcome: string;
}

export interface Elsewhere {
  name: string;
  outcome: string;
  finding: string | null;
  tests: [file: string, title: string][];
}

const t = (column = "v", type = "text") => `select ${column}::${type} from t order by id`;

export const HAZARDS: (Hazard | Elsewhere)[] = [
  {
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
    name: "text, or the empty text, in a column of numbers",
    sqlite:
      "create table t (id integer primary key, v integer); insert into t values (1, 5), (2, ''), (3, 'n/a')",
    present: "select count(*) from t where typeof(v) = 'text'",
    finding: "mixed-types",
    automatic: { sql: t(), gives: [["5"], [""], ["n/a"]] },
    outcome: "becomes text, which keeps each value; told",
  },
  {
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
    name: "integers beyond 2^53, which JavaScript rounds",
    sqlite:
      "create table t (id integer primary key, seen_at integer); insert into t values (1, 9007199254740993)",
    present: "select count(*) from t where seen_at > 9007199254740991",
    finding: "integer-beyond-double",
    automatic: { sql: t("seen_at"), gives: [["9007199254740993"]] },
    outcome: "moves exactly; told where the range of the column was looked at, as assess does",
  },
  {
    name: "a fraction in an INTEGER column",
    sqlite: "create table t (id integer primary key, v integer); insert into t values (1, 5), (2, 2.5)",
    present: "select count(*) from t where typeof(v) = 'real'",
    finding: "type-from-values",
    automatic: { sql: t(), gives: [["5"], ["2.5"]] },
    outcome: "becomes double precision; told",
  },
  {
    name: "infinities",
    sqlite:
      "create table t (id integer primary key, v real, d decimal(10,2)); insert into t values (1, 9e999, 9e999), (2, -9e999, 1.5)",
    present: "select count(*) from t where abs(v) > 1.7976931348623157e308",
    finding: "decimal-inexact",
    automatic: { sql: t("v || ' ' || d"), gives: [["Infinity Infinity"], ["-Infinity 1.5"]] },
    outcome: "double precision holds them, in place of numeric where they stand among decimals; told there",
  },
  {
    name: "decimals of more places or digits than declared",
    sqlite:
      "create table t (id integer primary key, v decimal(10,2), w decimal(4,2)); insert into t values (1, 1.255, 123456.25), (2, 1.5, 1)",
    present: "select count(*) from t where round(v, 2) <> v or w >= 100",
    finding: "decimal-inexact",
    automatic: { sql: t("v || ' ' || w"), gives: [["1.255 123456.25"], ["1.5 1"]] },
    outcome: "becomes double precision, which keeps each value; told",
  },
  {
    name: "a boolean that is neither 0 nor 1",
    sqlite: "create table t (id integer primary key, v boolean); insert into t values (1, 1), (2, 2)",
    present: "select count(*) from t where v not in (0, 1)",
    finding: "boolean-other-values",
    automatic: { sql: t(), gives: [["1"], ["2"]] },
    outcome: "stays a number; told",
  },
  {
    name: "dates of several forms in one column",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00'), (2, 1704067200), (3, '2024-01-01T00:00:00Z')",
    present: "select count(distinct typeof(v)) > 1 from t",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00"], ["1704067200"], ["2024-01-01T00:00:00Z"]] },
    outcome: "stays text, as written; told",
  },
  {
    name: "dates that are none",
    sqlite:
      "create table t (id integer primary key, v date); insert into t values (1, '2024-01-01'), (2, '0000-00-00'), (3, '2024-02-31')",
    present: "select count(*) from t where date(v) is null or date(v) <> v",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01"], ["0000-00-00"], ["2024-02-31"]] },
    outcome: "stays text; told with the values",
  },
  {
    name: "times finer than a microsecond",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00.1234567')",
    present: "select count(*) from t where v glob '*.???????'",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00.1234567"]] },
    outcome: "stays text; told. A timestamp column that is there takes them by a decision",
  },
  {
    name: "times of several zones",
    sqlite:
      "create table t (id integer primary key, v datetime); insert into t values (1, '2024-01-01 00:00:00+02:00'), (2, '2024-01-01 00:00:00-05:00')",
    present: "select count(distinct substr(v, -6)) > 1 from t",
    finding: "time-as-text",
    automatic: { sql: t(), gives: [["2024-01-01 00:00:00+02:00"], ["2024-01-01 00:00:00-05:00"]] },
    outcome: "stays text, since timestamptz would forget the zones; told",
  },
  {
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
    name: "texts longer than their VARCHAR(n)",
    sqlite: "create table t (id integer primary key, v varchar(3)); insert into t values (1, 'abcdef')",
    present: "select count(*) from t where length(v) > 3",
    finding: null,
    automatic: { sql: t("v || ' ' || pg_typeof(v)"), gives: [["abcdef text"]] },
    outcome: "becomes text",
  },
  {
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
    name: "NULL in a primary key",
    sqlite:
      "create table t (id text primary key, v text); insert into t values (null, 'a'), (null, 'b'), ('x', 'c')",
    present: "select count(*) from t where id is null",
    finding: "primary-key-null",
    automatic: {
      sql: "select count(*)::text, (select contype::text from pg_constraint where conrelid = 't'::regclass) from t",
      gives: [["3", "u"]],
    },
    outcome: "the key becomes UNIQUE; told",
  },
  {
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
    name: "a foreign key to a table that is not there",
    sqlite:
      "create table t (id integer primary key, p integer references gone(id)); insert into t values (1, 1)",
    present: "select count(*) from pragma_foreign_key_list('t') where \"table\" = 'gone'",
    finding: "foreign-key-not-carried",
    automatic: { sql: t("p"), gives: [["1"]] },
    outcome: "moves without the key; told",
  },
  {
    name: "a foreign key to columns that are not unique",
    sqlite: `create table p (id integer primary key, c text); create table t (id integer primary key, c text references p(c));
      insert into p values (1, 'x'); insert into t values (1, 'x')`,
    present: "select count(*) = 0 from pragma_index_list('p')",
    finding: "foreign-key-not-carried",
    automatic: { sql: t("c"), gives: [["x"]] },
    outcome: "moves without the key; told, with the columns that want a unique key",
  },
  {
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
  },
  {
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
  },
  {
    name: "JSON that is none",
    sqlite: `create table t (id integer primary key, v json); insert into t values (1, '{"a":1}'), (2, '{a:')`,
    present: "select count(*) from t where not json_valid(v)",
    finding: "json-invalid",
    automatic: { sql: t(), gives: [['{"a":1}'], ["{a:"]] },
    outcome: "stays text; told",
  },
  {
    name: "JSON with \\u0000 or half a surrogate pair",
    sqlite: `create table t (id integer primary key, v jsonb); insert into t values (1, '{"a":"\\u0000"}'), (2, '{"a":"\\ud800"}')`,
    present: "select count(*) from t where v like '%\\u0000%'",
    finding: null,
    automatic: { sql: t(), gives: [['{"a":"\\u0000"}'], ['{"a":"\\ud800"}']] },
    outcome: "json, which keeps the text; jsonb would refuse it",
  },
  {
    name: "JSON with a key twice, or with blanks that matter",
    sqlite: `create table t (id integer primary key, v json); insert into t values (1, '{"a":1,"a":2}'), (2, '{ "b" : 1 }')`,
    present: "select count(*) from t, json_tree(t.v) as j where t.id = 1 and j.key = 'a'",
    finding: null,
    automatic: { sql: t(), gives: [['{"a":1,"a":2}'], ['{ "b" : 1 }']] },
    outcome: "json, which keeps the text",
  },
  {
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
    name: "a view that cannot be read",
    sqlite:
      "create table gone (a); create view v as select a from gone; drop table gone; create table t (id integer primary key, v text); insert into t values (1, 'x')",
    present: "select count(*) from sqlite_schema where name = 'v' and type = 'view'",
    finding: "view-not-carried",
    automatic: { sql: t(), gives: [["x"]] },
    outcome: "told, with its SQL and SQLite's words",
  },
  {
    name: "expressions that PostgreSQL cannot take as they are",
    sqlite: `create table t (id integer primary key, v text, g text as (strftime('%Y', v)) virtual);
      create index t_odd on t (v) where v glob v; insert into t (id, v) values (1, '2024-05-06')`,
    present: "select count(*) from sqlite_schema where name = 't_odd'",
    finding: "index-not-carried",
    automatic: { sql: t("g"), gives: [["2024"]] },
    outcome: "told, with the SQL and why",
  },
  {
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
    name: "ON CONFLICT clauses, RTRIM, functions of the application",
    sqlite: `create table t (id integer primary key, v text unique on conflict replace, r text collate rtrim); create index t_r on t (r);
      insert into t values (1, 'x', 'y  ')`,
    present: "select count(*) from sqlite_schema where sql like '%on conflict replace%'",
    finding: "conflict-clause-not-carried",
    automatic: { sql: t("r || '|'"), gives: [["y  |"]] },
    outcome: "told, with what PostgreSQL does instead",
  },
  {
    name: "virtual tables",
    sqlite: `create table t (id integer primary key, v text); insert into t values (1, 'x');
      create virtual table f using fts5(a, b); insert into f values ('some words', 'more'); create virtual table r using rtree(id, x0, x1); insert into r values (1, 2, 3)`,
    present: "select count(*) from pragma_table_list where type = 'shadow'",
    finding: "full-text-index",
    automatic: { sql: "select a || ' ' || (select x1 from r) from f", gives: [["some words 3"]] },
    outcome: "FTS3, 4 and 5 get a GIN index, R-Trees a GiST index; the rows of others move; told",
  },
  {
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
    name: "a file in UTF-16",
    sqlite:
      "pragma encoding = 'UTF-16le'; create table t (id integer primary key, v text); insert into t values (1, 'é😀')",
    present: "select count(*) from pragma_encoding where encoding like 'UTF-16%'",
    finding: null,
    automatic: { sql: t(), gives: [["é😀"]] },
    outcome: "moves as any other",
  },
  {
    name: "a damaged file, a hot journal, a write-ahead log without its program",
    finding: null,
    outcome: "refused with exit code 6 and what to type; a log is read with the file",
    tests: [
      ["journeys/bad-input.test.ts", "a source that cannot be moved is refused"],
      ["source/open-source.test.ts", "a file with a hot journal, which only a writer can roll back"],
      ["source/open-source.test.ts", "reads what stands only in the log of a program that was killed"],
    ],
  },
  {
    name: "rowids as the only key",
    sqlite: "create table t (v text, w integer); insert into t values ('a', 1), ('a', 1)",
    present: "select count(*) from t where rowid > 1",
    finding: "rowid-not-carried",
    automatic: { sql: "select count(*)::text from t", gives: [["2"]] },
    outcome: "the rows move and are compared as a multiset; told, with what to make in SQLite first",
  },
  {
    name: "ids given out beyond those that are there",
    sqlite: `create table t (id integer primary key autoincrement, v text); insert into t values (50, 'x'); delete from t;
      insert into t values (1, 'y')`,
    present: "select (select seq from sqlite_sequence) > (select max(id) from t)",
    finding: null,
    automatic: { sql: "insert into t (v) values ('z') returning id::text", gives: [["51"]] },
    outcome: "the identity column goes on above every id ever given out",
  },
  {
    name: "values of hundreds of megabytes",
    finding: "row-too-large",
    outcome: "stops before a row of more than 1 GB in COPY's format: without the table or the column",
    tests: [
      ["journeys/limits.test.ts", "stops before a row that is longer than a line of COPY may be"],
      ["long/blobs.test.ts", "cross whole, and twice as many take no more memory"],
    ],
  },
  {
    name: "an application that counts on ids being given out again",
    sqlite: "create table t (id integer primary key, v text); insert into t values (1, 'y'), (5, 'x')",
    present: "select max(id) = 5 from t",
    finding: "ids-go-on",
    automatic: { sql: "insert into t (v) values ('z') returning id::text", gives: [["6"]] },
    outcome: "told: identity columns never go back",
  },
  {
    name: "negative zero",
    sqlite: "create table t (id integer primary key, v); insert into t values (1, -0.0), (2, 0.5)",
    present: "select count(*) from t where v = 0 and typeof(v) = 'real'",
    finding: null,
    automatic: { sql: t(), gives: [["-0"], ["0.5"]] },
    outcome: "double precision keeps its sign",
  },
];
