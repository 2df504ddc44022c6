// Reads everything the plan rests on: sizes, key ranges, profiles of all columns, orphans.

import { type HabitOf, needsOfHabit } from "../plan/frameworks/type-habits.js";
import { findExisting, findTargetColumn } from "../plan/match-target.js";
import { furtherNeeds, needsOf, needsOfIds, needsOfIntegers, needsOfKey } from "../plan/needs.js";
import { columnOverride, type PlanOverrides, tableOverride } from "../plan/overrides.js";
import type { PlanFacts, PlanOptions } from "../plan/plan-input.js";
import type { TargetCatalog } from "../plan/target-catalog.js";
import type { SourceCatalog, SourceColumn, SourceForeignKey, SourceTable } from "../source/catalog.js";
import { type ResolvedForeignKey, refersToNocase, resolvedForeignKeys } from "../source/foreign-keys.js";
import { contentOf, fullTextRowid } from "../source/full-text.js";
import { type IdRange, isGapless } from "../source/id-range.js";
import { mergeProfiles } from "../source/merge-profiles.js";
import type { ColumnNeeds, ColumnProfile, KeyRange, TableLimits, TableProfile } from "../source/profile.js";
import { outOfOrder } from "../source/read-errors.js";
import { lowerAscii } from "../sql/sql-tokens.js";
import type { OnEvent } from "./events.js";
import { counter } from "./events.js";
import type { WorkerPool } from "./worker-pool.js";

export interface ReadOptions {
  /** Of the source, for messages. */
  path: string;
  /** Gathers ranges, lengths and shapes of every column, for a report. */
  everything: boolean;
  integers: PlanOptions["integers"];
  habitOf: HabitOf;
  /** Names of tables and columns may be those of the target's own. */
  overrides: PlanOverrides;
  signal?: AbortSignal | undefined;
  onEvent: OnEvent;
}

interface Measured {
  table: SourceTable;
  ranges: KeyRange[];
  payloadBytes: number;
  largestRowBytes: number;
  ids: IdRange | null;
  rows: number | null;
  damage: SourceCatalog["indexDamage"];
  limits: TableLimits;
}

export async function readFacts(
  pool: WorkerPool,
  catalog: SourceCatalog,
  selected: readonly SourceTable[],
  target: TargetCatalog,
  options: ReadOptions,
): Promise<Omit<PlanFacts, "checks" | "beyondAscii" | "foldedDuplicates">> {
  const sizes = await pool.map(selected, "measure", (table) => ({ table }), { signal: options.signal });
  const measured = selected.map((table, i) => ({ table, ...(sizes[i] as Omit<Measured, "table">) }));
  const progress = counter(
    "profile",
    measured.reduce((sum, one) => sum + one.ranges.length, 0),
    options.onEvent,
  );
  const keys = foreignKeysOf(catalog, selected);
  const searched = searchedTables(catalog);
  const needs = new Map(
    selected.map((table) => [
      table.name,
      needsOfTable(
        table,
        target,
        options,
        parentIds(table, keys, measured),
        measured.find((one) => one.table === table)?.ids ?? null,
        searched.has(lowerAscii(table.name)),
      ),
    ]),
  );
  const profiles = await profileTables(pool, measured, needs, options, () => progress(1, 0));
  const further = measured.flatMap((one) => {
    const wanted = furtherNeedsOfTable(
      one.table,
      profiles.get(one.table.name)?.columns ?? [],
      needs.get(one.table.name) ?? [],
    );
    return wanted === null ? [] : [{ one, wanted }];
  });
  if (further.length > 0) {
    const again = new Map(further.map(({ one, wanted }) => [one.table.name, wanted]));
    const second = await profileTables(
      pool,
      further.map(({ one }) => one),
      again,
      options,
      () => undefined,
    );
    for (const [name, profile] of second) {
      profiles.set(name, profile);
    }
  }
  return {
    catalog: { ...catalog, indexDamage: [...catalog.indexDamage, ...measured.flatMap((one) => one.damage)] },
    profiles,
    ranges: new Map(measured.map((one) => [one.table.name, one.ranges])),
    limits: new Map(measured.map((one) => [one.table.name, one.limits])),
    orphans: await readOrphans(pool, keys, measured, profiles, options),
    foldedOrphans: await readOrphans(
      pool,
      keys.flatMap((one) => (refersToNocase(one.resolved) ? [{ ...one, folds: true }] : [])),
      measured,
      profiles,
      options,
    ),
    lastIds: new Map(measured.flatMap((one) => (one.ids === null ? [] : [[one.table.name, one.ids.high]]))),
    target,
  };
}

/** Tables whose text a full-text table indexes, in lower case: how long it is decides what an index takes. */
function searchedTables(catalog: SourceCatalog): Set<string> {
  const isFullText = ({ module }: SourceTable) => fullTextRowid(module) !== null;
  return new Set(
    catalog.tables.filter(isFullText).map((table) => lowerAscii(contentOf(table) ?? table.name)),
  );
}

