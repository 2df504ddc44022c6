// Plans foreign keys: which PostgreSQL can have, what becomes of rows that contradict them, what stands aside meanwhile.

import type { SourceForeignKey } from "../source/catalog.js";
import { orphanPredicate, type ResolvedForeignKey, resolveForeignKey } from "../source/foreign-keys.js";
import { note } from "./concern.js";
import type { TableDraft } from "./make-table.js";
import { NameBook } from "./names.js";
import type { PlannedForeignKey, PlannedTable } from "./plan.js";
import type { Ledger, PlanFacts } from "./plan-input.js";
import type { TargetTable } from "./target-catalog.js";
import { columnOf, targetNames } from "./target-names.js";

export function planForeignKeys(
  draft: TableDraft,
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  ledger: Ledger,
): void {
  const { table, planned } = draft;
  const names = new NameBook();
  for (const key of table.foreignKeys) {
    const resolved = resolveForeignKey(facts.catalog, key);
    const parent =
      "problem" in resolved ? undefined : drafts.find((candidate) => candidate.table === resolved.parent);
    const problem =
      "problem" in resolved
        ? resolved.problem
        : parent === undefined
          ? `"${resolved.parent.name}" is not moved`
          : whyNoKey(draft, key, parent, resolved);
    const label = `${table.name}(${key.columns.join(", ")})`;
    if ("problem" in resolved || parent === undefined || problem !== null) {
      ledger.raise(
        note(
          "warning",
          "foreign-key-not-carried",
          { table: table.name, column: key.columns[0] ?? "", object: label },
          `PostgreSQL cannot have the foreign key: ${problem}`,
        ),
      );
      continue;
    }
    const planKey: PlannedForeignKey = {
      name: names.take(`${planned.target}_${targetNames(planned, key.columns).join("_")}_fkey`, "fkey"),
      columns: targetNames(planned, key.columns),
      parentTable: parent.planned.target,
      parentColumns: targetNames(parent.planned, resolved.parentColumns),
      onUpdate: key.onUpdate,
      onDelete: key.onDelete,
      validate: true,
      definition: null,
    };
    if (raiseOrphans(draft, key, parent, resolved, facts, ledger, planKey) !== "leave-out") {
      planned.foreignKeys.push(planKey);
    }
  }
}

/** PostgreSQL asks for a primary key or a plain unique index on exactly the columns referred to (error 42830). */
function whyNoKey(
  draft: TableDraft,
  key: SourceForeignKey,
  parent: TableDraft,
  resolved: ResolvedForeignKey,
): string | null {
  const columns = targetNames(parent.planned, resolved.parentColumns);
  const wanted = [...columns].sort().join("\0");
  const keys = parent.existing === null ? plannedKeys(parent.planned) : keysOf(parent.existing);
  return keys.some((key) => [...key].sort().join("\0") === wanted)
    ? whyNotComparable(draft, key, parent, resolved)
    : `"${parent.table.name}" has no unique key on ${resolved.parentColumns.map((name) => `"${name}"`).join(", ")}`;
}

function plannedKeys({ primaryKey, uniques, indexes }: PlannedTable): string[][] {
  // One on an expression, or on a part of the rows, is none that a key may refer to.
  const unique = indexes.filter(
    (index) => index.unique && index.keys === undefined && index.where === undefined,
  );
  return [...(primaryKey === null ? [] : [primaryKey]), ...uniques, ...unique].map(({ columns }) => columns);
}

/** Not deferrable, not partial, not on an expression: what a foreign key may refer to (error 42830, 55000). */
function keysOf({ constraints, indexes }: TargetTable): (string | null)[][] {
  const deferrable = new Set(constraints.filter((one) => one.deferrable).map(({ index }) => index));
  return indexes
    .filter(
      ({ name, unique, valid, predicate }) => unique && valid && predicate === null && !deferrable.has(name),
    )
    .map(({ keys }) => keys.map(({ column }) => column));
}

