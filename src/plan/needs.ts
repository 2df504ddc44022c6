// What the profile has to find out about each column for the plan to decide its type.

import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { ColumnNeeds, ColumnProfile } from "../source/profile.js";
import { meaningOf, precisionOf } from "./declared-type.js";
import type { TargetColumn } from "./target-catalog.js";

/** Names that suggest an instant kept as a number; a hint for a note, never for a type. */
const TIME_NAME = /(_at|_on|_time|_date|timestamp|^date|^time|time$|date$)$/i;

export function hasTimeName(name: string): boolean {
  return TIME_NAME.test(name);
}

/** `target` is the existing column the values go into; null where outgrow makes the column. */
export function needsOf(column: SourceColumn, target: TargetColumn | null, everything: boolean): ColumnNeeds {
  if (everything || target !== null) {
    return fullNeeds(column, target);
  }
  switch (meaningOf(column)) {
    case "boolean":
      return { range: true, shapes: true };
    case "timestamp":
    case "date":
      return { range: true, shapes: true, fractions: true };
    case "time":
    case "uuid":
      return { shapes: true };
    case "decimal":
      return precisionOf(column) === null ? { range: true, fractions: true } : decimalNeed(column);
    case "json":
      return { json: true, range: true };
    case "integer":
      return hasTimeName(column.name) && column.keyPosition === 0 ? { range: true } : {};
    default:
      return {};
  }
}

/** Whether the REALs of a key are whole numbers decides on the type that both its sides get. */
export function needsOfKey(column: SourceColumn, table: SourceTable): ColumnNeeds {
  const name = column.name.toLowerCase();
  const isKey =
    column.keyPosition > 0 ||
    table.foreignKeys.some((key) => key.columns.some((own) => own.toLowerCase() === name));
  return isKey && column.affinity !== "INTEGER" ? { range: true, fractions: true } : {};
}

/** The integers that a double, and so a number of JavaScript, holds exactly. */
const SAFE = { low: BigInt(Number.MIN_SAFE_INTEGER), high: BigInt(Number.MAX_SAFE_INTEGER) };

/** Whether there are integers that a client which reads doubles would round. */
export function needsOfIntegers(column: SourceColumn): ColumnNeeds {
  const mayBeIntegers = column.affinity === "INTEGER" || column.declaredType === "";
  return mayBeIntegers ? { within: SAFE } : {};
}

/** The same of an INTEGER PRIMARY KEY, of which the smallest and the largest are known already. */
export function needsOfIds(ids: { low: bigint; high: bigint } | null): ColumnNeeds {
  return ids !== null && (ids.low < SAFE.low || ids.high > SAFE.high) ? { range: true } : {};
}

function fullNeeds(column: SourceColumn, target: TargetColumn | null): ColumnNeeds {
  const json = meaningOf(column) === "json" || target?.type === "json" || target?.type === "jsonb";
  return { range: true, length: true, shapes: true, fractions: true, json, ...decimalNeed(column, target) };
}

function decimalNeed(column: SourceColumn, target?: TargetColumn | null): ColumnNeeds {
  const match = /^numeric\((\d+),(\d+)\)$/.exec(target?.type ?? "");
  const decimal = match ? { precision: Number(match[1]), scale: Number(match[2]) } : precisionOf(column);
  return decimal === null ? {} : { decimal };
}

/**
 * What a second look has to find out where the first found storage classes that the declared type does not
 * explain; null where nothing is open.
 */
export function furtherNeeds(
  column: SourceColumn,
  profile: ColumnProfile,
  asked: ColumnNeeds,
): ColumnNeeds | null {
  const numbers = profile.integers + profile.reals;
  const wanted: ColumnNeeds = { ...asked };
  if (profile.texts > 0 && numbers > 0) {
    wanted.shapes = true;
    wanted.range = true;
  }
  if (profile.integers > 0 && profile.reals > 0 && profile.notDecimal !== 0) {
    wanted.range = true;
    wanted.fractions = true;
  }
  if (profile.integers > 0 && (profile.outside ?? 0) > 0) {
    wanted.range = true;
  }
  if (profile.integers > 0 && profile.integerMax !== null && profile.integerMax > 10n ** 17n) {
    wanted.remainder = profile.integerMax < 10n ** 18n ? 10 : 1000;
  }
  // Seconds with parts of a microsecond are no instant that PostgreSQL holds.
  if ((meaningOf(column) === "timestamp" || meaningOf(column) === "date") && profile.reals > 0) {
    wanted.decimal = { precision: 15, scale: 3 };
  }
  if (meaningOf(column) === "decimal" && profile.texts > 0) {
    wanted.shapes = true;
  }
  return Object.keys(wanted).length > Object.keys(asked).length ? wanted : null;
}
