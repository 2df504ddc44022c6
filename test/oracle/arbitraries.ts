// Whole SQLite databases for property tests: names, types, keys, constraints and values of every kind.
import fc from "fast-check";
import { anything, clashing, THEMES } from "./arbitrary-values.js";
import type {
  ModelColumn,
  ModelDatabase,
  ModelForeignKey,
  ModelTable,
  ModelValue,
} from "./database-model.js";

type Theme = keyof typeof THEMES;

const TYPES: Record<Theme, string[]> = {
  integer: [
    "INTEGER",
    "INT",
    "BIGINT",
    "SMALLINT",
    "TINYINT",
    "UNSIGNED BIG INT",
    "INT8",
    "MEDIUMINT(9)",
    "int",
  ],
  real: ["REAL", "FLOAT", "DOUBLE", "DOUBLE PRECISION", "float(24)", "real"],
  decimal: [
    "NUMERIC",
    "DECIMAL(10,2)",
    "DECIMAL(5,0)",
    "NUMERIC(30, 10)",
    "DECIMAL",
    "MONEY",
    "NUMBER(8)",
    "decimal(3,3)",
  ],
  boolean: ["BOOLEAN", "BOOL", "TINYINT(1)", "BIT", "boolean"],
  text: [
    "TEXT",
    "VARCHAR(20)",
    "CHAR(5)",
    "NVARCHAR(255)",
    "CLOB",
    "CHARACTER(20)",
    "STRING",
    "VARCHAR",
    "citext",
  ],
  time: [
    "DATE",
    "DATETIME",
    "TIMESTAMP",
    "TIME",
    "DATETIME(6)",
    "TIMESTAMP WITH TIME ZONE",
    "timestamptz",
    "SMALLDATETIME",
    "YEAR",
  ],
  uuid: ["UUID", "CHAR(36)", "VARCHAR(36)", "CHAR(32)", "GUID", "uniqueidentifier"],
  json: ["JSON", "JSONB", "json", "TEXT_JSON"],
  blob: ["BLOB", "", "BYTEA", "VARBINARY(16)", "BINARY(16)", "geometry", "XYZ(1,2)"],
};
const STRICT_TYPES = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];

const NAMES = [
  "id",
  "name",
  "user",
  "order",
  "select",
  "Group",
  "created_at",
  "is_on",
  "table",
  "rowid",
  "oid",
  "_rowid_",
  "xmin",
  "ctid",
  "tableoid",
  "CMAX",
  'quo"te',
  "apo'strophe",
  "two words",
  "new\nline",
  "tab\there",
  "back\\slash",
  "semi;colon",
  "per%cent",
  "$1",
  ":name",
  "?",
  "naïve",
  "Ünïcode",
  "😀",
  "\u202eabc",
  "a.b",
  "[x]",
  "`y`",
  "--",
  "/*",
  "\\.",
  "\x01",
  " ",
  "ɑ",
  "NULL",
  "true",
  "value",
  "analyze",
  "end",
  "e".repeat(63),
  "f".repeat(64),
  "long_".repeat(15),
  "é".repeat(40),
  `${"g".repeat(62)}é`,
  "😀".repeat(20),
];
const plainNames = fc.constantFrom(
  "a",
  "b",
  "c",
  "d",
  "e",
  "f",
  "g",
  "h",
  "k",
  "l",
  "m",
  "p",
  "q",
  "r",
  "s",
  "t",
  "v",
);
const names = fc.oneof(
  { weight: 3, arbitrary: plainNames },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
);

const DEFAULTS: Record<Theme | "any", string[]> = {
  integer: ["0", "-1", "+5", "0x1F", "9223372036854775807", "(1 + 1)", "1.0", "'7'", "(unixepoch())"],
  real: ["0.0", "1.5", "-0.0", "1e10", ".5", "5", "9e999", "'1.5'"],
  decimal: ["0", "9.99", "'1.50'", "1e3", "0.00", "123456789.123456789", "1e22"],
  boolean: ["0", "1", "true", "FALSE", "'t'", "2", "'yes'"],
  text: [
    "''",
    "'a'",
    "'it''s'",
    "'a\\b'",
    "'1'",
    "1",
    "1.5",
    "x'61'",
    "'ä😀'",
    "('a' || 'b')",
    "CURRENT_TIMESTAMP",
    "current_date",
    "('x')",
    "'a b  '",
  ],
  time: [
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "(datetime('now'))",
    "(strftime('%Y-%m-%d %H:%M:%f', 'now'))",
    "'2000-01-01'",
    "'2000-01-01 00:00:00'",
    "0",
    "(date('now','+1 day'))",
    "'00:00:00'",
    "'0000-00-00'",
  ],
  uuid: ["''", "(lower(hex(randomblob(16))))", "'00000000-0000-0000-0000-000000000000'"],
  json: ["'{}'", "'[]'", "'null'", "0", "'{'"],
  blob: ["x''", "x'00ff'", "''", "'a'", "1", "(zeroblob(4))"],
  any: ["NULL", "null", "1", "'a'", "1.5", "x'00'"],
};

const placeOf = fc.nat({ max: 11 });
const MOST_ROWS = 24;

