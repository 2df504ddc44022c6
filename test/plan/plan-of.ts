// Plans a small SQLite file without a server: profile and catalog are read, the target is empty.
import { onTestFinished } from "vitest";
import { frameworksOf } from "#outgrow/plan/frameworks/recognise.js";
import { type HabitOf, habitsIn, needsOfHabit } from "#outgrow/plan/frameworks/type-habits.js";
import { makePlan } from "#outgrow/plan/make-plan.js";
import { furtherNeeds, needsOf, needsOfKey } from "#outgrow/plan/needs.js";
import type { Plan } from "#outgrow/plan/plan.js";
import type { PlanFacts, PlanOptions } from "#outgrow/plan/plan-input.js";
import type { SourceTable } from "#outgrow/source/catalog.js";
import { openSource, type Source } from "#outgrow/source/open-source.js";
import type { TableProfile } from "#outgrow/source/profile.js";
import { readCatalog } from "#outgrow/source/read-catalog.js";
import { profileRange } from "#outgrow/source/read-profile.js";
import { makeSqlite } from "../support/files.js";

const WHOLE = { after: null, upTo: null };

const OPTIONS: PlanOptions = {
  schema: "public",
  include: [],
  exclude: [],
  names: "keep",
  integers: "int8",
  existingRows: "stop",
  dropExisting: false,
  overrides: { tables: {}, columns: {} },
  decisions: [],
};

export function planOf(sql: string, options: Partial<PlanOptions> = {}): Plan {
  return planOfFile(makeSqlite(sql), options);
}

export function planOfFile(path: string, options: Partial<PlanOptions> = {}): Plan {
  const source = openSource(path);
  onTestFinished(() => source.close());
  const catalog = readCatalog(source);
  const habitOf = habitsIn(frameworksOf(catalog, options.framework).habits, catalog);
  const facts: PlanFacts = {
    catalog,
    profiles: new Map(catalog.tables.map((table) => [table.name, profileOf(source, table, habitOf)])),
    ranges: new Map(),
    limits: new Map(),
    checks: new Map(),
    beyondAscii: new Set(),
    foldedDuplicates: new Map(),
    orphans: new Map(),
    foldedOrphans: new Map(),
    lastIds: new Map(),
    target: {
      schema: "public",
      schemaExists: true,
      tables: [],
      relations: [],
      views: [],
      types: [],
      extensions: [],
      functions: [],
      installable: ["citext"],
    },
  };
  return makePlan(facts, { ...OPTIONS, ...options }).plan;
}

function profileOf(source: Source, table: SourceTable, habitOf: HabitOf): TableProfile {
  const needs = table.columns.map((column) => ({
    ...needsOf(column, null, false),
    ...needsOfHabit(habitOf(table, column)),
    ...needsOfKey(column, table),
  }));
  const first = profileRange(source, table, needs, WHOLE, 1000);
  const more = table.columns.map((column, i) => {
    const [profile, asked = {}] = [first[i], needs[i]];
    return (profile && furtherNeeds(column, profile, asked)) ?? asked;
  });
  const columns = profileRange(source, table, more, WHOLE, 1000);
  const [profile] = columns;
  const rows = profile ? profile.nulls + profile.integers + profile.reals + profile.texts + profile.blobs : 0;
  return { table: table.name, rows, payloadBytes: 0, largestRowBytes: 0, columns };
}
