// Counts what no profile tells: for columns of existing tables or with a type set by hand, how many values each codec in question would change.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { codecFor, codecForExisting, codecsForType } from "../codec/index.js";
import { meaningOf } from "../plan/declared-type.js";
import type { HabitOf } from "../plan/frameworks/type-habits.js";
import { findExisting, findTargetColumn } from "../plan/match-target.js";
import { columnOverride, tableOverride } from "../plan/overrides.js";
import type { PlanFacts, PlanOptions } from "../plan/plan-input.js";
import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { Source } from "../source/open-source.js";
import type { ColumnProfile } from "../source/profile.js";
import { tableScan } from "../source/table-scan.js";

/** One more scan of a table that has columns which the profile leaves open; most have none. */
export function countMisfits(source: Source, facts: PlanFacts, options: PlanOptions, habitOf: HabitOf): void {
  for (const [name, profile] of facts.profiles) {
    const table = facts.catalog.tables.find((candidate) => candidate.name === name);
    if (table !== undefined) {
      countInTable(source, table, profile.columns, facts, options, habitOf);
    }
  }
}

function countInTable(
  source: Source,
  table: SourceTable,
  profiles: ColumnProfile[],
  facts: PlanFacts,
  options: PlanOptions,
  habitOf: HabitOf,
): void {
  const asked = table.columns.flatMap((column, i) => {
    const profile = profiles[i];
    return profile === undefined
      ? []
      : openCodecs(table, column, profile, facts, options, habitOf).map((codec) => ({ column, i, codec }));
  });
  if (asked.length === 0) {
    return;
  }
  const counts = asked.map(({ column, codec }) => {
    const name = quoteName(column.name);
    return `count(case when ${isNotNull(name)} and (${codecFor(codec).misfit(name)}) then 1 end)`;
  });
  const found = source.db
    .prepare(`select ${counts.join(", ")} from ${tableScan(table)}`)
    .raw()
    .get() as (number | bigint)[];
  asked.forEach(({ i, codec }, n) => {
    const profile = profiles[i];
    if (profile !== undefined) {
      profiles[i] = { ...profile, misfits: { ...profile.misfits, [codec]: Number(found[n]) } };
    }
  });
}

function openCodecs(
  table: SourceTable,
  column: SourceColumn,
  profile: ColumnProfile,
  facts: PlanFacts,
  options: PlanOptions,
  habitOf: HabitOf,
): string[] {
  const { overrides } = options;
  const existing = options.dropExisting
    ? null
    : findExisting(facts.target, tableOverride(overrides, table.name) ?? table.name);
  const wanted = columnOverride(overrides, table.name, column.name);
  const target = existing === null ? null : findTargetColumn(existing, wanted?.name ?? column.name);
  if (wanted?.codec !== undefined && codecFor(wanted.codec).refuses(profile) !== null) {
    return [wanted.codec, ...(target === null ? [] : openCodecsOf(target.baseType, profile, facts))];
  }
  const type = target?.baseType ?? (wanted?.codec === undefined ? wanted?.type : undefined);
  if (type === undefined && wanted?.codec === undefined && existing === null) {
    const habit = habitOf(table, column);
    return habit === null ? asDeclared(column, profile) : openCodecsOf(habit.type, profile, facts);
  }
  return type === undefined ? [] : openCodecsOf(type, profile, facts);
}

/** Only a count tells whether all bytes of a column declared as a UUID are sixteen. */
function asDeclared(column: SourceColumn, { blobs, texts, integers, reals }: ColumnProfile): string[] {
  return meaningOf(column) === "uuid" && blobs > 0 && texts + integers + reals === 0 ? ["uuid-blob"] : [];
}

function openCodecsOf(type: string, profile: ColumnProfile, facts: PlanFacts): string[] {
  const { encoding } = facts.catalog;
  return codecForExisting(type, profile, encoding).refuses === null
    ? []
    : [...new Set(codecsForType(type, profile, encoding).map(({ codec }) => codec))];
}
