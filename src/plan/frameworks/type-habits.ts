// The type that a framework itself has in PostgreSQL for a column that it declared in SQLite, where all values fit it.

import { codecFor, codecForExisting } from "../../codec/index.js";
import { isUtc } from "../../codec/times.js";
import type { SourceCatalog, SourceColumn, SourceTable } from "../../source/catalog.js";
import { resolvedForeignKeys } from "../../source/foreign-keys.js";
import type { ColumnNeeds, ColumnProfile } from "../../source/profile.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import { type ColumnChoice, numbersIn, rows } from "../column-choice.js";
import type { Framework, TypeHabit } from "./framework.js";

/** What a framework would have made of a column. */
export interface Habit {
  type: string;
  framework: Framework;
}

export type HabitOf = (table: SourceTable, column: SourceColumn) => Habit | null;

export const NO_HABITS: HabitOf = () => null;

/** An identity of type integer has to give out one more id at least. */
const LAST_INT4_ID = 2_147_483_646n;

export function habitsIn(frameworks: readonly Framework[], catalog: SourceCatalog): HabitOf {
  if (frameworks.every(({ types }) => types.length === 0)) {
    return NO_HABITS;
  }
  const referring = referringTypes(catalog);
  return (table, column) => {
    for (const framework of frameworks) {
      const habit = framework.types.find((one) => concerns(one, table, column, referring));
      if (habit !== undefined) {
        return { framework, type: isWide(habit, table, column, referring) ? "bigint" : habit.becomes };
      }
    }
    return null;
  };
}

/** What the profile has to find out to tell whether the values fit. */
export function needsOfHabit(habit: Habit | null): ColumnNeeds {
  switch (habit?.type.replace(/\(.*$/, "")) {
    case undefined:
    case "text":
    case "bigint":
      return {};
    case "jsonb":
      return { json: true, range: true, shapes: true, length: true };
    case "timestamp":
    case "timestamptz":
      return { range: true, shapes: true, fractions: true };
    default:
      return { range: true, shapes: true };
  }
}

/** The habit's type with the codec that carries all values, or why there is none. */
export function byHabit(
  habit: Habit,
  column: SourceColumn,
  profile: ColumnProfile,
  isIdentity: boolean,
): ColumnChoice | { refuses: string } {
  const { codec, refuses } = codecForExisting(habit.type, profile);
  if (refuses !== null) {
    return { refuses };
  }
  // A codec for values of several storage classes asks for decisions, which are the general rule's to raise.
  if (codec === "mixed-text" || codec === "input") {
    return { refuses: "values of several storage classes" };
  }
  if (codec.startsWith("instant(") && hasOtherZones(profile)) {
    return { refuses: "zones other than UTC would not be kept" };
  }
  if (isIdentity && codec === "int32" && (profile.integerMax ?? 0n) > LAST_INT4_ID) {
    return { refuses: "no id is left" };
  }
  return {
    type: habit.type,
    codec,
    why: `${habit.framework.title}'s own type for ${column.declaredType}; ${evidence(profile, codec)}`,
  };
}

/** An instant keeps none of the zones it was written in; only UTC can be told without it. */
function hasOtherZones({ shapes }: ColumnProfile): boolean {
  return Object.keys(shapes ?? {}).some((shape) => {
    const [kind, , , zone = ""] = shape.split("|");
    return kind === "datelike" || (kind === "dt" && zone !== "" && !isUtc(zone));
  });
}

function evidence(profile: ColumnProfile, codec: string): string {
  const { texts, blobs } = profile;
  const kinds = [numbersIn(profile), texts, blobs].filter((count) => count > 0).length;
  if (kinds === 0) {
    return "no values";
  }
  const all = rows(numbersIn(profile) + texts + blobs);
  return codecFor(codec).normalises === null
    ? `${all}, all of which it holds`
    : `${all} of several forms, all of which it holds`;
}

/** By lower-case `table\0column`: the declared types of the columns that refer to it. */
type Referring = ReadonlyMap<string, readonly string[]>;

function referringTypes(catalog: SourceCatalog): Referring {
  const found = new Map<string, string[]>();
  for (const table of catalog.tables) {
    for (const { key, resolved } of resolvedForeignKeys(catalog, table)) {
      key.columns.forEach((name, i) => {
        const to = place(resolved.parent.name, resolved.parentColumns[i] ?? "");
        const column = table.columns.find((one) => lowerAscii(one.name) === lowerAscii(name));
        found.set(to, [...(found.get(to) ?? []), declared(column)]);
      });
    }
  }
  return found;
}

const place = (table: string, column: string) => [lowerAscii(table), lowerAscii(column)].join("\0");

function declared(column: SourceColumn | undefined): string {
  const words = (column?.declaredType ?? "").trim().replace(/\s+/g, " ").toUpperCase();
  return words.replace(/ ?([()]) ?/g, "$1");
}

function concerns(habit: TypeHabit, table: SourceTable, column: SourceColumn, referring: Referring): boolean {
  return (
    habit.declared.includes(declared(column)) &&
    (habit.table === undefined || lowerAscii(habit.table) === lowerAscii(table.name)) &&
    (habit.column === undefined || habit.column.test(column.name)) &&
    (habit.only === undefined || isOf(habit.only, table, column, referring))
  );
}

function isOf(
  only: NonNullable<TypeHabit["only"]>,
  table: SourceTable,
  column: SourceColumn,
  referring: Referring,
): boolean {
  const isId = column.name === table.rowidAlias;
  const name = lowerAscii(column.name);
  switch (only) {
    case "id":
      return isId;
    case "unreferred id":
      return isId && !referring.has(place(table.name, column.name));
    case "key":
      return (
        isId ||
        column.keyPosition > 0 ||
        table.foreignKeys.some((key) => key.columns.some((own) => lowerAscii(own) === name))
      );
    case "json":
      return isCheckedJson(table, column);
  }
}

/** SQLite has an INTEGER PRIMARY KEY for wide keys too: what refers to it, or the ids given out, tell that it is one. */
function isWide(
  { becomes }: TypeHabit,
  table: SourceTable,
  column: SourceColumn,
  referring: Referring,
): boolean {
  if (becomes !== "integer" || column.name !== table.rowidAlias) {
    return false;
  }
  const types = referring.get(place(table.name, column.name)) ?? [];
  return types.some((type) => /^(?:BIGINT|INT8)\b/.test(type)) || (table.sequence ?? 0n) > LAST_INT4_ID;
}

/** `CHECK ((JSON_VALID("data") OR "data" IS NULL))`, as Django writes it. */
function isCheckedJson(table: SourceTable, column: SourceColumn): boolean {
  const name = `"${column.name.replaceAll('"', '""')}"`;
  return (
    table.hasCheck && lowerAscii(table.sql).includes(lowerAscii(`(JSON_VALID(${name}) OR ${name} IS NULL)`))
  );
}
