// A whole SQLite database as plain data, the file it makes, and the SQL that shows it to a person.
import Database from "better-sqlite3";
import { quoted } from "./read-sqlite.js";

/** `raw` is bytes stored as text, in whatever encoding the file has; `text` may hold unpaired surrogates. */
export type ModelValue =
  | { kind: "null" }
  | { kind: "integer"; value: string }
  | { kind: "real"; bits: string }
  | { kind: "text"; text: string }
  | { kind: "raw"; hex: string }
  | { kind: "blob"; hex: string };

export interface ModelColumn {
  name: string;
  type: string;
  notNull: boolean;
  unique: boolean;
  /** SQL of the DEFAULT, or null. */
  defaultSql: string | null;
  collation: "NOCASE" | "RTRIM" | null;
  /** Row i holds values[i % length]; NULL where there are none. */
  values: ModelValue[];
}

export interface ModelForeignKey {
  /** Places, taken modulo the number of columns; of the parent too, in which case its key is named. */
  columns: number[];
  /** Modulo the number of tables. */
  parent: number;
  parentColumns: number[] | null;
  onUpdate: string;
  onDelete: string;
  /** Every so many rows keep their own value; 0: all rows take one of the parent's. */
  orphanEvery: number;
}

export interface ModelTable {
  name: string;
  columns: ModelColumn[];
  key:
    | { kind: "none" }
    | { kind: "alias"; autoincrement: boolean; name: string; ids: string[] }
    | { kind: "columns"; columns: number[]; withoutRowid: boolean };
  strict: boolean;
  rowCount: number;
  uniques: number[][];
  indexes: {
    name: string;
    unique: boolean;
    columns: number[];
    descending: boolean;
    expression: boolean;
    partial: boolean;
  }[];
  foreignKeys: ModelForeignKey[];
  generated: "stored" | "virtual" | null;
  /** The last column comes by ALTER TABLE, when the rows are there. */
  lastIsLater: boolean;
  /** The last rows go again, so that ids were given out above the highest. */
  deleteLast: number;
  /** NOT NULL is written into the schema when NULLs are there, as old tools did. */
  lateNotNull: boolean;
}

export interface ModelDatabase {
  encoding: "UTF-8" | "UTF-16le" | "UTF-16be";
  pageSize: number;
  wal: boolean;
  tables: ModelTable[];
}

/** Writes the file. Rows and indexes that SQLite refuses are left out: what it took is what has to move. */
export function writeDatabase(path: string, model: ModelDatabase): void {
  const db = new Database(path);
  try {
    db.pragma(`page_size = ${model.pageSize}`);
    db.pragma(`encoding = '${model.encoding}'`);
    db.pragma("foreign_keys = off");
    db.pragma("synchronous = off");
    if (model.wal) db.pragma("journal_mode = wal");
    model.tables.forEach((_, i) => {
      fill(db, model, i);
    });
  } finally {
    db.close();
  }
}

function fill(db: Database.Database, model: ModelDatabase, place: number): void {
  const table = model.tables[place];
  if (table === undefined) return;
  db.exec(createTable(model, place, { early: true }));
  const rows = rowsOf(model, place);
  const early = earlyColumns(table);
  const names = [...keyNames(table), ...early.map(({ name }) => name)];
  for (const row of rows) insert(db, table.name, names, row.slice(0, names.length), model.encoding);
  for (const index of indexStatements(table, place)) attempt(() => db.exec(index));
  if (table.deleteLast > 0 && table.key.kind !== "columns") {
    attempt(() =>
      db.exec(
        `delete from ${quoted(table.name)} where rowid in (select rowid from ${quoted(table.name)} order by rowid desc limit ${table.deleteLast})`,
      ),
    );
  }
  const later = table.columns.slice(early.length);
  for (const column of later)
    attempt(() =>
      db.exec(
        `alter table ${quoted(table.name)} add column ${columnSql({ ...column, notNull: false, unique: false })}`,
      ),
    );
  if (table.lateNotNull) {
    db.unsafeMode(true);
    db.pragma("writable_schema = on");
    const strictly = createTable(model, place, { early: later.length > 0, withNotNull: true });
    if (later.length === 0)
      db.prepare("update sqlite_schema set sql = ? where name = ? and type = 'table'").run(
        strictly,
        table.name,
      );
    db.pragma("writable_schema = reset");
    db.unsafeMode(false);
  }
}

function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
}

function earlyColumns(table: ModelTable): ModelColumn[] {
  return table.lastIsLater && table.columns.length > 1 ? table.columns.slice(0, -1) : table.columns;
}

function keyNames(table: ModelTable): string[] {
  return table.key.kind === "alias" ? [table.key.name] : [];
}

