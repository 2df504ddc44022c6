// What a schema of the target already holds, as plain data. Made by target/read-catalog.ts, read by the plan.

export interface TargetColumn {
  name: string;
  /** pg_attribute.attnum: 1-based, with gaps where columns were dropped. */
  attnum: number;
  /** As format_type prints it with an empty search_path: `bigint`, `numeric(10,2)`, `public.citext`. */
  type: string;
  /** The same for the type below all domains; equals `type` where the column has no domain. */
  baseType: string;
  /** pg_type.typname of the base type, the array's for an array: `int8`, `varchar`, `citext`, `_text`. */
  typeName: string;
  /** What the base type is, pg_type.typtype and typcategory in words. */
  typeKind: "base" | "enum" | "array" | "composite" | "range" | "other";
  /** The declared length, precision or scale as PostgreSQL packs it, through domains; -1 for none. */
  typmod: number;
  /** Labels in their order where the base type is an enum, else null. */
  enumLabels: string[] | null;
  /** NOT NULL by the column itself or by a domain. */
  notNull: boolean;
  /** Of the domains the type goes through, as pg_get_constraintdef prints them: `CHECK ((VALUE > 0))`. */
  domainChecks: string[];
  /** SQL of the column's DEFAULT, else of its domain's; null for none and for a generated column. */
  defaultSql: string | null;
  identity: "always" | "by default" | null;
  generated: "stored" | "virtual" | null;
  /** SQL of the generation expression, or null. */
  generatedSql: string | null;
  /** Schema-qualified and quoted as needed; null where the type has none or the column has the type's own. */
  collation: string | null;
  /** The identity's or serial's sequence, schema-qualified and quoted as needed, or null. */
  ownedSequence: string | null;
  /**
   * The sequence that the column takes its values from: the one its DEFAULT names, else the owned one. `last` is the
   * greatest number that both the sequence and the column's type can give and hold.
   */
  sequence: { name: string; last: string } | null;
}

export interface TargetConstraint {
  name: string;
  kind: "primary key" | "unique" | "check" | "foreign key" | "exclude";
  /** In key order; for a check, the columns it reads. */
  columns: string[];
  /** As pg_get_constraintdef prints it: what stands after `ADD CONSTRAINT name`. */
  definition: string;
  validated: boolean;
  deferrable: boolean;
  initiallyDeferred: boolean;
  /** False where the constraint came with the parent of an inherited or partitioned table only. */
  isLocal: boolean;
  /** The index that a primary key, unique or exclude constraint stands on, else null. */
  index: string | null;
  /** Foreign keys only, else null. */
  references: TargetReference | null;
}

export interface TargetReference {
  schema: string;
  table: string;
  columns: string[];
  /** As SQL spells it: `NO ACTION`, `CASCADE`, `SET NULL`, … */
  onUpdate: string;
  onDelete: string;
}

/** A foreign key of some table, in any schema, that refers to a table of this schema from outside of it. */
export interface ForeignReferrer {
  schema: string;
  table: string;
  constraint: string;
  definition: string;
}

export interface TargetIndex {
  name: string;
  unique: boolean;
  /** False for one that CREATE INDEX CONCURRENTLY left broken, or that is still being built. */
  valid: boolean;
  /** As pg_get_indexdef prints it: a whole CREATE INDEX. */
  definition: string;
  /** btree, hash, gin, … */
  method: string;
  /** Key parts in order, without INCLUDE columns. */
  keys: TargetIndexKey[];
  /** The WHERE of a partial index, or null. */
  predicate: string | null;
  /** NULLs count as equal (UNIQUE NULLS NOT DISTINCT, PostgreSQL 15 and later). */
  nullsNotDistinct: boolean;
  /** The constraint that made it, or null. */
  constraint: string | null;
}

export interface TargetIndexKey {
  /** Null for an expression. */
  column: string | null;
  /** The column or expression as pg_get_indexdef prints it. */
  expression: string;
  descending: boolean;
}

export interface TargetTrigger {
  name: string;
  /** As pg_get_triggerdef prints it: a whole CREATE TRIGGER. */
  definition: string;
  /** `origin` fires in ordinary sessions, `replica` and `always` as ALTER TABLE says, `disabled` never. */
  enabled: "origin" | "replica" | "always" | "disabled";
}

export interface TargetTable {
  name: string;
  kind: "ordinary" | "partitioned";
  /** It is a partition of another table. */
  isPartition: boolean;
  /** Schema-qualified parents (inheritance or partitioning), quoted as needed. */
  parents: string[];
  hasChildren: boolean;
  persistence: "permanent" | "unlogged" | "temporary";
  owner: string;
  /** The extension that made it, or null. */
  extension: string | null;
  /** Whether there is at least one row that this user can see; null where the user may not read the table. */
  hasRows: boolean | null;
  /** pg_class.reltuples: the planner's estimate; -1 where the table was never vacuumed or analysed. */
  estimatedRows: number;
  rowSecurity: boolean;
  forceRowSecurity: boolean;
  columns: TargetColumn[];
  constraints: TargetConstraint[];
  indexes: TargetIndex[];
  triggers: TargetTrigger[];
  /** Foreign keys of tables in other schemas that refer to this one. */
  referredFrom: ForeignReferrer[];
  /** Views and materialized views, of any schema, that read it: schema-qualified, quoted as needed. */
  viewedBy: string[];
}

export type TargetRelationKind =
  | "table"
  | "partitioned table"
  | "foreign table"
  | "view"
  | "materialized view"
  | "sequence"
  | "index"
  | "composite type";

/** Everything that takes a name in the schema's one name space of relations (PostgreSQL 5.9). */
export interface TargetRelation {
  name: string;
  kind: TargetRelationKind;
  /** The table an index, or a sequence made by serial or identity, belongs to; else null. */
  table: string | null;
  extension: string | null;
}

export interface TargetView {
  name: string;
  kind: "view" | "materialized view";
  /** The SELECT, as pg_get_viewdef prints it. */
  definition: string;
}

export interface TargetCatalog {
  schema: string;
  /** False where the schema is not there yet; everything else is empty then. */
  schemaExists: boolean;
  /** Sorted by name (byte order), as are all lists below but columns and key parts. */
  tables: TargetTable[];
  views: TargetView[];
  relations: TargetRelation[];
  /** Types of the schema that are no relation's: enums, domains, ranges, composites. */
  types: {
    name: string;
    kind: "enum" | "domain" | "range" | "composite" | "base";
    extension: string | null;
  }[];
  /** Installed in the database, whichever schema they are in. */
  extensions: { name: string; version: string; schema: string }[];
  /** Names of the schema's functions. */
  functions: string[];
  /** Extensions that this user could install here, of those that outgrow uses. */
  installable: string[];
}
