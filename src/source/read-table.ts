// One table of the catalog, from PRAGMAs and the text of its CREATE.

import Database from "better-sqlite3";
import { quoteName } from "../base/quote.js";
import { lowerAscii } from "../sql/sql-tokens.js";
import { affinityOf } from "./affinity.js";
import type { SourceColumn, SourceForeignKey, SourceIndex, SourceTable } from "./catalog.js";
import { readDeclaredTable, readModule } from "./declared-sql.js";
import { fullTextOf, fullTextRowid } from "./full-text.js";
import { isIndexOfOthers, rtreeOf } from "./virtual-tables.js";

/** A row of PRAGMA table_list, with the text of the CREATE. */
export interface ListedTable {
  name: string;
  type: "table" | "virtual" | "view" | "shadow";
  wr: number;
  strict: number;
  sql: string;
}

/** Throws SqliteError with SQLite's words where the table cannot be read. */
export function readTable(db: Database.Database, listed: ListedTable): SourceTable {
  const isVirtual = listed.type === "virtual";
  const module = isVirtual ? readModule(listed.sql) : null;
  const declared = readDeclaredTable(isVirtual ? "" : listed.sql);
  const all = readColumns(db, listed, declared.collations);
  const foreignKeys = isVirtual ? [] : readForeignKeys(db, listed.name);
  // Without a column that refers to another table the rows would not be whole: the table then cannot be read.
  const referring = new Set(foreignKeys.flatMap((key) => key.columns.map(lowerAscii)));
  const uncomputable = findUncomputable(
    db,
    listed.name,
    all.filter(({ name }) => !referring.has(lowerAscii(name))),
  );
  const details = all.filter((column) => uncomputable.every(({ name }) => name !== column.name));
  // What no PRAGMA tells: whether its module and functions are known here, and whether a module finds what it needs,
  // which shows only when it is asked for a row.
  const rows = module !== null && !isIndexOfOthers({ module }) ? 1 : 0;
  const columns = uncomputable.length === 0 ? "*" : details.map(({ name }) => quoteName(name)).join(", ");
  db.prepare(`select ${columns} from ${quoteName(listed.name)} limit ${rows}`).all();
  const indexes = isVirtual ? [] : readIndexes(db, listed.name);
  addRowid(module, details);
  // Its PRAGMAs show no key: an R-Tree's id is the rowid of its entry ("The SQLite R*Tree Module" 3).
  const rtree = rtreeOf({ module, columns: details });
  const primaryKey = details.filter((c) => c.keyPosition > 0).sort((a, b) => a.keyPosition - b.keyPosition);
  const withoutRowid = listed.wr === 1;
  const [onlyKey] = primaryKey;
  // Every key that is not the rowid itself has an index of origin pk: INT, DESC, composite, WITHOUT ROWID.
  const isAlias =
    primaryKey.length === 1 && !isVirtual && !withoutRowid && !indexes.some((i) => i.origin === "pk");
  const virtualKey = rtree?.id ?? (isIndexOfOthers({ module }) ? null : ownRowid(module, details));
  const rowidAlias = virtualKey ?? (isAlias ? (onlyKey?.name ?? null) : null);
  return {
    name: listed.name,
    kind: isVirtual ? "virtual" : "table",
    sql: listed.sql,
    columns: details,
    uncomputable,
    primaryKey: virtualKey === null ? primaryKey.map((column) => column.name) : [virtualKey],
    rowidAlias,
    rowidName: withoutRowid ? null : readRowidName(db, listed.name, rowidAlias),
    withoutRowid,
    strict: listed.strict === 1,
    autoincrement: declared.autoincrement,
    sequence: declared.autoincrement ? readSequence(db, listed.name) : null,
    indexes,
    foreignKeys,
    hasCheck: declared.hasCheck,
    module,
  };
}

/**
 * The ids of a full-text table's entries, by which other tables refer to them, are no column of it, and the number of a row's
 * language is a hidden one ("FTS3 and FTS4 Extensions" 6.4); they become its last, so that an INSERT without a list of
 * columns still finds the others.
 */
function addRowid(module: SourceTable["module"], columns: SourceColumn[]): void {
  const name = fullTextRowid(module);
  const hidden = {
    declaredType: "INTEGER",
    affinity: "INTEGER" as const,
    notNull: false,
    generated: null,
    collation: "BINARY",
  };
  const language = isIndexOfOthers({ module }) ? null : (fullTextOf({ module, columns })?.language ?? null);
  if (language !== null) {
    columns.push({ ...hidden, name: language, defaultSql: "0", keyPosition: 0 });
  }
  if (name !== null && !columns.some((column) => lowerAscii(column.name) === name)) {
    columns.push({ ...hidden, name, defaultSql: null, keyPosition: 1 });
  }
}

/** Null where a column of the table's own has the name. */
function ownRowid(module: SourceTable["module"], columns: readonly SourceColumn[]): string | null {
  const name = fullTextRowid(module);
  return columns.at(-1)?.name === name ? name : null;
}

interface ColumnRow {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
  hidden: number;
}

