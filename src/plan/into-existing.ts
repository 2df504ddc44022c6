// Plans a table whose target is there already, made by the application: its types decide, outgrow only fills it.

import { quoteName } from "../base/quote.js";
import { codecFor, codecForExisting } from "../codec/index.js";
import type { SourceCatalog, SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { type ConcernChoice, note } from "./concern.js";
import { applyEffect, type TableDraft } from "./make-table.js";
import { columnOverride } from "./overrides.js";
import type { PlannedColumn } from "./plan.js";
import type { Ledger, PlanOptions } from "./plan-input.js";
import type { TargetColumn, TargetTable } from "./target-catalog.js";

type Encoding = SourceCatalog["encoding"];

export function intoExisting(
  draft: TableDraft,
  encoding: Encoding,
  options: PlanOptions,
  ledger: Ledger,
): void {
  const { existing, table, profile, planned } = draft;
  if (existing === null) {
    return;
  }
  decideExistingRows(draft, existing, options, ledger);
  const filled = new Set<string>();
  table.columns.forEach((column, i) => {
    const values = profile.columns[i];
    const wanted = columnOverride(options.overrides, table.name, column.name)?.name ?? column.name;
    const target = findColumn(existing, wanted);
    if (values === undefined || target?.generated) {
      return;
    }
    if (target === null) {
      raiseMissingColumn(draft, column, values, ledger);
      return;
    }
    filled.add(target.name);
    planned.columns.push(fillColumn(draft, column, values, target, encoding, ledger));
  });
  for (const column of existing.columns.filter((candidate) => !filled.has(candidate.name))) {
    raiseExtraColumn(draft, column, ledger);
  }
}

function findColumn(existing: TargetTable, name: string): TargetColumn | null {
  const exact = existing.columns.find((column) => column.name === name);
  const folded = existing.columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  return exact ?? (folded.length === 1 ? (folded[0] ?? null) : null);
}

function decideExistingRows(
  draft: TableDraft,
  existing: TargetTable,
  options: PlanOptions,
  ledger: Ledger,
): void {
  if (existing.hasRows === false) {
    return;
  }
  if (options.existingRows !== "stop") {
    draft.planned.existingRows = options.existingRows;
    ledger.raise(
      note(
        "note",
        "existing-rows",
        { table: draft.table.name },
        `the target table has rows; --existing-rows ${options.existingRows} decides about them`,
      ),
    );
    return;
  }
  const effect = ledger.raise({
    code: "existing-rows",
    severity: "blocker",
    table: draft.table.name,
    column: null,
    object: null,
    count: Math.max(1, Math.round(existing.estimatedRows)),
    reason: "the target table has rows already",
    where: null,
    automatic: null,
    choices: [
      {
        name: "replace",
        does: "they are taken out and stand in outgrow.quarantine, then the source's rows go in",
        recommended: true,
        effect: { existingRows: "replace" },
      },
      {
        name: "keep",
        does: "they stay, and the source's rows go in beside them; a key that both have fails",
        recommended: false,
        effect: { existingRows: "keep" },
      },
    ],
  });
  draft.planned.existingRows = effect.existingRows ?? "none";
}

function fillColumn(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  target: TargetColumn,
  encoding: Encoding,
  ledger: Ledger,
): PlannedColumn {
  const { codec, refuses } = codecForExisting(target.baseType, profile, encoding);
  const planned: PlannedColumn = {
    source: column.name,
    target: target.name,
    type: target.type,
    codec,
    collation: null,
    notNull: target.notNull,
    identity: target.identity !== null,
    defaultSql: null,
    why: "the target's type",
    substitutions: [],
  };
  if (refuses !== null) {
    raiseMisfit(draft, column, planned, target, refuses, ledger);
  }
  if (target.notNull && profile.nulls > 0) {
    raiseNull(draft, column, profile, planned, ledger);
  }
  return planned;
}

function raiseMisfit(
  draft: TableDraft,
  column: SourceColumn,
  planned: PlannedColumn,
  target: TargetColumn,
  refuses: string,
  ledger: Ledger,
): void {
  const name = quoteName(column.name);
  const predicate = `${name} is not null and (${codecFor(planned.codec).misfit(name)})`;
  const limit = /^character(?: varying)?\((\d+)\)$/.exec(target.baseType)?.[1];
  const choices: ConcernChoice[] = [];
  if (limit !== undefined) {
    choices.push({
      name: "truncate",
      does: `the first ${limit} characters go in; the whole text stands in outgrow.originals`,
      recommended: true,
      effect: { substitution: { predicate, replacement: `substr(cast(${name} as text), 1, ${limit})` } },
    });
  }
  const scale = /^numeric\(\d+,(\d+)\)$/.exec(target.baseType)?.[1];
  if (scale !== undefined) {
    choices.push({
      name: "round",
      does: `numbers are rounded to ${scale} decimals; what they were stands in outgrow.originals`,
      recommended: true,
      effect: {
        substitution: {
          predicate: `typeof(${name}) in ('integer','real') and (${predicate})`,
          replacement: `round(${name}, ${scale})`,
        },
      },
    });
  }
  if (!target.notNull) {
    choices.push({
      name: "null",
      does: "NULL goes in; the value stands in outgrow.originals",
      recommended: choices.length === 0,
      effect: { substitution: { predicate, replacement: "null" } },
    });
  }
  choices.push({
    name: "set-aside",
    does: "the rows are not moved; they stand whole in outgrow.quarantine",
    recommended: choices.length === 0,
    effect: { setAside: predicate },
  });
  const concern = {
    code: "value-does-not-fit",
    severity: "blocker" as const,
    table: draft.table.name,
    column: column.name,
    object: null,
    count: 0,
    reason: `the target's ${target.type} does not hold every value: ${refuses}`,
    where: predicate,
    automatic: null,
    choices,
  };
  applyEffect(draft.planned, planned, concern, ledger.raise(concern));
}

function raiseNull(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  planned: PlannedColumn,
  ledger: Ledger,
): void {
  const where = `typeof(${quoteName(column.name)}) = 'null'`;
  const concern = {
    code: "null-not-allowed",
    severity: "blocker" as const,
    table: draft.table.name,
    column: column.name,
    object: null,
    count: profile.nulls,
    reason: `${profile.nulls} rows hold NULL, the target's column is NOT NULL`,
    where,
    automatic: null,
    choices: [
      {
        name: "set-aside",
        does: "the rows are not moved; they stand whole in outgrow.quarantine",
        recommended: true,
        effect: { setAside: where },
      },
    ],
  };
  applyEffect(draft.planned, planned, concern, ledger.raise(concern));
}

function raiseMissingColumn(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  ledger: Ledger,
): void {
  const values = draft.profile.rows - profile.nulls;
  const about = { table: draft.table.name, column: column.name };
  if (values === 0) {
    ledger.raise(
      note("note", "target-column-missing", about, "the target has no such column, and every value is NULL"),
    );
    return;
  }
  const effect = ledger.raise({
    ...about,
    code: "target-column-missing",
    severity: "blocker",
    object: null,
    count: values,
    reason: `the target table has no column for ${values} values`,
    where: `${quoteName(column.name)} is not null`,
    automatic: null,
    choices: [
      {
        name: "keep-aside",
        does: "the values stand in outgrow.originals, the rest of each row moves",
        recommended: true,
        effect: { column: {} },
      },
    ],
  });
  if (effect.column !== undefined) {
    draft.planned.leftOut.push({ source: column.name, code: "target-column-missing" });
  }
}

function raiseExtraColumn(draft: TableDraft, column: TargetColumn, ledger: Ledger): void {
  const isFilled =
    !column.notNull || column.defaultSql !== null || column.identity !== null || column.generated !== null;
  const about = { table: draft.table.name, object: column.name };
  if (isFilled) {
    ledger.raise(
      note(
        "note",
        "target-column-extra",
        about,
        `the target's column "${column.name}" has no counterpart; its default fills it`,
      ),
    );
    return;
  }
  ledger.raise({
    code: "target-column-unfilled",
    severity: "blocker",
    table: draft.table.name,
    column: null,
    object: column.name,
    count: draft.profile.rows,
    reason: `the target's column "${column.name}" is NOT NULL without a default, and the source has nothing for it`,
    where: null,
    automatic: null,
    choices: [
      {
        name: "leave-out",
        does: "the table is not moved",
        recommended: false,
        options: ["--exclude", draft.table.name],
        effect: {},
      },
    ],
  });
}
