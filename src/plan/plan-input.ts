// What the plan is made of: the facts that were read, the options that were given, and the ledger of findings.

import type { SourceCatalog } from "../source/catalog.js";
import type { KeyRange, TableLimits, TableProfile } from "../source/profile.js";
import type { Concern, Effect } from "./concern.js";
import type { Decision } from "./decisions.js";
import type { PlanOverrides } from "./overrides.js";
import type { TargetCatalog } from "./target-catalog.js";

/** Everything that was read before deciding. Maps are keyed by the source's table name. */
export interface PlanFacts {
  catalog: SourceCatalog;
  profiles: ReadonlyMap<string, TableProfile>;
  ranges: ReadonlyMap<string, readonly KeyRange[]>;
  limits: ReadonlyMap<string, TableLimits>;
  /** Orphaned rows by table and foreign key id, for the keys that resolve. */
  orphans: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** The same where the parent compares by NOCASE and both sides become citext. */
  foldedOrphans: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Rows that do not pass a table's CHECKs, in the order of their declaration; 0 where SQLite cannot evaluate one. */
  checks: ReadonlyMap<string, readonly number[]>;
  /** Columns that compare by NOCASE and hold letters beyond ASCII, as `table\0column`. */
  beyondAscii: ReadonlySet<string>;
  /** Rows whose unique key a type without case could not tell from another's, as `table\0column`; absent where there are none. */
  foldedDuplicates: ReadonlyMap<string, number>;
  /** The largest rowid of tables with an INTEGER PRIMARY KEY. */
  lastIds: ReadonlyMap<string, bigint>;
  target: TargetCatalog;
}

export interface PlanOptions {
  schema: string;
  /** Patterns with `*`; empty means all. */
  include: readonly string[];
  exclude: readonly string[];
  names: "keep" | "fold";
  integers: "int8" | "int4";
  /** A word of frameworks/catalog.ts; absent means auto: the framework is recognised. */
  framework?: string;
  existingRows: "stop" | "replace" | "keep";
  dropExisting: boolean;
  overrides: PlanOverrides;
  decisions: readonly Decision[];
}

/** Collects concerns as they come up and settles each at once, so that later steps see its effect. */
export interface Ledger {
  raise(concern: Concern): Effect;
}
