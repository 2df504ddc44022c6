// What a SQLite file declares, as plain data. Made by read-catalog.ts, read by every room to the right.

/** The five affinities of SQLite ("Datatypes In SQLite" section 3.1). */
export type Affinity = "INTEGER" | "TEXT" | "BLOB" | "REAL" | "NUMERIC";

export interface SourceColumn {
  name: string;
  /** As written, e.g. `VARCHAR(20)`; the empty string where the column has no type. */
  declaredType: string;
  affinity: Affinity;
  notNull: boolean;
  /** The SQL text of the DEFAULT, as PRAGMA table_xinfo gives it. */
  defaultSql: string | null;
  /** 1-based place in the primary key; 0 when it has none. */
  keyPosition: number;
  generated: "virtual" | "stored" | null;
  /** BINARY, NOCASE, RTRIM or an application's own; upper case. */
  collation: string;
}

export interface SourceIndexColumn {
  /** Null for an expression. */
  name: string | null;
  descending: boolean;
  collation: string;
}

export interface SourceIndex {
  name: string;
  unique: boolean;
  /** `c` by CREATE INDEX, `u` by a UNIQUE constraint, `pk` by a PRIMARY KEY. */
  origin: "c" | "u" | "pk";
  partial: boolean;
  columns: SourceIndexColumn[];
  /** Null for the indexes SQLite makes itself. */
  sql: string | null;
}

export interface SourceForeignKey {
  /** Number within the table, as PRAGMA foreign_key_list gives it. */
  id: number;
  columns: string[];
  /** As written; SQLite compares it without case. */
  parentTable: string;
  /** Null where the constraint names none: the parent's primary key is meant. */
  parentColumns: string[] | null;
  onUpdate: string;
  onDelete: string;
}

export interface SourceTable {
  name: string;
  kind: "table" | "virtual";
  sql: string;
  columns: SourceColumn[];
  /** Virtual generated columns that cannot be computed here, or not for every row, with SQLite's words; not in `columns`. */
  uncomputable: { name: string; reason: string }[];
  /** In key order; empty where there is none. */
  primaryKey: string[];
  /** The INTEGER PRIMARY KEY column that is the rowid itself ("Rowid Tables" section 2), if any. */
  rowidAlias: string | null;
  /** A name by which the rowid can be read (rowid, _rowid_ or oid, whichever no column shadows); null if none. */
  rowidName: string | null;
  withoutRowid: boolean;
  strict: boolean;
  autoincrement: boolean;
  /** The highest id ever given out, from sqlite_sequence; null where that table has no row for it. */
  sequence: bigint | null;
  indexes: SourceIndex[];
  foreignKeys: SourceForeignKey[];
  /** Whether the table's SQL has a CHECK constraint (found by tokens, not by substring). */
  hasCheck: boolean;
  /** Names of the module and its arguments where the table is virtual: `fts5`, `["title", "content=''"]`. */
  module: { name: string; arguments: string[] } | null;
}

export interface SourceView {
  name: string;
  sql: string;
  /** Names of its columns, as SQLite gives them; empty where it cannot be read. */
  columns: string[];
  readable: boolean;
  /** SQLite's words where it cannot be read. */
  reason: string | null;
}

export interface IndexDamage {
  index: string;
  table: string;
  reason: string;
  /** How many rows have the same values as an earlier one in columns that the index was to keep unique. */
  duplicates: number;
}

export interface SourceCatalog {
  sqliteVersion: string;
  encoding: "UTF-8" | "UTF-16le" | "UTF-16be";
  pageSize: number;
  pageCount: number;
  /** As PRAGMA journal_mode reports: `wal`, `delete`, … */
  journalMode: string;
  userVersion: number;
  applicationId: number;
  /** Ordinary and virtual tables, without shadow tables and SQLite's own. In the order of sqlite_schema. */
  tables: SourceTable[];
  views: SourceView[];
  triggers: { name: string; table: string; sql: string }[];
  /** Tables that store a virtual table's content (PRAGMA table_list type `shadow`). */
  shadowTables: string[];
  /** Tables that SQLite lists but cannot read, with SQLite's own words. */
  unreadable: { name: string; reason: string }[];
  /** What PRAGMA quick_check and the count of index entries found wrong without harm to the rows; empty = sound. */
  indexDamage: IndexDamage[];
}
