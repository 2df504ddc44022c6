// How a translated value becomes one of a planned column: what a DEFAULT, a generated column or a trigger stores.

import type { ColumnMeaning } from "../sql/translate/meaning.js";
import { Untranslatable } from "../sql/translate/meaning.js";
import {
  asClass,
  asCondition,
  asNumber,
  asText,
  asValue,
  isNumeric,
  operand,
  type Typed,
  words,
} from "../sql/translate/typed.js";

/** PostgreSQL SQL of the value as the column's type holds it, by the column's affinity. Throws Untranslatable. */
export function storedValue(value: Typed, column: ColumnMeaning): string {
  if (value.class === "null") {
    return "null";
  }
  const from = value.column?.meaning;
  if (from !== undefined && from.codec !== null && from.codec === column.codec && from.type === column.type) {
    return value.column?.sql ?? value.sql;
  }
  const sql = stored(value, column);
  if (sql === null) {
    throw new Untranslatable(
      `${words(value)} would be stored in "${column.source}", which is ${column.type}`,
    );
  }
  return sql;
}

function stored(value: Typed, column: ColumnMeaning): string | null {
  if (value.class === "any") {
    return value.json === null ? null : ofJson(value.json, value.sql, column);
  }
  switch (column.class) {
    case "condition":
      return isTruth(value) ? asCondition(value) : null;
    case "integer":
      if (asValue(value).class !== "integer") {
        return null;
      }
      return /^(?:bigint|integer|smallint)$/.test(column.type)
        ? asValue(value).sql
        : instantOf(asNumber(value).sql, column.codec ?? "");
    case "real":
    case "number":
      if (!isNumeric(value) || /^timestamp/.test(column.type)) {
        return null;
      }
      return column.type.startsWith("numeric")
        ? `${operand(asValue(value))}::${column.type}`
        : asClass(value, "number").sql;
    case "text":
      return ofText(value, column);
    case "blob":
      return value.class === "blob" && column.type === "bytea" ? value.sql : null;
    default:
      return null;
  }
}

/** 0 and 1 are the only numbers that a boolean holds. */
function isTruth(value: Typed): boolean {
  return value.class === "condition" || (value.class === "integer" && /^[01]$/.test(value.literal ?? ""));
}

function ofText(value: Typed, column: ColumnMeaning): string | null {
  const isText = value.class === "text" || (asValue(value).class === "integer" && column.affinity === "TEXT");
  if (!isText) {
    return null;
  }
  const text = asText(value).sql;
  if (/^(?:text|citext)$/.test(column.type)) {
    return text;
  }
  const codec = column.codec ?? "";
  if (column.type === "timestamp" || column.type === "timestamptz") {
    return instantOfText(asText(value), codec, column.type);
  }
  if (column.type === "boolean") {
    return null;
  }
  return `${operand(asText(value))}::${column.type}`;
}

/** The forms whose digits the codec prints again; SQLite's own stamps are whole seconds, milliseconds or days. */
function instantOfText(value: Typed, codec: string, type: string): string | null {
  const [, , , zone = "", reading = ""] = /^iso\((space|T),([^,]*),([^,)]*)(?:,(\w+))?\)$/.exec(codec) ?? [];
  if (zone === "") {
    return null;
  }
  if (type === "timestamp") {
    return reading === "naive" ? null : `${operand(value)}::timestamp`;
  }
  return zone === "none"
    ? `(${operand(value)}::timestamp at time zone 'UTC')`
    : `${operand(value)}::timestamptz`;
}

function instantOf(number: string, codec: string): string | null {
  const [, unit, type] = /^epoch-(s|ms|us)(\(timestamp\))?$/.exec(codec) ?? [];
  if (unit === undefined) {
    return null;
  }
  const seconds = unit === "s" ? `(${number})` : `((${number}) / ${unit === "ms" ? "1000.0" : "1000000.0"})`;
  return type === undefined ? `to_timestamp(${seconds})` : `(to_timestamp(${seconds}) at time zone 'UTC')`;
}

/** What json_extract gives is as the JSON says; the column's values have shown which kind that is. */
function ofJson(json: string, text: string, column: ColumnMeaning): string | null {
  if (column.class === "text" && /^(?:text|citext)$/.test(column.type)) {
    return text;
  }
  if (/^(?:bigint|integer|smallint|double precision|numeric)/.test(column.type)) {
    return `(${text})::${column.type}`;
  }
  if (column.class === "condition") {
    return `(${json} #>> '{}')::boolean`;
  }
  return null;
}
