// Plans one table's columns: into a table that outgrow makes, or into one that is there.

import { OutgrowError } from "../base/errors.js";
import { quoteName } from "../base/quote.js";
import { feedsType } from "../codec/existing.js";
import { codecFor, codecForExisting } from "../codec/index.js";
import type { SourceColumn, SourceTable } from "../source/catalog.js";
import type { ColumnProfile, TableProfile } from "../source/profile.js";
import { applyEffect } from "./apply-effect.js";
import { isBookkeepingTable } from "./bookkeeping-tables.js";
import { note } from "./concern.js";
import type { ColumnDecision } from "./decide-column.js";
import { settle } from "./decisions.js";
import { intoExisting } from "./into-existing.js";
import { findExisting } from "./match-target.js";
import { columnNames, NameBook } from "./names.js";
import { type ColumnOverride, columnOverride, tableOverride } from "./overrides.js";
import type { PlannedColumn, PlannedTable, ReadOrder } from "./plan.js";
import type { Ledger, PlanFacts, PlanOptions } from "./plan-input.js";
import { raiseLimits } from "./row-limits.js";
import type { TargetTable } from "./target-catalog.js";

/** A planned table that still lacks its keys. */
export interface TableDraft {
  table: SourceTable;
  profile: TableProfile;
  existing: TargetTable | null;
  planned: PlannedTable;
}

export type DecideColumn = (
  table: SourceTable,
  column: SourceColumn,
  profile: ColumnProfile,
) => ColumnDecision;

/** Null where the table is left alone. */
export function makeTable(
  table: SourceTable,
  facts: PlanFacts,
  options: PlanOptions,
  relations: NameBook,
  ledger: Ledger,
  decide: DecideColumn,
): TableDraft | null {
  const profile = facts.profiles.get(table.name);
  if (profile === undefined) {
    throw new OutgrowError("failed", `table "${table.name}" was not profiled`);
  }
  const wanted = tableOverride(options.overrides, table.name) ?? table.name;
  const existing = options.dropExisting ? null : findExisting(facts.target, wanted);
  if (
    existing !== null &&
    isBookkeepingTable(
      existing.name,
      existing.columns.map((column) => column.name),
    )
  ) {
    ledger.raise(
      note(
        "note",
        "bookkeeping-left-alone",
        { table: table.name },
        "the target has this table of a migration runner already; it stays as it is",
      ),
    );
    return null;
  }
  const planned: PlannedTable = {
    source: table.name,
    target: existing?.name ?? relations.take(fold(wanted, options), "table"),
    origin: existing === null ? "created" : "existing",
    rows: profile.rows,
    columns: [],
    primaryKey: null,
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    notNullChecks: [],
    setAside: [],
    leftOut: [],
    read: { by: "scan", orderBy: [], largestRowBytes: 0 },
    existingRows: "none",
    nextId: null,
  };
  raiseLimits(
    planned,
    table,
    profile,
    facts.limits.get(table.name)?.widestRowBytes ?? 0,
    existing === null,
    ledger,
  );
  if (existing === null && planned.target !== fold(wanted, options)) {
    ledger.raise(
      note(
        "warning",
        "name-changed",
        { table: table.name },
        `PostgreSQL cannot take the name "${wanted}"; the table becomes "${planned.target}"`,
      ),
    );
  }
  if (existing === null && facts.target.tables.length > 0 && !options.dropExisting) {
    ledger.raise(
      note("note", "table-created", { table: table.name }, "the target has no such table; outgrow makes it"),
    );
  }
  const draft: TableDraft = { table, profile, existing, planned };
  if (existing === null) {
    createColumns(draft, options, ledger, decide);
  } else {
    intoExisting(draft, facts, options, ledger);
  }
  planned.read = readOrder(draft, facts);
  planIds(draft, facts, ledger);
  return draft;
}