function needsOfTable(
  table: SourceTable,
  target: TargetCatalog,
  { everything, integers, habitOf, overrides }: ReadOptions,
  parents: ReadonlyMap<string, IdRange>,
  ids: IdRange | null,
  isSearched: boolean,
): ColumnNeeds[] {
  const existing = findExisting(target, tableOverride(overrides, table.name) ?? table.name);
  return table.columns.map((column) => {
    const wanted = columnOverride(overrides, table.name, column.name);
    const into = existing === null ? null : findTargetColumn(existing, wanted?.name ?? column.name);
    // A type set without a codec leaves it to the values which codec of that type fits.
    const open = wanted?.type !== undefined && wanted.codec === undefined;
    const range: ColumnNeeds = integers === "int4" ? { range: true } : {};
    const within = parents.get(column.name);
    return {
      ...needsOf(column, into, everything || open),
      ...(existing === null ? needsOfHabit(habitOf(table, column)) : {}),
      ...range,
      ...(isSearched ? { length: true } : {}),
      ...needsOfKey(column, table),
      ...(column.name === table.rowidAlias ? needsOfIds(ids) : needsOfIntegers(column)),
      ...(within === undefined ? {} : { within }),
    };
  });
}

/** Null where the first look answered everything. */
function furtherNeedsOfTable(
  table: SourceTable,
  profiles: readonly ColumnProfile[],
  asked: readonly ColumnNeeds[],
): ColumnNeeds[] | null {
  let more = false;
  const needs = table.columns.map((column, i) => {
    const profile = profiles[i];
    const wanted = profile === undefined ? null : furtherNeeds(column, profile, asked[i] ?? {});
    more ||= wanted !== null;
    return wanted ?? asked[i] ?? {};
  });
  return more ? needs : null;
}

async function profileTables(
  pool: WorkerPool,
  measured: readonly Measured[],
  needs: ReadonlyMap<string, ColumnNeeds[]>,
  options: ReadOptions,
  onRange: () => void,
): Promise<Map<string, TableProfile>> {
  const parts = measured.flatMap((one) => one.ranges.map((range) => ({ one, range })));
  const merged = new Map<string, ColumnProfile[]>();
  await pool.map(
    parts,
    "profile",
    ({ one, range }) => ({
      table: one.table,
      needs: needs.get(one.table.name) ?? [],
      range,
      largestRowBytes: one.largestRowBytes,
    }),
    {
      signal: options.signal,
      onDone: ({ one }, columns) => {
        const before = merged.get(one.table.name);
        merged.set(one.table.name, before === undefined ? columns : mergeProfiles(before, columns));
        onRange();
      },
    },
  );
  return new Map(
    measured.map((one) => {
      const columns = merged.get(one.table.name) ?? [];
      const first = columns[0];
      const rows =
        first === undefined ? 0 : first.nulls + first.integers + first.reals + first.texts + first.blobs;
      if (first !== undefined && one.rows !== null && one.rows !== rows) {
        throw outOfOrder(options.path, one.table.name);
      }
      return [
        one.table.name,
        {
          table: one.table.name,
          rows,
          payloadBytes: one.payloadBytes,
          largestRowBytes: one.largestRowBytes,
          columns,
        },
      ];
    }),
  );
}

interface ForeignKey {
  table: SourceTable;
  key: SourceForeignKey;
  resolved: ResolvedForeignKey;
  /** Counts what refers to nothing where case does not count. */
  folds?: boolean;
}

function foreignKeysOf(catalog: SourceCatalog, selected: readonly SourceTable[]): ForeignKey[] {
  return selected.flatMap((table) => resolvedForeignKeys(catalog, table).map((one) => ({ table, ...one })));
}

/**
 * By column of a table that refers to a parent's ids, which leave no gap: those ids. What lies between them has its
 * parent, and the profile counts the rest on its way, which spares a pass over the table for each key.
 */
function parentIds(
  table: SourceTable,
  keys: readonly ForeignKey[],
  measured: readonly Measured[],
): Map<string, IdRange> {
  const found = new Map<string, IdRange>();
  for (const { key, resolved } of keys.filter((one) => one.table === table)) {
    const parent = measured.find((one) => one.table === resolved.parent);
    const column = onlyColumn(table, key);
    const refersToIds = resolved.parentColumns[0] === resolved.parent.rowidAlias;
    if (column !== null && refersToIds && parent?.ids && isGapless(parent.ids, parent.rows ?? 0)) {
      found.set(column.name, parent.ids);
    }
  }
  return found;
}

function onlyColumn(table: SourceTable, { columns }: SourceForeignKey): SourceColumn | null {
  const name = columns[0]?.toLowerCase();
  return columns.length === 1 ? (table.columns.find((one) => one.name.toLowerCase() === name) ?? null) : null;
}

async function readOrphans(
  pool: WorkerPool,
  keys: readonly ForeignKey[],
  measured: readonly Measured[],
  profiles: ReadonlyMap<string, TableProfile>,
  options: ReadOptions,
): Promise<Map<string, Map<number, number>>> {
  const orphans = new Map<string, Map<number, number>>();
  const keep = ({ table, key }: ForeignKey, count: number) =>
    orphans.set(table.name, (orphans.get(table.name) ?? new Map<number, number>()).set(key.id, count));
  const open = keys.filter((one) => !hasNoOrphans(one, keys, measured, profiles.get(one.table.name)));
  for (const one of keys) {
    keep(one, 0);
  }
  await pool.map(open, "orphans", (one) => one, { signal: options.signal, onDone: keep });
  return orphans;
}

/** By what the profile counted outside the parent's ids, where it was asked to. */
function hasNoOrphans(
  { table, key }: ForeignKey,
  keys: readonly ForeignKey[],
  measured: readonly Measured[],
  profile: TableProfile | undefined,
): boolean {
  const column = onlyColumn(table, key);
  if (column === null || !parentIds(table, keys, measured).has(column.name)) {
    return false;
  }
  const found = profile?.columns[table.columns.indexOf(column)];
  return found?.outside === 0 && found.reals === 0 && found.texts === 0 && found.blobs === 0;
}
