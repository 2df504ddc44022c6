// Reads a SQLite file for the oracle: every value as its storage class and what it holds, straight from the engine.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";

/** `text` is null where the stored bytes are no text of the file's encoding. */
export type SqliteValue =
  | { class: "null" }
  | { class: "integer"; value: bigint }
  | { class: "real"; value: number }
  | { class: "text"; bytes: Buffer; text: string | null }
  | { class: "blob"; bytes: Buffer };

export interface SqliteRow {
  /** The rowid, else the primary key as SQLite quotes it: what the bookkeeping calls a row. */
  key: string;
  values: SqliteValue[];
}

export interface SqliteColumn {
  name: string;
  type: string;
  notNull: boolean;
  defaultSql: string | null;
  /** 1-based place in the primary key, or 0. */
  keyPosition: number;
  isGenerated: boolean;
}

export interface SqliteTable {
  name: string;
  kind: string;
  sql: string;
  isStrict: boolean;
  columns: SqliteColumn[];
  rows: SqliteRow[];
  /** The column that is the rowid. */
  alias: string | null;
  /** Highest id ever given out, where SQLite keeps it. */
  sequence: bigint | null;
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Calls `use` with a connection to a copy of the file, so that nothing the oracle does can change it. */
export async function withSqliteCopy<T>(
  path: string,
  use: (db: Database.Database) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  const copy = join(folder, "copy.db");
  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  const db = new Database(copy);
  // So that a table with an error in its schema does not make the others unreadable.
  db.unsafeMode().pragma("writable_schema = on");
  try {
    return await use(db);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every table of the application, with its rows; what SQLite itself cannot read is in `unreadable`. */
export function readSqlite(db: Database.Database): { tables: SqliteTable[]; unreadable: string[] } {
  const listed = db
    .prepare<[], { name: string; type: string; strict: number; wr: number; sql: string | null }>(
      `select l.name, l.type, l.strict, l.wr, s.sql from pragma_table_list l
         join sqlite_schema s on s.name = l.name and s.type = 'table'
        where l.schema = 'main' and l.type in ('table', 'virtual') and substr(l.name, 1, 7) <> 'sqlite_'`,
    )
    .all();
  const tables: SqliteTable[] = [];
  const unreadable: string[] = [];
  for (const { name, type, strict, wr, sql } of listed) {
    try {
      tables.push(readTable(db, { name, kind: type, isStrict: strict === 1, sql: sql ?? "" }, wr === 1));
    } catch (error) {
      unreadable.push(`${name}: ${String(error)}`);
    }
  }
  return { tables, unreadable };
}

function readTable(
  db: Database.Database,
  listed: Pick<SqliteTable, "name" | "kind" | "isStrict" | "sql">,
  withoutRowid: boolean,
): SqliteTable {
  const columns = [...readColumns(db, listed.name), ...fullTextId(listed)];
  const keyColumns = columns
    .filter((column) => column.keyPosition > 0)
    .sort((a, b) => a.keyPosition - b.keyPosition);
  const alias = withoutRowid || listed.kind !== "table" ? null : aliasOf(db, listed.name, keyColumns);
  const rowid = withoutRowid ? null : rowidName(columns, alias);
  const literals = keyColumns.map((column) => `quote(${quoted(column.name)})`).join(", ");
  const key = rowid === null ? `json_array(${literals})` : `json_array(cast(${rowid} as text))`;
  const values = columns.map(
    ({ name }) => `typeof(${quoted(name)}), ${quoted(name)}, cast(${quoted(name)} as blob)`,
  );
  const encoding = String(db.pragma("encoding", { simple: true }));
  const rows = db
    .prepare(
      `select ${[key, ...values].join(", ")} from ${quoted(listed.name)}${listed.kind === "table" ? " not indexed" : ""}`,
    )
    .raw()
    .safeIntegers()
    .all() as unknown[][];
  return {
    ...listed,
    columns,
    alias,
    sequence: sequenceOf(db, listed.name),
    rows: rows.map(([literalsOfKey, ...fields]) => {
      const values = columns.map((_, i) => sqliteValue(fields.slice(3 * i, 3 * i + 3), encoding));
      const ofKey = rowid === null ? keyColumns.map((column) => values[columns.indexOf(column)]) : [];
      return { key: keyText(JSON.parse(String(literalsOfKey)), ofKey, encoding), values };
    }),
  };
}

/** The ids of a full-text table's entries move, though they are no column of it. */
function fullTextId({ kind, sql }: Pick<SqliteTable, "kind" | "sql">): ReturnType<typeof readColumns> {
  const version = kind === "virtual" ? /\busing\s+["'`[]?fts([345])\b/i.exec(sql)?.[1] : undefined;
  return version === undefined
    ? []
    : [
        {
          name: version === "5" ? "rowid" : "docid",
          type: "INTEGER",
          notNull: false,
          defaultSql: null,
          keyPosition: 0,
          isGenerated: false,
        },
      ];
}

/**
 * The literals of the key's values, those of texts that no literal holds as their bytes: SQLite ends one at U+0000, and
 * makes U+FFFD of the noncharacters U+FFFE and U+FFFF of a UTF-16 file.
 */
function keyText(
  literals: readonly string[],
  values: readonly (SqliteValue | undefined)[],
  encoding: string,
): string {
  const unfit = encoding === "UTF-8" ? /\0/ : /[\0\ufffe\uffff]/;
  return literals
    .map((literal, i) => {
      const value = values[i];
      return value?.class === "text" && (value.text === null || unfit.test(value.text))
        ? `cast(X'${value.bytes.toString("hex").toUpperCase()}' as text)`
        : literal;
    })
    .join(",");
}

function readColumns(db: Database.Database, table: string): SqliteColumn[] {
  return db
    .prepare<
      [string],
      { name: string; type: string; notnull: number; dflt_value: string | null; pk: number; hidden: number }
    >("select * from pragma_table_xinfo(?) where hidden <> 1")
    .all(table)
    .map((column) => ({
      name: column.name,
      type: column.type,
      notNull: column.notnull === 1,
      defaultSql: column.dflt_value,
      keyPosition: column.pk,
      isGenerated: column.hidden > 1,
    }));
}

/** SQLite makes an index for every primary key but the one that is the rowid. */
function aliasOf(db: Database.Database, table: string, key: readonly SqliteColumn[]): string | null {
  const indexes = db.prepare<[string], { origin: string }>("select * from pragma_index_list(?)").all(table);
  return key.length === 1 && !indexes.some((index) => index.origin === "pk") ? (key[0]?.name ?? null) : null;
}

function rowidName(columns: readonly SqliteColumn[], alias: string | null): string | null {
  const names = new Set(columns.filter(({ name }) => name !== alias).map(({ name }) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !names.has(name)) ?? null;
}

function sequenceOf(db: Database.Database, table: string): bigint | null {
  const exists = db.prepare("select 1 from sqlite_schema where name = 'sqlite_sequence'").get();
  if (exists === undefined) return null;
  const seq = db.prepare("select seq from sqlite_sequence where name = ?").pluck().safeIntegers().get(table);
  return typeof seq === "bigint" ? seq : null;
}

function sqliteValue([storageClass, value, bytes]: unknown[], encoding: string): SqliteValue {
  switch (storageClass) {
    case "null":
      return { class: "null" };
    case "integer":
      return { class: "integer", value: value as bigint };
    case "real":
      return { class: "real", value: value as number };
    case "blob":
      return { class: "blob", bytes: bytes as Buffer };
    default:
      return { class: "text", bytes: bytes as Buffer, text: decodeText(bytes as Buffer, encoding) };
  }
}

const DECODERS: Record<string, string> = { "UTF-8": "utf-8", "UTF-16le": "utf-16le", "UTF-16be": "utf-16be" };

function decodeText(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(DECODERS[encoding], { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // not valid in this encoding, which is an answer
  }
}

/** For messages. */
export function showSqlite(value: SqliteValue): string {
  switch (value.class) {
    case "null":
      return "NULL";
    case "integer":
      return `integer ${value.value}`;
    case "real":
      return `real ${Object.is(value.value, -0) ? "-0.0" : value.value}`;
    case "text":
      return `text ${value.text === null ? `x'${value.bytes.toString("hex")}'` : JSON.stringify(value.text)}`;
    case "blob":
      return `blob x'${value.bytes.toString("hex")}'`;
  }
}
