// The types that decide which JavaScript value stands for an SQL value. docs/db-values.md is the table of them.

import { lowerAscii } from "../../sql/sql-tokens.js";

export type ColumnType =
  | "integer"
  /** Text with all its digits; with a scale, as many decimals as that. */
  | "decimal"
  | `decimal(${number},${number})`
  | "real"
  | "boolean"
  | "text"
  /** An instant as a Date; text without a zone is UTC. */
  | "timestamp"
  /** An instant stored as a count of seconds or milliseconds since 1970. */
  | "timestamp-seconds"
  | "timestamp-milliseconds"
  /** A day as text, `2024-02-29`: it has no zone, and a Date would give it one. */
  | "date"
  | "json"
  | "blob"
  /** As it is stored. */
  | "any";

const WORDS: readonly [RegExp, ColumnType][] = [
  [/^bool/, "boolean"],
  // Before the rule for INT: "point" holds it, and SQLite calls both an integer by affinity only.
  [/^(timestamp|datetime)/, "timestamp"],
  [/^date$/, "date"],
  [/^(time|interval|uuid|citext|xml|enum|varying|name$)/, "text"],
  [/^jsonb?$/, "json"],
  [/^(decimal|numeric|number|dec$|money)/, "decimal"],
  [/^(real|double|float)/, "real"],
  [/int|serial/, "integer"],
  [/char|clob|text|string/, "text"],
  [/blob|bytea|binary/, "blob"],
];

/**
 * The type that a column's declaration in SQLite names, whatever its case; `any` where it has none or one that is not
 * known. `decimal(10,2)` keeps its scale.
 */
export function declaredType(declaration: string | null): ColumnType {
  const text = lowerAscii(declaration ?? "").trim();
  const type = WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? "any";
  if (type !== "decimal") {
    return type;
  }
  const [, precision, scale] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(text) ?? [];
  return precision === undefined ? "decimal" : `decimal(${Number(precision)},${Number(scale ?? 0)})`;
}

/** The scale of `decimal(10,2)`; null where none is declared. */
export function scaleOf(type: ColumnType): number | null {
  const scale = /,(\d+)\)$/.exec(type)?.[1];
  return scale === undefined ? null : Number(scale);
}

const NAMES =
  /^(integer|decimal|decimal\(\d+,\d+\)|real|boolean|text|timestamp|timestamp-seconds|timestamp-milliseconds|date|json|blob|any)$/;

export function isColumnType(text: unknown): text is ColumnType {
  return typeof text === "string" && NAMES.test(text);
}
