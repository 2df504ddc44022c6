// What an expression stands among: the tables whose columns it may name, the aliases, and what surrounds it.

import type { Expr, Select } from "../ast.js";
import { HelperSet } from "./helpers.js";
import { type Meanings, type TableMeaning, Untranslatable } from "./meaning.js";
import type { Typed } from "./typed.js";

/** A table, view or subquery that an expression may name, and the SQL of what stands before its columns' names. */
export interface Source {
  /** The alias, or the name; as SQLite knows it. */
  name: string;
  table: TableMeaning;
  /** `"t".`, `NEW.`, or '' where columns stand alone. */
  prefix: string;
  /** Its columns are read by its name alone, as those of NEW and OLD. */
  named?: true;
}

export interface Scope {
  sources: readonly Source[];
  /** Result columns that WHERE, GROUP BY and ORDER BY may name, by lower-case alias. */
  aliases: ReadonlyMap<string, Expr>;
  /** Columns that a USING made one: to be written without a table. */
  merged: ReadonlySet<string>;
  outer: Scope | null;
  meanings: Meanings;
  /** PostgreSQL functions that the translation needs; is added to. */
  helpers: HelperSet;
  /** Translates a SELECT inside an expression; where there is none, one is refused. */
  select: ((select: Select, scope: Scope) => TranslatedSelect) | null;
}

export interface TranslatedSelect {
  sql: string;
  columns: { name: string; value: Typed }[];
  /** Whether it can give more than one row. */
  many: boolean;
}

/** The scope of an expression over one table's row, as CHECKs, generated columns and indexes are. */
export function rowScope(table: TableMeaning, helpers = new HelperSet(), prefix = ""): Scope {
  return {
    sources: [{ name: table.source, table, prefix }],
    aliases: new Map(),
    merged: new Set(),
    outer: null,
    meanings: new Map(),
    helpers,
    select: null,
  };
}

/** Translates a SELECT that stands inside of something else. Throws Untranslatable, also where none may stand. */
export function subselect(select: Select, scope: Scope): TranslatedSelect {
  if (scope.select === null) {
    throw new Untranslatable("it has a subquery");
  }
  return scope.select(select, scope);
}
