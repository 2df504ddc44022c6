// Reads the declared type of a SQLite column for what its author meant. The values decide whether it holds.

import type { SourceColumn } from "../source/catalog.js";

export type Meaning =
  | "boolean"
  | "timestamp"
  | "date"
  | "time"
  | "decimal"
  | "json"
  | "uuid"
  | "real"
  | "integer"
  | "text"
  | "blob"
  | "none";

const RULES: readonly [RegExp, Meaning][] = [
  [/^(BOOL|BOOLEAN|BIT|LOGICAL)\b|^TINYINT *\( *1 *\)/, "boolean"],
  [/^(SMALL)?DATETIME|^TIMESTAMP|^DATETIMEOFFSET/, "timestamp"],
  [/^DATE\b/, "date"],
  [/^TIME\b/, "time"],
  [/^(DEC|DECIMAL|NUMERIC|NUMBER|MONEY|SMALLMONEY|CURRENCY)\b/, "decimal"],
  [/JSON/, "json"],
  // Words of other databases and of Java that SQLite's own rules take for NUMERIC, or for INTEGER (POINT holds INT).
  [/^(UNSIGNED )?(LONG|SHORT|BYTE)$/, "integer"],
  [/^(STRING|VARYING CHARACTER)\b/, "text"],
  [/^((VAR)?BINARY|BYTEA|IMAGE|RAW|LONG RAW|ROWVERSION)\b/, "blob"],
  [
    /^(MULTI)?(POINT|LINESTRING|POLYGON)( ?(Z|M|ZM))?$|^(GEOMETRY|GEOGRAPHY|GEOMETRYCOLLECTION|GEOMCOLLECTION)\b/,
    "blob",
  ],
  [/^(UUID|GUID|UNIQUEIDENTIFIER)\b|^(N?(VAR)?CHAR) *\( *(32|36) *\)/, "uuid"],
];

const BY_AFFINITY: Record<SourceColumn["affinity"], Meaning> = {
  INTEGER: "integer",
  TEXT: "text",
  REAL: "real",
  NUMERIC: "decimal",
  BLOB: "blob",
};

/** What the declared type says; by SQLite's affinity rules ("Datatypes In SQLite" 3.1) where no name is known. */
export function meaningOf(column: SourceColumn): Meaning {
  const declared = column.declaredType.trim().toUpperCase();
  if (declared === "" || declared === "ANY") {
    return "none";
  }
  return RULES.find(([pattern]) => pattern.test(declared))?.[1] ?? BY_AFFINITY[column.affinity];
}

/** `DECIMAL(10,2)` → 10 and 2; null where the type has no two arguments PostgreSQL would take (precision up to 1000). */
export function precisionOf(column: SourceColumn): { precision: number; scale: number } | null {
  const match = /\( *(\d+) *(?:, *(\d+) *)?\)/.exec(column.declaredType);
  const precision = Number(match?.[1] ?? 0);
  const scale = Number(match?.[2] ?? 0);
  return match && precision >= 1 && precision <= 1000 && scale <= precision ? { precision, scale } : null;
}