/** `hidden` 1 are a virtual table's own arguments, 2 and 3 generated columns. */
function readColumns(
  db: Database.Database,
  listed: ListedTable,
  collations: Map<string, string>,
): SourceColumn[] {
  const rows = db
    .prepare<[string], ColumnRow>(
      "select * from pragma_table_xinfo(?, 'main') where hidden <> 1 order by cid",
    )
    .all(listed.name);
  return rows.map((row) => ({
    name: row.name,
    declaredType: row.type,
    affinity: affinityOf(row.type, listed.strict === 1),
    notNull: row.notnull === 1,
    defaultSql: row.dflt_value,
    keyPosition: row.pk,
    generated: row.hidden === 2 ? "virtual" : row.hidden === 3 ? "stored" : null,
    collation: collations.get(lowerAscii(row.name)) ?? "BINARY",
  }));
}

/**
 * A virtual generated column is computed whenever it is read: by a function that this SQLite lacks, or with an error
 * for some row, it would make the whole table unreadable, though nothing is stored in it. Looks at every row of such.
 */
function findUncomputable(
  db: Database.Database,
  table: string,
  columns: readonly SourceColumn[],
): SourceTable["uncomputable"] {
  return columns
    .filter(({ generated }) => generated === "virtual")
    .flatMap(({ name }) => {
      try {
        db.prepare(`select count(${quoteName(name)}) from ${quoteName(table)} not indexed`).get();
        return [];
      } catch (error) {
        if (error instanceof Database.SqliteError && error.code === "SQLITE_ERROR") {
          return [{ name, reason: error.message }];
        }
        throw error;
      }
    });
}

/**
 * A name by which SQLite itself finds the rowid: a column of such a name hides it, unless it is the rowid. Asked
 * for without quotes: a quoted name that is no column might be taken for a string.
 */
function readRowidName(db: Database.Database, table: string, alias: string | null): string | null {
  const columns = db
    .prepare<[string], { name: string }>("select name from pragma_table_xinfo(?, 'main')")
    .all(table)
    .map((column) => lowerAscii(column.name));
  const isFree = (name: string) => !columns.includes(name) || (alias !== null && lowerAscii(alias) === name);
  return ["rowid", "_rowid_", "oid"].find((name) => isFree(name) && canPrepare(db, table, name)) ?? null;
}

function canPrepare(db: Database.Database, table: string, expression: string): boolean {
  try {
    db.prepare(`select ${expression} from ${quoteName(table)}`);
    return true;
  } catch {
    // A virtual table may have been made without a rowid; there is no other way to ask.
    return false;
  }
}

function readIndexes(db: Database.Database, table: string): SourceIndex[] {
  const rows = db
    .prepare<
      [string],
      { name: string; unique: number; origin: SourceIndex["origin"]; partial: number; sql: string | null }
    >(`
      select l.name, l."unique", l.origin, l.partial, s.sql
        from pragma_index_list(?, 'main') l
        left join main.sqlite_schema s on s.type = 'index' and s.name = l.name
       order by l.seq desc`)
    .all(table);
  return rows.map((row) => ({
    name: row.name,
    unique: row.unique === 1,
    origin: row.origin,
    partial: row.partial === 1,
    columns: readIndexColumns(db, row.name),
    sql: row.sql,
  }));
}

function readIndexColumns(db: Database.Database, index: string): SourceIndex["columns"] {
  const rows = db
    .prepare<[string], { name: string | null; desc: number; coll: string | null }>(
      `select name, "desc", coll from pragma_index_xinfo(?, 'main') where key = 1 order by seqno`,
    )
    .all(index);
  return rows.map((row) => ({
    name: row.name,
    descending: row.desc === 1,
    collation: (row.coll ?? "BINARY").toUpperCase(),
  }));
}

interface ForeignKeyRow {
  id: number;
  table: string;
  from: string;
  to: string | null;
  on_update: string;
  on_delete: string;
}

/** In the order of their declaration: SQLite numbers them from the last. */
function readForeignKeys(db: Database.Database, table: string): SourceForeignKey[] {
  const rows = db
    .prepare<[string], ForeignKeyRow>(
      "select * from pragma_foreign_key_list(?, 'main') order by id desc, seq",
    )
    .all(table);
  const keys = new Map<number, ForeignKeyRow[]>();
  for (const row of rows) {
    keys.set(row.id, [...(keys.get(row.id) ?? []), row]);
  }
  return [...keys].map(([id, parts]) => {
    const parents = parts.map((part) => part.to).filter((name) => name !== null);
    return {
      id,
      columns: parts.map((part) => part.from),
      parentTable: parts[0]?.table ?? "",
      parentColumns: parents.length === parts.length ? parents : null,
      onUpdate: parts[0]?.on_update ?? "NO ACTION",
      onDelete: parts[0]?.on_delete ?? "NO ACTION",
    };
  });
}

/** sqlite_sequence is an ordinary table that anyone may write: only an INTEGER counts. */
function readSequence(db: Database.Database, table: string): bigint | null {
  const row = db
    .prepare<[string], { seq: bigint | null }>(
      "select max(seq) as seq from main.sqlite_sequence where name = ? and typeof(seq) = 'integer'",
    )
    .safeIntegers()
    .get(table);
  return row?.seq ?? null;
}
