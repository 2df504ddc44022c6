// Reads what the file declares, without reading its rows.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import type { SourceCatalog, SourceTable } from "./catalog.js";
import type { Source } from "./open-source.js";
import { namingSchema } from "./read-errors.js";
import { type ListedTable, readTable } from "./read-table.js";

/**
 * The catalog of the file; of `indexDamage` only what needs no look at every page (damage.ts). A table or view
 * that this SQLite cannot read is listed with the reason; the others are read all the same. Throws `source-corrupt`
 * where the schema itself is damaged.
 */
export function readCatalog(source: Source): SourceCatalog {
  return namingSchema(source.path, () => readAll(source));
}

function readAll(source: Source): SourceCatalog {
  const { db, encoding } = source;
  const listed = listTables(db);
  const { tables, unreadable, shadows } = readTables(db, listed);
  return {
    sqliteVersion: text(db, "select sqlite_version()"),
    encoding,
    pageSize: number(db, "page_size"),
    pageCount: number(db, "page_count"),
    journalMode: String(db.pragma("journal_mode", { simple: true })),
    userVersion: number(db, "user_version"),
    applicationId: number(db, "application_id"),
    tables,
    views: readViews(db),
    triggers: readTriggers(db),
    shadowTables: shadows.map((table) => table.name),
    unreadable: [...unreadable, ...unparsed(source, listed)],
    indexDamage: unparsedIndexes(source),
  };
}

function text(db: Database.Database, sql: string): string {
  return String(db.prepare(sql).pluck().get());
}

function number(db: Database.Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

/**
 * What SQLite takes for a table: it goes by the SQL, not by the type. So a row whose type is none of the four, be it by
 * damage or by hand, counts as one too, and is not lost.
 */
const IS_TABLE = "ifnull(s.type, '') not in ('index', 'view', 'trigger')";

/** Joined by name, because PRAGMA table_list has no SQL; SQLite's own tables (sqlite_…) left out. */
function listTables(db: Database.Database): ListedTable[] {
  return db
    .prepare<[], ListedTable>(`
      select l.name, l.type, l.wr, l.strict, s.sql
        from main.sqlite_schema s
        join pragma_table_list l on l.schema = 'main' and l.name = s.name
       where ${IS_TABLE} and l.type <> 'view' and s.name not like 'sqlite\\_%' escape '\\'
       order by s.rowid`)
    .all();
}

/** In the order of `listed`. The shadow tables of a virtual table that cannot be read are all that is left of it. */
function readTables(db: Database.Database, listed: ListedTable[]) {
  const tables = new Map<string, SourceTable>();
  const unreadable: SourceCatalog["unreadable"] = [];
  const read = (table: ListedTable) => {
    try {
      tables.set(table.name, readTable(db, table));
    } catch (error) {
      unreadable.push({ name: table.name, reason: sqliteWords(error) });
    }
  };
  listed.filter((table) => table.type !== "shadow").forEach(read);
  const orphaned = (table: ListedTable) =>
    table.type === "shadow" && unreadable.some(({ name }) => table.name.startsWith(`${name}_`));
  listed.filter(orphaned).forEach(read);
  return {
    tables: listed.flatMap((table) => tables.get(table.name) ?? []),
    unreadable,
    shadows: listed.filter((table) => table.type === "shadow" && !tables.has(table.name)),
  };
}

/** Tables that sqlite_schema names and SQLite could not make out of their SQL (open-source.ts, readSchema). */
function unparsed(source: Source, listed: ListedTable[]): SourceCatalog["unreadable"] {
  if (source.schemaError === null) {
    return [];
  }
  const known = new Set(listed.map((table) => table.name));
  const words = source.schemaError;
  return source.db
    .prepare<[], { name: string }>(
      `select name from main.sqlite_schema s where ${IS_TABLE} and name not like 'sqlite\\_%' escape '\\' order by rowid`,
    )
    .all()
    .filter((table) => !known.has(table.name))
    .map(({ name }) => ({ name, reason: words.includes(`(${name})`) ? words : "malformed database schema" }));
}

/** Indexes that are in sqlite_schema and that SQLite did not make out of their SQL. */
function unparsedIndexes({ db, schemaError }: Source): SourceCatalog["indexDamage"] {
  if (schemaError === null) {
    return [];
  }
  return db
    .prepare<[], { index: string; table: string }>(`
      select s.name as "index", s.tbl_name as "table"
        from main.sqlite_schema s
       where s.type = 'index' and s.sql is not null
         and s.name not in (select l.name from pragma_index_list(s.tbl_name, 'main') l)
       order by s.rowid`)
    .all()
    .map((one) => ({ ...one, reason: "SQLite cannot parse it", duplicates: 0 }));
}

function readViews(db: Database.Database): SourceCatalog["views"] {
  const views = db
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from main.sqlite_schema where type = 'view' order by rowid",
    )
    .all();
  return views.map((view) => {
    const reason = whyUnreadable(db, view.name);
    const columns = reason === null ? columnNames(db, view.name) : [];
    return { ...view, columns, readable: reason === null, reason };
  });
}

function columnNames(db: Database.Database, view: string): string[] {
  return db
    .prepare<[string], string>("select name from pragma_table_info(?, 'main') order by cid")
    .pluck()
    .all(view);
}

function whyUnreadable(db: Database.Database, view: string): string | null {
  try {
    db.prepare(`select * from ${quoteName(view)} limit 0`).all();
    return null;
  } catch (error) {
    return sqliteWords(error);
  }
}

function readTriggers(db: Database.Database): SourceCatalog["triggers"] {
  return db
    .prepare<[], { name: string; table: string; sql: string }>(
      `select name, tbl_name as "table", sql from main.sqlite_schema where type = 'trigger' order by rowid`,
    )
    .all();
}

/** What SQLite says about the object; an error that is not about it (locked, out of memory) is thrown on. */
function sqliteWords(error: unknown): string {
  if (error instanceof Database.SqliteError && /^SQLITE_(?:ERROR|CORRUPT|CONSTRAINT|AUTH)/.test(error.code)) {
    return error.message;
  }
  throw error;
}
