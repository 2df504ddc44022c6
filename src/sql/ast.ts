// The syntax tree of SQLite's SQL: what the parser makes of a stored CREATE statement, what the printer writes back and
// the translation reads. Plain data; names are without their quotes, as SQLite compares them ("SQL Language Expressions",
// "CREATE TABLE", "SELECT", "CREATE TRIGGER").

export type Expr =
  | Literal
  | ColumnRef
  | { kind: "parameter"; text: string }
  | { kind: "unary"; op: "-" | "+" | "~" | "not"; operand: Expr }
  | { kind: "binary"; op: BinaryOp; left: Expr; right: Expr }
  /** `is`, `is not`, `is distinct from` (which says `is not`), also over any two values. */
  | { kind: "is"; not: boolean; left: Expr; right: Expr }
  /** `isnull`, `notnull`, `not null`; `is null` is `is` with a null literal. */
  | { kind: "nullTest"; not: boolean; operand: Expr }
  | {
      kind: "match";
      op: "like" | "glob" | "regexp" | "match";
      not: boolean;
      left: Expr;
      right: Expr;
      escape: Expr | null;
    }
  | { kind: "between"; not: boolean; operand: Expr; low: Expr; high: Expr }
  | { kind: "in"; not: boolean; operand: Expr; set: InSet }
  | { kind: "case"; operand: Expr | null; whens: { when: Expr; result: Expr }[]; otherwise: Expr | null }
  /** `type` as written, `''` where there is none. */
  | { kind: "cast"; operand: Expr; type: string }
  | { kind: "collate"; operand: Expr; collation: string }
  | Call
  | { kind: "exists"; select: Select }
  | { kind: "subquery"; select: Select }
  /** A row value of two or more; one expression in parentheses is that expression. */
  | { kind: "row"; items: Expr[] }
  | { kind: "raise"; action: "ignore" | "rollback" | "abort" | "fail"; message: Expr | null };

export type Literal =
  /** `text` as written: `0x1F`, `1_000`, `1.5e3`. */
  | { kind: "number"; text: string }
  | { kind: "string"; value: string }
  /** Hex digits. */
  | { kind: "blob"; hex: string }
  | { kind: "null" }
  /** Only where no column has that name does SQLite read these words as 1 and 0; the parser cannot know, `resolve` can. */
  | { kind: "boolean"; value: boolean }
  | { kind: "now"; what: "current_timestamp" | "current_date" | "current_time" };

/** `quoted` by `"`: SQLite reads it as a string where no column has the name ("Quirks" section 8). */
export interface ColumnRef {
  kind: "column";
  schema: string | null;
  table: string | null;
  name: string;
  quoted: '"' | "`" | "[" | "'" | null;
}

export interface Call {
  kind: "call";
  /** In lower case. */
  name: string;
  distinct: boolean;
  /** `count(*)` has `star` and no arguments. */
  star: boolean;
  args: Expr[];
  /** `group_concat(a order by b)`, SQLite 3.44. */
  orderBy: OrderTerm[];
  filter: Expr | null;
  over: Window | string | null;
}

export type BinaryOp =
  | "||"
  | "->"
  | "->>"
  | "*"
  | "/"
  | "%"
  | "+"
  | "-"
  | "&"
  | "|"
  | "<<"
  | ">>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "="
  | "<>"
  | "and"
  | "or";

export type InSet =
  | { kind: "list"; items: Expr[] }
  | { kind: "select"; select: Select }
  | { kind: "table"; schema: string | null; name: string; args: Expr[] | null };

export interface Window {
  base: string | null;
  partitionBy: Expr[];
  orderBy: OrderTerm[];
  frame: Frame | null;
}

export interface Frame {
  unit: "rows" | "range" | "groups";
  start: FrameBound;
  end: FrameBound | null;
  exclude: "no others" | "current row" | "group" | "ties" | null;
}

export type FrameBound =
  | { kind: "unbounded preceding" | "current row" | "unbounded following" }
  | { kind: "preceding" | "following"; offset: Expr };

export interface OrderTerm {
  expr: Expr;
  descending: boolean;
  nulls: "first" | "last" | null;
}

export interface Select {
  kind: "select";
  with: { recursive: boolean; tables: CommonTable[] } | null;
  /** The first is `op: null`. */
  parts: { op: "union" | "union all" | "intersect" | "except" | null; core: SelectCore }[];
  orderBy: OrderTerm[];
  limit: Expr | null;
  offset: Expr | null;
}

export interface CommonTable {
  name: string;
  columns: string[] | null;
  materialized: boolean | null;
  select: Select;
}

export type SelectCore =
  | {
      kind: "query";
      distinct: boolean;
      columns: ResultColumn[];
      from: From | null;
      where: Expr | null;
      groupBy: Expr[];
      having: Expr | null;
      windows: { name: string; window: Window }[];
    }
  | { kind: "values"; rows: Expr[][] };

export type ResultColumn =
  | { kind: "star" }
  | { kind: "tableStar"; table: string }
  /** `source` is the text as written, which SQLite takes for the name where there is no alias. */
  | { kind: "expr"; expr: Expr; alias: string | null; source: string };

export type From =
  | {
      kind: "table";
      schema: string | null;
      name: string;
      alias: string | null;
      args: Expr[] | null;
      indexed: string | false | null;
    }
  | { kind: "select"; select: Select; alias: string | null }
  /** Parentheses around a join. */
  | { kind: "group"; from: From; alias: string | null }
  | {
      kind: "join";
      left: From;
      right: From;
      /** `,` is `comma`. */
      type: "comma" | "cross" | "inner" | "left" | "right" | "full";
      natural: boolean;
      on: Expr | null;
      using: string[] | null;
    };

