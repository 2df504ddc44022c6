// A value as it is kept beside the target: its storage class, and its text or its bytes. Nothing is lost in it.

import { quoteName } from "../base/quote.js";
import { numberText } from "../codec/field.js";
import type { SourceTable } from "../source/catalog.js";
import { isCleanText } from "../source/functions.js";
import type { Source } from "../source/open-source.js";

export type StorageClass = "null" | "integer" | "real" | "text" | "blob";

/** Exactly one of `value` and `bytes` is set, none for NULL. Texts that PostgreSQL cannot hold are bytes. */
export interface KeptValue {
  class: StorageClass;
  value: string | null;
  bytes: Buffer | null;
}

/** Two result columns from which keptValue makes a value: the class, and its bytes. Reals have 17 digits and their sign. */
export function keptColumns(name: string): string {
  const column = quoteName(name);
  return `typeof(${column}), cast(${numberText(column)} as blob)`;
}

export function keptValue(source: Source, storageClass: StorageClass, bytes: Buffer | null): KeptValue {
  if (storageClass === "null" || bytes === null) {
    return { class: "null", value: null, bytes: null };
  }
  if (storageClass === "blob" || (storageClass === "text" && !isCleanText(bytes, source.encoding))) {
    return { class: storageClass, value: null, bytes };
  }
  return { class: storageClass, value: decode(bytes, source), bytes: null };
}

function decode(bytes: Buffer, source: Source): string {
  switch (source.encoding) {
    case "UTF-8":
      return bytes.toString("utf8");
    case "UTF-16le":
      return bytes.toString("utf16le");
    case "UTF-16be":
      return Buffer.from(bytes).swap16().toString("utf16le");
  }
}

/** SQL of a text that tells the row apart for a person and for the way back: the rowid, else the primary key. */
export function rowKey(table: SourceTable): string {
  if (table.rowidName !== null) {
    return `cast(${table.rowidName} as text)`;
  }
  const columns = table.primaryKey.map((name) => literalOf(quoteName(name)));
  return columns.length === 0 ? "''" : columns.join("||','||");
}

/** quote() ends at U+0000, and what is not valid would reach PostgreSQL as U+FFFD; such texts stand as their bytes. */
function literalOf(column: string): string {
  const bytes = `cast(${column} as blob)`;
  const isUnclean = `typeof(${column}) = 'text' and not outgrow_clean(${bytes})`;
  return `case when ${isUnclean} then 'cast('||quote(${bytes})||' as text)' else quote(${column}) end`;
}

/** The condition of a range, with its bounds as literals; `1` where there is none: `true` may be a column. */
export function rangeCondition(
  table: SourceTable,
  range: { after: bigint | null; upTo: bigint | null },
): string {
  const key = table.rowidName;
  return (
    [
      key !== null && range.after !== null ? `${key} > ${range.after}` : null,
      key !== null && range.upTo !== null ? `${key} <= ${range.upTo}` : null,
    ]
      .filter((condition) => condition !== null)
      .join(" and ") || "1"
  );
}
