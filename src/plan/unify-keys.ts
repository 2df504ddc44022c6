// Gives the columns on both sides of each foreign key one type, where outgrow makes the columns.

import type { SourceCatalog } from "../source/catalog.js";
import { resolvedForeignKeys } from "../source/foreign-keys.js";
import { note } from "./concern.js";
import { columnPath, commonType, type GroupedColumn, keyGroups } from "./key-groups.js";
import type { TableDraft } from "./make-table.js";
import type { PlannedColumn } from "./plan.js";
import type { Ledger } from "./plan-input.js";

type Member = GroupedColumn & { planned: PlannedColumn; declared: string };

export function unifyKeys(drafts: readonly TableDraft[], catalog: SourceCatalog, ledger: Ledger): void {
  keepKeysText(drafts, catalog);
  const members = drafts.filter((draft) => draft.existing === null).flatMap(membersOf);
  const find = (table: string, column: string) =>
    members.find((member) => member.table === table && member.column.toLowerCase() === column.toLowerCase());
  const ties: [Member, Member][] = [];
  for (const { table } of drafts) {
    for (const { key, resolved } of resolvedForeignKeys(catalog, table)) {
      key.columns.forEach((column, i) => {
        const child = find(table.name, column);
        const parent = find(resolved.parent.name, resolved.parentColumns[i] ?? "");
        if (child !== undefined && parent !== undefined && canAgree(child, parent)) {
          ties.push([child, parent]);
        }
      });
    }
  }
  for (const group of keyGroups(members, ties)) {
    const common = commonType(group);
    if (common === null) {
      continue;
    }
    group.forEach((member, i) => {
      raiseKeyType(member, group, common.type, ledger);
      member.planned.why = `${member.planned.why}; ${common.type} as the key it belongs to`;
      member.planned.type = common.type;
      member.planned.codec = common.codecs[i] ?? member.codec;
    });
  }
}

/**
 * A column of a key stays text where its type has no equality, as json (PostgreSQL 8.14.4), or one that SQLite's texts
 * do not have: as numeric, '1.0' and '1.00' are one key.
 */
function keepKeysText(drafts: readonly TableDraft[], catalog: SourceCatalog): void {
  const referredTo = drafts.flatMap(({ table }) =>
    resolvedForeignKeys(catalog, table).map(({ resolved }) => resolved),
  );
  for (const { table, planned } of drafts.filter((draft) => draft.existing === null)) {
    const keys = new Set([
      ...table.primaryKey,
      ...table.indexes
        .filter((index) => index.unique)
        .flatMap((index) => index.columns.map((column) => column.name)),
      ...table.foreignKeys.flatMap((key) => key.columns),
      ...referredTo.filter(({ parent }) => parent === table).flatMap(({ parentColumns }) => parentColumns),
    ]);
    for (const column of planned.columns.filter((candidate) => keys.has(candidate.source))) {
      if (column.type === "json") {
        column.type = "text";
        column.codec = "text";
        column.why = `${column.why}; text, for json cannot be part of a key`;
      } else if (column.codec === "numeric-text") {
        column.type = "text";
        column.codec = "text";
        column.why = `${column.why}; text, for as numeric 1.0 and 1.00 would be one key`;
      }
    }
  }
}

/** An application that compares the column with values of its declared type has to know. */
function raiseKeyType(member: Member, group: readonly Member[], type: string, ledger: Ledger): void {
  const cause =
    group.find((other) => other.type !== member.type && !isEmpty(other)) ??
    group.find((other) => other.type === type);
  if (member.type === type || member.declared === "" || cause === undefined) {
    return;
  }
  const declared = cause.declared === "" ? "without a type" : cause.declared;
  ledger.raise(
    note(
      "warning",
      "key-type",
      { table: member.table, column: member.column },
      `declared ${member.declared}, but it becomes ${type}, not ${member.type}, to agree with ${columnPath(cause)}, declared ${declared}, over a foreign key`,
    ),
  );
}

/** An identity column stays an integer, whatever refers to it. */
function canAgree(a: Member, b: Member): boolean {
  const integral = (member: Member) =>
    /^(bigint|integer|boolean|numeric|double precision)/.test(member.type) || isEmpty(member);
  return (!a.planned.identity || integral(b)) && (!b.planned.identity || integral(a));
}

function isEmpty({ profile }: Member): boolean {
  return profile.integers + profile.reals + profile.texts + profile.blobs === 0;
}

function membersOf(draft: TableDraft): Member[] {
  return draft.planned.columns.flatMap((planned) => {
    const at = draft.table.columns.findIndex((column) => column.name === planned.source);
    const profile = draft.profile.columns[at];
    return profile === undefined
      ? []
      : [
          {
            table: draft.table.name,
            column: planned.source,
            type: planned.type,
            codec: planned.codec,
            identity: planned.identity,
            substituted: planned.substitutions.length > 0,
            profile,
            planned,
            declared: draft.table.columns[at]?.declaredType ?? "",
          },
        ];
  });
}
