// What --drop-existing would take along: views on a table that is dropped, and foreign keys of tables that stay.

import type { ConcernChoice } from "./concern.js";
import type { PlannedTable, PlannedView } from "./plan.js";
import type { Ledger } from "./plan-input.js";
import type { TargetCatalog, TargetTable } from "./target-catalog.js";

/** Views that the plan makes again by the same name are replaced with the tables. */
export function raiseDropped(
  tables: readonly PlannedTable[],
  views: readonly PlannedView[],
  target: TargetCatalog,
  ledger: Ledger,
): void {
  const names = new Set(tables.map((table) => table.target));
  const replaced = new Set(views.map((view) => [target.schema, view.target].join("\0")));
  for (const planned of tables) {
    const dropped = target.tables.find((table) => table.name === planned.target);
    for (const dependant of dropped === undefined ? [] : dependants(dropped, target, names, replaced)) {
      const drop: ConcernChoice = {
        name: "drop",
        does: `${dependant} is dropped with the table; make it again yourself`,
        recommended: false,
        effect: {},
      };
      ledger.raise({
        code: "drop-takes-others",
        severity: "blocker",
        table: planned.source,
        column: null,
        object: dependant,
        count: 1,
        reason: `${dependant} depends on the table that --drop-existing drops`,
        where: null,
        automatic: null,
        choices: [
          drop,
          {
            name: "leave-out",
            does: "the table is not moved",
            recommended: false,
            options: ["--exclude", planned.source],
            effect: {},
          },
        ],
      });
    }
  }
}

function dependants(
  dropped: TargetTable,
  target: TargetCatalog,
  names: ReadonlySet<string>,
  replaced: ReadonlySet<string>,
): string[] {
  const keys = target.tables
    .filter((table) => !names.has(table.name))
    .flatMap((table) =>
      table.constraints
        .filter(
          ({ kind, references, isLocal }) =>
            kind === "foreign key" &&
            isLocal &&
            references?.schema === target.schema &&
            references.table === dropped.name,
        )
        .map((constraint) => `foreign key ${constraint.name} of ${table.name}`),
    );
  const elsewhere = dropped.referredFrom.map(
    (one) => `foreign key ${one.constraint} of ${one.schema}.${one.table}`,
  );
  return [
    ...dropped.viewedBy
      .filter((view) => !replaced.has(namesOf(view).join("\0")))
      .map((view) => `view ${view}`),
    ...keys,
    ...elsewhere,
  ];
}

/** `public."my view"` as its names. */
function namesOf(path: string): string[] {
  return (path.match(/"(?:[^"]|"")*"|[^."]+/g) ?? []).map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  );
}
