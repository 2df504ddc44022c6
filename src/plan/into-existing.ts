// Plans a table whose target is there already, made by the application: its types decide, outgrow only fills it.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { codecFor, codecForExisting } from "../codec/index.js";
import type { SourceCatalog, SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { note } from "./concern.js";
import { raiseMisfit, raiseNull } from "./existing-misfits.js";
import type { TableDraft } from "./make-table.js";
import { findTargetColumn } from "./match-target.js";
import { columnOverride } from "./overrides.js";
import type { PlannedColumn } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";
import type { TargetColumn, TargetTable } from "./target-catalog.js";

type Encoding = SourceCatalog["encoding"];

export function intoExisting(
  draft: TableDraft,
  facts: PlanFacts,
  options: PlanOptions,
  ledger: Ledger,
): void {
  const { existing, table, profile, planned } = draft;
  if (existing === null) {
    return;
  }
  decideExistingRows(draft, existing, options, ledger);
  const { encoding } = facts.catalog;
  const isReferred = isReferredTo(draft, existing, facts);
  const filled = new Set<string>();
  table.columns.forEach((column, i) => {
    const values = profile.columns[i];
    const override = columnOverride(options.overrides, table.name, column.name);
    const target = findTargetColumn(existing, override?.name ?? column.name);
    if (values === undefined) {
      return;
    }
    if (target === null) {
      raiseMissingColumn(draft, column, values, "the target table has no column", ledger);
      return;
    }
    filled.add(target.name);
    if (target.generated !== null) {
      compareGenerated(draft, column, values, target, encoding, ledger);
      return;
    }
    planned.columns.push(
      fillColumn(draft, column, values, target, encoding, override?.codec, isReferred, ledger),
    );
  });
  for (const column of existing.columns.filter((candidate) => !filled.has(candidate.name))) {
    raiseExtraColumn(draft, column, ledger);
  }
}

/** By the source's foreign keys or the target's: a row that is set aside would make orphans. */
function isReferredTo({ table }: TableDraft, existing: TargetTable, facts: PlanFacts): boolean {
  const inSource = facts.catalog.tables.some((other) =>
    other.foreignKeys.some((key) => key.parentTable.toLowerCase() === table.name.toLowerCase()),
  );
  const inTarget = facts.target.tables.some((other) =>
    other.constraints.some(
      ({ references }) => references?.schema === facts.target.schema && references.table === existing.name,
    ),
  );
  return inSource || inTarget || existing.referredFrom.length > 0;
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
  wanted: string | undefined,
  isReferred: boolean,
  ledger: Ledger,
): PlannedColumn {
  const { codec, refuses } =
    wanted === undefined
      ? codecForExisting(target.baseType, profile, encoding)
      : { codec: wanted, refuses: codecFor(wanted).refuses(profile) };
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
  const { normalises } = codecFor(codec);
  if (normalises !== null) {
    ledger.raise(
      note(
        "warning",
        "form-not-kept",
        { table: draft.table.name, column: column.name },
        `the target's ${target.type} keeps every value but not how it was written: ${normalises}`,
      ),
    );
  }
  if (/^iso\(.*,none,utc\)$/.test(codec) && profile.texts > 0) {
    ledger.raise(
      note(
        "warning",
        "time-without-zone",
        { table: draft.table.name, column: column.name, count: profile.texts },
        `the times name no zone; the target's ${target.type} takes them for UTC`,
      ),
    );
  }
  if (refuses !== null) {
    raiseMisfit(draft, column, profile, planned, target, refuses, isReferred, ledger);
  }
  if (target.notNull && profile.nulls > 0) {
    raiseNull(draft, column, profile, planned, target, isReferred, ledger);
  }
  return planned;
}

/** PostgreSQL computes the column by itself; its values are compared with the source's all the same. */
function compareGenerated(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  target: TargetColumn,
  encoding: Encoding,
  ledger: Ledger,
): void {
  const { codec, refuses } = codecForExisting(target.baseType, profile, encoding);
  if (refuses !== null) {
    const what = `the target computes "${target.name}" by itself as ${target.type}, which has no place`;
    raiseMissingColumn(draft, column, profile, what, ledger);
    return;
  }
  const effect = ledger.raise({
    code: "target-column-generated",
    severity: "warning",
    table: draft.table.name,
    column: column.name,
    object: null,
    count: draft.profile.rows - profile.nulls,
    reason: `the target computes "${target.name}" by itself, as ${target.generatedSql ?? "an expression"}`,
    where: null,
    automatic: "compare",
    choices: [
      {
        name: "compare",
        does: "every computed value is compared with the source's, and one that is another is a difference",
        recommended: true,
        effect: {},
      },
      {
        name: "keep-aside",
        does: "the source's values stand in outgrow.originals and are not compared",
        recommended: false,
        effect: { column: {} },
      },
    ],
  });
  if (effect.column !== undefined) {
    draft.planned.leftOut.push({ source: column.name, code: "target-column-generated" });
    return;
  }
  draft.planned.columns.push({
    source: column.name,
    target: target.name,
    type: target.type,
    codec,
    collation: null,
    notNull: target.notNull,
    identity: false,
    defaultSql: null,
    why: "the target computes it",
    substitutions: [],
    computed: true,
  });
}

function raiseMissingColumn(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  what: string,
  ledger: Ledger,
): void {
  const values = draft.profile.rows - profile.nulls;
  const about = { table: draft.table.name, column: column.name };
  if (values === 0) {
    ledger.raise(note("note", "target-column-missing", about, `${what} for it, and every value is NULL`));
    return;
  }
  const effect = ledger.raise({
    ...about,
    code: "target-column-missing",
    severity: "blocker",
    object: null,
    count: values,
    reason: `${what} for ${values} values`,
    where: isNotNull(quoteName(column.name)),
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
