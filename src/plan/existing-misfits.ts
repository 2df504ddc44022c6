// Values that a column which was there does not take, or NULLs: what of them can go in, and where the rest stands.

import { quoteName } from "../base/quote.js";
import { isNotNull } from "../codec/field.js";
import { codecFor } from "../codec/index.js";
import type { SourceColumn } from "../source/catalog.js";
import type { ColumnProfile } from "../source/profile.js";
import { applyEffect } from "./apply-effect.js";
import type { ConcernChoice } from "./concern.js";
import type { TableDraft } from "./make-table.js";
import type { PlannedColumn } from "./plan.js";
import type { Ledger } from "./plan-input.js";
import type { TargetColumn } from "./target-catalog.js";

/** `refuses` says why the column's codec does not carry every value. */
export function raiseMisfit(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  planned: PlannedColumn,
  target: TargetColumn,
  refuses: string,
  isReferred: boolean,
  ledger: Ledger,
): void {
  const name = quoteName(column.name);
  const { misfit } = codecFor(planned.codec);
  // Where the codec itself would change nothing, it is the type that does not suit the column as a whole.
  const isWhole = profile.misfits?.[planned.codec] === 0;
  const predicate = `${isNotNull(name)}${isWhole ? "" : ` and (${misfit(name)})`}`;
  const choices: ConcernChoice[] = [];
  const near = isWhole ? null : nearestValue(name, target, planned.codec);
  const fallback = target.notNull ? constantDefault(target) : "null";
  if (near !== null) {
    const isNone = `(${near.sql}) is null or (${misfit(`(${near.sql})`)})`;
    choices.push({
      name: near.name,
      does: near.does,
      recommended: fallback !== null || !isReferred,
      effect: {
        substitution: {
          predicate,
          replacement: `case when ${isNone} then ${fallback ?? "null"} else ${near.sql} end`,
        },
        ...(fallback === null ? { setAside: `${predicate} and (${isNone})` } : {}),
      },
    });
  }
  choices.push(...emptyingChoices(target, predicate, choices.length === 0 && !isWhole));
  choices.push({
    name: "set-aside",
    does: "the rows are not moved; they stand whole in outgrow.quarantine",
    recommended: !isReferred && !isWhole && !choices.some((choice) => choice.recommended),
    effect: { setAside: predicate },
  });
  const concern = {
    code: "value-does-not-fit" as const,
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

/** NULL in place of a value, or the column's own default where it takes no NULL. */
function emptyingChoices(target: TargetColumn, predicate: string, recommended: boolean): ConcernChoice[] {
  const constant = target.notNull ? constantDefault(target) : "null";
  if (constant === null) {
    return [];
  }
  return [
    {
      name: target.notNull ? "default" : "null",
      does: target.notNull
        ? `the column's default, ${target.defaultSql}, goes in; the value stands in outgrow.originals`
        : "NULL goes in; the value stands in outgrow.originals",
      recommended,
      effect: { substitution: { predicate, replacement: constant } },
    },
  ];
}

/** SQLite SQL of a DEFAULT that is a plain constant; null for one that PostgreSQL has to compute. */
function constantDefault(target: TargetColumn): string | null {
  const sql = target.defaultSql ?? "";
  if (target.typeName === "bool") {
    return { true: "1", false: "0" }[sql] ?? null;
  }
  if (/^\(?-?\d+(?:\.\d+)?\)?$/.test(sql) && /^(?:int[248]|numeric|float[48])$/.test(target.typeName)) {
    return sql;
  }
  const isText = /^(?:text|varchar|bpchar)$/.test(target.typeName);
  return isText ? (/^('(?:[^']|'')*')::[a-z ]+(?:\(\d+\))?$/.exec(sql)?.[1] ?? null) : null;
}

interface NearestValue {
  name: string;
  does: string;
  sql: string;
}

/** What of a value the type can hold, where there is such a thing. */
function nearestValue(name: string, target: TargetColumn, codec: string): NearestValue | null {
  const kept =
    "what was there stands in outgrow.originals, and what cannot become that is NULL, the default, or set aside";
  const [, blanks, limit] = /^character( varying)?\((\d+)\)$/.exec(target.baseType) ?? [];
  if (limit !== undefined) {
    const start = `substr(cast(${name} as text), 1, ${limit})`;
    return {
      name: "truncate",
      does: `the first ${limit} characters go in; the whole text stands in outgrow.originals`,
      sql: blanks === undefined ? `rtrim(${start})` : start,
    };
  }
  const scale = /^numeric\(\d+,(\d+)\)$/.exec(target.baseType)?.[1];
  if (scale !== undefined) {
    const isNumber = `typeof(${name}) in ('integer','real') or outgrow_shape(${name}) in ('int','number') or outgrow_shape(${name}) glob 'dec|*'`;
    return {
      name: "round",
      does: `numbers are rounded to ${scale} decimals; ${kept}`,
      sql: `case when ${isNumber} then outgrow_round(cast(${name} as real), ${scale}) end`,
    };
  }
  const [, digits, unit = ""] = /^instant\(\w+,(\d),(\w+)\)$/.exec(codec) ?? [];
  if (digits === undefined) {
    return null;
  }
  const factor = { s: 1_000_000, ms: 1_000, us: 1 }[unit];
  const micros = factor === undefined ? "null" : `${name}*${factor}`;
  const whole = `outgrow_instant_cut(case typeof(${name}) when 'integer' then ${micros} else ${name} end)`;
  return {
    name: "nearest",
    does: `the instant in UTC, cut to ${digits} fraction digits, goes in; ${kept}`,
    sql: `substr(${whole}, 1, ${digits === "0" ? 19 : 20 + Number(digits)})`,
  };
}

export function raiseNull(
  draft: TableDraft,
  column: SourceColumn,
  profile: ColumnProfile,
  planned: PlannedColumn,
  target: TargetColumn,
  isReferred: boolean,
  ledger: Ledger,
): void {
  const where = `typeof(${quoteName(column.name)}) = 'null'`;
  const instead = emptyingChoices(target, where, true);
  const concern = {
    code: "null-not-allowed" as const,
    severity: "blocker" as const,
    table: draft.table.name,
    column: column.name,
    object: null,
    count: profile.nulls,
    reason: `${profile.nulls} rows hold NULL, the target's column is NOT NULL`,
    where,
    automatic: null,
    choices: [
      ...instead,
      {
        name: "set-aside",
        does: "the rows are not moved; they stand whole in outgrow.quarantine",
        recommended: instead.length === 0 && !isReferred,
        effect: { setAside: where },
      },
    ],
  };
  applyEffect(draft.planned, planned, concern, ledger.raise(concern));
}