export type ConflictAction = "rollback" | "abort" | "fail" | "ignore" | "replace";

export interface CreateTable {
  kind: "createTable";
  temporary: boolean;
  ifNotExists: boolean;
  schema: string | null;
  name: string;
  columns: ColumnDef[];
  constraints: TableConstraint[];
  withoutRowid: boolean;
  strict: boolean;
  /** `create table … as select`; sqlite_schema never stores it. */
  as: Select | null;
  /** What comments say of it (comments.ts), as in the three below; null where they say nothing. Not printed. */
  comment: string | null;
}

export interface ColumnDef {
  name: string;
  /** As written with single blanks between its words: `VARCHAR (20)`; '' where there is none. */
  type: string;
  constraints: ColumnConstraint[];
  comment: string | null;
}

export type ColumnConstraint = { name: string | null } & (
  | { kind: "primaryKey"; descending: boolean; conflict: ConflictAction | null; autoincrement: boolean }
  | { kind: "notNull"; conflict: ConflictAction | null }
  | { kind: "null"; conflict: ConflictAction | null }
  | { kind: "unique"; conflict: ConflictAction | null }
  | { kind: "check"; expr: Expr; source: string; conflict: ConflictAction | null }
  /** `parenthesised`: `default (expr)`; else a literal, a signed number or a bare word, which SQLite reads as a string. */
  | { kind: "default"; expr: Expr; parenthesised: boolean; source: string }
  | { kind: "collate"; collation: string }
  | { kind: "references"; key: References }
  /** Of the foreign key that was declared last, of whichever column it is (parse.y, ccons). */
  | ({ kind: "deferral" } & Deferral)
  | { kind: "generated"; expr: Expr; source: string; stored: boolean }
);

export type TableConstraint = { name: string | null } & (
  | { kind: "primaryKey"; columns: IndexedColumn[]; conflict: ConflictAction | null; autoincrement: boolean }
  | { kind: "unique"; columns: IndexedColumn[]; conflict: ConflictAction | null }
  | { kind: "check"; expr: Expr; source: string; conflict: ConflictAction | null }
  | { kind: "foreignKey"; columns: string[]; key: References }
);

export interface References {
  table: string;
  columns: string[] | null;
  onDelete: KeyAction | null;
  onUpdate: KeyAction | null;
  match: string | null;
  /** Null where neither DEFERRABLE nor NOT DEFERRABLE is written right after it. */
  deferrable: boolean | null;
  initially: Deferral["initially"];
}

/** `[not] deferrable [initially …]` */
export interface Deferral {
  deferrable: boolean;
  initially: "deferred" | "immediate" | null;
}

export type KeyAction = "set null" | "set default" | "cascade" | "restrict" | "no action";

/** A plain column is a `column` expression, with a `collate` around it where one is written. */
export interface IndexedColumn {
  expr: Expr;
  descending: boolean;
  /** As written. */
  source: string;
}

export interface CreateIndex {
  kind: "createIndex";
  unique: boolean;
  ifNotExists: boolean;
  schema: string | null;
  name: string;
  table: string;
  columns: IndexedColumn[];
  where: Expr | null;
  /** The condition as written. */
  whereSource: string | null;
}

export interface CreateView {
  kind: "createView";
  temporary: boolean;
  ifNotExists: boolean;
  schema: string | null;
  name: string;
  columns: string[] | null;
  select: Select;
  comment: string | null;
}

export interface CreateTrigger {
  kind: "createTrigger";
  temporary: boolean;
  ifNotExists: boolean;
  schema: string | null;
  name: string;
  /** BEFORE where none is written. */
  time: "before" | "after" | "instead of";
  event: "insert" | "update" | "delete";
  /** `update of` these; null for any. */
  updateOf: string[] | null;
  table: string;
  tableSchema: string | null;
  when: Expr | null;
  body: TriggerStatement[];
  comment: string | null;
}

export type TriggerStatement = Select | Insert | Update | Delete;

export interface Insert {
  kind: "insert";
  with: Select["with"];
  /** `replace into` is `or replace`. */
  or: ConflictAction | null;
  schema: string | null;
  table: string;
  alias: string | null;
  columns: string[] | null;
  /** Null for `default values`. */
  select: Select | null;
  upserts: Upsert[];
  returning: ResultColumn[];
}

export interface Upsert {
  target: { columns: IndexedColumn[]; where: Expr | null } | null;
  /** Null for `do nothing`. */
  set: Assignment[] | null;
  where: Expr | null;
}

/** `(a, b) = (1, 2)` has two columns and one row value or subquery. */
export interface Assignment {
  columns: string[];
  value: Expr;
}

export interface Update {
  kind: "update";
  with: Select["with"];
  or: ConflictAction | null;
  schema: string | null;
  table: string;
  alias: string | null;
  indexed: string | false | null;
  set: Assignment[];
  from: From | null;
  where: Expr | null;
  returning: ResultColumn[];
  orderBy: OrderTerm[];
  limit: Expr | null;
  offset: Expr | null;
}

export interface Delete {
  kind: "delete";
  with: Select["with"];
  schema: string | null;
  table: string;
  alias: string | null;
  indexed: string | false | null;
  where: Expr | null;
  returning: ResultColumn[];
  orderBy: OrderTerm[];
  limit: Expr | null;
  offset: Expr | null;
}

export interface CreateVirtualTable {
  kind: "createVirtualTable";
  ifNotExists: boolean;
  schema: string | null;
  name: string;
  module: string;
  /** As written, without the blanks around each. */
  args: string[];
}

export type Statement =
  | CreateTable
  | CreateIndex
  | CreateView
  | CreateTrigger
  | CreateVirtualTable
  | Select
  | Insert
  | Update
  | Delete;
