// Decides the whole move, without I/O: catalog, profile and decisions in, a plan out.

import { OutgrowError } from "../base/errors.js";
import { codecFor } from "../codec/index.js";
import { resolvedForeignKeys } from "../source/foreign-keys.js";
import { isGeoPackage } from "../source/geopackage.js";
import { HelperSet } from "../sql/translate/helpers.js";
import { findAlike } from "./alike-columns.js";
import type { Concern } from "./concern.js";
import { type ColumnContext, decideColumn } from "./decide-column.js";
import { checkDecisions, settle } from "./decisions.js";
import { raiseDropped } from "./dropped-tables.js";
import type { Finding } from "./finding.js";
import { adviseOn } from "./frameworks/advice.js";
import { frameworksOf } from "./frameworks/recognise.js";
import { habitsIn } from "./frameworks/type-habits.js";
import { planKeys } from "./make-keys.js";
import { type DecideColumn, makeTable, type TableDraft } from "./make-table.js";
import { NameBook } from "./names.js";
import { checkOverrides } from "./overrides.js";
import type { Plan, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";
import type { Converting } from "./schema/conversions.js";
import { planFullText } from "./schema/full-text.js";
import { planTriggers } from "./schema/triggers.js";
import { planViews } from "./schema/views.js";
import { describeSchemaLosses } from "./schema-losses.js";
import { selectTables } from "./select-tables.js";
import type { TargetRelation } from "./target-catalog.js";
import { unifyKeys } from "./unify-keys.js";

/** Finding and the predicate by which its example rows are fetched. */
export interface PlanWithQueries {
  plan: Plan;
  /** Parallel to plan.findings: SQLite SQL, or null. */
  where: (string | null)[];
}

export function makePlan(facts: PlanFacts, options: PlanOptions): PlanWithQueries {
  const concerns: Concern[] = [];
  const findings: Finding[] = [];
  const ledger: Ledger = {
    raise(concern) {
      const settled = settle(concern, options.decisions);
      concerns.push(concern);
      findings.push(settled.finding);
      return settled.effect;
    },
  };
  const selected = selectTables(facts.catalog, options);
  checkOverrides(options.overrides, facts.catalog);
  // A table also makes a type of its name (PostgreSQL, CREATE TABLE).
  const relations = new NameBook([
    ...facts.target.relations.filter((relation) => !isToGo(relation, facts, options)).map(({ name }) => name),
    ...facts.target.types.map(({ name }) => name),
  ]);
  const frameworks = frameworksOf(facts.catalog, options.framework);
  const habitOf = habitsIn(frameworks.habits, facts.catalog);
  const referredTo = new Set(
    selected.flatMap((table) =>
      resolvedForeignKeys(facts.catalog, table).flatMap(({ resolved }) =>
        resolved.parentColumns.map((name) => `${resolved.parent.name}\0${name}`),
      ),
    ),
  );
  const decide =
    (context: ColumnContext): DecideColumn =>
    (table, column, profile) =>
      decideColumn(table.name, column, profile, {
        ...context,
        habit: habitOf(table, column),
        isIdentity: column.name === table.rowidAlias,
        isReferredTo: referredTo.has(`${table.name}\0${column.name}`),
      });
  const alike = findAlike(selected, facts.profiles, decide({}));
  const drafts: TableDraft[] = [];
  for (const table of selected) {
    const draft = makeTable(table, facts, options, relations, ledger, decide({ alike }));
    if (draft !== null) {
      drafts.push(draft);
    }
  }
  refuseSharedTarget(drafts);
  adviseOn(frameworks, drafts, ledger);
  unifyKeys(drafts, facts.catalog, ledger);
  const converting: Converting = {
    schema: options.schema,
    geopackage: isGeoPackage(facts.catalog),
    meanings: new Map(),
    helpers: new HelperSet(),
    ledger,
    done: [],
    views: [],
    triggers: [],
  };
  const tables: PlannedTable[] = planKeys(drafts, facts, options.names, relations, converting);
  planFullText(facts, drafts, relations, converting);
  planViews(facts.catalog.views, relations, options.names, converting);
  planTriggers(
    facts.catalog.triggers,
    (table, column) => isComputed(drafts, table, column),
    facts.target.functions,
    converting,
  );
  for (const draft of drafts) {
    markPlain(draft);
  }
  if (options.dropExisting) {
    raiseDropped(tables, converting.views, facts.target, ledger);
  }
  describeSchemaLosses(
    facts.catalog,
    selected,
    drafts.filter(({ existing }) => existing === null).map(({ table }) => table),
    options,
    ledger,
  );
  checkDecisions(options.decisions, concerns);
  return {
    plan: {
      version: 1,
      schema: options.schema,
      tables,
      findings,
      views: converting.views,
      triggers: converting.triggers,
      conversions: converting.done,
      helpers: converting.helpers.all,
    },
    where: concerns.map((concern) => concern.where),
  };
}

function isComputed(drafts: readonly TableDraft[], table: string, column: string): boolean {
  const draft = drafts.find((candidate) => candidate.table.name === table);
  return draft?.planned.columns.find(({ source }) => source === column)?.computed === true;
}

/** A line of one field is always quoted: `\\.` alone would end the rows (PostgreSQL, COPY, "File Formats"). */
function markPlain({ table, profile, planned }: TableDraft): void {
  if (planned.columns.filter((column) => !column.computed).length < 2) {
    return;
  }
  for (const column of planned.columns) {
    const values = profile.columns[table.columns.findIndex(({ name }) => name === column.source)];
    const isAsItIs = codecFor(column.codec).verbatim && column.substitutions.length === 0;
    if (values?.plain && values.texts > 0 && isAsItIs) {
      column.plain = true;
    }
  }
}

/** Tables are matched with the source's, not shunned; those that are dropped take their indexes and sequences along. */
function isToGo(relation: TargetRelation, facts: PlanFacts, options: PlanOptions): boolean {
  const isTable = facts.target.tables.some((table) => table.name === relation.name);
  return (
    isTable || (options.dropExisting && (relation.table !== null || isReplacedView(relation.name, facts)))
  );
}

/** A view of the same name goes with the tables that --drop-existing replaces. */
function isReplacedView(name: string, { catalog, target }: PlanFacts): boolean {
  return target.views.some((view) => view.name === name) && catalog.views.some((view) => view.name === name);
}

/** Two tables of the source cannot go into one that is there: throws `usage`. */
function refuseSharedTarget(drafts: readonly TableDraft[]): void {
  const takenBy = new Map<string, string>();
  for (const { table, existing } of drafts) {
    const other = existing === null ? undefined : takenBy.get(existing.name);
    if (existing !== null && other !== undefined) {
      throw new OutgrowError(
        "usage",
        `tables "${other}" and "${table.name}" would both go into "${existing.name}"`,
        {
          hint: "leave one out with --exclude, or give it another name with --rename table=name",
        },
      );
    }
    if (existing !== null) {
      takenBy.set(existing.name, table.name);
    }
  }
}