function columnSql(column: ModelColumn): string {
  return [
    quoted(column.name),
    column.type,
    column.notNull ? "not null" : "",
    column.unique ? "unique" : "",
    column.defaultSql === null ? "" : `default ${column.defaultSql}`,
    column.collation === null ? "" : `collate ${column.collation}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const around = <T>(list: readonly T[], i: number): T | undefined => list[i % Math.max(1, list.length)];

function namesAt(columns: readonly ModelColumn[], places: readonly number[]): string[] {
  return [...new Set(places.map((place) => around(columns, place)?.name ?? ""))];
}

function createTable(
  model: ModelDatabase,
  place: number,
  { withNotNull = false }: { early: boolean; withNotNull?: boolean },
): string {
  const table = model.tables[place];
  if (table === undefined) return "";
  const columns = earlyColumns(table);
  const { key } = table;
  const list = (names: readonly string[]) => names.map(quoted).join(", ");
  const keyColumns = key.kind === "columns" ? namesAt(columns, key.columns) : [];
  const parts = [
    ...(key.kind === "alias"
      ? [`${quoted(key.name)} integer primary key${key.autoincrement ? " autoincrement" : ""}`]
      : []),
    ...columns.map((column) =>
      columnSql({ ...column, notNull: column.notNull && (withNotNull || !table.lateNotNull) }),
    ),
    ...(table.generated === null
      ? []
      : [
          `${quoted("made of others")} ${table.strict ? "any" : ""} generated always as (${quoted(columns[0]?.name ?? "")}) ${table.generated}`,
        ]),
    ...(keyColumns.length > 0 ? [`primary key (${list(keyColumns)})`] : []),
    ...table.uniques.map((places) => `unique (${list(namesAt(columns, places))})`),
    ...table.foreignKeys.flatMap((foreignKey) => foreignKeySql(model, columns, foreignKey)),
  ];
  const options = [
    key.kind === "columns" && key.withoutRowid ? "without rowid" : "",
    table.strict ? "strict" : "",
  ].filter((one) => one !== "");
  return `create table ${quoted(table.name)} (\n  ${parts.join(",\n  ")}\n) ${options.join(", ")}`;
}

/** The places of a foreign key's columns in the child and the parent, as many of one as of the other. */
function tiedNames(
  model: ModelDatabase,
  columns: readonly ModelColumn[],
  key: ModelForeignKey,
): { own: string[]; parent: ModelTable; parents: string[]; isNamed: boolean } | null {
  const parent = around(model.tables, key.parent);
  if (parent === undefined) return null;
  const parentColumns = earlyColumns(parent);
  const implicit =
    parent.key.kind === "alias"
      ? [parent.key.name]
      : parent.key.kind === "columns"
        ? namesAt(parentColumns, parent.key.columns)
        : [];
  const isNamed = key.parentColumns !== null || implicit.length === 0;
  const wanted = key.parentColumns === null ? implicit : namesAt(parentColumns, key.parentColumns);
  const parents = wanted.length > 0 ? wanted : namesAt(parentColumns, [0]);
  const own = namesAt(columns, key.columns);
  const width = isNamed ? Math.min(own.length, parents.length) : parents.length;
  if (own.length < width) return null;
  return { own: own.slice(0, width), parent, parents: parents.slice(0, width), isNamed };
}

function foreignKeySql(
  model: ModelDatabase,
  columns: readonly ModelColumn[],
  key: ModelForeignKey,
): string[] {
  const tied = tiedNames(model, columns, key);
  if (tied === null) return [];
  const list = (names: readonly string[]) => names.map(quoted).join(", ");
  const target = tied.isNamed ? ` (${list(tied.parents)})` : "";
  return [
    `foreign key (${list(tied.own)}) references ${quoted(tied.parent.name)}${target} on update ${key.onUpdate} on delete ${key.onDelete}`,
  ];
}

/** Rows in the order of keyNames and columns; children take values of their parents first. */
function rowsOf(model: ModelDatabase, place: number): ModelValue[][] {
  const table = model.tables[place];
  if (table === undefined) return [];
  const own = (one: ModelTable, i: number): ModelValue[] => [
    ...(one.key.kind === "alias" ? [idAt(one.key.ids, i)] : []),
    ...one.columns.map((column) => around(column.values, i) ?? ({ kind: "null" } as const)),
  ];
  const columns = earlyColumns(table);
  const offset = keyNames(table).length;
  return Array.from({ length: table.rowCount }, (_, i) => {
    const row = own(table, i);
    for (const key of table.foreignKeys) {
      const tied = tiedNames(model, columns, key);
      if (tied === null || tied.parent.rowCount === 0 || (key.orphanEvery > 0 && i % key.orphanEvery === 0))
        continue;
      const parentRow = own(tied.parent, (i * 7 + 1) % tied.parent.rowCount);
      const parentNames = [...keyNames(tied.parent), ...tied.parent.columns.map(({ name }) => name)];
      tied.own.forEach((name, k) => {
        const value = parentRow[parentNames.indexOf(tied.parents[k] ?? "")];
        const at = columns.findIndex((column) => column.name === name);
        if (value !== undefined && at >= 0) row[offset + at] = value;
      });
    }
    return row;
  });
}

function idAt(ids: readonly string[], i: number): ModelValue {
  const id = ids[i];
  return id === undefined ? { kind: "null" } : { kind: "integer", value: id };
}

function indexStatements(table: ModelTable, place: number): string[] {
  const columns = earlyColumns(table);
  return table.indexes.map((index, i) => {
    const names = namesAt(columns, index.columns);
    const keys = names.map((name) =>
      index.expression ? `length(${quoted(name)})` : `${quoted(name)}${index.descending ? " desc" : ""}`,
    );
    const where = index.partial ? ` where ${quoted(names[0] ?? "")} is not null` : "";
    return `create ${index.unique ? "unique " : ""}index ${quoted(`${index.name} ${place}.${i}`)} on ${quoted(table.name)} (${keys.join(", ")})${where}`;
  });
}

function insert(
  db: Database.Database,
  table: string,
  names: readonly string[],
  row: readonly ModelValue[],
  encoding: string,
): void {
  const places = row.map((value) =>
    value.kind === "text" || value.kind === "raw" ? "cast(? as text)" : "?",
  );
  const sql = `insert or ignore into ${quoted(table)} (${names.map(quoted).join(", ")}) values (${places.join(", ")})`;
  attempt(() => db.prepare(sql).run(row.map((value) => bound(value, encoding))));
}

function bound(value: ModelValue, encoding: string): unknown {
  switch (value.kind) {
    case "null":
      return null;
    case "integer":
      return BigInt(value.value);
    case "real":
      return Buffer.from(value.bits, "hex").readDoubleBE();
    case "text":
      return textBytes(value.text, encoding);
    default:
      return Buffer.from(value.hex, "hex");
  }
}

/** Unpaired surrogates are encoded like any other code point, which no valid UTF-8 or UTF-16 has. */
export function textBytes(text: string, encoding: string): Buffer {
  if (encoding !== "UTF-8") {
    const bytes = Buffer.from(text, "utf16le");
    return encoding === "UTF-16be" ? bytes.swap16() : bytes;
  }
  const parts = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    return isSurrogate
      ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)])
      : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** The same file as a script for the sqlite3 shell, for a person to read and to make a test of. */
export function scriptOf(model: ModelDatabase): string {
  const lines = [
    `pragma page_size = ${model.pageSize};`,
    `pragma encoding = '${model.encoding}';`,
    ...(model.wal ? ["pragma journal_mode = wal;"] : []),
  ];
  model.tables.forEach((table, place) => {
    const names = [...keyNames(table), ...earlyColumns(table).map(({ name }) => name)];
    lines.push(`${createTable(model, place, { early: true })};`);
    for (const row of rowsOf(model, place)) {
      const values = row.slice(0, names.length).map((value) => literal(value, model.encoding));
      lines.push(`insert or ignore into ${quoted(table.name)} values (${values.join(", ")});`);
    }
    lines.push(...indexStatements(table, place).map((statement) => `${statement};`));
    if (table.deleteLast > 0) lines.push(`-- then the last ${table.deleteLast} rows by rowid are deleted`);
    for (const column of table.columns.slice(earlyColumns(table).length)) {
      lines.push(
        `alter table ${quoted(table.name)} add column ${columnSql({ ...column, notNull: false, unique: false })};`,
      );
    }
    if (table.lateNotNull) lines.push("-- then NOT NULL is written into sqlite_schema");
  });
  return lines.join("\n");
}

function literal(value: ModelValue, encoding: string): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "integer":
      return value.value;
    case "real": {
      const double = Buffer.from(value.bits, "hex").readDoubleBE();
      if (!Number.isFinite(double)) return double > 0 ? "9e999" : "-9e999";
      const text = Object.is(double, -0) ? "-0" : String(double);
      return `${/[.e]/.test(text) ? text : `${text}.0`} /* ${value.bits} */`;
    }
    case "text":
      return /^[\x20-\x7e]*$/.test(value.text)
        ? `'${value.text.replaceAll("'", "''")}'`
        : `cast(x'${textBytes(value.text, encoding).toString("hex")}' as text)`;
    case "raw":
      return `cast(x'${value.hex}' as text)`;
    case "blob":
      return `x'${value.hex}'`;
  }
}