/** A column that outgrow makes is an identity; one that was there may have no sequence at all. */
function planIds({ table, existing, planned }: TableDraft, facts: PlanFacts, ledger: Ledger): void {
  const drawing = planned.columns.flatMap((column) => {
    const found = existing?.columns.find((candidate) => candidate.name === column.target);
    const isInteger = /^(?:smallint|integer|bigint)$/.test(found?.baseType ?? "");
    return found?.sequence && isInteger ? [{ column: column.target, ...found.sequence }] : [];
  });
  if (drawing.length > 0) {
    planned.sequences = drawing.map(({ column, name }) => ({ column, sequence: name }));
  }
  const alias = planned.columns.find((column) => column.source === table.rowidAlias);
  const own = drawing.find(({ column }) => column === alias?.target);
  if (alias === undefined || (existing !== null && own === undefined)) {
    return;
  }
  const last = facts.lastIds.get(table.name) ?? 0n;
  const given = table.sequence !== null && table.sequence > last ? table.sequence : last;
  planned.nextId = { column: alias.target, value: (given > 0n ? given : 0n) + 1n };
  if (own !== undefined && given > BigInt(own.last)) {
    planned.nextId.value = (last > 0n ? last : 0n) + 1n;
    ledger.raise(
      note(
        "warning",
        "sequence-too-short",
        { table: table.name, column: alias.source },
        `SQLite gave out ids up to ${given}, the sequence of "${alias.target}" ends at ${own.last}; it goes on after the largest id that is there`,
      ),
    );
  }
}

function fold(name: string, options: PlanOptions): string {
  return options.names === "fold" ? name.toLowerCase() : name;
}

/** An identity of type integer has to give out one more id at least. */
const LAST_INT4_ID = 2_147_483_646n;

function createColumns(draft: TableDraft, options: PlanOptions, ledger: Ledger, decide: DecideColumn): void {
  const { table, profile, planned } = draft;
  const names = columnNames();
  const aside = new Set(planned.leftOut.map(({ source }) => source));
  table.columns.forEach((column, i) => {
    if (aside.has(column.name)) {
      return;
    }
    const values = profile.columns[i];
    if (values === undefined) {
      throw new OutgrowError("failed", `column "${table.name}"."${column.name}" was not profiled`);
    }
    const override = columnOverride(options.overrides, table.name, column.name);
    const wanted = override?.name ?? fold(column.name, options);
    const target = names.take(wanted, `column_${i + 1}`);
    if (target !== wanted) {
      ledger.raise(
        note(
          "warning",
          "name-changed",
          { table: table.name, column: column.name },
          `PostgreSQL cannot take the name "${wanted}"; the column becomes "${target}"`,
        ),
      );
    }
    planned.columns.push(createColumn(draft, column, values, target, override, options, ledger, decide));
  });
}

function createColumn(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  target: string,
  override: ColumnOverride | undefined,
  options: PlanOptions,
  ledger: Ledger,
  decide: DecideColumn,
): PlannedColumn {
  const { table, planned } = draft;
  const isAlias = column.name === table.rowidAlias;
  const decision = decide(table, column, profile);
  const result: PlannedColumn = {
    source: column.name,
    target,
    type: decision.type,
    codec: decision.codec,
    collation: null,
    notNull: column.notNull || isAlias,
    identity: isAlias,
    defaultSql: null,
    why: decision.why,
    substitutions: [],
  };
  if (override !== undefined && isOtherwise(override, decision, options)) {
    Object.assign(result, overridden(table.name, column, profile, decision.codec, override));
  } else {
    for (const concern of decision.concerns) {
      applyEffect(planned, result, concern, ledger.raise(concern));
    }
  }
  if (
    options.integers === "int4" &&
    result.codec === "int64" &&
    codecFor("int32").refuses(profile) === null &&
    !(isAlias && (table.sequence ?? 0n) > LAST_INT4_ID)
  ) {
    result.type = "integer";
    result.codec = "int32";
  }
  if (profile.nulls > 0 && result.notNull) {
    raiseNotNull(draft, column, profile, result, ledger);
  }
  return result;
}