function valuesOf(theme: Theme): fc.Arbitrary<ModelValue[]> {
  const themes: fc.Arbitrary<ModelValue>[] = THEMES[theme];
  const own = fc.oneof(...themes.map((values) => fc.array(values, { maxLength: MOST_ROWS })));
  const other = fc
    .constantFrom(...(Object.keys(THEMES) as Theme[]))
    .chain((name) => fc.array(fc.oneof(...THEMES[name]), { maxLength: 12 }));
  const all = fc.oneof(
    { weight: 10, arbitrary: own },
    { weight: 1, arbitrary: other },
    { weight: 1, arbitrary: fc.array(anything, { maxLength: MOST_ROWS }) },
    { weight: 1, arbitrary: fc.array(clashing, { maxLength: MOST_ROWS }) },
  );
  const withNulls = fc
    .tuple(all, fc.integer({ min: 2, max: 5 }))
    .map(([values, every]) =>
      values.map((value, i) => (i % every === 1 ? { kind: "null" as const } : value)),
    );
  return fc.oneof({ weight: 2, arbitrary: all }, { weight: 1, arbitrary: withNulls });
}

const themes = fc.constantFrom(...(Object.keys(THEMES) as Theme[]));

const column: fc.Arbitrary<ModelColumn> = themes.chain((theme) =>
  fc.record({
    name: names,
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...TYPES[theme]) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.values(TYPES).flat()) },
    ),
    notNull: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    unique: rarely(8),
    defaultSql: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: fc.constantFrom(...DEFAULTS[theme]) },
      { weight: 1, arbitrary: fc.constantFrom(...DEFAULTS.any, ...DEFAULTS.text) },
    ),
    collation: fc.oneof(
      { weight: 14, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom("NOCASE" as const, "RTRIM" as const) },
    ),
    values: valuesOf(theme),
  }),
);

function rarely(oneIn: number): fc.Arbitrary<boolean> {
  return fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
}

const ids: fc.Arbitrary<string[]> = fc.oneof(
  fc.constant<string[]>([]),
  fc.array(fc.integer({ min: -5, max: 60 }).map(String), { maxLength: MOST_ROWS }),
  fc.array(
    fc.constantFrom("9223372036854775807", "-9223372036854775808", "9007199254740993", "0", "-1", "5"),
    { maxLength: 4 },
  ),
);

const key: fc.Arbitrary<ModelTable["key"]> = fc.oneof(
  fc.record({
    kind: fc.constant("alias" as const),
    autoincrement: rarely(3),
    name: fc.constantFrom("id", "rowid", "ID", "Key Number", "oid"),
    ids,
  }),
  fc.constant({ kind: "none" as const }),
  fc.record({
    kind: fc.constant("columns" as const),
    columns: fc.array(placeOf, { minLength: 1, maxLength: 3 }),
    withoutRowid: fc.boolean(),
  }),
);

const ACTIONS = ["no action", "cascade", "set null", "restrict", "set default"];

const foreignKey: fc.Arbitrary<ModelForeignKey> = fc.record({
  columns: fc.array(placeOf, { minLength: 1, maxLength: 2 }),
  parent: fc.nat({ max: 3 }),
  parentColumns: fc.option(fc.array(placeOf, { minLength: 1, maxLength: 2 })),
  onUpdate: fc.constantFrom(...ACTIONS),
  onDelete: fc.constantFrom(...ACTIONS),
  orphanEvery: fc.constantFrom(0, 0, 1, 3),
});

const table: fc.Arbitrary<ModelTable> = fc.record({
  name: names,
  columns: fc.array(column, { minLength: 1, maxLength: 8 }),
  key,
  strict: rarely(8),
  rowCount: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: MOST_ROWS }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  uniques: fc.oneof(
    { weight: 3, arbitrary: fc.constant<number[][]>([]) },
    { weight: 1, arbitrary: fc.array(fc.array(placeOf, { minLength: 1, maxLength: 2 }), { maxLength: 2 }) },
  ),
  indexes: fc.array(
    fc.record({
      name: names,
      unique: rarely(4),
      columns: fc.array(placeOf, { minLength: 1, maxLength: 3 }),
      descending: fc.boolean(),
      expression: rarely(10),
      partial: rarely(10),
    }),
    { maxLength: 3 },
  ),
  foreignKeys: fc.oneof(
    { weight: 2, arbitrary: fc.constant<ModelForeignKey[]>([]) },
    { weight: 2, arbitrary: fc.array(foreignKey, { maxLength: 2 }) },
  ),
  generated: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom("stored" as const, "virtual" as const) },
  ),
  lastIsLater: rarely(8),
  deleteLast: fc.constantFrom(0, 0, 0, 2),
  lateNotNull: rarely(10),
});

/** At most 4 tables of 9 columns and 24 rows: small, so that many are tried and a failure is read at a glance. */
export const databases: fc.Arbitrary<ModelDatabase> = fc
  .record({
    encoding: fc.constantFrom(
      "UTF-8" as const,
      "UTF-8" as const,
      "UTF-8" as const,
      "UTF-16le" as const,
      "UTF-16be" as const,
    ),
    pageSize: fc.constantFrom(4096, 512, 1024, 65536),
    wal: fc.boolean(),
    tables: fc.array(table, { minLength: 1, maxLength: 4 }),
  })
  .map(lawful);

/** What SQLite would refuse outright: names twice, types that STRICT does not know. */
function lawful(database: ModelDatabase): ModelDatabase {
  const tables = new Set<string>();
  return {
    ...database,
    tables: database.tables.map((one) => {
      const columns = new Set<string>(["made of others"]);
      if (one.key.kind === "alias") columns.add(one.key.name.toLowerCase());
      return {
        ...one,
        name: free(one.name, tables),
        columns: one.columns.map((each, i) => ({
          ...each,
          name: free(each.name, columns),
          type: one.strict
            ? (STRICT_TYPES[(each.type.length + i) % STRICT_TYPES.length] ?? "ANY")
            : each.type,
        })),
      };
    }),
  };
}

function free(name: string, taken: Set<string>): string {
  let wanted = name;
  for (let i = 2; taken.has(wanted.toLowerCase()); i++) wanted = `${name}${i}`;
  taken.add(wanted.toLowerCase());
  return wanted;
}