/** PostgreSQL compares equal types, and numbers where the child's becomes the parent's by itself (error 42804). */
function whyNotComparable(
  draft: TableDraft,
  key: SourceForeignKey,
  parent: TableDraft,
  resolved: ResolvedForeignKey,
): string | null {
  for (const [i, name] of key.columns.entries()) {
    const child = columnOf(draft.planned, name);
    const own = columnOf(parent.planned, resolved.parentColumns[i] ?? "");
    if (child !== undefined && own !== undefined && !comparesWith(child.type, own.type)) {
      return `"${name}" is ${child.type}, "${parent.table.name}"."${own.source}" is ${own.type}`;
    }
  }
  return null;
}

/**
 * Implicit casts go from integers to numeric to double precision, and not back (PostgreSQL, pg_cast); texts of limited
 * length are texts.
 */
function comparesWith(child: string, parent: string): boolean {
  if ([child, parent].every((type) => /^(?:text|character)/.test(type))) {
    return true;
  }
  const ranks = [/^(bigint|integer|smallint)$/, /^numeric/, /^double precision$/];
  const [from, to] = [child, parent].map((type) => ranks.findIndex((rank) => rank.test(type)));
  return child === parent || (from !== undefined && to !== undefined && from >= 0 && from <= to);
}

function raiseOrphans(
  draft: TableDraft,
  key: SourceForeignKey,
  parent: TableDraft,
  resolved: ResolvedForeignKey,
  facts: PlanFacts,
  ledger: Ledger,
  planKey: PlannedForeignKey,
): "leave-out" | null {
  const { table, planned } = draft;
  const nocase = resolved.parentColumns.filter(
    (name) => resolved.parent.columns.find((column) => column.name === name)?.collation === "NOCASE",
  );
  // citext folds more letters than NOCASE: what SQLite finds there, it finds too.
  const folds =
    nocase.length > 0 && nocase.every((name) => /citext$/.test(columnOf(parent.planned, name)?.type ?? ""));
  const counts = folds ? facts.foldedOrphans : facts.orphans;
  const count = counts.get(table.name)?.get(key.id) ?? 0;
  if (count === 0) {
    return null;
  }
  const predicate = orphanPredicate(table, key, resolved, folds);
  const nullable = key.columns.every((name) =>
    planned.columns.some((column) => column.source === name && !column.notNull),
  );
  const isReferred = facts.catalog.tables.some((other) =>
    other.foreignKeys.some((candidate) => candidate.parentTable.toLowerCase() === table.name.toLowerCase()),
  );
  const isByCollation =
    !folds &&
    resolved.parentColumns.some(
      (name) => resolved.parent.columns.find((column) => column.name === name)?.collation !== "BINARY",
    );
  const effect = ledger.raise({
    code: "foreign-key-orphans",
    severity: "blocker",
    table: table.name,
    column: key.columns[0] ?? null,
    object: planKey.name,
    count,
    reason: `${count === 1 ? "1 row refers" : `${count} rows refer`} to rows of "${resolved.parent.name}" that are not there${isByCollation ? " when compared by bytes, as PostgreSQL does; SQLite compares by the parent's collation" : "; SQLite checks foreign keys only where a connection asks for it"}`,
    where: predicate,
    automatic: null,
    choices: [
      {
        name: "not-valid",
        does: "the rows move as they are; the constraint is NOT VALID and holds for new rows",
        recommended: true,
        effect: { constraint: "not-valid" },
      },
      ...(nullable && key.columns.length === 1
        ? [
            {
              name: "null",
              does: "the references become NULL; what they were stands in outgrow.originals",
              recommended: false,
              effect: { substitution: { predicate, replacement: "null" } },
            },
          ]
        : []),
      {
        name: "set-aside",
        does: `the rows are not moved; they stand whole in outgrow.quarantine${isReferred ? " (rows that refer to them stay, their constraint NOT VALID)" : ""}`,
        recommended: false,
        effect: { setAside: predicate },
      },
      // A constraint that the application made is not taken from it.
      ...(draft.existing === null
        ? [
            {
              name: "leave-out",
              does: "the rows move as they are, without the constraint",
              recommended: false,
              effect: { constraint: "leave-out" as const },
            },
          ]
        : []),
    ],
  });
  if (effect.substitution !== undefined) {
    const column = planned.columns.find((candidate) => candidate.source === key.columns[0]);
    column?.substitutions.push({ code: "foreign-key-orphans", ...effect.substitution });
  }
  if (effect.setAside !== undefined) {
    planned.setAside.push({ code: "foreign-key-orphans", predicate: effect.setAside });
  }
  planKey.validate = effect.constraint !== "not-valid";
  return effect.constraint === "leave-out" ? "leave-out" : null;
}

