// What is known of a framework or an application that makes SQLite files: data, not code.

import type { Step } from "../finding.js";

/** A table by which one is known. Names are compared without case, as SQLite does. */
export interface Sign {
  /** `*` stands for any table, where columns and index bear it out. */
  table: string;
  /** Columns that are there, among others. */
  columns?: readonly string[];
  /** The columns are all there are. */
  only?: true;
  /** An index of the table; `*` in its name stands for the table's. */
  index?: string;
  /** What its CREATE TABLE holds, in the spelling of that framework. */
  holds?: string;
}

/** A declared type, and the type that the framework itself has in PostgreSQL for what it declares so in SQLite. */
export interface TypeHabit {
  /** In upper case, without blanks at parentheses. */
  declared: readonly string[];
  becomes: string;
  /**
   * Only such columns: the INTEGER PRIMARY KEY (`id`), that of a table to which no foreign key refers (`unreferred id`),
   * columns of primary and foreign keys (`key`), those with CHECK (json_valid(…)) (`json`).
   */
  only?: "id" | "unreferred id" | "key" | "json";
  /** Only columns of such names. */
  column?: RegExp;
  /** Only in this table. */
  table?: string;
}

export interface Framework {
  /** The word of --framework. */
  name: string;
  title: string;
  kind: "framework" | "application";
  /** Name of the framework that an application is made with. */
  madeWith?: string;
  /** One of these groups is there, whole. */
  signs: readonly (readonly Sign[])[];
  /** The table in which it keeps what it applied, where it has one. */
  bookkeeping?: string;
  /** What it stores in SQLite, in words. */
  stores: string;
  /** The first that fits a column holds. */
  types: readonly TypeHabit[];
  /** Times without a zone are UTC to it: where or unless what, in words that go on after "as X means them". */
  naiveIsUtc?: string;
  /** How it makes its tables in PostgreSQL; null where it has no PostgreSQL. */
  steps: readonly Step[] | null;
  /** Where outgrow makes the tables: what it takes the moved bookkeeping for, and how it is put right. */
  otherwise?: { believes: string; steps: readonly Step[] };
  /** Pages that say so. */
  sources: readonly string[];
}
