// Columns that compare without case. citext does so by itself, for the letters of the database's locale; where that would make
// one of two values that SQLite tells apart, the column stays text and its indexes fold ASCII letters, as NOCASE does.

import { OutgrowError } from "../../base/errors.js";
import { quoteName } from "../../base/quote.js";
import type { SourceColumn } from "../../source/catalog.js";
import { resolvedForeignKeys } from "../../source/foreign-keys.js";
import { note } from "../concern.js";
import type { TableDraft } from "../make-table.js";
import type { PlannedColumn } from "../plan.js";
import type { Ledger, PlanFacts } from "../plan-input.js";
import { columnOf } from "../target-names.js";

/** The schema that citext is in, or will be made in; null where it cannot be had. */
export function citextSchema(target: PlanFacts["target"]): string | null {
  const installed = target.extensions.find(({ name }) => name === "citext");
  return installed?.schema ?? (target.installable.includes("citext") ? target.schema : null);
}

/** A type as format_type prints it with search_path pg_catalog. */
function citextType(schema: string): string {
  return `${/^[a-z_][a-z0-9_]*$/.test(schema) ? schema : quoteName(schema)}.citext`;
}

export function planCollations(drafts: readonly TableDraft[], facts: PlanFacts, ledger: Ledger): void {
  const schema = citextSchema(facts.target);
  refuseByHand(drafts, facts);
  const created = drafts.filter((draft) => draft.existing === null);
  const folding = new Map<PlannedColumn, { draft: TableDraft; source: SourceColumn }>();
  for (const draft of created) {
    for (const column of draft.planned.columns) {
      const source = draft.table.columns.find(({ name }) => name === column.source);
      if (source === undefined || source.collation === "BINARY" || column.type !== "text") {
        continue;
      }
      if (source.collation !== "NOCASE") {
        ledger.raise(
          note(
            "warning",
            "collation-not-carried",
            { table: draft.table.name, column: column.source },
            `the column compares by ${source.collation}; in PostgreSQL it compares bytes${source.collation === "RTRIM" ? ", its indexes without the blanks at the end" : ""}`,
          ),
        );
      } else if (column.codec === "text") {
        folding.set(column, { draft, source });
      }
    }
  }
  const wanted = new Set(
    [...folding]
      .filter(([column, of]) => wantsCitext(column, of, schema, facts, ledger))
      .map(([column]) => column),
  );
  agreeOnKeys(created, facts, wanted);
  for (const column of wanted) {
    column.type = schema === null ? column.type : citextType(schema);
    column.why = `${column.why}; citext, for it compares by NOCASE`;
  }
}

/** A type that was set by hand is not taken where a unique key could not be made over it. */
function refuseByHand(drafts: readonly TableDraft[], facts: PlanFacts): void {
  for (const { table, planned, existing } of drafts) {
    for (const column of existing === null ? planned.columns : []) {
      const alike = rowsAlike(facts, table.name, column.source);
      if (alike > 0 && /citext$/.test(column.type)) {
        throw new OutgrowError(
          "blocked",
          `column "${table.name}"."${column.source}" cannot become ${column.type}: ${alikeWords(alike)}`,
          { hint: "leave the type to outgrow, or change the values in SQLite first" },
        );
      }
    }
  }
}

function rowsAlike(facts: PlanFacts, table: string, column: string): number {
  return facts.foldedDuplicates.get(`${table}\0${column}`) ?? 0;
}

function alikeWords(count: number): string {
  return `${count === 1 ? "1 row has" : `${count} rows have`} a unique key that citext may not tell from another's`;
}

function wantsCitext(
  column: PlannedColumn,
  { draft, source }: { draft: TableDraft; source: SourceColumn },
  schema: string | null,
  facts: PlanFacts,
  ledger: Ledger,
): boolean {
  const { table } = draft;
  const isUnique = table.indexes.some(
    (index) => index.unique && index.columns.some(({ name }) => name === source.name),
  );
  const alike = rowsAlike(facts, table.name, source.name);
  const mayClash = isUnique && facts.beyondAscii.has(`${table.name}\0${source.name}`);
  const automatic = schema === null || mayClash ? "lower" : "citext";
  const why =
    schema === null
      ? "; the extension citext is not to be had here"
      : mayClash
        ? `; it is unique and holds letters beyond ASCII, which citext would fold too${alike > 0 ? `: ${alikeWords(alike)}` : ""}`
        : "";
  const effect = ledger.raise({
    code: "nocase",
    severity: automatic === "citext" ? "note" : "warning",
    table: table.name,
    column: column.source,
    object: null,
    count: Math.max(alike, 1),
    reason: `the column compares by NOCASE${why}`,
    where: null,
    automatic,
    choices: [
      ...(schema === null || alike > 0
        ? []
        : [
            {
              name: "citext",
              does: "type citext: = and LIKE and ORDER BY and ON CONFLICT know no case, of letters beyond ASCII neither; a parameter that the driver declares as text compares with case",
              recommended: automatic === "citext",
              effect: { column: { why: "citext" } },
            },
          ]),
      {
        name: "lower",
        does: "text; its indexes are on lower(), which keeps it unique as in SQLite, but queries have to say lower(column) = lower(value), and ON CONFLICT (lower(column))",
        recommended: automatic === "lower",
        effect: {},
      },
    ],
  });
  return schema !== null && effect.column?.why === "citext";
}

/** PostgreSQL has no foreign key from text to citext: a child compares as its parent does, in SQLite too. */
function agreeOnKeys(drafts: readonly TableDraft[], facts: PlanFacts, wanted: Set<PlannedColumn>): void {
  for (let changed = true, rounds = 0; changed && rounds < 20; rounds += 1) {
    changed = false;
    for (const draft of drafts) {
      for (const { key, resolved } of resolvedForeignKeys(facts.catalog, draft.table)) {
        const parent = drafts.find((candidate) => candidate.table === resolved.parent);
        key.columns.forEach((name, i) => {
          const child = columnOf(draft.planned, name);
          const own = parent && columnOf(parent.planned, resolved.parentColumns[i] ?? "");
          if (child === undefined || own === undefined || wanted.has(child) === wanted.has(own)) {
            return;
          }
          const canFold =
            child.type === "text" &&
            child.codec === "text" &&
            draft.existing === null &&
            rowsAlike(facts, draft.table.name, child.source) === 0;
          changed = true;
          if (wanted.has(child)) {
            wanted.delete(child);
          } else if (canFold) {
            wanted.add(child);
          } else {
            wanted.delete(own);
          }
        });
      }
    }
  }
}