/**
 * The foreign keys and CHECKs of a table that was there stand aside during the load and come back as they were. Where SQLite has
 * the same foreign key, the rows that contradict it are known before the first write.
 */
export function keepForeignKeys(
  draft: TableDraft,
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  ledger: Ledger,
): void {
  const { existing, planned } = draft;
  for (const constraint of existing?.constraints ?? []) {
    const { references } = constraint;
    if (constraint.kind === "check" && constraint.isLocal) {
      planned.checks.push({ name: constraint.name, validate: constraint.validated });
    }
    if (constraint.kind !== "foreign key" || references === null || !constraint.isLocal) {
      continue;
    }
    const kept: PlannedForeignKey = {
      name: constraint.name,
      columns: constraint.columns,
      parentTable: references.table,
      parentColumns: references.columns,
      onUpdate: references.onUpdate,
      onDelete: references.onDelete,
      validate: constraint.validated,
      definition: constraint.definition,
    };
    planned.foreignKeys.push(kept);
    const same = kept.validate ? sourceKeyOf(draft, drafts, facts, kept) : null;
    if (same !== null) {
      raiseOrphans(draft, same.key, same.parent, same.resolved, facts, ledger, kept);
    }
  }
}

/** Null too where the target's parent keeps rows of its own, which may be what SQLite's rows lack. */
function sourceKeyOf(
  { table, planned }: TableDraft,
  drafts: readonly TableDraft[],
  facts: PlanFacts,
  wanted: PlannedForeignKey,
): { key: SourceForeignKey; resolved: ResolvedForeignKey; parent: TableDraft } | null {
  const pairs = (columns: readonly string[], parents: readonly string[]) =>
    columns
      .map((column, i) => `${column}\0${parents[i]}`)
      .sort()
      .join("\0");
  const parent = drafts.find((draft) => draft.planned.target === wanted.parentTable);
  if (parent === undefined || parent.planned.existingRows === "keep") {
    return null;
  }
  for (const key of table.foreignKeys) {
    const resolved = resolveForeignKey(facts.catalog, key);
    const isSame =
      !("problem" in resolved) &&
      resolved.parent === parent.table &&
      pairs(targetNames(planned, key.columns), targetNames(parent.planned, resolved.parentColumns)) ===
        pairs(wanted.columns, wanted.parentColumns);
    if (isSame) {
      return { key, resolved, parent };
    }
  }
  return null;
}

/** Rows that refer to a row set aside contradict their foreign key from then on. */
export function raiseSetAsideParents(
  { table, planned }: TableDraft,
  drafts: readonly TableDraft[],
  ledger: Ledger,
): void {
  for (const key of planned.foreignKeys.filter(({ validate }) => validate)) {
    const parent = drafts.find((draft) => draft.planned.target === key.parentTable);
    if (parent === undefined || parent.planned.setAside.length === 0) {
      continue;
    }
    key.mayBeViolated = true;
    ledger.raise(
      note(
        "warning",
        "foreign-key-unsure",
        { table: table.name, object: key.name },
        `rows of "${parent.table.name}" are set aside; where rows that move refer to them, the constraint stays NOT VALID and holds for new rows`,
      ),
    );
  }
}