/** Whether the type or codec set by hand is another than what the decisions come to: a plan file repeats those. */
function isOtherwise(
  override: ColumnOverride,
  { type, codec, concerns }: ColumnDecision,
  options: Pick<PlanOptions, "decisions">,
): boolean {
  const column = { type, codec };
  for (const concern of concerns) {
    Object.assign(column, settle(concern, options.decisions).effect.column);
  }
  return (override.type ?? column.type) !== column.type || (override.codec ?? column.codec) !== column.codec;
}

function overridden(
  table: string,
  column: SourceColumn,
  profile: ColumnProfile,
  decided: string,
  override: ColumnOverride,
): Pick<PlannedColumn, "type" | "codec" | "why"> {
  const type = override.type ?? codecFor(override.codec ?? decided).type;
  if (override.codec !== undefined && !feedsType(codecFor(override.codec), type, profile)) {
    throw new OutgrowError(
      "settings",
      `column "${table}"."${column.name}" cannot become ${type} by the codec ${override.codec}, which makes ${codecFor(override.codec).type}`,
      {
        hint: `name the type alone, \`--type ${table}.${column.name}=${type}\`, and outgrow chooses the codec`,
      },
    );
  }
  const fitting =
    override.codec === undefined
      ? codecForExisting(type, profile)
      : { codec: override.codec, refuses: codecFor(override.codec).refuses(profile) };
  if (fitting.refuses !== null) {
    throw new OutgrowError(
      "blocked",
      `column "${table}"."${column.name}" cannot become ${type}: ${fitting.refuses}`,
      {
        hint: "choose a type that holds every value, or leave the type to outgrow",
      },
    );
  }
  return { type, codec: fitting.codec, why: "set by hand" };
}

function raiseNotNull(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  result: PlannedColumn,
  ledger: Ledger,
): void {
  // SQLite takes `c is null` for false where c is declared NOT NULL, whatever is stored.
  const where = `typeof(${quoteName(column.name)}) = 'null'`;
  const effect = ledger.raise({
    code: "not-null-violated",
    severity: "blocker",
    table: draft.table.name,
    column: column.name,
    object: null,
    count: profile.nulls,
    reason: `the column is declared NOT NULL, but ${profile.nulls} rows hold NULL`,
    where,
    automatic: null,
    choices: [
      {
        name: "not-valid",
        does: "the rows move; a CHECK (… IS NOT NULL) NOT VALID holds for new ones",
        recommended: true,
        effect: { column: { notNull: false }, constraint: "not-valid" },
      },
      {
        name: "set-aside",
        does: "the rows are not moved; they stand whole in outgrow.quarantine",
        recommended: false,
        effect: { setAside: where },
      },
    ],
  });
  Object.assign(result, effect.column);
  if (effect.setAside !== undefined) {
    draft.planned.setAside.push({ code: "not-null-violated", predicate: effect.setAside });
  }
  if (effect.constraint === "not-valid") {
    draft.planned.notNullChecks.push({
      name: new NameBook().take(`${result.target}_not_null`, "check"),
      columns: [result.target],
    });
  }
}

function readOrder(draft: TableDraft, facts: PlanFacts): ReadOrder {
  const { table, profile, planned } = draft;
  if (table.rowidName === null || table.kind === "virtual") {
    return { by: "scan", orderBy: [], largestRowBytes: profile.largestRowBytes };
  }
  const key = planned.columns.find((column) => column.source === table.rowidAlias);
  return {
    by: "rowid",
    name: table.rowidName,
    keyColumn: key?.codec === "int64" || key?.codec === "int32" ? key.target : null,
    ranges: [...(facts.ranges.get(table.name) ?? [{ after: null, upTo: null }])],
    largestRowBytes: profile.largestRowBytes,
  };
}
